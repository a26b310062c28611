//! OCSP over HTTP (RFC 6960 appendix A, RFC 5019).
//!
//! A request that is no OCSP request gets a 4xx whose body is the OCSP error `malformedRequest`, so that both the
//! client and the proxy between understand.

use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETAG, EXPIRES, HttpDate, LAST_MODIFIED};
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::algorithm::digest;
use ca_core::ocsp::{OcspResponse, ResponseStatus, error_response};
use jiff::Timestamp;

use super::context::Context;
use super::refusal::Refusal;
use super::{Api, body};
use crate::service::status::OcspAnswer;

const REQUEST_TYPE: &str = "application/ocsp-request";
const RESPONSE_TYPE: &str = "application/ocsp-response";
/// Where the base64 of a request begins in the path.
const PATH: &str = "/ocsp/";
/// Longest base64 in a path. RFC 5019 §5 sends requests of up to 255 bytes this way; some send a nonce with it.
const MAX_PATH: usize = 4096;

/// `POST /ocsp`
pub(crate) async fn post(
    request: HttpRequest,
    payload: Payload,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    let media_type = body::media_type(&request);
    if media_type.as_deref() != Some(REQUEST_TYPE) {
        return refuse(&context, &Refusal::unsupported_media_type(REQUEST_TYPE, media_type.as_deref()));
    }
    match body::read(&request, payload, body::MAX_PROTOCOL_BODY, api.body_timeout).await {
        Ok(der) => answer(api, context, der.to_vec(), false).await,
        Err(refusal) => refuse(&context, &refusal),
    }
}

/// `GET /ocsp/{base64}`
pub(crate) async fn get(request: HttpRequest, api: Data<Api>, context: Context) -> HttpResponse {
    // The path as it was sent: the router would decode it and take slashes for separators.
    match from_path(request.uri().path()) {
        Some(der) => answer(api, context, der, true).await,
        None => refuse(
            &context,
            &Refusal::bad_request("ocsp-path", "the path is not the base64 of an OCSP request"),
        ),
    }
}

/// Any other method.
pub(crate) async fn other_method(context: Context) -> HttpResponse {
    super::problem::method_not_allowed(&context, "GET, POST")
}

async fn answer(api: Data<Api>, context: Context, der: Vec<u8>, may_be_kept: bool) -> HttpResponse {
    let service = api.services.status.clone();
    let clock = api.ports.clock.clone();
    let Ok(answer) = web::block(move || service.ocsp(&der)).await else {
        context.set_outcome("internal-error");
        return render(StatusCode::INTERNAL_SERVER_ERROR, error_response(ResponseStatus::InternalError));
    };
    metrics::counter!("cityca_ocsp_answers_total", "outcome" => answer.code.unwrap_or("done")).increment(1);
    if let Some(code) = answer.code {
        context.set_outcome(code);
    }
    respond(answer, may_be_kept, clock.now())
}

fn respond(answer: OcspAnswer, may_be_kept: bool, now: Timestamp) -> HttpResponse {
    let status = if answer.code.is_some() { status_of_error(&answer.der) } else { StatusCode::OK };
    let freshness = answer.freshness.filter(|_| may_be_kept);
    let tag = format!("\"{}\"", hex::encode(digest::sha256(&answer.der)));
    let mut response = render(status, answer.der);
    let headers = response.headers_mut();
    let mut set = |name, value: String| {
        if let Ok(value) = value.try_into() {
            headers.insert(name, value);
        }
    };
    match freshness {
        // RFC 5019 §6.2
        Some(freshness) => {
            let seconds = freshness.next_update.duration_since(now).as_secs().max(0);
            set(CACHE_CONTROL, format!("max-age={seconds}, public, no-transform, must-revalidate"));
            set(LAST_MODIFIED, HttpDate::from(SystemTime::from(freshness.this_update)).to_string());
            set(EXPIRES, HttpDate::from(SystemTime::from(freshness.next_update)).to_string());
            set(ETAG, tag);
        }
        None => set(CACHE_CONTROL, "no-store".to_owned()),
    }
    response
}

fn status_of_error(response: &[u8]) -> StatusCode {
    match OcspResponse::from_der(response).map(|response| response.status()) {
        Ok(ResponseStatus::MalformedRequest) => StatusCode::BAD_REQUEST,
        Ok(ResponseStatus::TryLater) => StatusCode::SERVICE_UNAVAILABLE,
        // RFC 5019 §2.2.3: the answer of one who may not or cannot tell.
        Ok(ResponseStatus::Unauthorized) => StatusCode::OK,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn refuse(context: &Context, refusal: &Refusal) -> HttpResponse {
    context.set_outcome(refusal.code);
    let mut response = HttpResponse::build(refusal.status);
    if refusal.leaves_body_unread() {
        response.force_close();
    }
    response.content_type(RESPONSE_TYPE).body(error_response(ResponseStatus::MalformedRequest))
}

fn render(status: StatusCode, der: Vec<u8>) -> HttpResponse {
    HttpResponse::build(status).content_type(RESPONSE_TYPE).body(der)
}

/// The request in a path: base64, of which `/`, `+` and `=` may be escaped or not, and before which clients that join
/// URLs carelessly put slashes.
fn from_path(path: &str) -> Option<Vec<u8>> {
    let encoded = path.strip_prefix(PATH)?;
    if encoded.len() > MAX_PATH {
        return None;
    }
    let decoded = percent_decode(encoded)?;
    // Base64 of a SEQUENCE begins with `M`, never with a slash.
    let text = decoded.trim_start_matches('/');
    if text.is_empty() {
        return None;
    }
    // A form-minded client turns `+` into a blank.
    STANDARD.decode(text.replace(' ', "+")).ok()
}

/// Undoes percent-encoding of ASCII (RFC 3986 §2.1).
fn percent_decode(text: &str) -> Option<String> {
    let mut decoded = String::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            let [byte] = <[u8; 1]>::try_from(hex::decode(digits).ok()?).ok()?;
            byte
        } else {
            byte
        };
        if !byte.is_ascii() {
            return None;
        }
        decoded.push(char::from(byte));
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::from_path;

    #[test]
    fn a_request_is_read_from_a_path_however_it_was_escaped() {
        let der = [0x30, 0x03, 0xfb, 0xff, 0xbf];
        assert_eq!(from_path("/ocsp/MAP7/78="), Some(der.to_vec()));
        assert_eq!(from_path("/ocsp/MAP7%2F78%3D"), Some(der.to_vec()));
        assert_eq!(from_path("/ocsp/MAP7%2f78%3d"), Some(der.to_vec()));
        assert_eq!(from_path("/ocsp//MAP7/78="), Some(der.to_vec()));
    }

    #[test]
    fn what_is_no_base64_is_no_request() {
        for path in ["/ocsp/", "/ocsp/%", "/ocsp/%4", "/ocsp/%zz", "/ocsp/%ff%ff", "/ocsp/M", "/ocsp/M$P7"] {
            assert_eq!(from_path(path), None, "{path}");
        }
        assert_eq!(from_path(&format!("/ocsp/{}", "A".repeat(8192))), None);
    }
}
