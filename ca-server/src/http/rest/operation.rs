//! What is done to an authority at work: publish its CRL at once, revoke many of its certificates, let it pause, let it take the
//! place of another.

use actix_web::HttpResponse;
use actix_web::web::Path;
use schemas::rest::{
    CrlView, DefaultView, Problem, RevocationOutcome, RevokeManyRequest, RevokedMany, SuspensionView,
};

use super::call::{Call, json};
use super::convert;
use super::status::publish;
use crate::http::refusal::Refusal;
use crate::http::status_of;
use crate::port::record::CrlSummary;
use crate::service::Fault;
use crate::service::certificates::{CertificatesError, RevokedOne};
use crate::service::crl::CrlError;
use crate::service::default_issuing::DefaultIssuingError;
use crate::service::suspension::SuspensionError;

/// Publishes the next full CRL of an authority at once, with its delta where it has them.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority}/crl", tag = "authorities",
    params(("authority" = String, Path, description = "Name of the authority")),
    responses(
        (status = 200, description = "The CRL is published", body = CrlView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn publish_now(call: Call, path: Path<String>) -> HttpResponse {
    call.context().set_authority(path.as_str());
    call.answer(
        "crl.publish",
        move |_| convert::authority(&path),
        |api, act, name| {
            let published = api.services.crl.publish(act, &name, false).inspect_err(|error| {
                api.services.refusals.record(act, "crl.publish", error.code(), &error.to_string());
            })?;
            Ok::<_, CrlError>((name, published))
        },
        |_, (name, crl)| {
            let CrlSummary { number, this_update, next_update, entries, .. } = crl;
            let authority = name.to_string();
            HttpResponse::Ok().json(CrlView { authority, number, this_update, next_update, entries })
        },
    )
    .await
}

/// Revokes many certificates of an authority: all that are not revoked yet, or none. Sent again it does no harm; with `dry_run`
/// it says what it would do.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority}/revocations", tag = "certificates",
    request_body = RevokeManyRequest,
    params(("authority" = String, Path, description = "Name of the authority")),
    responses(
        (status = 200, description = "What became of each", body = RevokedMany),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke_many(call: Call, path: Path<String>) -> HttpResponse {
    call.context().set_authority(path.as_str());
    call.answer(
        "certificate.revoke",
        move |signed| {
            let body = json::<RevokeManyRequest>(signed)?;
            let serials = body.serials.iter().map(|serial| convert::serial(serial));
            let serials = serials.collect::<Result<Vec<_>, Refusal>>()?;
            let (reason, date) = (convert::reason(body.reason)?, body.invalidity_date);
            Ok((convert::authority(&path)?, serials, reason, date, body.dry_run))
        },
        |api, act, (authority, serials, reason, date, dry_run)| {
            let certificates = &api.services.certificates;
            if dry_run {
                return certificates.consider_many(act, &authority, &serials, reason, date);
            }
            let done = certificates.revoke_many(act, &authority, &serials, reason, date)?;
            publish(api, act, &authority, Some(reason));
            metrics::counter!("cityca_status_changes_total", "change" => "certificate.revoke")
                .increment(done.profiles.values().sum());
            Ok::<_, CertificatesError>(done)
        },
        |_, done| {
            let outcomes = done.outcomes.into_iter().map(outcome).collect();
            HttpResponse::Ok().json(RevokedMany { outcomes, profiles: done.profiles })
        },
    )
    .await
}

fn outcome(one: RevokedOne) -> RevocationOutcome {
    match one {
        RevokedOne::Revoked => RevocationOutcome::Revoked,
        RevokedOne::AlreadyRevoked => RevocationOutcome::AlreadyRevoked,
        RevokedOne::Unknown => RevocationOutcome::UnknownCertificate,
    }
}

/// Suspends an authority: it issues nothing until it is resumed. Its CRLs and OCSP answers go on.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority}/suspend", tag = "authorities",
    params(("authority" = String, Path, description = "Name of the authority")),
    responses(
        (status = 200, description = "It issues nothing", body = SuspensionView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn suspend(call: Call, path: Path<String>) -> HttpResponse {
    set(call, path, "authority.suspend", true).await
}

/// Resumes an authority that was suspended.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority}/resume", tag = "authorities",
    params(("authority" = String, Path, description = "Name of the authority")),
    responses(
        (status = 200, description = "It issues again", body = SuspensionView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn resume(call: Call, path: Path<String>) -> HttpResponse {
    set(call, path, "authority.resume", false).await
}

/// Lets requests that name no authority go to this one, such as those of EST: what moves subscribers to its successor when an
/// authority ends.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority}/default", tag = "authorities",
    params(("authority" = String, Path, description = "Name of the authority")),
    responses(
        (status = 200, description = "It issues where none is named", body = DefaultView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn make_default(call: Call, path: Path<String>) -> HttpResponse {
    call.context().set_authority(path.as_str());
    call.answer(
        "authority.make-default",
        move |_| convert::authority(&path),
        |api, act, name| {
            api.services.default_issuing.set(act, &name)?;
            Ok::<_, DefaultIssuingError>(name)
        },
        |_, name| HttpResponse::Ok().json(DefaultView { authority: name.to_string() }),
    )
    .await
}

async fn set(call: Call, path: Path<String>, action: &'static str, suspended: bool) -> HttpResponse {
    call.context().set_authority(path.as_str());
    call.answer(
        action,
        move |_| convert::authority(&path),
        move |api, act, name| {
            api.services.suspension.set(act, &name, suspended)?;
            Ok::<_, SuspensionError>(name)
        },
        move |_, name| HttpResponse::Ok().json(SuspensionView { authority: name.to_string(), suspended }),
    )
    .await
}

impl From<CrlError> for Refusal {
    fn from(error: CrlError) -> Self {
        let fault = match &error {
            CrlError::UnknownAuthority { .. } => Fault::NotFound,
            CrlError::Offline(_) => Fault::Conflict,
            CrlError::Busy { .. } | CrlError::Write { .. } | CrlError::Halted(_) => Fault::Unavailable,
            CrlError::Store(error) => error.into(),
            _ => Fault::Internal,
        };
        Self::new(status_of(fault), error.code(), error.to_string())
    }
}

impl From<DefaultIssuingError> for Refusal {
    fn from(error: DefaultIssuingError) -> Self {
        Self::new(status_of(error.fault()), error.code(), error.to_string())
    }
}

impl From<SuspensionError> for Refusal {
    fn from(error: SuspensionError) -> Self {
        Self::new(status_of(error.fault()), error.code(), error.to_string())
    }
}
