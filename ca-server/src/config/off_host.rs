//! Where is told what must not be forgotten.

use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Where is told what must not be forgotten: how far the audit is, CRL numbers, changes of status. One of `file` and `url`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OffHost {
    /// A file on another machine's disk, or on one that does not go back when this host does. It has to be there; a new one is
    /// empty. Each server has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// The URL of a log that `ca-server witness` keeps, or what answers as that does. Each server has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who certifies the other side of an `https` URL, in PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<PathBuf>,
    /// The file with the token that the other side wants, in its first line, for its owner alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
}

impl OffHost {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let value = |setting, reason: &str| Err(ConfigError::Value { setting, reason: reason.to_owned() });
        match (&self.file, &self.url) {
            (Some(_), None) if self.trust.is_some() || self.token_file.is_some() => {
                value("off_host", "trust and token_file are for a url: leave them out beside file")
            }
            (Some(_), None) => Ok(()),
            (None, Some(url)) => check_url("off_host.url", url, self.trust.is_some()),
            _ => value("off_host", "name either file or url"),
        }
    }
}

/// Whether a log may be at this URL.
///
/// # Errors
/// [`ConfigError::Value`] of `setting`.
pub fn check_url(setting: &'static str, url: &str, has_trust: bool) -> Result<(), ConfigError> {
    let wrong = |reason: &str| Err(ConfigError::Value { setting, reason: reason.to_owned() });
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return wrong("begins with https://, or with http:// on this machine"),
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let Some(host) = host(authority) else { return wrong("names no host and port") };
    if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%".contains(&byte)) {
        return wrong("has other characters than a plain path: it has no query, and no user");
    }
    if secure && !has_trust {
        return wrong("is https: off_host.trust says who certifies the other side");
    }
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if !secure && !is_here {
        return wrong(
            "is plain http, which is for addresses of this machine alone: use https and off_host.trust",
        );
    }
    Ok(())
}

/// The host of `host[:port]`, without the brackets of an IPv6 address.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').filter(|(host, _)| host.parse::<std::net::Ipv6Addr>().is_ok())?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let named = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    let numbered = match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    (!host.is_empty() && named && numbered).then_some(host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ureq::http::Uri;

    use super::check_url;

    fn taken(url: &str, has_trust: bool) -> bool {
        check_url("off_host.url", url, has_trust).is_ok()
    }

    #[test]
    fn plain_http_stays_on_this_machine_and_https_needs_trust() {
        for url in
            ["http://localhost:80/", "http://127.0.0.1:8444/log", "http://[::1]:8444/", "http://127.9.9.9"]
        {
            assert!(taken(url, false), "{url}");
        }
        for url in [
            "http://ca.example/",
            "http://127.0.0.1.example/",
            "http://[fe80::1]/",
            "http://localhost@ca.example/",
        ] {
            assert!(!taken(url, true), "{url}");
        }
        assert!(taken("https://log.example:8444/one", true) && !taken("https://log.example:8444/one", false));
        for url in [
            "https://",
            "https://:1",
            "https://a:b",
            "https://a:99999",
            "https://a/?q",
            "ftp://a",
            "https://u:p@a/",
        ] {
            assert!(!taken(url, true), "{url}");
        }
    }

    proptest! {
        /// Whoever connects reads the same host out of it.
        #[test]
        fn what_is_taken_for_this_machine_is_this_machine(
            url in "http://(localhost|127\\.0\\.0\\.1|\\[::1\\]|a)?[a-z0-9.:@\\[\\]/%-]{0,12}"
        ) {
            if taken(&url, false) {
                let uri: Uri = url.parse().unwrap();
                let host = uri.host().unwrap().trim_matches(['[', ']']);
                let is_here = host == "localhost"
                    || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
                prop_assert!(is_here, "{url}: {host}");
            }
        }
    }
}
