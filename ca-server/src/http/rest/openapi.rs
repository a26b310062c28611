//! The description of the REST interface (OpenAPI 3.1).

use actix_web::HttpResponse;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "City CA",
        description = "Administration of certificates and authorities. Every request is signed as RFC 9421 says: label `sig1`, components \
            `@method`, `@target-uri`, `content-digest` (sha-256, also of an empty body), and `content-type` and \
            `idempotency-key` where present; parameters `created`, `nonce`, `keyid` (SHA-256 of the \
            SubjectPublicKeyInfo in lowercase hex), `alg` and `tag=\"cityca\"`; a raw signature, `r‖s` for SM2 and ECDSA. \
            `ca api METHOD PATH` signs a request to any of these."
    ),
    paths(
        super::authorities::create,
        super::authorities::list,
        super::authorities::request_again,
        super::authorities::install,
        super::authorities::publish_crl,
        super::operation::publish_now,
        super::operation::suspend,
        super::operation::resume,
        super::operation::make_default,
        super::operation::revoke_many,
        super::possession::revoke_own,
        super::certificates::issue,
        super::certificates::list,
        super::certificates::get,
        super::status::revoke,
        super::status::hold,
        super::status::release,
        super::health::get,
    ),
    tags(
        (name = "authorities", description = "Make, certify by the answer of a ceremony, publish the CRL of an offline root"),
        (name = "certificates", description = "Issue, look up, revoke, hold, release"),
        (name = "health", description = "How the server is, and what to do")
    )
)]
struct Document;

/// The description as JSON text, indented, with a line feed at its end.
#[must_use]
pub fn document() -> String {
    // Strings, numbers and maps with string keys: there is always a JSON form.
    let mut text = serde_json::to_string_pretty(&Document::openapi()).unwrap_or_default();
    text.push('\n');
    text
}

/// `GET /api/openapi.json`
pub(crate) async fn get() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document())
}
