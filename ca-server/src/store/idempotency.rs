//! The table of orders that may be repeated, which is not audited: it says which intent answers a retry, and the intent
//! is on record itself.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::backend::{Connection, at_once, on_each};
use super::convert::{hash, micros, uuid};
use super::during;
use super::schema::idempotency_keys;
use crate::port::StoreError;
use crate::port::record::Once;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys)]
pub(super) struct OrderRow {
    pub(super) scope: Vec<u8>,
    pub(super) request_hash: Vec<u8>,
    pub(super) intent_id: String,
    pub(super) expires_at: i64,
}

at_once!(OrderRow, idempotency_keys: scope, request_hash, intent_id, expires_at);

impl OrderRow {
    /// The row of an order that an intent fulfils.
    pub(super) fn new(order: &Once, intent: Uuid) -> Self {
        Self {
            scope: order.scope.to_vec(),
            request_hash: order.request_hash.to_vec(),
            intent_id: intent.to_string(),
            expires_at: micros(order.until),
        }
    }

    /// Whether it answers this order: it did not expire, and is not the one that the order takes the place of.
    pub(super) fn stands(&self, order: &Once, at: Timestamp) -> bool {
        let replaced = order.replaces.is_some_and(|intent| intent.to_string() == self.intent_id);
        self.expires_at > micros(at) && !replaced
    }

    pub(super) fn refusal(&self) -> Result<StoreError, StoreError> {
        Ok(StoreError::Ordered { intent: uuid(&self.intent_id)?, request_hash: hash(&self.request_hash)? })
    }
}

/// What is known under scopes of orders.
pub(super) fn find(
    connection: &mut Connection,
    scopes: &[&[u8]],
) -> Result<HashMap<Vec<u8>, OrderRow>, StoreError> {
    if scopes.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<OrderRow> = on_each!(connection, |connection| {
        idempotency_keys::table
            .filter(idempotency_keys::scope.eq_any(scopes))
            .select(OrderRow::as_select())
            .load(connection)
            .map_err(during("the orders"))
    })?;
    Ok(rows.into_iter().map(|row| (row.scope.clone(), row)).collect())
}

/// Removes orders that do not stand any more, before others take their places.
pub(super) fn remove(connection: &mut Connection, scopes: &[Vec<u8>]) -> Result<(), StoreError> {
    if scopes.is_empty() {
        return Ok(());
    }
    on_each!(connection, |connection| {
        diesel::delete(idempotency_keys::table.filter(idempotency_keys::scope.eq_any(scopes)))
            .execute(connection)
            .map_err(during("the orders"))
    })?;
    Ok(())
}

/// Forgets orders that expired.
pub(super) fn forget(connection: &mut Connection, now: i64) -> Result<(), StoreError> {
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::expires_at.lt(now)))
        .execute(connection)
        .map_err(during("the orders"))?;
    Ok(())
}
