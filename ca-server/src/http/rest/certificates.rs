//! Issue, look up, list.

use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use schemas::rest::{CertificatePage, CertificateView, IssueRequest, Problem};
use serde::de::DeserializeOwned;

use super::signed::{self, Signed};
use super::{BASE, convert, query};
use crate::http::context::Context;
use crate::http::refusal::Refusal;
use crate::http::{Api, problem, status_of};
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
pub(crate) async fn issue(
    request: HttpRequest,
    payload: Payload,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    let issued = signed::act(request, payload, &api, &context, |api, signed, authenticated| {
        let act = authenticated.into_act();
        let body = json::<IssueRequest>(signed)
            .and_then(|body| convert::order(body, signed.idempotency_key().map(str::to_owned)));
        let order = body.inspect_err(|refusal| put_on_record(api, &act, "certificate.issue", refusal))?;
        api.services.certificates.issue(&act, order).map_err(refusal)
    })
    .await;
    match issued {
        Ok(record) => {
            let view = convert::view(record);
            context.set_certificate(view.authority.clone(), view.serial.clone());
            metrics::counter!("cityca_certificates_issued_total", "profile" => view.profile.clone())
                .increment(1);
            let location = format!("{BASE}/certificates/{}/{}", view.authority, view.serial);
            HttpResponse::Created().insert_header((LOCATION, location)).json(view)
        }
        Err(refusal) => problem::respond(&context, &refusal),
    }
}

/// Lists certificates, newest first.
#[utoipa::path(
    get, path = "/api/v1/certificates", tag = "certificates", params(schemas::rest::CertificateQuery),
    responses(
        (status = 200, description = "A page", body = CertificatePage),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    request: HttpRequest,
    payload: Payload,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    let text = request.query_string().to_owned();
    let page = signed::act(request, payload, &api, &context, move |api, _, authenticated| {
        let act = authenticated.into_act();
        let asked = query::parse(&text).and_then(|query| Ok((query::filter(&query)?, query)));
        let (filter, query) =
            asked.inspect_err(|refusal| put_on_record(api, &act, "certificate.list", refusal))?;
        let certificates = &api.services.certificates;
        certificates.list(&act, &filter, query.cursor.as_deref(), query.limit).map_err(refusal)
    })
    .await;
    match page {
        Ok(page) => HttpResponse::Ok().json(CertificatePage {
            items: page.items.into_iter().map(convert::view).collect(),
            next: page.next,
        }),
        Err(refusal) => problem::respond(&context, &refusal),
    }
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
pub(crate) async fn get(
    request: HttpRequest,
    path: Path<(String, String)>,
    payload: Payload,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    let path = path.into_inner();
    context.set_certificate(path.0.clone(), path.1.clone());
    let found = signed::act(request, payload, &api, &context, move |api, _, authenticated| {
        let act = authenticated.into_act();
        let named = convert::authority(&path.0).and_then(|name| Ok((name, convert::serial(&path.1)?)));
        let (authority, serial) =
            named.inspect_err(|refusal| put_on_record(api, &act, "certificate.get", refusal))?;
        api.services.certificates.get(&act, &authority, &serial).map_err(refusal)
    })
    .await;
    match found {
        Ok(record) => HttpResponse::Ok().json(convert::view(record)),
        Err(refusal) => problem::respond(&context, &refusal),
    }
}

/// The body as JSON of a type.
pub(crate) fn json<T: DeserializeOwned>(signed: &Signed) -> Result<T, Refusal> {
    const JSON: &str = "application/json";
    let media_type = signed.media_type();
    if media_type.as_deref() != Some(JSON) {
        return Err(Refusal::unsupported_media_type(JSON, media_type.as_deref()));
    }
    serde_json::from_slice(signed.body())
        .map_err(|error| Refusal::bad_request("malformed-json", format!("the body: {error}")))
}

/// The services put their own refusals on record; this is for what never reached one. It uses up the nonce.
pub(crate) fn put_on_record(api: &Api, act: &crate::port::Act, action: &str, refusal: &Refusal) {
    api.services.refusals.record(act, action, refusal.code, &refusal.detail);
}

pub(crate) fn refusal(error: CertificatesError) -> Refusal {
    Refusal::new(status_of(error.fault()), error.code(), error.to_string())
}
