//! The table of authorities.

use ca_core::algorithm::Sm2Parameters;
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::backend::Connection;
use super::convert::{damaged, micros, optional_uuid, time, uuid, version};
use super::schema::authorities;
use super::transaction::audited;
use super::{SqlStore, during, ocsp_signer, setting};
use crate::port::record::{AuthorityKind, AuthorityRecord, OcspSignerRecord, Origin};
use crate::port::store::AuthorityStore;
use crate::port::{Act, StoreError};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = authorities)]
pub(super) struct AuthorityRow {
    id: String,
    name: String,
    kind: String,
    parent_id: Option<String>,
    certificate: Option<Vec<u8>>,
    key_name: String,
    sm2_parameters: String,
    origin: String,
    created_at: i64,
    version: i32,
}

impl AuthorityRow {
    fn new(authority: &AuthorityRecord) -> Self {
        Self {
            id: authority.id.to_string(),
            name: authority.name.to_string(),
            kind: match authority.kind {
                AuthorityKind::Root => "root",
                AuthorityKind::Issuing => "issuing",
            }
            .to_owned(),
            parent_id: authority.parent.map(|id| id.to_string()),
            certificate: authority.certificate.clone(),
            key_name: authority.key.to_string(),
            sm2_parameters: match authority.sm2_parameters {
                Sm2Parameters::Absent => "absent",
                Sm2Parameters::Null => "null",
            }
            .to_owned(),
            origin: match authority.origin {
                Origin::Dev => "dev",
                Origin::Ceremony => "ceremony",
            }
            .to_owned(),
            created_at: micros(authority.created_at),
            version: 1,
        }
    }
}

audited!(AuthorityRow, "authorities", |row| json!({
    "name": row.name,
    "kind": row.kind,
    "parent_id": row.parent_id,
    "certificate": row.certificate.as_ref().map(hex::encode),
    "key_name": row.key_name,
    "sm2_parameters": row.sm2_parameters,
    "origin": row.origin,
    "created_at": row.created_at,
}));

impl TryFrom<AuthorityRow> for AuthorityRecord {
    type Error = StoreError;

    fn try_from(row: AuthorityRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: uuid(&row.id)?,
            name: row.name.parse().map_err(|_| damaged("there is no authority name", &row.name))?,
            kind: match row.kind.as_str() {
                "root" => AuthorityKind::Root,
                "issuing" => AuthorityKind::Issuing,
                other => return Err(damaged("there is no kind of authority", other)),
            },
            parent: optional_uuid(row.parent_id.as_deref())?,
            certificate: row.certificate,
            key: row.key_name.parse().map_err(|_| damaged("there is no key", &row.key_name))?,
            sm2_parameters: match row.sm2_parameters.as_str() {
                "absent" => Sm2Parameters::Absent,
                "null" => Sm2Parameters::Null,
                other => return Err(damaged("there are no SM2 parameters", other)),
            },
            origin: match row.origin.as_str() {
                "dev" => Origin::Dev,
                "ceremony" => Origin::Ceremony,
                other => return Err(damaged("there is no origin", other)),
            },
            created_at: time(row.created_at)?,
            version: version(row.version)?,
        })
    }
}

/// The id of the authority with this name.
pub(super) fn id_of(connection: &mut Connection, name: &str) -> Result<Option<String>, StoreError> {
    authorities::table
        .filter(authorities::name.eq(name))
        .select(authorities::id)
        .first(connection)
        .optional()
        .map_err(during("an authority"))
}

impl AuthorityStore for SqlStore {
    fn add_authority(&self, act: &Act, authority: &AuthorityRecord) -> Result<(), StoreError> {
        let row = AuthorityRow::new(authority);
        self.write(act, |transaction| {
            diesel::insert_into(authorities::table)
                .values(&row)
                .execute(transaction.connection)
                .map_err(during("an authority"))?;
            transaction.record("authority.create", &row)
        })
    }

    fn certify_authority(
        &self,
        act: &Act,
        authority: Uuid,
        parent: Option<Uuid>,
        certificate: &[u8],
    ) -> Result<(), StoreError> {
        let id = authority.to_string();
        self.write(act, |transaction| {
            let certified = diesel::update(
                authorities::table.filter(authorities::id.eq(&id)).filter(authorities::certificate.is_null()),
            )
            .set((
                authorities::parent_id.eq(parent.map(|id| id.to_string())),
                authorities::certificate.eq(certificate),
                authorities::version.eq(authorities::version + 1),
            ))
            .execute(transaction.connection)
            .map_err(during("an authority"))?;
            let row = authorities::table
                .find(&id)
                .select(AuthorityRow::as_select())
                .first(transaction.connection)
                .map_err(during("an authority"))?;
            if certified == 0 {
                return Err(StoreError::Conflict { what: "the authority's certificate" });
            }
            transaction.record("authority.certify", &row)
        })
    }

    fn authorities(&self) -> Result<Vec<AuthorityRecord>, StoreError> {
        let rows: Vec<AuthorityRow> = self.read(|connection| {
            authorities::table
                .order(authorities::id)
                .select(AuthorityRow::as_select())
                .load(connection)
                .map_err(during("the authorities"))
        })?;
        rows.into_iter().map(AuthorityRecord::try_from).collect()
    }

    fn add_ocsp_signer(&self, act: &Act, signer: &OcspSignerRecord) -> Result<(), StoreError> {
        self.write(act, |transaction| ocsp_signer::add(transaction, signer))
    }

    fn ocsp_signer(&self, authority: Uuid) -> Result<Option<OcspSignerRecord>, StoreError> {
        self.read(|connection| ocsp_signer::newest(connection, authority))
    }

    fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.read(|connection| setting::get(connection, name))
    }

    fn put_setting(&self, act: &Act, name: &str, value: &str) -> Result<(), StoreError> {
        self.write(act, |transaction| setting::put(transaction, name, value))
    }
}
