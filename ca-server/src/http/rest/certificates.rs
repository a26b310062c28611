//! Issue, look up, list.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::Path;
use schemas::rest::{CertificatePage, CertificateView, IssueRequest, Problem};

use super::call::{Call, json};
use super::{BASE, convert, query};
use crate::http::refusal::Refusal;
use crate::http::{problem, status_of};
use crate::service::certificates::CertificatesError;

/// Issues a certificate on a PKCS#10 request.
#[utoipa::path(
    post, path = "/api/v1/certificates", tag = "certificates", request_body = IssueRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the order, so that a retry is recognised; covered by the signature")),
    responses(
        (status = 201, description = "Issued", body = CertificateView, headers(("Location", description = "Where the certificate is"))),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn issue(call: Call) -> HttpResponse {
    let place = match call.api().admit() {
        Ok(place) => place,
        Err(refusal) => return problem::respond(call.context(), &refusal),
    };
    call.answer(
        "certificate.issue",
        |signed| {
            let body = json::<IssueRequest>(signed)?;
            convert::order(body, signed.idempotency_key(), signed.body())
        },
        move |api, act, order| {
            let _place = place;
            api.services.certificates.issue(act, order)
        },
        |context, record| {
            let view = convert::view(record);
            context.set_certificate(view.authority.clone(), view.serial.clone());
            let location = format!("{BASE}/certificates/{}/{}", view.authority, view.serial);
            HttpResponse::Created().insert_header((LOCATION, location)).json(view)
        },
    )
    .await
}

/// Lists certificates, newest first.
#[utoipa::path(
    get, path = "/api/v1/certificates", tag = "certificates", params(schemas::rest::CertificateQuery),
    responses(
        (status = 200, description = "A page", body = CertificatePage),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(call: Call) -> HttpResponse {
    let text = call.query().to_owned();
    call.answer(
        "certificate.list",
        move |_| {
            let query = query::parse(&text)?;
            Ok((query::filter(&query)?, query))
        },
        |api, act, (filter, query)| {
            api.services.certificates.list(act, &filter, query.cursor.as_deref(), query.limit)
        },
        |_, page| {
            HttpResponse::Ok().json(CertificatePage {
                items: page.items.into_iter().map(convert::view).collect(),
                next: page.next,
            })
        },
    )
    .await
}

/// Shows a certificate.
#[utoipa::path(
    get, path = "/api/v1/certificates/{authority}/{serial}", tag = "certificates",
    params(("authority" = String, Path, description = "Name of the authority"), ("serial" = String, Path, description = "Serial in hexadecimal; letter case and colons do not matter")),
    responses(
        (status = 200, description = "The certificate", body = CertificateView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(call: Call, path: Path<(String, String)>) -> HttpResponse {
    call.context().set_certificate(path.0.clone(), path.1.clone());
    call.answer(
        "certificate.get",
        move |_| Ok((convert::authority(&path.0)?, convert::serial(&path.1)?)),
        |api, act, (authority, serial)| api.services.certificates.get(act, &authority, &serial),
        |_, record| HttpResponse::Ok().json(convert::view(record)),
    )
    .await
}

impl From<CertificatesError> for Refusal {
    fn from(error: CertificatesError) -> Self {
        Self::new(status_of(error.fault()), error.code(), error.to_string())
    }
}
