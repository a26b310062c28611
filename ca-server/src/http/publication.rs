//! What relying parties fetch: CRLs and CA certificates.

use std::time::SystemTime;

use actix_web::http::header::{
    CACHE_CONTROL, ETAG, EXPIRES, HttpDate, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use actix_web::web::{self, Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;

use super::context::Context;
use super::refusal::Refusal;
use super::{Api, problem, status_of};
use crate::port::record::CrlRecord;
use crate::service::status::StatusError;

/// `GET /crl/{authority}.crl`: DER `CertificateList` (RFC 5280 §4.2.1.13, media type of RFC 2585 §4.2).
pub(crate) async fn crl(
    request: HttpRequest,
    authority: Path<String>,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    let authority = authority.into_inner();
    context.set_authority(authority.clone());
    let service = api.services.status.clone();
    match web::block(move || service.crl(&authority)).await {
        Ok(Ok(record)) => render_crl(&request, &record),
        Ok(Err(error)) => refuse(&context, &error),
        Err(_) => problem::respond(&context, &Refusal::internal()),
    }
}

/// `GET /ca/{authority}.cer`: DER `Certificate` (media type of RFC 2585 §4.1).
pub(crate) async fn ca_certificate(
    authority: Path<String>,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    context.set_authority(authority.as_str());
    match api.services.status.ca_certificate(&authority) {
        Ok(der) => HttpResponse::Ok()
            .content_type("application/pkix-cert")
            .insert_header((CACHE_CONTROL, "public, max-age=3600"))
            .body(der),
        Err(error) => refuse(&context, &error),
    }
}

/// Any other method.
pub(crate) async fn other_method(context: Context) -> HttpResponse {
    problem::method_not_allowed(&context, "GET, HEAD")
}

fn refuse(context: &Context, error: &StatusError) -> HttpResponse {
    problem::respond(context, &Refusal::new(status_of(error.fault()), error.code(), error.to_string()))
}

fn render_crl(request: &HttpRequest, record: &CrlRecord) -> HttpResponse {
    let summary = &record.summary;
    let tag = format!("\"{}\"", hex::encode(summary.tbs_hash));
    let known = is_known(request, &tag, summary.this_update);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        // A CRL may be followed by the next at any time: whoever keeps one asks whether it still is the newest.
        .insert_header((CACHE_CONTROL, "public, no-cache"))
        .insert_header((ETAG, tag))
        .insert_header((LAST_MODIFIED, http_date(summary.this_update)))
        .insert_header((EXPIRES, http_date(summary.next_update)));
    if known {
        return response.finish();
    }
    response.content_type("application/pkix-crl").body(Bytes::copy_from_slice(&record.der))
}

/// Whether the client has this one (RFC 9110 §13.1.2, §13.1.3).
fn is_known(request: &HttpRequest, tag: &str, modified: Timestamp) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = header(IF_NONE_MATCH) {
        return tags
            .split(',')
            .map(str::trim)
            .any(|known| known == "*" || known.trim_start_matches("W/") == tag);
    }
    header(IF_MODIFIED_SINCE)
        .and_then(|date| date.parse::<HttpDate>().ok())
        .and_then(|date| Timestamp::try_from(SystemTime::from(date)).ok())
        .is_some_and(|date| modified <= date)
}

fn http_date(time: Timestamp) -> String {
    HttpDate::from(SystemTime::from(time)).to_string()
}
