//! What anyone may fetch without credentials, within bounds of size and time.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::http;
use ureq::tls::{RootCerts, TlsConfig};

use super::transport::certificates;
use crate::failure::{Exit, Failure, Fault};

/// Where a list may be moved to: more is a circle.
const MAX_REDIRECTS: u32 = 3;

/// Fetches.
pub(crate) struct Fetcher {
    agent: ureq::Agent,
    secure: bool,
}

/// An answer of 200, whose body is still to be read.
pub(crate) struct Fetched {
    /// The media type.
    pub(crate) content_type: Option<String>,
    /// The body: it ends with an error where it is longer than was allowed.
    pub(crate) body: Box<dyn Read>,
}

/// Why something was not fetched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// Neither http nor https.
    #[error("{url} is no address of http or https")]
    Address { url: String },
    /// An https address, and nobody to trust for it.
    #[error("{url} is https: name whom to trust for it with --trust")]
    NoTrust { url: String },
    /// No answer, or none that could be read.
    #[error("{reason}")]
    Failed { reason: String },
    /// It took too long.
    #[error("no answer in time ({stage})")]
    Timeout { stage: String },
    /// Another status than 200.
    #[error("HTTP status {status}")]
    Status { status: u16 },
}

impl Fault for FetchError {
    fn code(&self) -> &str {
        match self {
            Self::Address { .. } => "address-invalid",
            Self::NoTrust { .. } => "https-without-trust",
            Self::Failed { .. } => "fetch-failed",
            Self::Timeout { .. } => "fetch-timeout",
            Self::Status { .. } => "http-status",
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Address { .. } | Self::NoTrust { .. } => Exit::Usage,
            _ => Exit::Refused,
        }
    }
}

impl Fetcher {
    /// `trust` is a file of authorities for https, with its content. `timeout` is for one exchange from its beginning to the
    /// last octet.
    pub(crate) fn new(trust: Option<(&Path, &[u8])>, timeout: Duration) -> Result<Self, Failure> {
        let roots = trust.map(|(file, content)| certificates(file, content)).transpose()?;
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(roots.as_deref().unwrap_or_default()))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(MAX_REDIRECTS)
            .user_agent(concat!("ca/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(timeout));
        Ok(Self { agent: config.build().new_agent(), secure: trust.is_some() })
    }

    /// Whether this can be asked at all: known before anything is.
    pub(crate) fn check(&self, url: &str) -> Result<(), FetchError> {
        let uri: http::Uri = url.parse().map_err(|_| FetchError::Address { url: url.to_owned() })?;
        match uri.scheme_str() {
            Some("http") if uri.host().is_some() => Ok(()),
            Some("https") if uri.host().is_some() && self.secure => Ok(()),
            Some("https") if uri.host().is_some() => Err(FetchError::NoTrust { url: url.to_owned() }),
            _ => Err(FetchError::Address { url: url.to_owned() }),
        }
    }

    /// GET.
    pub(crate) fn get(&self, url: &str, max: u64) -> Result<Fetched, FetchError> {
        self.check(url)?;
        Self::taken(self.agent.get(url).call(), max)
    }

    /// POST of a body of a media type.
    pub(crate) fn post(
        &self,
        url: &str,
        content_type: &str,
        body: &[u8],
        max: u64,
    ) -> Result<Fetched, FetchError> {
        self.check(url)?;
        Self::taken(self.agent.post(url).header("content-type", content_type).send(body), max)
    }

    fn taken(
        answer: Result<http::Response<ureq::Body>, ureq::Error>,
        max: u64,
    ) -> Result<Fetched, FetchError> {
        let answer = answer.map_err(|error| match error {
            ureq::Error::Timeout(stage) => FetchError::Timeout { stage: stage.to_string() },
            other => FetchError::Failed { reason: other.to_string() },
        })?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(FetchError::Status { status });
        }
        let content_type = answer.headers().get("content-type").and_then(|value| value.to_str().ok());
        let content_type = content_type.map(str::to_owned);
        let body = Box::new(answer.into_body().into_with_config().limit(max).reader());
        Ok(Fetched { content_type, body })
    }
}
