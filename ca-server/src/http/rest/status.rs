//! Revoke, hold, release.

use actix_web::HttpResponse;
use actix_web::web::Path;
use ca_core::issuance::AuthorityName;
use ca_core::revocation::{Reason, Status};
use ca_core::x509::serial::SerialNumber;
use schemas::rest::{CertificateView, Problem, RevokeRequest};

use super::call::{Call, json};
use super::convert;
use super::signed::Signed;
use crate::http::Api;
use crate::http::refusal::Refusal;
use crate::port::Act;
use crate::port::record::CertificateRecord;
use crate::service::certificates::CertificatesError;

/// Revokes a certificate for good.
#[utoipa::path(
    post, path = "/api/v1/certificates/{authority}/{serial}/revoke", tag = "certificates", request_body = RevokeRequest,
    params(("authority" = String, Path, description = "Name of the authority"), ("serial" = String, Path, description = "Serial in hexadecimal; letter case and colons do not matter")),
    responses(
        (status = 200, description = "Revoked", body = CertificateView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke(call: Call, path: Path<(String, String)>) -> HttpResponse {
    let read = |signed: &Signed| {
        let body = json::<RevokeRequest>(signed)?;
        Ok((convert::reason(body.reason)?, body.invalidity_date))
    };
    change(call, path, "certificate.revoke", read, |change, (reason, date)| {
        change.api.services.certificates.revoke(change.act, change.authority, change.serial, reason, date)
    })
    .await
}

/// Holds a certificate: revoked for the time being.
#[utoipa::path(
    post, path = "/api/v1/certificates/{authority}/{serial}/hold", tag = "certificates",
    params(("authority" = String, Path, description = "Name of the authority"), ("serial" = String, Path, description = "Serial in hexadecimal; letter case and colons do not matter")),
    responses(
        (status = 200, description = "Held", body = CertificateView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn hold(call: Call, path: Path<(String, String)>) -> HttpResponse {
    change(call, path, "certificate.hold", nothing, |change, ()| {
        change.api.services.certificates.hold(change.act, change.authority, change.serial)
    })
    .await
}

/// Releases a held certificate.
#[utoipa::path(
    post, path = "/api/v1/certificates/{authority}/{serial}/release", tag = "certificates",
    params(("authority" = String, Path, description = "Name of the authority"), ("serial" = String, Path, description = "Serial in hexadecimal; letter case and colons do not matter")),
    responses(
        (status = 200, description = "Good again", body = CertificateView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn release(call: Call, path: Path<(String, String)>) -> HttpResponse {
    change(call, path, "certificate.release", nothing, |change, ()| {
        change.api.services.certificates.release(change.act, change.authority, change.serial)
    })
    .await
}

/// What a change is about.
struct Change<'a> {
    api: &'a Api,
    act: &'a Act,
    authority: &'a AuthorityName,
    serial: &'a SerialNumber,
}

/// The body of a request that has nothing to say: empty, or an empty object for clients that always send JSON.
fn nothing(signed: &Signed) -> Result<(), Refusal> {
    match signed.body().trim_ascii() {
        b"" | b"{}" => Ok(()),
        _ => Err(Refusal::bad_request("body-not-empty", "this request has no body")),
    }
}

/// Publishes the CRLs that show the change, before it is acknowledged. If that fails the change stands all the same,
/// OCSP shows it, and the timer publishes.
pub(super) fn publish(api: &Api, act: &Act, authority: &AuthorityName, reason: Option<Reason>) {
    let act = act.continued(api.ports.clock.now());
    for (authority, error) in api.services.crl.publish_changes(&act, authority, reason) {
        metrics::counter!("cityca_renewal_failures_total", "what" => "crl").increment(1);
        let request_id = act.request_id;
        tracing::error!(%request_id, %authority, outcome = error.code(), %error, "the CRL was not published");
    }
}

async fn change<B>(
    call: Call,
    path: Path<(String, String)>,
    action: &'static str,
    read: impl FnOnce(&Signed) -> Result<B, Refusal> + Send + 'static,
    apply: impl FnOnce(Change<'_>, B) -> Result<CertificateRecord, CertificatesError> + Send + 'static,
) -> HttpResponse {
    call.context().set_certificate(path.0.clone(), path.1.clone());
    call.answer(
        action,
        move |signed| Ok((convert::authority(&path.0)?, convert::serial(&path.1)?, read(signed)?)),
        |api, act, (authority, serial, body)| {
            let change = Change { api, act, authority: &authority, serial: &serial };
            let record = apply(change, body)?;
            let reason = match record.status {
                Status::Revoked { reason, .. } => Some(reason),
                Status::Good | Status::Held { .. } => None,
            };
            publish(api, act, &authority, reason);
            Ok::<_, CertificatesError>(record)
        },
        |_, record| {
            metrics::counter!("cityca_status_changes_total", "change" => action).increment(1);
            HttpResponse::Ok().json(convert::view(record))
        },
    )
    .await
}
