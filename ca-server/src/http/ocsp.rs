//! OCSP over HTTP (RFC 6960 appendix A, RFC 5019).
//!
//! A request that is no OCSP request gets a 4xx whose body is the OCSP error `malformedRequest`, so that both the
//! client and the proxy between understand.

mod fast;
mod kept;
mod rendered;

pub(crate) use fast::answer_at_once;
pub(crate) use kept::Kept;
pub(crate) use rendered::Rendered;

use std::sync::{Arc, OnceLock};

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderMap};
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::ocsp::{OcspResponse, ResponseStatus, error_response};
use metrics::Counter;

use super::context::Context;
use super::refusal::Refusal;
use super::{Api, body};
use crate::service::status::OcspAnswer;

const REQUEST_TYPE: &str = "application/ocsp-request";
const RESPONSE_TYPE: &str = "application/ocsp-response";
const NO_STORE: &str = "no-store";
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
        Ok(der) => answer(api, context, der.to_vec(), None).await,
        Err(refusal) => refuse(&context, &refusal),
    }
}

/// `GET /ocsp/{base64}`
pub(crate) async fn get(request: HttpRequest, api: Data<Api>, context: Context) -> HttpResponse {
    // The path as it was sent: the router would decode it and take slashes for separators.
    match from_path(request.uri().path()) {
        Some(der) => {
            let known = request.headers().clone();
            answer(api, context, der, Some(&known)).await
        }
        None => refuse(
            &context,
            &Refusal::bad_request("ocsp-path", "the path is not the base64 of an OCSP request"),
        ),
    }
}

/// Any other method.
pub(crate) async fn other_method(context: Context) -> HttpResponse {
    super::problem::method_not_allowed(&context, "GET, HEAD, POST")
}

/// Asks the service. `get` holds the headers of a GET, whose answer caches may keep.
async fn answer(api: Data<Api>, context: Context, der: Vec<u8>, get: Option<&HeaderMap>) -> HttpResponse {
    let asked = match api.services.status.read_ocsp(&der) {
        Ok(asked) => asked,
        Err(refused) => return error(&context, refused),
    };
    let service = Arc::clone(&api.services.status);
    let answer = match service.ocsp_at_once(&asked) {
        Some(answer) => answer,
        None => match web::block(move || service.ocsp(&asked)).await {
            Ok(answer) => answer,
            Err(_) => {
                context.set_outcome("internal-error");
                let error = error_response(ResponseStatus::InternalError);
                return render(StatusCode::INTERNAL_SERVER_ERROR, error);
            }
        },
    };
    if answer.code.is_some() {
        return error(&context, answer);
    }
    context.set_routine();
    give(&api, &der, answer, get)
}

/// Gives a proper answer, and keeps it where it may be given again.
fn give(api: &Api, request: &[u8], answer: OcspAnswer, get: Option<&HeaderMap>) -> HttpResponse {
    done().increment(1);
    match keep(api, request, answer) {
        Ok(rendered) => rendered.respond(get),
        Err(der) => render(StatusCode::OK, der),
    }
}

/// Renders an answer, and keeps it where it may be given again; the DER of one that nobody may keep comes back.
fn keep(api: &Api, request: &[u8], answer: OcspAnswer) -> Result<Arc<Rendered>, Vec<u8>> {
    let Some(freshness) = answer.freshness else { return Err(answer.der) };
    let rendered = Arc::new(Rendered::new(answer, freshness));
    if rendered.may_be_given_again() {
        api.kept.0.put(request, Arc::clone(&rendered), rendered.octets());
    }
    Ok(rendered)
}

/// Requests answered properly.
fn done() -> &'static Counter {
    static DONE: OnceLock<Counter> = OnceLock::new();
    DONE.get_or_init(|| metrics::counter!("cityca_ocsp_answers_total", "outcome" => "done"))
}

fn error(context: &Context, answer: OcspAnswer) -> HttpResponse {
    let code = answer.code.unwrap_or("internal-error");
    metrics::counter!("cityca_ocsp_answers_total", "outcome" => code).increment(1);
    context.set_outcome(code);
    render(status_of_error(&answer.der), answer.der)
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
    response.insert_header((CACHE_CONTROL, NO_STORE));
    response.content_type(RESPONSE_TYPE).body(error_response(ResponseStatus::MalformedRequest))
}

/// An answer that nobody may keep.
fn render(status: StatusCode, der: Vec<u8>) -> HttpResponse {
    HttpResponse::build(status).content_type(RESPONSE_TYPE).insert_header((CACHE_CONTROL, NO_STORE)).body(der)
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
