//! The signature of a request: collects what it covers, as this server saw it.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HOST, HeaderMap};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, http::Uri};
use schemas::message_signature::Covered;

use crate::http::context::Context;
use crate::http::refusal::Refusal;
use crate::http::{Api, body, status_of};
use crate::service::authentication::{Authenticated, SignedRequest};

/// A request whose body is there and whose signature is still to be verified. It can go to another thread.
pub(crate) struct Signed {
    covered: Covered,
    signature_input: Option<String>,
    signature: Option<String>,
    body: Bytes,
}

impl Signed {
    /// Reads the body and the headers.
    pub(crate) async fn read(request: &HttpRequest, payload: Payload, api: &Api) -> Result<Self, Refusal> {
        let headers = request.headers();
        let covered = Covered {
            method: request.method().as_str().to_owned(),
            target_uri: target_uri(request.uri(), headers, &api.authorities)?,
            content_digest: joined(headers, "content-digest")?.unwrap_or_default(),
            content_type: single(headers, CONTENT_TYPE.as_str())?,
            idempotency_key: single(headers, "idempotency-key")?,
        };
        let signature_input = joined(headers, "signature-input")?;
        let signature = joined(headers, "signature")?;
        let body = body::read(request, payload, body::MAX_REST_BODY, api.body_timeout).await?;
        Ok(Self { covered, signature_input, signature, body })
    }

    /// The body, whoever sent it.
    pub(crate) fn body(&self) -> &Bytes {
        &self.body
    }

    /// The media type that the body claims, in lower case and without parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let value = self.covered.content_type.as_deref()?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// The key under which a retry names the same order.
    pub(crate) fn idempotency_key(&self) -> Option<&str> {
        self.covered.idempotency_key.as_deref()
    }

    /// The request as a service verifies it.
    pub(crate) fn request(&self, request_id: uuid::Uuid) -> SignedRequest<'_> {
        SignedRequest {
            covered: &self.covered,
            body: &self.body,
            signature_input: self.signature_input.as_deref(),
            signature: self.signature.as_deref(),
            request_id,
        }
    }

    /// Verifies the signature. It blocks.
    pub(crate) fn verify(&self, api: &Api, request_id: uuid::Uuid) -> Result<Authenticated, Refusal> {
        let verified = api.services.authentication.verify(self.request(request_id));
        verified.map_err(|error| Refusal::new(status_of(error.fault()), error.code(), error.to_string()))
    }
}

/// The target URI as the client must have meant it (RFC 9421 §2.2.2). The authority comes from the request, but only
/// if it is one of ours: what was signed for another server is no request to this one.
fn target_uri(uri: &Uri, headers: &HeaderMap, ours: &[String]) -> Result<String, Refusal> {
    let host = single(headers, HOST.as_str())?
        .ok_or_else(|| Refusal::bad_request("host-missing", "the request has no Host header"))?
        .to_ascii_lowercase();
    // The absolute form (RFC 9112 §3.2.2) names the authority a second time.
    let absolute_elsewhere =
        uri.authority().is_some_and(|authority| !authority.as_str().eq_ignore_ascii_case(&host));
    if absolute_elsewhere || !ours.contains(&host) {
        return Err(Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            "wrong-host",
            format!("this server is not {host}; address it as {}", ours.join(" or ")),
        ));
    }
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Ok(format!("https://{host}{path}"))
}

/// The only value of a header; two would let one reader see this and another that.
fn single(headers: &HeaderMap, name: &'static str) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all(name);
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refusal::bad_request("header-repeated", format!("the header {name} is there twice")));
    }
    text(name, first).map(Some)
}

/// The values of a list header as one (RFC 9110 §5.3).
fn joined(headers: &HeaderMap, name: &'static str) -> Result<Option<String>, Refusal> {
    let values = headers.get_all(name).map(|value| text(name, value)).collect::<Result<Vec<_>, _>>()?;
    Ok(if values.is_empty() { None } else { Some(values.join(", ")) })
}

fn text(name: &str, value: &actix_web::http::header::HeaderValue) -> Result<String, Refusal> {
    value
        .to_str()
        .map(|text| text.trim().to_owned())
        .map_err(|_| Refusal::bad_request("header-not-ascii", format!("the header {name} is not ASCII text")))
}

/// Does the work of a signed request on a thread that may block: verifies, then acts.
pub(crate) async fn act<T: Send + 'static>(
    request: HttpRequest,
    payload: Payload,
    api: &Api,
    context: &Context,
    work: impl FnOnce(&Api, &Signed, Authenticated) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let signed = Signed::read(&request, payload, api).await?;
    let (api, request_id) = (api.clone(), context.request_id());
    let (actor, result) = actix_web::web::block(move || match signed.verify(&api, request_id) {
        Ok(authenticated) => {
            let actor = format!("administrator:{}", authenticated.administrator().id);
            (Some(actor), work(&api, &signed, authenticated))
        }
        Err(refusal) => (None, Err(refusal)),
    })
    .await
    .map_err(|_| Refusal::internal())?;
    if let Some(actor) = actor {
        context.set_actor(actor);
    }
    result
}

/// Does the work of a request on a thread that may block. The work verifies the signature.
pub(crate) async fn read_and<T: Send + 'static>(
    request: HttpRequest,
    payload: Payload,
    api: &Api,
    context: &Context,
    work: impl FnOnce(&Api, &Signed, uuid::Uuid) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let signed = Signed::read(&request, payload, api).await?;
    let (api, request_id) = (api.clone(), context.request_id());
    actix_web::web::block(move || work(&api, &signed, request_id)).await.map_err(|_| Refusal::internal())?
}

#[cfg(test)]
mod tests {
    use super::target_uri;
    use actix_web::http::header::{HOST, HeaderMap, HeaderValue};

    fn target(uri: &str, host: &'static str) -> Result<String, &'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        let ours = ["localhost:8443".to_owned(), "127.0.0.1:8443".to_owned()];
        target_uri(&uri.parse().unwrap(), &headers, &ours).map_err(|refusal| refusal.code)
    }

    #[test]
    fn the_target_is_what_the_client_addressed() {
        assert_eq!(target("/a%20b?c=d", "localhost:8443").unwrap(), "https://localhost:8443/a%20b?c=d");
        assert_eq!(target("/a", "LOCALHOST:8443").unwrap(), "https://localhost:8443/a");
        assert_eq!(target("https://127.0.0.1:8443/a", "127.0.0.1:8443").unwrap(), "https://127.0.0.1:8443/a");
    }

    #[test]
    fn another_servers_name_is_not_ours() {
        assert_eq!(target("/a", "ca.example"), Err("wrong-host"));
        assert_eq!(target("/a", "localhost:8444"), Err("wrong-host"));
        assert_eq!(target("https://ca.example/a", "localhost:8443"), Err("wrong-host"));
    }
}
