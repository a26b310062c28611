//! The short way: what was answered before and still stands is given again before anything else is done, and what can be
//! answered without waiting is answered.
//!
//! Such an answer leaves figures, and no line in the log above the level of debugging: there are thousands in a second, all
//! alike. All else goes the long way, refusals too.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::middleware::Next;
use actix_web::web::{self, Data};
use actix_web::{Error, HttpResponse};
use metrics::Counter;
use uuid::Uuid;

use super::kept::MAX_KEPT_REQUEST;
use super::{PATH, REQUEST_TYPE, from_path, refuse};
use crate::http::context::Context;
use crate::http::figures::{self, Answered};
use crate::http::{Api, body};

/// What the figures call the routes.
const ROUTE_OF_POST: &str = "/ocsp";
const ROUTE_OF_GET: &str = "/ocsp/{request:.+}";

/// The middleware.
pub(crate) async fn answer_at_once<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match answer(&mut request).await {
        Some(response) => Ok(request.into_response(response).map_into_right_body()),
        None => Ok(next.call(request).await?.map_into_left_body()),
    }
}

async fn answer(request: &mut ServiceRequest) -> Option<HttpResponse> {
    let path = request.uri().path();
    if !path.starts_with("/ocsp") {
        return None;
    }
    let api = request.app_data::<Data<Api>>()?.clone();
    if !api.services.roles().status {
        return None;
    }
    match *request.method() {
        Method::GET if path.starts_with(PATH) => {
            let der = from_path(path)?;
            kept(&api, &der, true, request).or_else(|| at_once(&api, &der, true, request))
        }
        Method::POST if path == "/ocsp" && request.headers().get(CONTENT_TYPE)? == REQUEST_TYPE => {
            let length = request.headers().get(CONTENT_LENGTH)?;
            let length: usize = length.to_str().ok()?.parse().ok()?;
            if length > MAX_KEPT_REQUEST {
                return None;
            }
            let payload = request.extract::<web::Payload>().await.ok()?;
            let read = body::read(request.request(), payload, MAX_KEPT_REQUEST, api.body_timeout).await;
            match read {
                Ok(der) => {
                    let found =
                        kept(&api, &der, false, request).or_else(|| at_once(&api, &der, false, request));
                    if found.is_none() {
                        request.set_payload(Payload::from(der));
                    }
                    found
                }
                Err(refusal) => {
                    tracing::info!(method = "POST", path = "/ocsp", outcome = refusal.code, "request");
                    Some(refuse(&Context::new(Uuid::nil()), &refusal))
                }
            }
        }
        _ => None,
    }
}

/// What was answered before.
fn kept(api: &Data<Api>, der: &[u8], get: bool, request: &ServiceRequest) -> Option<HttpResponse> {
    let answer = api.kept.0.get(der)?;
    let now = api.ports.clock.now();
    if !answer.stands(api.services.status.changes(), now) {
        return None;
    }
    if answer.is_to_be_renewed(now) {
        actix_web::rt::spawn(renew(api.clone(), der.to_vec()));
    }
    given_again()[usize::from(request.app_config().secure())][usize::from(get)].increment(1);
    Some(answer.respond(get.then(|| request.headers())))
}

/// What is signed now, where nothing has to be waited for. A panic is left to the long way, which has an answer for it.
fn at_once(api: &Data<Api>, der: &[u8], get: bool, request: &ServiceRequest) -> Option<HttpResponse> {
    let started = Instant::now();
    let status = &api.services.status;
    let asked = status.read_ocsp(der).ok()?;
    let answer = catch_unwind(AssertUnwindSafe(|| status.ocsp_at_once(&asked))).ok()??;
    if answer.code.is_some() {
        return None;
    }
    let response = super::give(api, der, answer, get.then(|| request.headers()));
    let (listener, method, route) = (
        if request.app_config().secure() { "https" } else { "http" },
        if get { "GET" } else { "POST" },
        if get { ROUTE_OF_GET } else { ROUTE_OF_POST },
    );
    let kind = Answered { listener, method, status: response.status().as_u16(), outcome: "done" };
    let taken = started.elapsed();
    figures::count(route, kind, taken);
    let milliseconds = taken.as_secs_f64() * 1000.0;
    tracing::debug!(
        listener,
        method,
        path = request.uri().path(),
        status = kind.status,
        milliseconds,
        "OCSP answered"
    );
    Some(response)
}

/// Makes the next answer while the former one is still given out, so that who asks often never waits for a signature.
async fn renew(api: Data<Api>, der: Vec<u8>) {
    let Ok(asked) = api.services.status.read_ocsp(&der) else { return };
    let service = Arc::clone(&api.services.status);
    if let Ok(answer) = web::block(move || service.ocsp(&asked)).await {
        let outcome = answer.code.unwrap_or("renewed");
        metrics::counter!("cityca_ocsp_answers_total", "outcome" => outcome).increment(1);
        // One that nobody may keep, such as an error, is left: whoever asks next makes their own.
        let _ = super::keep(&api, &der, answer);
    }
}

/// Requests answered again, by listener and method.
fn given_again() -> &'static [[Counter; 2]; 2] {
    static FIGURES: OnceLock<[[Counter; 2]; 2]> = OnceLock::new();
    FIGURES.get_or_init(|| {
        ["http", "https"].map(|listener| {
            ["POST", "GET"].map(|method| {
                metrics::counter!(
                    "cityca_ocsp_kept_answers_total", "listener" => listener, "method" => method
                )
            })
        })
    })
}
