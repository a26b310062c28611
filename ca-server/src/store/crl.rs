//! The table of CRLs.

use std::io;

use ca_core::algorithm::digest::sm3;
use ca_core::crl::list::outer_header;
use ca_core::issuance::Shard;
use ca_core::x509::serial::SerialNumber;
use diesel::dsl::max;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::backend::{self, Connection, Database};
use super::certificate::with_shard;
use super::convert::{damaged, hash, micros, signed, time, unsigned, uuid, version};
use super::schema::{certificates, crl_parts, crls};
use super::transaction::{Transaction, audited};
use super::{SqlStore, during, intent, recovery, status};
use crate::port::record::{
    CrlRecord, CrlSummary, IntentState, LeftRecord, ListScope, NewCrl, NewIntent, OpenIntent, RevokedRecord,
    StatusAsk, StatusSnapshot,
};
use crate::port::store::{CrlStore, VisitError};
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
    pub(super) delta: bool,
    pub(super) base_number: Option<i64>,
    tbs_octets: i64,
    shard: i32,
}

audited!(CrlRow, "crls", |row| with_base(
    row,
    json!({
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
    })
));

/// Only a delta says of a base: what was written before there were any stays as it was.
fn with_base(row: &CrlRow, mut detail: Value) -> Value {
    if let Some(base) = row.base_number {
        detail["base_number"] = json!(base);
    }
    with_shard(row.shard, detail)
}

impl TryFrom<CrlRow> for CrlSummary {
    type Error = StoreError;

    fn try_from(row: CrlRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: uuid(&row.id)?,
            intent: uuid(&row.intent_id)?,
            authority: uuid(&row.authority_id)?,
            shard: shard(row.shard)?,
            number: unsigned(row.number)?,
            this_update: time(row.this_update)?,
            next_update: time(row.next_update)?,
            entries: unsigned(row.entries)?,
            scheduled: row.scheduled,
            base: row.base_number.map(unsigned).transpose()?,
            status_position: unsigned(row.status_position)?,
            tbs_hash: hash(&row.tbs_hash)?,
            created_at: time(row.created_at)?,
            version: version(row.version)?,
        })
    }
}

/// What a series of lists is about, as columns say it.
pub(super) struct Scope {
    pub(super) authority: String,
    /// 0 for all.
    pub(super) shard: i32,
}

impl From<ListScope> for Scope {
    fn from(scope: ListScope) -> Self {
        Self { authority: scope.authority.to_string(), shard: number(scope.shard) }
    }
}

/// The column of a shard.
pub(super) fn number(shard: Option<Shard>) -> i32 {
    shard.map_or(0, |shard| shard.number().into())
}

fn shard(number: i32) -> Result<Option<Shard>, StoreError> {
    let shard = |number| u16::try_from(number).ok().and_then(|number| Shard::new(number).ok());
    (number != 0).then(|| shard(number).ok_or_else(|| damaged("there is no shard", number))).transpose()
}

/// Which lists of a scope.
#[derive(Clone, Copy)]
enum Which {
    Full,
    Scheduled,
    Delta,
}

fn newest(connection: &mut Connection, scope: &Scope, which: Which) -> Result<Option<CrlRow>, StoreError> {
    let mut query = crls::table
        .filter(crls::authority_id.eq(&scope.authority))
        .filter(crls::shard.eq(scope.shard))
        .order(crls::number.desc())
        .select(CrlRow::as_select())
        .into_boxed::<Database>();
    match which {
        Which::Full => query = query.filter(crls::delta.eq(false)),
        Which::Scheduled => query = query.filter(crls::delta.eq(false)).filter(crls::scheduled.eq(true)),
        Which::Delta => query = query.filter(crls::delta.eq(true)),
    }
    query.first(connection).optional().map_err(during("a CRL"))
}

/// Number and thisUpdate of the newest CRL of an authority, whatever it is about.
fn newest_of_all(connection: &mut Connection, authority: &str) -> Result<Option<(i64, i64)>, StoreError> {
    crls::table
        .filter(crls::authority_id.eq(authority))
        .order(crls::number.desc())
        .select((crls::number, crls::this_update))
        .first(connection)
        .optional()
        .map_err(during("a CRL"))
}

fn complete(
    transaction: &mut Transaction<'_>,
    open: &OpenIntent,
    new: &[NewCrl],
) -> Result<Vec<CrlSummary>, StoreError> {
    let intent = intent::close(transaction, open, IntentState::Done)?;
    let Some(number) = intent.crl_number else {
        return Err(damaged("there is no CRL in intent", &intent.id));
    };
    let newest = newest_of_all(transaction.connection, &intent.authority_id)?;
    let hashes: Vec<_> =
        new.iter().map(|new| new.tbs_hash.map_or(intent.tbs_hash.clone(), Into::into)).collect();
    if of_intent(&hashes) != intent.tbs_hash {
        return Err(damaged("a CRL to store differs from its intent", &intent.id));
    }
    let mut stored = Vec::with_capacity(new.len());
    for (new, tbs_hash) in new.iter().zip(hashes) {
        let this_update = micros(new.this_update);
        if newest.is_some_and(|(last, before)| last >= number || before > this_update) {
            return Err(StoreError::Conflict { what: "the CRL" });
        }
        let row = CrlRow {
            id: new.id.to_string(),
            intent_id: intent.id.clone(),
            authority_id: intent.authority_id.clone(),
            number,
            this_update,
            next_update: micros(new.next_update),
            entries: signed(new.entries)?,
            scheduled: new.scheduled,
            status_position: signed(new.status_position)?,
            tbs_hash,
            created_at: transaction.at(),
            version: 1,
            delta: new.base.is_some(),
            base_number: new.base.map(signed).transpose()?,
            tbs_octets: signed(new.tbs_octets)?,
            shard: self::number(new.shard),
        };
        diesel::insert_into(crls::table)
            .values((&row, crls::der.eq(&new.der)))
            .execute(transaction.connection)
            .map_err(during("a CRL"))?;
        transaction.record("crl.publish", &row)?;
        stored.push(row.try_into()?);
    }
    Ok(stored)
}

/// The hash of an intent over all that is issued under its number.
pub(super) fn of_intent(hashes: &[Vec<u8>]) -> Vec<u8> {
    match hashes {
        [one] => one.clone(),
        several => sm3(&several.concat()).to_vec(),
    }
}

fn complete_one(
    transaction: &mut Transaction<'_>,
    open: &OpenIntent,
    new: &NewCrl,
) -> Result<CrlSummary, StoreError> {
    complete(transaction, open, std::slice::from_ref(new))?
        .pop()
        .ok_or(StoreError::NotFound { what: "a CRL" })
}

/// A CRL that is stored in parts: how many octets are signed, and what follows them.
type Stored = Option<(i64, Vec<u8>)>;

fn stored(connection: &mut Connection, id: Uuid) -> Result<Stored, StoreError> {
    crls::table
        .find(id.to_string())
        .select((crls::tbs_octets, crls::der))
        .first(connection)
        .optional()
        .map_err(during("a CRL"))
}

fn part(connection: &mut Connection, id: &str, number: i32) -> Result<Option<Vec<u8>>, StoreError> {
    crl_parts::table
        .find((id, number))
        .select(crl_parts::bytes)
        .first(connection)
        .optional()
        .map_err(during("a part of a CRL"))
}

impl SqlStore {
    fn whole(&self, id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let mut der = Vec::new();
        let visited = self.visit_crl(id, &mut |part| {
            der.extend_from_slice(part);
            Ok(())
        });
        match visited {
            Ok(found) => Ok(found.then_some(der)),
            Err(VisitError::Store(error)) => Err(error),
            // Memory takes all.
            Err(VisitError::Sink(error)) => Err(StoreError::Unavailable { detail: error.to_string() }),
        }
    }
}

impl CrlStore for SqlStore {
    fn next_crl_number(&self, authority: Uuid) -> Result<u64, StoreError> {
        self.read(|connection| unsigned(intent::newest_crl_number(connection, &authority.to_string())? + 1))
    }

    fn complete_crl(&self, act: &Act, intent: &OpenIntent, crl: &NewCrl) -> Result<CrlSummary, StoreError> {
        self.write(act, |transaction| complete_one(transaction, intent, crl))
    }

    fn complete_crls(
        &self,
        act: &Act,
        intent: &OpenIntent,
        crls: &[NewCrl],
    ) -> Result<Vec<CrlSummary>, StoreError> {
        self.write(act, |transaction| complete(transaction, intent, crls))
    }

    fn put_crl_part(&self, authority: Uuid, crl: Uuid, part: u32, bytes: &[u8]) -> Result<(), StoreError> {
        let part = i32::try_from(part).map_err(|_| damaged("a CRL cannot have so many parts:", part))?;
        self.write_unaudited(|connection| {
            diesel::insert_into(crl_parts::table)
                .values((
                    crl_parts::crl_id.eq(crl.to_string()),
                    crl_parts::part.eq(part),
                    crl_parts::authority_id.eq(authority.to_string()),
                    crl_parts::bytes.eq(bytes),
                ))
                .execute(connection)
                .map_err(during("a part of a CRL"))?;
            Ok(())
        })
    }

    fn prune_crl_parts(&self, authority: Uuid, keep: &[Uuid]) -> Result<(), StoreError> {
        let keep: Vec<String> = keep.iter().map(Uuid::to_string).collect();
        let of_others = |connection: &mut Connection| {
            crl_parts::table
                .filter(crl_parts::authority_id.eq(authority.to_string()))
                .filter(diesel::dsl::not(crl_parts::crl_id.eq_any(keep.clone())))
                .select(crl_parts::crl_id)
                .first::<String>(connection)
                .optional()
                .map_err(during("the parts of CRLs"))
        };
        // Mostly there are none, and a read does not wait for writes.
        while let Some(other) = self.read(of_others)? {
            self.write_unaudited(|connection| {
                diesel::delete(crl_parts::table.filter(crl_parts::crl_id.eq(other)))
                    .execute(connection)
                    .map_err(during("the parts of a CRL"))?;
                Ok(())
            })?;
        }
        Ok(())
    }

    fn import_crl(&self, act: &Act, intent: &NewIntent, crl: &NewCrl) -> Result<CrlSummary, StoreError> {
        self.write(act, |transaction| {
            let open = intent::open(transaction, intent)?;
            complete_one(transaction, &open, crl)
        })
    }

    fn newest_crl(&self, scope: ListScope, scheduled: bool) -> Result<Option<CrlSummary>, StoreError> {
        let which = if scheduled { Which::Scheduled } else { Which::Full };
        self.read(|connection| newest(connection, &scope.into(), which))?
            .map(CrlSummary::try_from)
            .transpose()
    }

    fn newest_delta(&self, scope: ListScope) -> Result<Option<CrlSummary>, StoreError> {
        self.read(|connection| newest(connection, &scope.into(), Which::Delta))?
            .map(CrlSummary::try_from)
            .transpose()
    }

    fn highest_shard(&self, authority: Uuid) -> Result<Option<Shard>, StoreError> {
        let authority = authority.to_string();
        let highest: i32 = self.read(|connection| {
            let listed: Option<i32> = crls::table
                .filter(crls::authority_id.eq(&authority))
                .select(max(crls::shard))
                .first(connection)
                .map_err(during("the shards of an authority"))?;
            let named: Option<i32> = certificates::table
                .filter(certificates::authority_id.eq(&authority))
                .filter(certificates::status_since.is_not_null())
                .filter(status::in_a_shard())
                .select(max(certificates::shard))
                .first(connection)
                .map_err(during("the shards of an authority"))?;
            Ok(listed.max(named).unwrap_or_default())
        })?;
        shard(highest)
    }

    fn shares_its_second(&self, crl: &CrlSummary) -> Result<bool, StoreError> {
        let number = signed(crl.number)?;
        let before: Option<i64> = self.read(|connection| {
            crls::table
                .filter(crls::authority_id.eq(crl.authority.to_string()))
                .filter(crls::shard.eq(self::number(crl.shard)))
                .filter(crls::delta.eq(crl.base.is_some()))
                .filter(crls::number.lt(number))
                .order(crls::number.desc())
                .select(crls::this_update)
                .first(connection)
                .optional()
                .map_err(during("a CRL"))
        })?;
        Ok(before == Some(micros(crl.this_update)))
    }

    fn crl(&self, id: Uuid) -> Result<Option<CrlRecord>, StoreError> {
        let row: Option<CrlRow> = self.read(|connection| {
            crls::table
                .find(id.to_string())
                .select(CrlRow::as_select())
                .first(connection)
                .optional()
                .map_err(during("a CRL"))
        })?;
        let Some(row) = row else { return Ok(None) };
        let Some(der) = self.whole(id)? else { return Ok(None) };
        Ok(Some(CrlRecord { summary: row.try_into()?, der }))
    }

    fn visit_crl(&self, id: Uuid, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<bool, VisitError> {
        let Some((tbs_octets, der)) = self.read(|connection| stored(connection, id))? else {
            return Ok(false);
        };
        let tbs_octets = unsigned(tbs_octets)?;
        if tbs_octets == 0 {
            sink(&der)?;
            return Ok(true);
        }
        let (name, mut given) = (id.to_string(), 0);
        for number in 0.. {
            // Each in a read of its own: they do not change, and a slow sink holds no connection.
            let Some(bytes) = self.read(|connection| part(connection, &name, number))? else {
                return if number == 0 {
                    Ok(false)
                } else {
                    Err(damaged("parts are missing of CRL", id).into())
                };
            };
            if number == 0 {
                sink(&outer_header(tbs_octets, der.len() as u64))?;
            }
            sink(&bytes)?;
            given += bytes.len() as u64;
            if given >= tbs_octets {
                break;
            }
        }
        sink(&der)?;
        Ok(true)
    }

    fn read_status(
        &self,
        ask: &StatusAsk,
        visit: &mut dyn FnMut(RevokedRecord),
    ) -> Result<StatusSnapshot, StoreError> {
        let scope = Scope::from(ask.scope);
        self.read(|connection| {
            backend::snapshot(connection, |connection| {
                let position = status::position(connection, &scope)?;
                let changed = match ask.changed {
                    Some((after, limit)) => status::changed(connection, &scope, after, limit)?
                        .map(|changed| recovery::add_to(connection, &scope.authority, changed))
                        .transpose()?,
                    None => None,
                };
                if let Some(ended_before) = ask.all {
                    let ended_before = ended_before.map_or(i64::MIN, micros);
                    recovery::visit_with(connection, &scope, ended_before, visit)?;
                }
                Ok(StatusSnapshot { position, changed })
            })
        })
    }

    fn left(&self, authority: Uuid, serial: &SerialNumber) -> Result<Option<LeftRecord>, StoreError> {
        self.read(|connection| {
            backend::snapshot(connection, |connection| {
                status::left(connection, &authority.to_string(), serial)
            })
        })
    }
}
