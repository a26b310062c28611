//! The table of subjects: one for each name that certificates were issued to.

use ca_core::algorithm::digest::sm3;
use diesel::prelude::*;
use serde_json::json;

use super::during;
use super::schema::subjects;
use super::transaction::{Transaction, audited};
use crate::port::StoreError;
use crate::port::record::NewCertificate;

/// The DER of a name without parts.
const EMPTY_NAME: [u8; 2] = [0x30, 0x00];

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = subjects)]
pub(super) struct SubjectRow {
    id: String,
    name_der: Vec<u8>,
    name_hash: Option<Vec<u8>>,
    search: String,
    created_at: i64,
    version: i32,
}

audited!(SubjectRow, "subjects", |row| json!({
    "name_der": hex::encode(&row.name_der),
    "search": row.search,
    "created_at": row.created_at,
}));

/// The form in which subjects are searched: lower case, so that databases need not agree on what that is.
pub(super) fn search_form(text: &str) -> String {
    text.to_lowercase()
}

/// The id of a certificate's subject, which is made where its name is new.
pub(super) fn of(
    transaction: &mut Transaction<'_>,
    certificate: &NewCertificate,
) -> Result<String, StoreError> {
    let name_hash = (certificate.subject_der != EMPTY_NAME).then(|| sm3(&certificate.subject_der).to_vec());
    if let Some(hash) = &name_hash {
        let known = subjects::table
            .filter(subjects::name_hash.eq(hash))
            .select(subjects::id)
            .first(transaction.connection)
            .optional()
            .map_err(during("a subject"))?;
        if let Some(id) = known {
            return Ok(id);
        }
    }
    let row = SubjectRow {
        id: certificate.new_subject.to_string(),
        name_der: certificate.subject_der.clone(),
        name_hash,
        search: search_form(&certificate.subject),
        created_at: transaction.at(),
        version: 1,
    };
    diesel::insert_into(subjects::table)
        .values(&row)
        .execute(transaction.connection)
        .map_err(during("a subject"))?;
    transaction.record("subject.create", &row)?;
    Ok(row.id)
}
