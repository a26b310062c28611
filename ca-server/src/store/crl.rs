//! The table of CRLs.

use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::backend::{Connection, Database};
use super::convert::{damaged, hash, micros, signed, time, unsigned, uuid, version};
use super::schema::crls;
use super::transaction::{Transaction, audited};
use super::{SqlStore, during, intent};
use crate::port::record::{CrlRecord, CrlSummary, IntentState, NewCrl, NewIntent, OpenIntent};
use crate::port::store::CrlStore;
use crate::port::{Act, StoreError};

/// A row without the CRL's bytes, which may be many megabytes.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = crls)]
pub(super) struct CrlRow {
    id: String,
    pub(super) intent_id: String,
    pub(super) authority_id: String,
    pub(super) number: i64,
    pub(super) this_update: i64,
    next_update: i64,
    entries: i64,
    scheduled: bool,
    status_position: i64,
    pub(super) tbs_hash: Vec<u8>,
    created_at: i64,
    version: i32,
}

audited!(CrlRow, "crls", |row| json!({
    "intent_id": row.intent_id,
    "authority_id": row.authority_id,
    "number": row.number,
    "this_update": row.this_update,
    "next_update": row.next_update,
    "entries": row.entries,
    "scheduled": row.scheduled,
    "status_position": row.status_position,
    "tbs_hash": hex::encode(&row.tbs_hash),
    "created_at": row.created_at,
}));

impl TryFrom<CrlRow> for CrlSummary {
    type Error = StoreError;

    fn try_from(row: CrlRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: uuid(&row.id)?,
            intent: uuid(&row.intent_id)?,
            authority: uuid(&row.authority_id)?,
            number: unsigned(row.number)?,
            this_update: time(row.this_update)?,
            next_update: time(row.next_update)?,
            entries: unsigned(row.entries)?,
            scheduled: row.scheduled,
            status_position: unsigned(row.status_position)?,
            tbs_hash: hash(&row.tbs_hash)?,
            created_at: time(row.created_at)?,
            version: version(row.version)?,
        })
    }
}

fn newest(
    connection: &mut Connection,
    authority: &str,
    scheduled: bool,
) -> Result<Option<CrlRow>, StoreError> {
    let mut query = crls::table
        .filter(crls::authority_id.eq(authority))
        .order(crls::number.desc())
        .select(CrlRow::as_select())
        .into_boxed::<Database>();
    if scheduled {
        query = query.filter(crls::scheduled.eq(true));
    }
    query.first(connection).optional().map_err(during("a CRL"))
}

fn complete(
    transaction: &mut Transaction<'_>,
    open: &OpenIntent,
    new: &NewCrl,
) -> Result<CrlSummary, StoreError> {
    let intent = intent::close(transaction, open, IntentState::Done)?;
    let Some(number) = intent.crl_number else {
        return Err(damaged("there is no CRL in intent", &intent.id));
    };
    let this_update = micros(new.this_update);
    if let Some(newest) = newest(transaction.connection, &intent.authority_id, false)?
        && (newest.number >= number || newest.this_update > this_update)
    {
        return Err(StoreError::Conflict { what: "the CRL" });
    }
    let row = CrlRow {
        id: new.id.to_string(),
        intent_id: intent.id,
        authority_id: intent.authority_id,
        number,
        this_update,
        next_update: micros(new.next_update),
        entries: signed(new.entries)?,
        scheduled: new.scheduled,
        status_position: signed(new.status_position)?,
        tbs_hash: intent.tbs_hash,
        created_at: transaction.at(),
        version: 1,
    };
    diesel::insert_into(crls::table)
        .values((&row, crls::der.eq(&new.der)))
        .execute(transaction.connection)
        .map_err(during("a CRL"))?;
    transaction.record("crl.publish", &row)?;
    row.try_into()
}

impl CrlStore for SqlStore {
    fn next_crl_number(&self, authority: Uuid) -> Result<u64, StoreError> {
        self.read(|connection| unsigned(intent::newest_crl_number(connection, &authority.to_string())? + 1))
    }

    fn complete_crl(&self, act: &Act, intent: &OpenIntent, crl: &NewCrl) -> Result<CrlSummary, StoreError> {
        self.write(act, |transaction| complete(transaction, intent, crl))
    }

    fn import_crl(&self, act: &Act, intent: &NewIntent, crl: &NewCrl) -> Result<CrlSummary, StoreError> {
        self.write(act, |transaction| {
            let open = intent::open(transaction, intent)?;
            complete(transaction, &open, crl)
        })
    }

    fn newest_crl(&self, authority: Uuid, scheduled: bool) -> Result<Option<CrlSummary>, StoreError> {
        self.read(|connection| newest(connection, &authority.to_string(), scheduled))?
            .map(CrlSummary::try_from)
            .transpose()
    }

    fn crl(&self, id: Uuid) -> Result<Option<CrlRecord>, StoreError> {
        let found: Option<(CrlRow, Vec<u8>)> = self.read(|connection| {
            crls::table
                .find(id.to_string())
                .select((CrlRow::as_select(), crls::der))
                .first(connection)
                .optional()
                .map_err(during("a CRL"))
        })?;
        found.map(|(row, der)| Ok(CrlRecord { summary: row.try_into()?, der })).transpose()
    }
}
