//! Is the process alive, and can it do its work?

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data};

use super::context::Context;
use super::refusal::Refusal;
use super::{Api, problem};
use crate::service::readiness::Missing;

/// `GET /healthz`: the process answers.
pub(crate) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the store answers, an authority for end entities is there, and every authority has a CRL in force. What stands
/// against publishing the next one is told though the server is ready: taking it out of service would not help.
pub(crate) async fn readyz(api: Data<Api>, context: Context) -> HttpResponse {
    let api = api.into_inner();
    match web::block(move || look(&api)).await {
        Ok(Ok(alarms)) => {
            let mut lines = alarms;
            lines.insert(0, "ready".to_owned());
            HttpResponse::Ok().content_type("text/plain").body(lines.join("\n") + "\n")
        }
        Ok(Err(reason)) => {
            problem::respond(&context, &Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", reason))
        }
        Err(_) => problem::respond(&context, &Refusal::internal()),
    }
}

/// The alarms; as an error, why it is not ready.
fn look(api: &Api) -> Result<Vec<String>, String> {
    let missing = api.services.readiness.missing();
    let hindering: Vec<String> =
        missing.iter().filter(|missing| missing.hinders()).map(ToString::to_string).collect();
    if !hindering.is_empty() {
        return Err(hindering.join("; "));
    }
    let alarms = missing
        .iter()
        .filter(|missing| matches!(missing, Missing::CrlStopped { .. } | Missing::OffHost { .. }));
    Ok(alarms.map(ToString::to_string).collect())
}
