//! The tables of enrolment credentials and blocked keys.

use ca_core::algorithm::digest::sm3;
use diesel::dsl::exists;
use diesel::prelude::*;
use serde_json::json;

use super::convert::{damaged, hash, micros, time, uuid, version};
use super::schema::{blocked_keys, enrollment_credentials, nonces};
use super::transaction::audited;
use super::{SqlStore, during};
use crate::port::record::{BlockedKeyRecord, CredentialRecord};
use crate::port::store::AccessStore;
use crate::port::{Act, StoreError};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = enrollment_credentials)]
pub(super) struct CredentialRow {
    id: String,
    user_name: String,
    salt: Vec<u8>,
    verifier: Vec<u8>,
    profiles: String,
    active: bool,
    created_at: i64,
    version: i32,
}

audited!(CredentialRow, "enrollment_credentials", |row| {
    // The verifier stays out of the audit, which more people read; its hash shows a change as well.
    json!({
        "user_name": row.user_name,
        "verifier_hash": hex::encode(sm3(&[row.salt.as_slice(), &row.verifier].concat())),
        "profiles": row.profiles,
        "active": row.active,
        "created_at": row.created_at,
    })
});

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = blocked_keys)]
pub(super) struct BlockedKeyRow {
    id: String,
    key: Vec<u8>,
    reason: String,
    created_at: i64,
    version: i32,
}

audited!(
    BlockedKeyRow,
    "blocked_keys",
    |row| json!({ "key": hex::encode(&row.key), "reason": row.reason, "created_at": row.created_at })
);

impl AccessStore for SqlStore {
    fn add_credential(&self, act: &Act, credential: &CredentialRecord) -> Result<(), StoreError> {
        let row = CredentialRow {
            id: credential.id.to_string(),
            user_name: credential.user.clone(),
            salt: credential.salt.clone(),
            verifier: credential.verifier.to_vec(),
            profiles: json!(credential.profiles).to_string(),
            active: credential.active,
            created_at: micros(credential.created_at),
            version: 1,
        };
        self.write(act, |transaction| {
            diesel::insert_into(enrollment_credentials::table)
                .values(&row)
                .execute(transaction.connection)
                .map_err(during("enrolment credentials"))?;
            transaction.record("credential.create", &row)
        })
    }

    fn credential(&self, user: &str) -> Result<Option<CredentialRecord>, StoreError> {
        let row: Option<CredentialRow> = self.read(|connection| {
            enrollment_credentials::table
                .filter(enrollment_credentials::user_name.eq(user))
                .select(CredentialRow::as_select())
                .first(connection)
                .optional()
                .map_err(during("enrolment credentials"))
        })?;
        row.map(|row| {
            Ok(CredentialRecord {
                id: uuid(&row.id)?,
                user: row.user_name,
                salt: row.salt,
                verifier: hash(&row.verifier)?,
                profiles: serde_json::from_str(&row.profiles)
                    .map_err(|_| damaged("there is no list of profiles in", &row.profiles))?,
                active: row.active,
                created_at: time(row.created_at)?,
                version: version(row.version)?,
            })
        })
        .transpose()
    }

    fn block_keys(&self, act: &Act, keys: &[BlockedKeyRecord]) -> Result<(), StoreError> {
        let rows = keys.iter().map(|key| BlockedKeyRow {
            id: key.id.to_string(),
            key: key.key.to_vec(),
            reason: key.reason.clone(),
            created_at: micros(key.created_at),
            version: 1,
        });
        let rows: Vec<BlockedKeyRow> = rows.collect();
        self.write(act, |transaction| {
            for row in &rows {
                let blocked: bool =
                    diesel::select(exists(blocked_keys::table.filter(blocked_keys::key.eq(&row.key))))
                        .get_result(transaction.connection)
                        .map_err(during("a blocked key"))?;
                if blocked {
                    continue;
                }
                diesel::insert_into(blocked_keys::table)
                    .values(row)
                    .execute(transaction.connection)
                    .map_err(during("a blocked key"))?;
                transaction.record("key.block", row)?;
            }
            Ok(())
        })
    }

    fn is_blocked(&self, key: &[u8; 32]) -> Result<bool, StoreError> {
        self.read(|connection| {
            diesel::select(exists(blocked_keys::table.filter(blocked_keys::key.eq(key.as_slice()))))
                .get_result(connection)
                .map_err(during("a blocked key"))
        })
    }

    fn use_nonce(&self, act: &Act) -> Result<(), StoreError> {
        if act.nonce.is_none() {
            return Ok(());
        }
        self.write(act, |_| Ok(()))
    }

    fn is_nonce_used(&self, key_fingerprint: &str, nonce: &str) -> Result<bool, StoreError> {
        self.read(|connection| {
            diesel::select(exists(
                nonces::table
                    .filter(nonces::key_fingerprint.eq(key_fingerprint))
                    .filter(nonces::nonce.eq(nonce)),
            ))
            .get_result(connection)
            .map_err(during("a nonce"))
        })
    }
}
