//! Refusals as EST gives them: one line of text (RFC 7030 §4.2.3), and the code in a header as well, since
//! `curl --fail` hides bodies.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};

use crate::http::context::Context;
use crate::http::refusal::Refusal;

/// The header with the stable code.
const CA_ERROR: HeaderName = HeaderName::from_static("ca-error");

/// The challenge of RFC 7617.
const CHALLENGE: &str = "Basic realm=\"City CA enrolment\", charset=\"UTF-8\"";

pub(crate) fn respond(context: &Context, refusal: &Refusal) -> HttpResponse {
    context.set_outcome(refusal.code);
    let mut response = HttpResponse::build(refusal.status);
    response.content_type("text/plain; charset=utf-8").insert_header((CA_ERROR, refusal.code));
    if refusal.status == StatusCode::UNAUTHORIZED {
        response.insert_header((WWW_AUTHENTICATE, CHALLENGE));
    }
    if let Some(seconds) = refusal.retry_after() {
        response.insert_header((RETRY_AFTER, seconds));
    }
    if refusal.leaves_body_unread() {
        response.force_close();
    }
    response.body(one_line(&refusal.detail))
}

pub(crate) fn method_not_allowed(context: &Context, allowed: &'static str) -> HttpResponse {
    let mut response = respond(context, &Refusal::method_not_allowed(allowed));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// The text without line breaks and other controls, and one line feed at its end.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|letter: char| letter.is_control() || letter == ' ').collect();
    let mut line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.push('\n');
    line
}
