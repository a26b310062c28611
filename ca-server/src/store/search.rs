//! Looking certificates up.

use diesel::prelude::*;
use uuid::Uuid;

use super::backend::{Connection, Database};
use super::certificate::{CertificateRow, fingerprint, record};
use super::convert::micros;
use super::schema::{authorities, certificates, subjects};
use super::{authority, during, subject};
use crate::port::StoreError;
use crate::port::record::{CertificateFilter, CertificatePage, StatusFilter};

/// The pattern that finds `text` anywhere, with what `LIKE` takes for signs of its own escaped.
fn containing(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// The certificates that match, newest first.
pub(super) fn find(
    connection: &mut Connection,
    filter: &CertificateFilter,
    after: Option<Uuid>,
    limit: u32,
) -> Result<CertificatePage, StoreError> {
    let nothing = CertificatePage { items: Vec::new(), next: None };
    let mut query = certificates::table
        .inner_join(authorities::table)
        .select((CertificateRow::as_select(), authorities::name))
        .order(certificates::id.desc())
        // One more than asked for tells whether there is a next page.
        .limit(i64::from(limit) + 1)
        .into_boxed::<Database>();
    if let Some(after) = after {
        query = query.filter(certificates::id.lt(after.to_string()));
    }
    if let Some(name) = &filter.authority {
        let Some(id) = authority::id_of(connection, name.as_str())? else { return Ok(nothing) };
        query = query.filter(certificates::authority_id.eq(id));
    }
    if let Some(profile) = &filter.profile {
        query = query.filter(certificates::profile.eq(profile));
    }
    query = match filter.status {
        None => query,
        Some(StatusFilter::Good) => query.filter(certificates::status_since.is_null()),
        Some(StatusFilter::Held) => {
            query.filter(certificates::status_since.is_not_null()).filter(certificates::status.eq("held"))
        }
        Some(StatusFilter::Revoked) => {
            query.filter(certificates::status_since.is_not_null()).filter(certificates::status.eq("revoked"))
        }
    };
    if let Some(text) = &filter.subject {
        // SQLite ends a pattern here, and no certified name holds it.
        if text.contains('\0') {
            return Ok(nothing);
        }
        let pattern = containing(&subject::search_form(text));
        let matching =
            subjects::table.filter(subjects::search.like(pattern).escape('\\')).select(subjects::id);
        query = query.filter(certificates::subject_id.eq_any(matching));
    }
    if let Some(serial) = &filter.serial {
        query = query.filter(certificates::serial.eq(serial.as_bytes().to_vec()));
    }
    if let Some(key) = &filter.key_fingerprint {
        let Some(key) = fingerprint(key) else { return Ok(nothing) };
        query = query.filter(certificates::key_fingerprint.eq(key));
    }
    if let Some(at) = filter.expires_before {
        query = query.filter(certificates::not_after.lt(micros(at)));
    }
    if let Some(at) = filter.expires_after {
        query = query.filter(certificates::not_after.ge(micros(at)));
    }
    if let Some(at) = filter.issued_after {
        query = query.filter(certificates::issued_at.ge(micros(at)));
    }
    if let Some(at) = filter.issued_before {
        query = query.filter(certificates::issued_at.lt(micros(at)));
    }
    let rows: Vec<(CertificateRow, String)> = query.load(connection).map_err(during("the certificates"))?;
    let mut items = rows.into_iter().map(record).collect::<Result<Vec<_>, _>>()?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > wanted;
    items.truncate(wanted);
    let next = if more { items.last().map(|certificate| certificate.id) } else { None };
    Ok(CertificatePage { items, next })
}
