//! Enrolment over Secure Transport (RFC 7030). A label is a profile.

mod credentials;
mod distribution;
mod enroll;
mod failure;

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

use super::context::Context;
use super::refusal::Refusal;

/// Base64 goes out in lines of this length (RFC 2045 §6.8).
const LINE: usize = 76;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/.well-known/est")
            .service(operation("cacerts", web::get().to(distribution::ca_certificates), only_get))
            .service(operation("csrattrs", web::get().to(distribution::csr_attributes), only_get))
            .service(operation("simpleenroll", web::post().to(enroll::simple_enroll), only_post))
            .service(operation("simplereenroll", web::post().to(not_yet), only_post))
            .service(operation("serverkeygen", web::post().to(not_yet), only_post))
            .default_service(web::to(not_found)),
    );
}

fn operation<F, Fut>(name: &str, route: actix_web::Route, other_method: F) -> actix_web::Resource
where
    F: Fn(Context) -> Fut + Clone + 'static,
    Fut: Future<Output = HttpResponse> + 'static,
{
    web::resource([format!("/{name}"), format!("/{{label}}/{name}")])
        .route(route)
        .default_service(web::to(other_method))
}

async fn not_yet(context: Context) -> HttpResponse {
    let refusal = Refusal::new(
        actix_web::http::StatusCode::NOT_IMPLEMENTED,
        "not-implemented",
        "this server does not offer this operation; enrol anew with simpleenroll",
    );
    failure::respond(&context, &refusal)
}

async fn not_found(context: Context) -> HttpResponse {
    failure::respond(&context, &Refusal::not_found("no-such-operation", "there is no such EST operation"))
}

async fn only_get(context: Context) -> HttpResponse {
    failure::method_not_allowed(&context, "GET")
}

async fn only_post(context: Context) -> HttpResponse {
    failure::method_not_allowed(&context, "POST")
}

/// Base64 in lines, the transfer encoding of EST (RFC 7030 §4, RFC 8951 §3.1).
fn base64_lines(der: &[u8]) -> String {
    use base64::Engine as _;
    let encoded = base64::engine::general_purpose::STANDARD.encode(der);
    let mut text = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    for (index, letter) in encoded.chars().enumerate() {
        if index != 0 && index % LINE == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push('\n');
    text
}
