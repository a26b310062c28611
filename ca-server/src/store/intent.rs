//! The table of intents.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::backend::{Closings, Connection, at_once, on_each};
use super::convert::{damaged, hash, micros, optional_time, serial, signed, time, unsigned, uuid, version};
use super::schema::intents;
use super::transaction::{Transaction, audited};
use super::{during, setting};
use crate::port::StoreError;
use crate::port::record::{IntentKind, IntentRecord, IntentState, NewIntent, OpenIntent, crl_floor};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = intents)]
pub(super) struct IntentRow {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) authority_id: String,
    pub(super) serial: Option<Vec<u8>>,
    pub(super) crl_number: Option<i64>,
    pub(super) tbs: Vec<u8>,
    pub(super) tbs_hash: Vec<u8>,
    pub(super) profile: String,
    pub(super) profile_hash: Option<Vec<u8>>,
    pub(super) requester: String,
    idempotency_key: Option<String>,
    pub(super) state: String,
    fencing: i64,
    pub(super) created_at: i64,
    closed_at: Option<i64>,
    version: i32,
}

at_once!(IntentRow, intents: id, kind, authority_id, serial, crl_number, tbs, tbs_hash, profile, profile_hash, requester, idempotency_key, state, fencing, created_at, closed_at, version);

audited!(IntentRow, "intents", |row| json!({
    "kind": row.kind,
    "authority_id": row.authority_id,
    "serial": row.serial.as_ref().map(hex::encode),
    "crl_number": row.crl_number,
    "tbs_hash": hex::encode(&row.tbs_hash),
    "profile": row.profile,
    "profile_hash": row.profile_hash.as_ref().map(hex::encode),
    "requester": row.requester,
    "idempotency_key": row.idempotency_key,
    "state": row.state,
    "fencing": row.fencing,
    "created_at": row.created_at,
    "closed_at": row.closed_at,
}));

impl TryFrom<IntentRow> for IntentRecord {
    type Error = StoreError;

    fn try_from(row: IntentRow) -> Result<Self, StoreError> {
        let kind = match (&row.serial, row.crl_number) {
            (Some(bytes), None) => IntentKind::Certificate(serial(bytes)?),
            (None, Some(number)) => IntentKind::Crl(unsigned(number)?),
            _ => return Err(damaged("both or neither of serial and CRL number in intent", &row.id)),
        };
        Ok(Self {
            intent: NewIntent {
                id: uuid(&row.id)?,
                authority: uuid(&row.authority_id)?,
                kind,
                tbs: row.tbs,
                tbs_hash: hash(&row.tbs_hash)?,
                profile: row.profile,
                profile_hash: row.profile_hash.as_deref().map(hash).transpose()?,
                requester: row.requester,
                idempotency_key: row.idempotency_key,
            },
            state: match row.state.as_str() {
                "open" => IntentState::Open,
                "done" => IntentState::Done,
                "failed" => IntentState::Failed,
                other => return Err(damaged("there is no state of an intent", other)),
            },
            fencing: unsigned(row.fencing)?,
            created_at: time(row.created_at)?,
            closed_at: optional_time(row.closed_at)?,
            version: version(row.version)?,
        })
    }
}

/// The row of an intent that is opened.
pub(super) fn row(intent: &NewIntent, at: i64) -> Result<IntentRow, StoreError> {
    let (kind, serial, crl_number) = match &intent.kind {
        IntentKind::Certificate(serial) => ("certificate", Some(serial.as_bytes().to_vec()), None),
        IntentKind::Crl(number) => ("crl", None, Some(signed(*number)?)),
    };
    Ok(IntentRow {
        id: intent.id.to_string(),
        kind: kind.to_owned(),
        authority_id: intent.authority.to_string(),
        serial,
        crl_number,
        tbs: intent.tbs.clone(),
        tbs_hash: intent.tbs_hash.to_vec(),
        profile: intent.profile.clone(),
        profile_hash: intent.profile_hash.map(|hash| hash.to_vec()),
        requester: intent.requester.clone(),
        idempotency_key: intent.idempotency_key.clone(),
        state: "open".to_owned(),
        fencing: 1,
        created_at: at,
        closed_at: None,
        version: 1,
    })
}

/// Opens an intent by itself, such as that of a CRL.
pub(super) fn open(transaction: &mut Transaction<'_>, intent: &NewIntent) -> Result<OpenIntent, StoreError> {
    let row = row(intent, transaction.at())?;
    if let Some(number) = row.crl_number
        && newest_crl_number(transaction.connection, &row.authority_id)? >= number
    {
        return Err(StoreError::Conflict { what: "the CRL number" });
    }
    diesel::insert_into(intents::table)
        .values(&row)
        .execute(transaction.connection)
        .map_err(during("an intent"))?;
    transaction.record("intent.open", &row)?;
    Ok(OpenIntent { id: intent.id, fencing: 1 })
}

impl IntentRow {
    /// Whether the holder may close it. What is read is open.
    pub(super) fn is_held_by(&self, holder: &OpenIntent) -> bool {
        unsigned(self.fencing).is_ok_and(|fencing| fencing == holder.fencing)
    }

    /// The row as [`close_all`] leaves it.
    pub(super) fn done(self, at: i64) -> Self {
        Self { state: "done".to_owned(), closed_at: Some(at), version: self.version + 1, ..self }
    }
}

/// Those that are open, by their ids.
pub(super) fn open_among(
    connection: &mut Connection,
    ids: &[String],
) -> Result<HashMap<String, IntentRow>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let open: Vec<IntentRow> = on_each!(connection, |connection| {
        intents::table
            .filter(intents::id.eq_any(ids))
            .filter(intents::state.eq("open"))
            .select(IntentRow::as_select())
            .load(connection)
            .map_err(during("the intents"))
    })?;
    Ok(open.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Closes intents as done. What was read of them stays so to the end of the transaction: all writes are in one order.
pub(super) fn close_all(connection: &mut Connection, closings: &Closings) -> Result<(), StoreError> {
    let Closings { ids, at } = closings;
    if ids.is_empty() {
        return Ok(());
    }
    let changed = on_each!(connection, |connection| {
        diesel::update(intents::table.filter(intents::id.eq_any(ids)).filter(intents::state.eq("open")))
            .set((
                intents::state.eq("done"),
                intents::closed_at.eq(at),
                intents::version.eq(intents::version + 1),
            ))
            .execute(connection)
            .map_err(during("the intents"))
    })?;
    if changed == ids.len() {
        Ok(())
    } else {
        Err(damaged("intents were closed by others, for open were", changed))
    }
}

/// Takes over an intent that is open under the holder's fencing number, or nothing.
pub(super) fn take_over(
    transaction: &mut Transaction<'_>,
    intent: &OpenIntent,
) -> Result<OpenIntent, StoreError> {
    let id = intent.id.to_string();
    let fencing = signed(intent.fencing)?;
    let taken = diesel::update(
        intents::table
            .filter(intents::id.eq(&id))
            .filter(intents::state.eq("open"))
            .filter(intents::fencing.eq(fencing)),
    )
    .set((intents::fencing.eq(fencing + 1), intents::version.eq(intents::version + 1)))
    .execute(transaction.connection)
    .map_err(during("an intent"))?;
    if taken == 0 {
        return Err(StoreError::IntentClosed);
    }
    let row = load(transaction.connection, &id)?;
    transaction.record("intent.take-over", &row)?;
    Ok(OpenIntent { id: intent.id, fencing: intent.fencing + 1 })
}

fn load(connection: &mut Connection, id: &str) -> Result<IntentRow, StoreError> {
    intents::table.find(id).select(IntentRow::as_select()).first(connection).map_err(during("an intent"))
}

/// Closes an intent that is open under the holder's fencing number, or nothing.
pub(super) fn close(
    transaction: &mut Transaction<'_>,
    intent: &OpenIntent,
    state: IntentState,
) -> Result<IntentRow, StoreError> {
    let (text, action) = match state {
        IntentState::Done => ("done", "intent.done"),
        IntentState::Failed => ("failed", "intent.fail"),
        IntentState::Open => return Err(damaged("an intent cannot be closed as", "open")),
    };
    let id = intent.id.to_string();
    let closed = diesel::update(
        intents::table
            .filter(intents::id.eq(&id))
            .filter(intents::state.eq("open"))
            .filter(intents::fencing.eq(signed(intent.fencing)?)),
    )
    .set((
        intents::state.eq(text),
        intents::closed_at.eq(transaction.at()),
        intents::version.eq(intents::version + 1),
    ))
    .execute(transaction.connection)
    .map_err(during("an intent"))?;
    if closed == 0 {
        return Err(StoreError::IntentClosed);
    }
    let row = load(transaction.connection, &id)?;
    transaction.record(action, &row)?;
    Ok(row)
}

pub(super) fn get(connection: &mut Connection, id: Uuid) -> Result<Option<IntentRecord>, StoreError> {
    let row: Option<IntentRow> = intents::table
        .find(id.to_string())
        .select(IntentRow::as_select())
        .first(connection)
        .optional()
        .map_err(during("an intent"))?;
    row.map(IntentRecord::try_from).transpose()
}

pub(super) fn still_open(
    connection: &mut Connection,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<IntentRecord>, StoreError> {
    let rows: Vec<IntentRow> = intents::table
        .filter(intents::closed_at.is_null())
        .filter(intents::created_at.lt(micros(before)))
        .order(intents::created_at)
        .limit(i64::from(limit))
        .select(IntentRow::as_select())
        .load(connection)
        .map_err(during("the intents"))?;
    rows.into_iter().map(IntentRecord::try_from).collect()
}

/// The highest CRL number that an authority ever meant to use, or that is known to have been used before the store went
/// back; 0 before the first.
pub(super) fn newest_crl_number(connection: &mut Connection, authority: &str) -> Result<i64, StoreError> {
    let number: Option<Option<i64>> = intents::table
        .filter(intents::authority_id.eq(authority))
        .filter(intents::crl_number.is_not_null())
        .order(intents::crl_number.desc())
        .select(intents::crl_number)
        .first(connection)
        .optional()
        .map_err(during("an intent"))?;
    let floor = setting::get(connection, &crl_floor(authority))?;
    // A floor is written by the store's own services; what is none holds nothing up.
    let floor = floor.and_then(|floor| floor.parse().ok()).unwrap_or(0);
    Ok(number.flatten().unwrap_or(0).max(floor))
}
