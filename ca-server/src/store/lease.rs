//! The table of leases, which is not audited.

use std::sync::atomic::Ordering;

use diesel::prelude::*;
use jiff::SignedDuration;
use uuid::Uuid;

use super::backend::{self, Connection};
use super::convert::{damaged, signed, unsigned};
use super::schema::leases;
use super::{Location, SqlStore, during};
use crate::port::StoreError;
use crate::port::store::{Lease, LeaseStore};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = leases)]
struct LeaseRow {
    name: String,
    holder: String,
    fencing: i64,
    expires_at: i64,
}

/// Refuses where another took the lease.
pub(super) fn check(connection: &mut Connection, lease: &Lease) -> Result<(), StoreError> {
    let row = load(connection, &lease.name)?;
    let held = row.is_some_and(|row| {
        row.holder == lease.holder.to_string() && unsigned(row.fencing).ok() == Some(lease.fencing)
    });
    if held { Ok(()) } else { Err(StoreError::LeaseLost { name: lease.name.clone() }) }
}

fn load(connection: &mut Connection, name: &str) -> Result<Option<LeaseRow>, StoreError> {
    leases::table
        .find(name)
        .select(LeaseRow::as_select())
        .first(connection)
        .optional()
        .map_err(during("a lease"))
}

fn end(now: i64, duration: SignedDuration) -> Result<i64, StoreError> {
    i64::try_from(duration.as_micros())
        .ok()
        .and_then(|duration| now.checked_add(duration))
        .ok_or_else(|| damaged("a lease cannot last", duration))
}

fn put(connection: &mut Connection, row: &LeaseRow, new: bool) -> Result<(), StoreError> {
    if new {
        diesel::insert_into(leases::table).values(row).execute(connection)
    } else {
        diesel::update(leases::table.find(&row.name))
            .set((
                leases::holder.eq(&row.holder),
                leases::fencing.eq(row.fencing),
                leases::expires_at.eq(row.expires_at),
            ))
            .execute(connection)
    }
    .map(drop)
    .map_err(during("a lease"))
}

fn take(
    connection: &mut Connection,
    name: &str,
    holder: Uuid,
    duration: SignedDuration,
) -> Result<Option<Lease>, StoreError> {
    let now = backend::now(connection)?;
    let old = load(connection, name)?;
    if old.as_ref().is_some_and(|row| row.expires_at > now) {
        return Ok(None);
    }
    let fencing = old.as_ref().map_or(0, |row| row.fencing) + 1;
    let row = LeaseRow {
        name: name.to_owned(),
        holder: holder.to_string(),
        fencing,
        expires_at: end(now, duration)?,
    };
    put(connection, &row, old.is_none())?;
    Ok(Some(Lease { name: row.name, holder, fencing: unsigned(fencing)? }))
}

fn hold_until(connection: &mut Connection, lease: &Lease, expires_at: i64) -> Result<(), StoreError> {
    let row = LeaseRow {
        name: lease.name.clone(),
        holder: lease.holder.to_string(),
        fencing: signed(lease.fencing)?,
        expires_at,
    };
    put(connection, &row, false)
}

impl LeaseStore for SqlStore {
    fn is_shared(&self) -> bool {
        matches!(*self.location, Location::Postgresql(_))
    }

    fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    fn take_lease(
        &self,
        name: &str,
        holder: Uuid,
        duration: SignedDuration,
    ) -> Result<Option<Lease>, StoreError> {
        self.write_fleeting(|connection| take(connection, name, holder, duration))
    }

    fn void_leases(&self) -> Result<(), StoreError> {
        self.write_fleeting(|connection| {
            diesel::update(leases::table)
                .set(leases::expires_at.eq(0))
                .execute(connection)
                .map(drop)
                .map_err(during("the leases"))
        })
    }

    fn keep_lease(&self, lease: &Lease, duration: SignedDuration) -> Result<(), StoreError> {
        self.write_fleeting(|connection| {
            check(connection, lease)?;
            let now = backend::now(connection)?;
            hold_until(connection, lease, end(now, duration)?)
        })
    }

    fn give_back_lease(&self, lease: &Lease) -> Result<(), StoreError> {
        let given = self.write_fleeting(|connection| {
            check(connection, lease)?;
            hold_until(connection, lease, 0)
        });
        match given {
            Err(StoreError::LeaseLost { .. }) => Ok(()),
            other => other,
        }
    }
}
