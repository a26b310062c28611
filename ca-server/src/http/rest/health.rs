//! How the service is.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::rt::time::timeout;
use schemas::rest::{HealthCheck, HealthState, HealthValue, HealthView, Problem};

use super::call::Call;
use crate::http::refusal::Refusal;
use crate::http::{problem, status_of};
use crate::service::Fault;
use crate::service::health::{Finding, Report, State};

/// Within this there is an answer, though the store does not even say who asks: more than the looks take.
const LIMIT: Duration = Duration::from_secs(6);

/// Says how this server is: the database, lists, certificates that end, backups, the clock, disks and what else it works with.
/// What does not answer is critical, and keeps the answer from nobody.
#[utoipa::path(
    get, path = "/api/v1/health", tag = "health",
    responses(
        (status = 200, description = "How it is, whatever that is", body = HealthView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not even who asks could be found out", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(call: Call) -> HttpResponse {
    let context = call.context().clone();
    let answer = call.answer(
        "health.look",
        |_| Ok(()),
        |api, act, ()| {
            let looked = api.health.look(act);
            looked.map_err(|error| {
                Refusal::new(status_of(Fault::from(&error)), error.code(), error.to_string())
            })
        },
        |_, report| HttpResponse::Ok().json(view(report)),
    );
    timeout(LIMIT, answer).await.unwrap_or_else(|_| {
        let detail = "the store does not answer: not even who asks could be found out";
        problem::respond(
            &context,
            &Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "store-unavailable", detail),
        )
    })
}

fn view(report: Report) -> HealthView {
    HealthView {
        state: state(report.state()),
        at: report.at,
        checks: report.findings.into_iter().map(check).collect(),
    }
}

fn check(finding: Finding) -> HealthCheck {
    let remedy = finding.remedy().map(str::to_owned);
    let Finding { check, about, state: how, code, detail, figures } = finding;
    let values = figures.into_iter().map(|figure| HealthValue {
        name: figure.name.to_owned(),
        value: figure.value,
        unit: figure.unit.as_str().to_owned(),
        warning: figure.warning,
        critical: figure.critical,
    });
    HealthCheck {
        check: check.to_owned(),
        about,
        state: state(how),
        code: code.to_owned(),
        detail,
        remedy,
        values: values.collect(),
    }
}

fn state(state: State) -> HealthState {
    match state {
        State::Ok => HealthState::Ok,
        State::Warning => HealthState::Warning,
        State::Critical => HealthState::Critical,
    }
}
