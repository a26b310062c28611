//! Is the process alive, and can it do its work?

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data};

use super::context::Context;
use super::refusal::Refusal;
use super::{Api, problem};

/// `GET /healthz`: the process answers.
pub(crate) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the store answers, an authority for end entities is there, and every authority has a CRL in force.
pub(crate) async fn readyz(api: Data<Api>, context: Context) -> HttpResponse {
    let api = api.into_inner();
    match web::block(move || not_ready(&api)).await {
        Ok(None) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Ok(Some(reason)) => {
            problem::respond(&context, &Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", reason))
        }
        Err(_) => problem::respond(&context, &Refusal::internal()),
    }
}

fn not_ready(api: &Api) -> Option<String> {
    let missing = api.services.readiness.missing();
    let hindering: Vec<String> =
        missing.iter().filter(|missing| missing.hinders()).map(ToString::to_string).collect();
    (!hindering.is_empty()).then(|| hindering.join("; "))
}
