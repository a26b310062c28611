//! What subscribers ask for with the keys of their own certificates.

use actix_web::HttpResponse;
use ca_core::encoding::pem;
use schemas::rest::{CertificateView, Problem, RevokeOwnRequest};

use super::call::{Call, json};
use super::convert;
use super::status::publish;
use crate::http::refusal::Refusal;
use crate::http::status_of;
use crate::service::possession::{OwnRevocation, PossessionError};

/// Revokes a certificate by proof that its key is at hand. The request is signed by that key, sm2, p256 or ed25519, whose
/// fingerprint is the `keyid`; nobody has to be registered.
#[utoipa::path(
    post, path = "/api/v1/revocations", tag = "certificates", request_body = RevokeOwnRequest,
    responses(
        (status = 200, description = "Revoked", body = CertificateView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke_own(call: Call) -> HttpResponse {
    call.answer_key(
        |api, signed, request_id| {
            let body = json::<RevokeOwnRequest>(signed)?;
            let certificate =
                pem::read_one_of(body.certificate.as_bytes(), &["CERTIFICATE"]).map_err(|error| {
                    Refusal::bad_request("malformed-certificate", format!("certificate: {error}"))
                })?;
            let reason = convert::reason(body.reason)?;
            let asked = OwnRevocation { certificate, reason, invalidity_date: body.invalidity_date };
            let done = api.services.possession.revoke(signed.request(request_id), &asked)?;
            publish(api, &done.act, &done.record.authority, Some(reason));
            Ok(done)
        },
        |context, done| {
            metrics::counter!("cityca_status_changes_total", "change" => "certificate.revoke").increment(1);
            context.set_actor(done.act.actor.to_string());
            context.set_certificate(done.record.authority.to_string(), done.record.serial.to_string());
            HttpResponse::Ok().json(convert::view(done.record))
        },
    )
    .await
}

impl From<PossessionError> for Refusal {
    fn from(error: PossessionError) -> Self {
        Self::new(status_of(error.fault()), error.code(), error.to_string())
    }
}
