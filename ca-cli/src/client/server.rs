//! Signed requests and their answers.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ca_core::algorithm::{Signer, Sm2Parameters};
use ca_core::x509::Certificate;
use schemas::message_signature::{Covered, check_administrator_key, content_digest, sign};
use schemas::rest::{PROBLEM_MEDIA_TYPE, Problem};
use serde::de::DeserializeOwned;

use super::transport::{Answer, Transport};
use super::{ClientError, Config};
use crate::command::Context;
use crate::failure::{Exit, Failure};
use crate::input;

/// The server, and the key with which it is asked.
pub(crate) struct Server {
    address: String,
    transport: Transport,
    signer: Box<dyn Signer>,
    certificate: Option<Certificate>,
}

/// A body to send.
pub(crate) struct Body {
    /// Its media type.
    pub(crate) content_type: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

impl Body {
    /// A value as JSON.
    pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<Self, Failure> {
        let bytes =
            serde_json::to_vec(value).map_err(|error| Failure::refused("not-json", error.to_string()))?;
        Ok(Self { content_type: "application/json".to_owned(), bytes })
    }
}

/// An answer of the server.
pub(crate) struct Response {
    answer: Answer,
    server: String,
}

impl Server {
    /// Reads the configuration, the trust file and the key. Nothing is sent.
    pub(crate) fn open(context: &mut Context<'_>) -> Result<Self, Failure> {
        let config = Config::load(context.config.as_deref())?;
        let key = config.key.as_deref().ok_or(ClientError::NoKey)?;
        let (certificate, password) = (config.certificate.as_deref(), config.password_file.as_deref());
        Self::connect(&config, key, certificate, password, context)
    }

    /// The same as whoever has a certificate and its key.
    pub(crate) fn open_as(
        certificate: &Path,
        key: &Path,
        password_file: Option<&Path>,
        context: &mut Context<'_>,
    ) -> Result<Self, Failure> {
        let config = Config::load(context.config.as_deref())?;
        Self::connect(&config, key, Some(certificate), password_file, context)
    }

    fn connect(
        config: &Config,
        key_file: &Path,
        certificate_file: Option<&Path>,
        password_file: Option<&Path>,
        context: &Context<'_>,
    ) -> Result<Self, Failure> {
        let roots = input::read_file(&config.trust)?;
        let transport = Transport::new(&config.server, &config.trust, &roots)?;
        let mut passwords = input::Passwords::new(password_file, context.person);
        let key = input::load_private_key(key_file, &mut passwords)?;
        let certificate = match certificate_file {
            None => {
                check_administrator_key(key.public_key().algorithm())?;
                None
            }
            Some(file) => {
                let certificate = input::first_certificate(&input::read_file(file)?)
                    .filter(|it| it.public_key().is_ok_and(|public| public == *key.public_key()));
                let other = || ClientError::CertificateOfOtherKey {
                    certificate: file.to_path_buf(),
                    key: key_file.to_path_buf(),
                };
                Some(certificate.ok_or_else(other)?)
            }
        };
        let signer = Box::new(key.into_signer(Sm2Parameters::Absent));
        Ok(Self { address: config.server.clone(), transport, signer, certificate })
    }

    /// The key by which requests are signed.
    pub(crate) fn signer(&self) -> &dyn Signer {
        self.signer.as_ref()
    }

    /// The certificate of that key, where the configuration names one.
    pub(crate) fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Its HTTPS origin.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Sends a signed request. Any answer of the server is an answer, whatever its status.
    pub(crate) fn call(
        &self,
        context: &mut Context<'_>,
        method: &str,
        path: &str,
        body: Option<Body>,
        idempotency_key: Option<&str>,
    ) -> Result<Response, Failure> {
        let bytes = body.as_ref().map_or(&[][..], |body| &body.bytes);
        let covered = Covered {
            method: method.to_owned(),
            target_uri: format!("{}{path}", self.address),
            content_digest: content_digest(bytes),
            content_type: body.as_ref().map(|body| body.content_type.clone()),
            idempotency_key: idempotency_key.map(str::to_owned),
        };
        let mut random = [0; 16];
        context.rng.fill_bytes(&mut random);
        let nonce = URL_SAFE_NO_PAD.encode(random);
        let signed = sign(&covered, (context.clock)(), &nonce, self.signer.as_ref(), context.rng)?;
        let mut headers = vec![
            ("accept", "application/json, application/problem+json, */*;q=0.5"),
            ("content-digest", signed.content_digest.as_str()),
            ("signature-input", signed.signature_input.as_str()),
            ("signature", signed.signature.as_str()),
        ];
        headers.extend(covered.content_type.as_deref().map(|value| ("content-type", value)));
        headers.extend(idempotency_key.map(|value| ("idempotency-key", value)));
        let has_body = matches!(method, "POST" | "PUT" | "PATCH");
        let answer = self.transport.send(method, &covered.target_uri, &headers, has_body.then_some(bytes))?;
        Ok(Response { answer, server: self.address.clone() })
    }

    /// Asks for JSON.
    pub(crate) fn get<T: DeserializeOwned>(
        &self,
        context: &mut Context<'_>,
        path: &str,
    ) -> Result<T, Failure> {
        self.call(context, "GET", path, None, None)?.json()
    }

    /// Sends JSON and takes JSON.
    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        context: &mut Context<'_>,
        path: &str,
        body: Option<Body>,
        idempotency_key: Option<&str>,
    ) -> Result<T, Failure> {
        self.call(context, "POST", path, body, idempotency_key)?.json()
    }
}

impl Response {
    /// Whether the status is one of success.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.answer.status)
    }

    /// The body as it came.
    pub(crate) fn into_body(self) -> Vec<u8> {
        self.answer.body
    }

    /// The body of a success as a value.
    pub(crate) fn json<T: DeserializeOwned>(self) -> Result<T, Failure> {
        if !self.is_success() {
            return Err(self.into_failure());
        }
        serde_json::from_slice(&self.answer.body)
            .map_err(|error| ClientError::Answer { server: self.server, reason: error.to_string() }.into())
    }

    /// What an answer that is no success says.
    pub(crate) fn into_failure(self) -> Failure {
        let is_problem =
            self.answer.content_type.as_deref().is_some_and(|kind| kind.starts_with(PROBLEM_MEDIA_TYPE));
        match serde_json::from_slice::<Problem>(&self.answer.body) {
            Ok(problem) if is_problem => Failure {
                exit: Exit::Refused,
                code: problem.code,
                detail: problem.detail,
                items: problem.errors.into_iter().map(|item| (item.code, item.detail)).collect(),
                request_id: problem.request_id,
            },
            _ => {
                let reason = format!("HTTP status {} without problem details", self.answer.status);
                ClientError::Answer { server: self.server, reason }.into()
            }
        }
    }
}
