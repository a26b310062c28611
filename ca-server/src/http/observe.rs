//! Around every request: an id, one line in the log, figures, and an answer even where a handler panics.

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpResponse, ResponseError};
use uuid::Uuid;

use super::context::Context;
use super::figures::{self, Answered};
use super::{problem, refusal::Refusal};

/// The header that tells the client under which id the log knows the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware.
pub(crate) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let context = Context::new(Uuid::new_v4());
    request.extensions_mut().insert(context.clone());
    let method = method_label(request.method().as_str());
    let path = request.path().to_owned();
    let listener = if request.app_config().secure() { "https" } else { "http" };
    let started = Instant::now();
    let answer = catch_panic(next.call(request)).await;
    let taken = started.elapsed();
    let line = Line { context: &context, method, path: &path, listener, taken };
    match answer {
        Ok(Ok(mut response)) => {
            let route = response.request().match_pattern().unwrap_or_else(|| "other".to_owned());
            line.log(response.status().as_u16(), &route);
            let headers = response.headers_mut();
            if let Ok(id) = HeaderValue::from_str(&context.request_id().to_string()) {
                headers.insert(REQUEST_ID, id);
            }
            Ok(response)
        }
        Ok(Err(error)) => {
            line.log(error.as_response_error().status_code().as_u16(), "other");
            Err(error)
        }
        Err(Panicked) => {
            context.set_outcome("internal-error");
            line.log(500, "other");
            Err(Failed(context).into())
        }
    }
}

/// Methods as a closed set, so that clients cannot make up label values.
fn method_label(method: &str) -> &'static str {
    match method {
        "GET" => "GET",
        "POST" => "POST",
        "HEAD" => "HEAD",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        _ => "OTHER",
    }
}

struct Line<'a> {
    context: &'a Context,
    method: &'static str,
    path: &'a str,
    listener: &'static str,
    taken: Duration,
}

impl Line<'_> {
    fn log(&self, status: u16, route: &str) {
        let facts = self.context.facts();
        let outcome = facts.outcome.unwrap_or(if status < 400 { "done" } else { "refused" });
        let (authority, serial, actor) =
            (facts.authority.as_deref(), facts.serial.as_deref(), facts.actor.as_deref());
        let milliseconds = self.taken.as_micros() as f64 / 1000.0;
        let request_id = self.context.request_id();
        let (listener, method, path) = (self.listener, self.method, self.path);
        if status >= 500 {
            tracing::error!(%request_id, listener, method, path, status, outcome, authority, serial, actor, milliseconds, "request");
        } else if facts.routine {
            tracing::debug!(%request_id, listener, method, path, status, outcome, authority, serial, actor, milliseconds, "request");
        } else {
            tracing::info!(%request_id, listener, method, path, status, outcome, authority, serial, actor, milliseconds, "request");
        }
        figures::count(route, Answered { listener, method, status, outcome }, self.taken);
    }
}

/// A handler panicked; the panic hook has logged where.
struct Panicked;

async fn catch_panic<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(move |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => Poll::Pending,
        // The future is not polled again: whatever state it left is only dropped.
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

/// The answer to a request whose handler panicked.
struct Failed(Context);

impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Failed")
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the handler panicked")
    }
}

impl ResponseError for Failed {
    fn status_code(&self) -> actix_web::http::StatusCode {
        actix_web::http::StatusCode::INTERNAL_SERVER_ERROR
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = problem::respond(&self.0, &Refusal::internal());
        if let Ok(id) = HeaderValue::from_str(&self.0.request_id().to_string()) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, HttpResponse, web};

    use super::{REQUEST_ID, observe};

    async fn panics() -> HttpResponse {
        panic!("a fault of the handler");
    }

    async fn panics_later() -> HttpResponse {
        actix_web::rt::task::yield_now().await;
        panic!("a fault of the handler");
    }

    #[actix_web::test]
    async fn a_handler_that_panics_is_answered_with_a_problem_and_the_next_request_is_served() {
        let app = App::new()
            .wrap(from_fn(observe))
            .route("/panics", web::get().to(panics))
            .route("/panics-later", web::get().to(panics_later))
            .route("/fine", web::get().to(HttpResponse::Ok));
        let service = init_service(app).await;
        for path in ["/panics", "/panics-later"] {
            let error =
                try_call_service(&service, TestRequest::get().uri(path).to_request()).await.err().unwrap();
            let response = error.error_response();
            assert_eq!(response.status(), 500);
            assert!(response.headers().contains_key(REQUEST_ID));
        }
        let fine = try_call_service(&service, TestRequest::get().uri("/fine").to_request()).await.unwrap();
        assert_eq!(fine.status(), 200);
        assert!(fine.headers().contains_key(REQUEST_ID));
    }
}
