//! The short way: what was answered before and still stands is given again before anything else is done.
//!
//! Such an answer leaves figures, and no line in the log: there are thousands in a second, all alike.

use std::sync::{Arc, OnceLock};

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
use crate::http::{Api, body};

/// The middleware.
pub(crate) async fn answer_kept<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match kept(&mut request).await {
        Some(response) => Ok(request.into_response(response).map_into_right_body()),
        None => Ok(next.call(request).await?.map_into_left_body()),
    }
}

async fn kept(request: &mut ServiceRequest) -> Option<HttpResponse> {
    let path = request.uri().path();
    if !path.starts_with("/ocsp") {
        return None;
    }
    let api = request.app_data::<Data<Api>>()?.clone();
    match *request.method() {
        Method::GET if path.starts_with(PATH) => {
            let der = from_path(path)?;
            find(&api, &der, true, request)
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
                    let found = find(&api, &der, false, request);
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

fn find(api: &Data<Api>, der: &[u8], get: bool, request: &ServiceRequest) -> Option<HttpResponse> {
    let answer = api.kept.0.get(der)?;
    let now = api.ports.clock.now();
    if !answer.stands(api.services.status.changes(), now) {
        return None;
    }
    if answer.is_to_be_renewed(now) {
        actix_web::rt::spawn(renew(api.clone(), der.to_vec()));
    }
    figures()[usize::from(request.app_config().secure())][usize::from(get)].increment(1);
    Some(answer.respond(get.then(|| request.headers())))
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

/// Requests answered, by listener and method.
fn figures() -> &'static [[Counter; 2]; 2] {
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
