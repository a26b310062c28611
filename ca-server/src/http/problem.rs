//! Refusals as problem details (RFC 9457), the form of REST and of everything that has none of its own.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use schemas::rest::{PROBLEM_MEDIA_TYPE, Problem};

use super::context::Context;
use super::refusal::Refusal;

/// Renders a refusal and notes it for the log.
pub(crate) fn respond(context: &Context, refusal: &Refusal) -> HttpResponse {
    context.set_outcome(refusal.code);
    let mut response = HttpResponse::build(refusal.status);
    response.content_type(PROBLEM_MEDIA_TYPE);
    if refusal.status == StatusCode::UNAUTHORIZED {
        // RFC 9110 §11.6.1 wants a challenge; there is no registered scheme for RFC 9421.
        response.insert_header((WWW_AUTHENTICATE, "Signature"));
    }
    if let Some(seconds) = refusal.retry_after() {
        response.insert_header((RETRY_AFTER, seconds));
    }
    if refusal.leaves_body_unread() {
        response.force_close();
    }
    response.json(problem(context, refusal))
}

fn problem(context: &Context, refusal: &Refusal) -> Problem {
    let status = refusal.status.as_u16();
    let mut problem = Problem::new(status, refusal.code, title(refusal.code), refusal.detail.as_ref());
    problem.request_id = Some(context.request_id().to_string());
    problem
}

/// The code as words: the title belongs to the kind of problem, not to the occurrence (RFC 9457 §3.1.3).
fn title(code: &str) -> String {
    let words = code.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Answers what no resource answers.
pub(crate) async fn not_found(context: Context) -> HttpResponse {
    respond(&context, &Refusal::not_found("no-such-resource", "there is nothing at this address"))
}

/// Answers a method that a resource does not know; `allowed` lists those that it does.
pub(crate) fn method_not_allowed(context: &Context, allowed: &'static str) -> HttpResponse {
    let mut response = respond(context, &Refusal::method_not_allowed(allowed));
    response.headers_mut().insert(ALLOW, actix_web::http::header::HeaderValue::from_static(allowed));
    response
}
