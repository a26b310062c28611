//! Merges the sources and checks what came out.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ca_core::issuance::MAX_SHARDS;
use figment::Figment;
use figment::error::Kind;
use figment::providers::{Env, Format as _, Serialized, Toml};
use serde::Serialize;
use serde_json::json;

use super::role::is_signer;
use super::{Config, LogFormat, Role};

/// Largest configuration file: far above any that a person writes.
const MAX_FILE: u64 = 1 << 20;

/// Prefix of environment variables; a double underscore also stands between section and setting, as in
/// `CITYCA__HTTPS__LISTEN`.
const ENVIRONMENT_PREFIX: &str = "CITYCA__";

/// More than any machine that this runs on has to spare.
const MAX_KEPT_MEBIBYTES: usize = 65_536;

const HOURS_OF_A_YEAR: u32 = 366 * 24;

/// What flags say; an absent flag leaves the other sources in force.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--listen`
    pub listen: Option<SocketAddr>,
    /// `--listen-tls`
    pub listen_tls: Option<SocketAddr>,
    /// `--public-url`
    pub public_url: Option<String>,
    /// `--log-format`
    pub log_format: Option<LogFormat>,
}

/// Why a configuration cannot be used. Each text is one line that names the setting.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// A source does not parse, or a setting is missing, unknown or of the wrong kind.
    #[error("{0}")]
    Syntax(String),
    /// A setting has a value that makes no sense.
    #[error("{setting}: {reason}")]
    Value {
        /// The setting, with dots between sections.
        setting: &'static str,
        /// What is wrong with it and what would be right.
        reason: String,
    },
}

impl ConfigError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "config-unreadable",
            Self::Syntax(_) => "config-syntax",
            Self::Value { .. } => "config-value",
        }
    }
}

/// Reads the configuration: `defaults`, then `file`, then the environment, then `overrides`.
///
/// # Errors
/// One line that names the fault and where it stands.
pub fn load(
    defaults: impl Serialize,
    file: Option<&Path>,
    overrides: &Overrides,
) -> Result<Config, ConfigError> {
    let mut figment = Figment::from(Serialized::defaults(defaults));
    if let Some(path) = file {
        figment = figment.merge(Toml::string(&read(path)?));
    }
    figment = figment.merge(Env::prefixed(ENVIRONMENT_PREFIX).split("__"));
    figment = with_overrides(figment, overrides);
    if figment.extract_inner::<Vec<Role>>("roles").is_ok_and(|roles| is_signer(&roles)) {
        // It has none of these.
        let nowhere = json!({ "listen": "127.0.0.1:0" });
        figment = figment.join(Serialized::defaults(json!({ "http": nowhere, "https": nowhere })));
    }
    let mut config: Config = figment.extract().map_err(|error| ConfigError::Syntax(one_line(error, file)))?;
    check(&mut config)?;
    Ok(config)
}

fn read(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |reason: String| ConfigError::Unreadable { path: path.to_owned(), reason };
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MAX_FILE {
        return Err(unreadable(format!("{size} bytes are more than a configuration may have ({MAX_FILE})")));
    }
    std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))
}

fn with_overrides(mut figment: Figment, overrides: &Overrides) -> Figment {
    if let Some(data) = &overrides.data {
        figment = figment.merge(("data", data));
    }
    if let Some(listen) = overrides.listen {
        figment = figment.merge(("http.listen", listen));
    }
    if let Some(listen) = overrides.listen_tls {
        figment = figment.merge(("https.listen", listen));
    }
    if let Some(url) = &overrides.public_url {
        figment = figment.merge(("public_url", url));
    }
    if let Some(format) = overrides.log_format {
        figment = figment.merge(("log.format", format));
    }
    figment
}

/// Figment chains its errors, one per fault; the first names the earliest source.
fn one_line(error: figment::Error, file: Option<&Path>) -> String {
    let first = error.into_iter().next();
    let Some(first) = first else { return "the configuration cannot be read".to_owned() };
    let path = first.path.join(".");
    let source = match &first.metadata {
        Some(metadata) if metadata.name.contains("environment") => " (from the environment)".to_owned(),
        Some(metadata) if metadata.name.contains("TOML") => {
            file.map(|file| format!(" (in {})", file.display())).unwrap_or_default()
        }
        _ => String::new(),
    };
    let (place, reason) = match &first.kind {
        Kind::UnknownField(_, known) => {
            (path, format!("there is no such setting; known here: {}", known.join(", ")))
        }
        Kind::MissingField(name) if path.is_empty() => (name.to_string(), "is missing".to_owned()),
        Kind::MissingField(name) => (format!("{path}.{name}"), "is missing".to_owned()),
        other => (path, undrawn(&other.to_string())),
    };
    if place.is_empty() { format!("{reason}{source}") } else { format!("{place}: {reason}{source}") }
}

/// The text of a syntax error without the drawing of the place, in one line.
fn undrawn(text: &str) -> String {
    let drawn = |line: &&str| {
        line.split_once('|')
            .is_some_and(|(before, _)| before.trim().parse::<u32>().is_ok() || before.trim().is_empty())
    };
    let mut said = text.lines().filter(|line| !drawn(line)).map(str::trim).filter(|line| !line.is_empty());
    let place = said.next().unwrap_or_default().trim_start_matches("TOML parse error at ");
    let rest = said.collect::<Vec<_>>().join("; ");
    if rest.is_empty() { place.to_owned() } else { format!("{place}: {rest}") }
}

/// Clocks that are asked at once.
const MAX_PEERS: usize = 8;

fn check(config: &mut Config) -> Result<(), ConfigError> {
    let value = |setting, reason: &str| Err(ConfigError::Value { setting, reason: reason.to_owned() });
    if config.data.as_os_str().is_empty() {
        return value("data", "is empty: name a folder");
    }
    signer(config)?;
    if let Some(url) = &config.public_url {
        config.public_url = Some(plain_url("public_url", url)?);
    }
    if config.https.certificate.is_some() != config.https.key.is_some() {
        return value("https", "certificate and key go together: give both or neither");
    }
    for authority in &mut config.https.authorities {
        authority.make_ascii_lowercase();
        if authority.is_empty() || !authority.bytes().all(is_authority_byte) {
            return value("https.authorities", "each is a host or host:port, without scheme and path");
        }
    }
    let store = &config.store;
    if !(1..=600).contains(&store.connect_timeout_seconds)
        || !(1..=600).contains(&store.statement_timeout_seconds)
    {
        return value("store", "connect_timeout_seconds and statement_timeout_seconds are between 1 and 600");
    }
    if !(1..=3600).contains(&store.take_over_seconds) {
        return value("store.take_over_seconds", "is between 1 and 3600");
    }
    if !(1..=200).contains(&store.connections) {
        return value("store.connections", "is between 1 and 200");
    }
    config.off_host.as_ref().map_or(Ok(()), super::OffHost::check)?;
    config.keys.check().map_err(|error| ConfigError::Value { setting: "keys", reason: error.to_string() })?;
    if config.clock.peers.len() > MAX_PEERS {
        return value("clock.peers", "are eight at most: so many need not be asked for one time");
    }
    for peer in &mut config.clock.peers {
        *peer = plain_url("clock.peers", peer)?;
    }
    let limits = &config.limits;
    if limits.max_connections == 0 || limits.workers == 0 || limits.max_issuing == 0 {
        return value("limits", "max_connections, max_issuing and workers are at least 1");
    }
    if config.limits.kept_answers_mebibytes > MAX_KEPT_MEBIBYTES {
        return value("limits.kept_answers_mebibytes", "is at most 65536 (64 GiB)");
    }
    if config.limits.header_timeout_seconds == 0 || config.limits.body_timeout_seconds == 0 {
        return value("limits", "header_timeout_seconds and body_timeout_seconds are at least 1");
    }
    if !(1..=3600).contains(&config.limits.write_timeout_seconds) {
        return value("limits.write_timeout_seconds", "is between 1 and 3600");
    }
    let within = |value: Option<u32>, most: u32| value.is_none_or(|value| (1..=most).contains(&value));
    let status = &config.status;
    if !within(status.crl_validity_hours, HOURS_OF_A_YEAR) {
        return value("status.crl_validity_hours", "is between 1 and 8784 (a year)");
    }
    if !within(status.root_crl_validity_hours, HOURS_OF_A_YEAR) {
        return value("status.root_crl_validity_hours", "is between 1 and 8784 (a year)");
    }
    if !within(status.ocsp_validity_minutes, 7 * 24 * 60) {
        return value("status.ocsp_validity_minutes", "is between 1 and 10080 (a week)");
    }
    if !within(status.crl_delay_seconds, 24 * 3600) {
        return value("status.crl_delay_seconds", "is between 1 and 86400 (a day)");
    }
    if status.lists.values().any(|lists| lists.shards > MAX_SHARDS) {
        return value("status.lists.NAME.shards", "is at most 256");
    }
    if !(1..=24 * 3600).contains(&config.clock.bound_seconds) {
        return value("clock.bound_seconds", "is between 1 and 86400 (a day)");
    }
    if !within(config.backup.as_ref().map(|backup| backup.every_hours), HOURS_OF_A_YEAR) {
        return value("backup.every_hours", "is between 1 and 8784 (a year)");
    }
    if config.backup.as_ref().is_some_and(|backup| backup.keep == 0) {
        return value("backup.keep", "is at least 1");
    }
    if !(1..=3600).contains(&config.status.renewal_check_seconds) {
        return value("status.renewal_check_seconds", "is between 1 and 3600");
    }
    config
        .log
        .filter
        .parse::<tracing_subscriber::EnvFilter>()
        .map(|_| ())
        .map_err(|error| ConfigError::Value { setting: "log.filter", reason: error.to_string() })
}

/// Most that a signer signs in a minute: more than its key can.
const MAX_PER_MINUTE: u32 = 10_000_000;

fn signer(config: &Config) -> Result<(), ConfigError> {
    let value = |setting, reason: &str| Err(ConfigError::Value { setting, reason: reason.to_owned() });
    if config.roles.is_empty() {
        return value(
            "roles",
            "is empty: leave it out for all, or name some of issue, sign, status, enroll, admin",
        );
    }
    let Some(signer) = &config.signer else {
        if config.is_signer() || config.has_remote_signer() {
            return value(
                "signer",
                "is missing: a process that signs and does nothing else, or does not sign, needs signer.address",
            );
        }
        return Ok(());
    };
    if !config.is_signer() && !config.has_remote_signer() {
        return value(
            "signer",
            "is not used: this process signs itself; leave sign out of roles, or leave this out",
        );
    }
    if !signer.address.starts_with("unix:/") && !signer.address.starts_with("tls:") {
        return value("signer.address", "is unix:/PATH or tls:HOST:PORT");
    }
    let tls = [&signer.certificate, &signer.key, &signer.trust].map(|file| file.is_some());
    if signer.address.starts_with("tls:") && tls.contains(&false) {
        return value("signer", "tls:HOST:PORT needs certificate, key and trust");
    }
    if !(1..=MAX_PER_MINUTE).contains(&signer.per_minute) {
        return value("signer.per_minute", "is between 1 and 10000000");
    }
    if config.is_signer() && signer.authorities.is_empty() {
        return value("signer.authorities", "is empty: name the authorities whose keys are here");
    }
    if config.is_signer() && config.public_url.is_none() {
        return value("public_url", "is not set: the signer needs the one that stands in certificates");
    }
    Ok(())
}

fn is_authority_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte)
}

/// A URL that may stand in certificates, or that is asked for the time: plain HTTP, since fetching status by HTTPS would need
/// status first (RFC 5280 §8), and the time, no query, no trailing slash.
fn plain_url(setting: &'static str, url: &str) -> Result<String, ConfigError> {
    let wrong = |reason: &str| ConfigError::Value { setting, reason: reason.to_owned() };
    let trimmed = url.trim_end_matches('/');
    let rest = trimmed
        .strip_prefix("http://")
        .ok_or_else(|| wrong("must begin with http:// (status and time are asked for without TLS)"))?;
    let host = rest.split('/').next().unwrap_or_default();
    if host.is_empty() || !host.bytes().all(is_authority_byte) {
        return Err(wrong("names no host"));
    }
    if !rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\"<>\\^`{|}".contains(&byte)) {
        return Err(wrong("holds a character that a plain URL does not have"));
    }
    Ok(trimmed.to_owned())
}
