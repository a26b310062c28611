//! Request bodies: bounded in size and in time.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, rt::time::timeout};

use super::refusal::Refusal;

/// Largest body of OCSP and EST: a request with a key of 8192 bits is under 4 KiB, the rest is room for names.
pub(crate) const MAX_PROTOCOL_BODY: usize = 64 * 1024;

/// Largest body of REST.
pub(crate) const MAX_REST_BODY: usize = 1024 * 1024;

/// The whole body, if it has at most `limit` bytes and is there within `deadline`.
///
/// The HTTP library has a deadline for heads only: a client that sends half a body and falls silent would keep
/// its connection.
pub(crate) async fn read(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
    deadline: Duration,
) -> Result<Bytes, Refusal> {
    let too_large = || {
        Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            format!("the body has more than the {limit} bytes that are read here"),
        )
    };
    // A client that announces too much is told so before it sends.
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if announced.and_then(|value| value.parse::<u64>().ok()).is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    match timeout(deadline, payload.to_bytes_limited(limit)).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(error))) => {
            Err(Refusal::bad_request("body-broken", format!("the body broke off: {error}")))
        }
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "body-too-slow",
            format!("the body was not there within {} seconds", deadline.as_secs()),
        )),
    }
}

/// The media type of a request: lower case, without parameters.
pub(crate) fn media_type(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(actix_web::http::header::CONTENT_TYPE)?;
    let essence = value.to_str().ok()?.split(';').next().unwrap_or_default().trim();
    Some(essence.to_ascii_lowercase())
}
