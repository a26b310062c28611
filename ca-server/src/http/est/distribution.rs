//! What a client asks before it enrols: whom to trust and what to put into its request.

use actix_web::http::header::ACCEPT;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use ca_core::cms;
use ca_core::encoding::pem;
use ca_core::x509::certificate::Certificate;
use serde::Deserialize;

use super::{base64_lines, failure};
use crate::http::context::Context;
use crate::http::refusal::Refusal;
use crate::http::{Api, status_of};
use crate::service::enrollment::EnrollmentError;

/// The media type of PEM that scripts ask for.
const PEM: &str = "application/x-pem-file";

/// The label in the path, where there is one.
#[derive(Deserialize)]
pub(crate) struct Label {
    pub(crate) label: Option<String>,
}

/// `GET /.well-known/est/[{label}/]cacerts` (RFC 7030 §4.1)
pub(crate) async fn ca_certificates(
    request: HttpRequest,
    path: Path<Label>,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    match api.services.enrollment.ca_certificates(path.label.as_deref()) {
        Ok(chain) if wants_pem(&request) => render_pem(chain.iter()),
        Ok(chain) => render_certs_only(&chain, "application/pkcs7-mime"),
        Err(error) => failure::respond(&context, &refusal(&error)),
    }
}

/// `GET /.well-known/est/[{label}/]csrattrs` (RFC 7030 §4.5)
pub(crate) async fn csr_attributes(path: Path<Label>, api: Data<Api>, context: Context) -> HttpResponse {
    match api.services.enrollment.csr_attributes(path.label.as_deref()) {
        Ok(der) => HttpResponse::Ok().content_type("application/csrattrs").body(base64_lines(&der)),
        Err(error) => failure::respond(&context, &refusal(&error)),
    }
}

/// Whether the client asked for PEM rather than for what RFC 7030 gives.
pub(crate) fn wants_pem(request: &HttpRequest) -> bool {
    let accepted = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    accepted
        .flat_map(|value| value.split(','))
        .any(|range| range.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(PEM))
}

pub(crate) fn render_pem<'a>(certificates: impl Iterator<Item = &'a Certificate>) -> HttpResponse {
    let text: String = certificates.map(|certificate| pem::write("CERTIFICATE", certificate.der())).collect();
    HttpResponse::Ok().content_type(PEM).body(text)
}

pub(crate) fn render_certs_only(certificates: &[Certificate], media_type: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .body(base64_lines(&cms::write_certificates(certificates, &[])))
}

pub(crate) fn refusal(error: &EnrollmentError) -> Refusal {
    Refusal::new(status_of(error.fault()), error.code(), error.to_string())
}
