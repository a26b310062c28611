//! The table of delegated OCSP signers.

use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::backend::Connection;
use super::convert::{damaged, micros, time, uuid, version};
use super::during;
use super::schema::ocsp_signers;
use super::transaction::{Transaction, audited};
use crate::port::StoreError;
use crate::port::record::OcspSignerRecord;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = ocsp_signers)]
pub(super) struct OcspSignerRow {
    id: String,
    authority_id: String,
    certificate: Vec<u8>,
    key_name: String,
    not_after: i64,
    created_at: i64,
    version: i32,
}

audited!(OcspSignerRow, "ocsp_signers", |row| json!({
    "authority_id": row.authority_id,
    "certificate": hex::encode(&row.certificate),
    "key_name": row.key_name,
    "not_after": row.not_after,
    "created_at": row.created_at,
}));

pub(super) fn add(transaction: &mut Transaction<'_>, signer: &OcspSignerRecord) -> Result<(), StoreError> {
    let row = OcspSignerRow {
        id: signer.id.to_string(),
        authority_id: signer.authority.to_string(),
        certificate: signer.certificate.clone(),
        key_name: signer.key.to_string(),
        not_after: micros(signer.not_after),
        created_at: micros(signer.created_at),
        version: 1,
    };
    diesel::insert_into(ocsp_signers::table)
        .values(&row)
        .execute(transaction.connection)
        .map_err(during("an OCSP signer"))?;
    transaction.record("ocsp-signer.create", &row)
}

pub(super) fn newest(
    connection: &mut Connection,
    authority: Uuid,
) -> Result<Option<OcspSignerRecord>, StoreError> {
    let row: Option<OcspSignerRow> = ocsp_signers::table
        .filter(ocsp_signers::authority_id.eq(authority.to_string()))
        .order(ocsp_signers::id.desc())
        .select(OcspSignerRow::as_select())
        .first(connection)
        .optional()
        .map_err(during("an OCSP signer"))?;
    row.map(|row| {
        Ok(OcspSignerRecord {
            id: uuid(&row.id)?,
            authority: uuid(&row.authority_id)?,
            certificate: row.certificate,
            // Older rows name the file of the key.
            key: (row.key_name.strip_suffix(".key").unwrap_or(&row.key_name))
                .parse()
                .map_err(|_| damaged("there is no key", &row.key_name))?,
            not_after: time(row.not_after)?,
            created_at: time(row.created_at)?,
            version: version(row.version)?,
        })
    })
    .transpose()
}
