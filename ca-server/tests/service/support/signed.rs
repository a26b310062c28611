//! Signed requests to the REST interface.

use std::sync::atomic::{AtomicU64, Ordering};

use ca_core::algorithm::{Signer, Sm2Parameters};
use ca_core::key::PrivateKey;
use jiff::Timestamp;
use schemas::message_signature::{Covered, algorithm_name, content_digest, sign};

use super::client::Response;
use super::request::rng;
use super::server::Server;

/// A request before it is signed; tests bend it.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) nonce: String,
    pub(crate) algorithm: Option<&'static str>,
    /// The authority that is signed for.
    pub(crate) authority: String,
}

/// Headers with their values.
pub(crate) type Headers = Vec<(&'static str, String)>;

impl Draft {
    pub(crate) fn get(server: &Server, path: &str) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self {
            method: "GET",
            path: path.to_owned(),
            body: Vec::new(),
            content_type: None,
            idempotency_key: None,
            created: now(),
            nonce: format!("nonce-of-a-test-{}-{count:06}", std::process::id()),
            algorithm: None,
            authority: server.https.to_string(),
        }
    }

    pub(crate) fn post(server: &Server, path: &str, body: &serde_json::Value) -> Self {
        let body = body.to_string().into_bytes();
        Self { method: "POST", body, content_type: Some("application/json"), ..Self::get(server, path) }
    }

    /// The headers of the request, signed by a key.
    pub(crate) fn headers(&self, signer: &dyn Signer) -> Headers {
        let covered = Covered {
            method: self.method.to_owned(),
            target_uri: format!("https://{}{}", self.authority, self.path),
            content_digest: content_digest(&self.body),
            content_type: self.content_type.map(str::to_owned),
            idempotency_key: self.idempotency_key.clone(),
        };
        let mut signed = sign(&covered, self.created, &self.nonce, signer, &mut rng()).unwrap();
        if let Some(other) = self.algorithm {
            let own = format!("alg=\"{}\"", algorithm_name(signer.public_key().algorithm()));
            assert!(signed.signature_input.contains(&own));
            signed.signature_input = signed.signature_input.replace(&own, &format!("alg=\"{other}\""));
        }
        let mut headers = vec![
            ("Content-Digest", signed.content_digest),
            ("Signature-Input", signed.signature_input),
            ("Signature", signed.signature),
        ];
        headers.extend(self.content_type.map(|value| ("Content-Type", value.to_owned())));
        headers.extend(self.idempotency_key.clone().map(|value| ("Idempotency-Key", value)));
        headers
    }

    /// Signs as the administrator and sends.
    pub(crate) fn send(&self, server: &Server) -> Response {
        self.send_with(server, &self.headers(&administrator(server)))
    }

    /// Sends with these headers.
    pub(crate) fn send_with(&self, server: &Server, headers: &[(&'static str, String)]) -> Response {
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        server.secure().send(self.method, &self.path, &headers, &self.body)
    }
}

/// The administrator's key.
pub(crate) fn administrator(server: &Server) -> impl Signer + use<> {
    let key = PrivateKey::from_pem(&server.file("admin.key"), None).unwrap();
    key.into_signer(Sm2Parameters::Absent)
}

#[expect(clippy::disallowed_methods, reason = "the client's clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
