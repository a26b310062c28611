//! `GET /certificates?…` as a filter.

use actix_web::web::Query;
use schemas::rest::{CertificateQuery, CertificateStatus};

use super::convert;
use crate::http::refusal::Refusal;
use crate::port::record::{CertificateFilter, StatusFilter};

/// Reads a query string; what is unknown in it is refused.
pub(crate) fn parse(query: &str) -> Result<CertificateQuery, Refusal> {
    Query::<CertificateQuery>::from_query(query)
        .map(Query::into_inner)
        .map_err(|error| Refusal::bad_request("malformed-query", format!("the query: {error}")))
}

/// The filter of a query.
pub(crate) fn filter(query: &CertificateQuery) -> Result<CertificateFilter, Refusal> {
    Ok(CertificateFilter {
        authority: query.authority.as_deref().map(convert::authority).transpose()?,
        profile: query.profile.clone(),
        status: query.status.map(|status| match status {
            CertificateStatus::Good => StatusFilter::Good,
            CertificateStatus::Held => StatusFilter::Held,
            CertificateStatus::Revoked => StatusFilter::Revoked,
        }),
        subject: query.subject.clone(),
        serial: query.serial.as_deref().map(convert::serial).transpose()?,
        key_fingerprint: query.key.as_deref().map(key).transpose()?,
        expires_before: query.expires_before,
        expires_after: query.expires_after,
        issued_after: query.issued_after,
        issued_before: query.issued_before,
    })
}

fn key(text: &str) -> Result<String, Refusal> {
    match hex::decode(text) {
        Ok(bytes) if bytes.len() == 32 => Ok(hex::encode(bytes)),
        _ => Err(Refusal::bad_request(
            "malformed-key-fingerprint",
            "key is the SHA-256 of a SubjectPublicKeyInfo: 64 hexadecimal digits",
        )),
    }
}
