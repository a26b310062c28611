//! The table of subjects: one for each name that certificates were issued to.

use std::collections::HashMap;

use ca_core::algorithm::digest::sm3;
use diesel::prelude::*;
use serde_json::json;

use super::backend::{Connection, at_once, on_each};
use super::during;
use super::schema::subjects;
use super::transaction::audited;
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

at_once!(SubjectRow, subjects: id, name_der, name_hash, search, created_at, version);

audited!(SubjectRow, "subjects", |row| json!({
    "name_der": hex::encode(&row.name_der),
    "search": row.search,
    "created_at": row.created_at,
}));

/// The form in which subjects are searched: lower case, so that databases need not agree on what that is.
pub(super) fn search_form(text: &str) -> String {
    text.to_lowercase()
}

/// SM3 of a name, none of the empty one.
pub(super) fn name_hash(der: &[u8]) -> Option<Vec<u8>> {
    (der != EMPTY_NAME).then(|| sm3(der).to_vec())
}

impl SubjectRow {
    pub(super) fn new(certificate: &NewCertificate, at: i64) -> Self {
        Self {
            id: certificate.new_subject.to_string(),
            name_der: certificate.subject_der.clone(),
            name_hash: name_hash(&certificate.subject_der),
            search: search_form(&certificate.subject),
            created_at: at,
            version: 1,
        }
    }
}

/// The ids of the subjects that are known, by the hash of their name.
pub(super) fn known(
    connection: &mut Connection,
    hashes: &[Vec<u8>],
) -> Result<HashMap<Vec<u8>, String>, StoreError> {
    if hashes.is_empty() {
        return Ok(HashMap::new());
    }
    let known: Vec<(Option<Vec<u8>>, String)> = on_each!(connection, |connection| {
        subjects::table
            .filter(subjects::name_hash.eq_any(hashes))
            .select((subjects::name_hash, subjects::id))
            .load(connection)
            .map_err(during("the subjects"))
    })?;
    Ok(known.into_iter().filter_map(|(hash, id)| Some((hash?, id))).collect())
}
