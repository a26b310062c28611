//! HTTPS with the roots of one file and no others.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ca_core::encoding::pem;
use rustls::{CertificateError, RootCertStore};
use ureq::http;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::ClientError;

/// The longest answer that is read: a page of 200 certificates takes less than a megabyte.
const MAX_ANSWER: u64 = 64 * 1024 * 1024;

/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// How long a whole exchange may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// A connection to one server.
pub(super) struct Transport {
    agent: ureq::Agent,
    server: String,
    trust: PathBuf,
}

/// An answer as it came.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Transport {
    /// `roots` is the content of the file `trust`.
    pub(super) fn new(server: &str, trust: &Path, roots: &[u8]) -> Result<Self, ClientError> {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&certificates(trust, roots)?))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let mut config = ureq::Agent::config_builder()
            .tls_config(tls)
            .https_only(true)
            .http_status_as_error(false)
            // A signature is over one URI: it means nothing elsewhere.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("ca/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT_WITHIN))
            .timeout_global(Some(ANSWER_WITHIN));
        if is_loopback(server) {
            config = config.proxy(None);
        }
        Ok(Self { agent: config.build().new_agent(), server: server.to_owned(), trust: trust.to_path_buf() })
    }

    /// Sends one request. Without a body none is announced either.
    pub(super) fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Answer, ClientError> {
        let mut request = http::Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let outcome = match body {
            Some(body) => {
                request.body(body).map_err(ureq::Error::from).and_then(|request| self.agent.run(request))
            }
            None => request.body(()).map_err(ureq::Error::from).and_then(|request| self.agent.run(request)),
        };
        let mut response = outcome.map_err(|error| self.explain(error))?;
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: response.status().as_u16(),
            content_type: content_type.map(str::to_owned),
            body: response
                .body_mut()
                .with_config()
                .limit(MAX_ANSWER)
                .read_to_vec()
                .map_err(|error| self.explain(error))?,
        })
    }

    fn explain(&self, error: ureq::Error) -> ClientError {
        let server = self.server.clone();
        match error {
            ureq::Error::Timeout(stage) => ClientError::Timeout { server, stage: stage.to_string() },
            ureq::Error::HostNotFound => {
                ClientError::Unreachable { server, reason: "no such host".to_owned() }
            }
            ureq::Error::BodyExceedsLimit(max) => ClientError::AnswerTooLong { server, max },
            ureq::Error::Rustls(error) => self.explain_tls(&error),
            ureq::Error::Io(error) => {
                match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                    Some(error) => self.explain_tls(error),
                    None if is_refusal(error.kind()) => {
                        ClientError::Unreachable { server, reason: error.to_string() }
                    }
                    None => ClientError::Connection { server, reason: error.to_string() },
                }
            }
            ureq::Error::ConnectionFailed | ureq::Error::ConnectProxyFailed(_) => {
                ClientError::Unreachable { server, reason: error.to_string() }
            }
            error => ClientError::Connection { server, reason: error.to_string() },
        }
    }

    fn explain_tls(&self, error: &rustls::Error) -> ClientError {
        let server = self.server.clone();
        let rustls::Error::InvalidCertificate(reason) = error else {
            return ClientError::Tls { server, reason: error.to_string() };
        };
        match reason {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                ClientError::NotTrusted { server, trust: self.trust.clone() }
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                ClientError::OtherName { server }
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => {
                ClientError::ServerCertificateTime { server, reason: reason.to_string() }
            }
            other => ClientError::Tls { server, reason: other.to_string() },
        }
    }
}

fn is_refusal(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind as Kind;
    matches!(
        kind,
        Kind::ConnectionRefused | Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::AddrNotAvailable
    )
}

/// The certificates of the trust file that TLS can use.
pub(super) fn certificates(trust: &Path, roots: &[u8]) -> Result<Vec<Certificate<'static>>, ClientError> {
    let objects = pem::read_all(roots).unwrap_or_default();
    let mut store = RootCertStore::empty();
    let usable: Vec<Certificate<'static>> = objects
        .iter()
        .filter(|object| object.label == "CERTIFICATE" && store.add(object.der.clone().into()).is_ok())
        .map(|object| Certificate::from_der(&object.der).to_owned())
        .collect();
    if usable.is_empty() { Err(ClientError::Trust { file: trust.to_path_buf() }) } else { Ok(usable) }
}

fn is_loopback(server: &str) -> bool {
    let authority = server.trim_start_matches("https://");
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
