//! `simpleenroll` (RFC 7030 §4.2).

use actix_web::web::{self, Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use ca_core::x509::request::CertificationRequest;

use super::credentials::{self, Credentials};
use super::distribution::{self, Label};
use super::failure;
use crate::http::context::Context;
use crate::http::refusal::Refusal;
use crate::http::{Api, body};
use crate::service::enrollment::Enrolled;

const REQUEST_TYPE: &str = "application/pkcs10";
/// The answer holds the new certificate only (RFC 7030 §4.2.3).
const RESPONSE_TYPE: &str = "application/pkcs7-mime; smime-type=certs-only";

/// `POST /.well-known/est/[{label}/]simpleenroll`
pub(crate) async fn simple_enroll(
    request: HttpRequest,
    path: Path<Label>,
    payload: Payload,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    match enroll(&request, path.into_inner().label, payload, &api, &context).await {
        Ok(enrolled) => render(&request, &context, &enrolled),
        Err(refusal) => failure::respond(&context, &refusal),
    }
}

async fn enroll(
    request: &HttpRequest,
    label: Option<String>,
    payload: Payload,
    api: &Api,
    context: &Context,
) -> Result<Enrolled, Refusal> {
    let credentials = credentials::of(request)?;
    let media_type = body::media_type(request);
    if media_type.as_deref() != Some(REQUEST_TYPE) {
        return Err(Refusal::unsupported_media_type(REQUEST_TYPE, media_type.as_deref()));
    }
    let body = body::read(request, payload, body::MAX_PROTOCOL_BODY, api.body_timeout).await?;
    let place = api.admit()?;
    let (services, request_id) = (api.services.clone(), context.request_id());
    let user = credentials.user.clone();
    let (authenticated, result) = web::block(move || {
        let _place = place;
        let Credentials { user, password } = &credentials;
        let enrollment = &services.enrollment;
        let enroller = match enrollment.authenticate(user, password, request_id) {
            Ok(enroller) => enroller,
            Err(error) => return (false, Err(distribution::refusal(&error))),
        };
        let der = match CertificationRequest::decode(&body) {
            Ok(der) => der,
            Err(error) => {
                let detail = format!("the body is no PKCS#10 request in base64, PEM or DER: {error}");
                return (true, Err(Refusal::bad_request("malformed-request", detail)));
            }
        };
        let enrolled = enrollment.enroll(&enroller, label.as_deref(), &der, request_id);
        (true, enrolled.map_err(|error| distribution::refusal(&error)))
    })
    .await
    .map_err(|_| Refusal::internal())?;
    if authenticated {
        context.set_actor(format!("enroller:{user}"));
    }
    result
}

fn render(request: &HttpRequest, context: &Context, enrolled: &Enrolled) -> HttpResponse {
    let record = &enrolled.record;
    context.set_certificate(record.authority.to_string(), record.serial.to_string());
    if distribution::wants_pem(request) {
        // The anchor is what the client compares with; it does not come with what is compared.
        let above = enrolled.chain.split_last().map_or(&[][..], |(_, intermediates)| intermediates);
        return distribution::render_pem(std::iter::once(&enrolled.certificate).chain(above));
    }
    distribution::render_certs_only(std::slice::from_ref(&enrolled.certificate), RESPONSE_TYPE)
}
