//! The table of requests for the certificates of authorities.

use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::backend::Connection;
use super::convert::{damaged, hash, micros, optional_time, signed, time, unsigned, uuid, version};
use super::schema::authority_requests;
use super::transaction::{Transaction, audited};
use super::{SqlStore, during};
use crate::port::record::{AuthorityRequestRecord, NewAuthorityRequest, RequestState};
use crate::port::store::AuthorityRequestStore;
use crate::port::{Act, StoreError};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = authority_requests)]
pub(super) struct AuthorityRequestRow {
    id: String,
    authority_id: String,
    sequence: i64,
    nonce: Vec<u8>,
    request: Vec<u8>,
    state: String,
    answer_hash: Option<Vec<u8>>,
    transcript_hash: Option<Vec<u8>>,
    created_at: i64,
    closed_at: Option<i64>,
    version: i32,
}

audited!(AuthorityRequestRow, "authority_requests", |row| json!({
    "authority_id": row.authority_id,
    "sequence": row.sequence,
    "nonce": hex::encode(&row.nonce),
    "request": hex::encode(&row.request),
    "state": row.state,
    "answer_hash": row.answer_hash.as_ref().map(hex::encode),
    "transcript_hash": row.transcript_hash.as_ref().map(hex::encode),
    "created_at": row.created_at,
    "closed_at": row.closed_at,
}));

impl TryFrom<AuthorityRequestRow> for AuthorityRequestRecord {
    type Error = StoreError;

    fn try_from(row: AuthorityRequestRow) -> Result<Self, StoreError> {
        let state = match (row.state.as_str(), &row.answer_hash, &row.transcript_hash) {
            ("open", None, None) => RequestState::Open,
            ("superseded", None, None) => RequestState::Superseded,
            ("answered", Some(answer), Some(transcript)) => {
                RequestState::Answered { answer: hash(answer)?, transcript: hash(transcript)? }
            }
            _ => return Err(damaged("there is no such state of request", &row.id)),
        };
        Ok(Self {
            request: NewAuthorityRequest {
                id: uuid(&row.id)?,
                authority: uuid(&row.authority_id)?,
                sequence: unsigned(row.sequence)?,
                nonce: (row.nonce.as_slice())
                    .try_into()
                    .map_err(|_| damaged("there is no nonce of request", &row.id))?,
                request: row.request,
            },
            state,
            created_at: time(row.created_at)?,
            closed_at: optional_time(row.closed_at)?,
            version: version(row.version)?,
        })
    }
}

fn newest_sequence(connection: &mut Connection) -> Result<i64, StoreError> {
    let newest: Option<i64> = authority_requests::table
        .order(authority_requests::sequence.desc())
        .select(authority_requests::sequence)
        .first(connection)
        .optional()
        .map_err(during("the requests"))?;
    Ok(newest.unwrap_or(0))
}

fn get(connection: &mut Connection, id: &str) -> Result<AuthorityRequestRow, StoreError> {
    authority_requests::table
        .find(id)
        .select(AuthorityRequestRow::as_select())
        .first(connection)
        .map_err(during("a request"))
}

fn supersede(transaction: &mut Transaction<'_>, authority: &str) -> Result<(), StoreError> {
    let open: Vec<String> = authority_requests::table
        .filter(authority_requests::authority_id.eq(authority))
        .filter(authority_requests::state.eq("open"))
        .select(authority_requests::id)
        .load(transaction.connection)
        .map_err(during("the requests"))?;
    for id in open {
        diesel::update(authority_requests::table.find(&id))
            .set((
                authority_requests::state.eq("superseded"),
                authority_requests::closed_at.eq(transaction.at()),
                authority_requests::version.eq(authority_requests::version + 1),
            ))
            .execute(transaction.connection)
            .map_err(during("a request"))?;
        let row = get(transaction.connection, &id)?;
        transaction.record("authority-request.supersede", &row)?;
    }
    Ok(())
}

impl AuthorityRequestStore for SqlStore {
    fn next_request_sequence(&self) -> Result<u64, StoreError> {
        self.read(|connection| unsigned(newest_sequence(connection)? + 1))
    }

    fn open_authority_request(&self, act: &Act, request: &NewAuthorityRequest) -> Result<(), StoreError> {
        let sequence = signed(request.sequence)?;
        self.write(act, |transaction| {
            if newest_sequence(transaction.connection)? >= sequence {
                return Err(StoreError::Conflict { what: "the sequence of the request" });
            }
            let row = AuthorityRequestRow {
                id: request.id.to_string(),
                authority_id: request.authority.to_string(),
                sequence,
                nonce: request.nonce.to_vec(),
                request: request.request.clone(),
                state: "open".to_owned(),
                answer_hash: None,
                transcript_hash: None,
                created_at: micros(act.at),
                closed_at: None,
                version: 1,
            };
            supersede(transaction, &row.authority_id)?;
            diesel::insert_into(authority_requests::table)
                .values(&row)
                .execute(transaction.connection)
                .map_err(during("a request"))?;
            transaction.record("authority-request.create", &row)
        })
    }

    fn authority_requests(&self, authority: Uuid) -> Result<Vec<AuthorityRequestRecord>, StoreError> {
        let rows: Vec<AuthorityRequestRow> = self.read(|connection| {
            authority_requests::table
                .filter(authority_requests::authority_id.eq(authority.to_string()))
                .order(authority_requests::sequence)
                .select(AuthorityRequestRow::as_select())
                .load(connection)
                .map_err(during("the requests"))
        })?;
        rows.into_iter().map(AuthorityRequestRecord::try_from).collect()
    }

    fn answer_authority_request(
        &self,
        act: &Act,
        request: Uuid,
        answer: &[u8; 32],
        transcript: &[u8; 32],
    ) -> Result<(), StoreError> {
        let id = request.to_string();
        self.write(act, |transaction| {
            let changed = diesel::update(
                authority_requests::table
                    .filter(authority_requests::id.eq(&id))
                    .filter(authority_requests::state.eq("open")),
            )
            .set((
                authority_requests::state.eq("answered"),
                authority_requests::answer_hash.eq(answer.to_vec()),
                authority_requests::transcript_hash.eq(transcript.to_vec()),
                authority_requests::closed_at.eq(transaction.at()),
                authority_requests::version.eq(authority_requests::version + 1),
            ))
            .execute(transaction.connection)
            .map_err(during("a request"))?;
            let row = get(transaction.connection, &id)?;
            if changed == 0 {
                return Err(StoreError::Conflict { what: "the request" });
            }
            transaction.record("authority-request.answer", &row)
        })
    }
}
