//! Why the server cannot be asked.

use std::path::PathBuf;

use crate::failure::{Exit, Fault};

/// Why the server cannot be asked, or its answer not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// The configuration file that was named is not there.
    #[error("{} does not exist or is a folder", file.display())]
    NoSuchConfiguration { file: PathBuf },
    /// No configuration anywhere.
    #[error("no configuration says where the server is; looked for {}", list(tried))]
    NoConfiguration { tried: Vec<PathBuf> },
    /// The configuration does not read.
    #[error("{place}: {detail}")]
    Configuration { place: String, detail: String },
    /// The configuration has no key.
    #[error("the configuration names no `key` to sign requests with")]
    NoKey,
    /// `server` is no HTTPS origin.
    #[error("`{server}` is no address of a server; expected https://HOST or https://HOST:PORT")]
    ServerAddress { server: String },
    /// The trust file holds nothing that TLS can use.
    #[error("{} holds no certificate that HTTPS can be checked with", file.display())]
    Trust { file: PathBuf },
    /// The administrator's certificate is for another key.
    #[error("{} is not the certificate of the key {}", certificate.display(), key.display())]
    CertificateOfOtherKey { certificate: PathBuf, key: PathBuf },
    /// Nobody answers.
    #[error("{server} cannot be reached: {reason}")]
    Unreachable { server: String, reason: String },
    /// The server does not answer in time.
    #[error("{server} did not answer in time ({stage})")]
    Timeout { server: String, stage: String },
    /// The server's certificate does not lead to one that is trusted.
    #[error("{server} is not who it should be: its certificate is not by an authority in {}", trust.display())]
    NotTrusted { server: String, trust: PathBuf },
    /// The server's certificate is for other names.
    #[error("the certificate of {server} is for another name")]
    OtherName { server: String },
    /// The server's certificate has ended or not begun.
    #[error("the certificate of {server} is not valid now: {reason}")]
    ServerCertificateTime { server: String, reason: String },
    /// Another failure of TLS.
    #[error("no secure connection to {server}: {reason}")]
    Tls { server: String, reason: String },
    /// The connection broke or the peer does not speak HTTP.
    #[error("the connection to {server} failed: {reason}")]
    Connection { server: String, reason: String },
    /// The answer is longer than is read.
    #[error("the answer of {server} is longer than {max} bytes")]
    AnswerTooLong { server: String, max: u64 },
    /// The answer is not what the interface says.
    #[error("{server} answered with something that is not City CA's interface: {reason}")]
    Answer { server: String, reason: String },
}

fn list(files: &[PathBuf]) -> String {
    files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(" and ")
}

impl Fault for ClientError {
    fn code(&self) -> &str {
        match self {
            Self::NoSuchConfiguration { .. } => "no-such-configuration",
            Self::NoConfiguration { .. } => "no-configuration",
            Self::Configuration { .. } | Self::NoKey => "invalid-configuration",
            Self::ServerAddress { .. } => "server-address",
            Self::Trust { .. } => "trust-file",
            Self::CertificateOfOtherKey { .. } => "certificate-of-other-key",
            Self::Unreachable { .. } => "server-unreachable",
            Self::Timeout { .. } => "server-timeout",
            Self::NotTrusted { .. } => "server-not-trusted",
            Self::OtherName { .. } => "server-other-name",
            Self::ServerCertificateTime { .. } => "server-certificate-time",
            Self::Tls { .. } => "tls-failure",
            Self::Connection { .. } => "connection-failed",
            Self::AnswerTooLong { .. } => "answer-too-long",
            Self::Answer { .. } => "unexpected-answer",
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::NoSuchConfiguration { .. }
            | Self::NoConfiguration { .. }
            | Self::Configuration { .. }
            | Self::NoKey
            | Self::ServerAddress { .. }
            | Self::Trust { .. }
            | Self::CertificateOfOtherKey { .. } => Exit::Usage,
            _ => Exit::Refused,
        }
    }
}
