//! The name of an authority and the addresses under it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Shard;

/// Longest name of an authority.
pub const MAX_AUTHORITY_NAME: usize = 64;

/// Longest public address: it stands in every certificate, several times.
pub const MAX_PUBLIC_URL: usize = 256;

/// The name of an authority in addresses, tables and commands: `[a-z0-9-]{1,64}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AuthorityName(String);

/// Not a name of an authority.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{name:?} is not a name of an authority: use a to z, 0 to 9 and -, at most {MAX_AUTHORITY_NAME} of them"
)]
pub struct AuthorityNameError {
    /// What was given, cut to the longest name.
    pub name: String,
}

impl AuthorityNameError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "authority-name-invalid"
    }
}

impl AuthorityName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AuthorityName {
    type Err = AuthorityNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for AuthorityName {
    type Error = AuthorityNameError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let fits = (1..=MAX_AUTHORITY_NAME).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if fits {
            Ok(Self(name))
        } else {
            Err(AuthorityNameError { name: name.chars().take(MAX_AUTHORITY_NAME).collect() })
        }
    }
}

impl From<AuthorityName> for String {
    fn from(name: AuthorityName) -> Self {
        name.0
    }
}

impl fmt::Display for AuthorityName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where relying parties find the status and the certificate of an authority; these addresses stand in what it
/// issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urls {
    /// The CRL, in DER (RFC 5280 section 4.2.1.13).
    pub crl: String,
    /// How many shards new certificates are put into, at most [`MAX_SHARDS`](super::MAX_SHARDS); none where it is 0.
    pub shards: u16,
    /// The OCSP responder (RFC 6960 appendix A).
    pub ocsp: String,
    /// The authority's certificate, in DER (RFC 5280 section 4.2.2.1).
    pub ca_issuers: String,
}

/// Not an address to stand in certificates.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlError {
    /// Not `http://` and a host.
    #[error(
        "{url:?} does not begin with http:// and a host: addresses in certificates are fetched before any trust is established, so https does not serve (RFC 5280 section 8)"
    )]
    NotHttp {
        /// The address, cut to 256 characters.
        url: String,
    },
    /// Characters that have no place in a URI, or a query or fragment.
    #[error("{url:?} holds a character that cannot stand in the front of an address")]
    Character {
        /// The address, cut to 256 characters.
        url: String,
    },
    /// Longer than [`MAX_PUBLIC_URL`].
    #[error("the address has {length} characters, more than {MAX_PUBLIC_URL}")]
    TooLong {
        /// Its length.
        length: usize,
    },
}

impl UrlError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotHttp { .. } => "public-url-not-http",
            Self::Character { .. } => "public-url-character",
            Self::TooLong { .. } => "public-url-too-long",
        }
    }
}

impl Urls {
    /// The addresses of an authority under the public address of the plain listener, such as
    /// `http://pki.example.cn`.
    ///
    /// # Errors
    /// [`UrlError`] where `public_url` is not an address that can stand in certificates.
    pub fn under(public_url: &str, authority: &AuthorityName) -> Result<Self, UrlError> {
        let shown = || public_url.chars().take(MAX_PUBLIC_URL).collect::<String>();
        if public_url.len() > MAX_PUBLIC_URL {
            return Err(UrlError::TooLong { length: public_url.len() });
        }
        let base = public_url.trim_end_matches('/');
        let host = base.strip_prefix("http://").ok_or_else(|| UrlError::NotHttp { url: shown() })?;
        if host.is_empty() || host.starts_with(['/', ':']) {
            return Err(UrlError::NotHttp { url: shown() });
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/[]%".contains(&byte);
        if !host.bytes().all(plain) {
            return Err(UrlError::Character { url: shown() });
        }
        Ok(Self {
            crl: format!("{base}/crl/{authority}.crl"),
            shards: 0,
            ocsp: format!("{base}/ocsp"),
            ca_issuers: format!("{base}/ca/{authority}.cer"),
        })
    }

    /// The same, with new certificates put into so many shards.
    #[must_use]
    pub fn with_shards(self, shards: u16) -> Self {
        Self { shards, ..self }
    }

    /// The CRL of the whole, or of a shard.
    #[must_use]
    pub fn list(&self, shard: Option<Shard>) -> String {
        match shard {
            Some(shard) => format!("{}/{shard}.crl", self.folder()),
            None => self.crl.clone(),
        }
    }

    /// The delta CRL, in DER (RFC 5280 section 4.2.1.15): beside the complete one.
    #[must_use]
    pub fn delta(&self, shard: Option<Shard>) -> String {
        match shard {
            Some(shard) => format!("{}/{shard}/delta.crl", self.folder()),
            None => format!("{}/delta.crl", self.folder()),
        }
    }

    fn folder(&self) -> &str {
        self.crl.trim_end_matches(".crl")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_the_contract() {
        let urls = Urls::under("http://pki.example.cn:8080/", &"issuing".parse().unwrap()).unwrap();
        assert_eq!(urls.crl, "http://pki.example.cn:8080/crl/issuing.crl");
        assert_eq!(urls.delta(None), "http://pki.example.cn:8080/crl/issuing/delta.crl");
        let shard = Some("7".parse().unwrap());
        assert_eq!(urls.list(shard), "http://pki.example.cn:8080/crl/issuing/7.crl");
        assert_eq!(urls.delta(shard), "http://pki.example.cn:8080/crl/issuing/7/delta.crl");
        assert_eq!(urls.ocsp, "http://pki.example.cn:8080/ocsp");
        assert_eq!(urls.ca_issuers, "http://pki.example.cn:8080/ca/issuing.cer");
    }

    #[test]
    fn addresses_that_cannot_stand_in_certificates_are_refused() {
        let name: AuthorityName = "root".parse().unwrap();
        for (url, code) in [
            ("https://pki.example.cn", "public-url-not-http"),
            ("pki.example.cn", "public-url-not-http"),
            ("http://", "public-url-not-http"),
            ("http:///crl", "public-url-not-http"),
            ("http://pki.example.cn/?a=b", "public-url-character"),
            ("http://pki.example.cn/ x", "public-url-character"),
            ("http://城市.cn", "public-url-character"),
        ] {
            assert_eq!(Urls::under(url, &name).unwrap_err().code(), code, "{url}");
        }
        let long = format!("http://{}", "a".repeat(MAX_PUBLIC_URL));
        assert_eq!(Urls::under(&long, &name).unwrap_err().code(), "public-url-too-long");
    }

    #[test]
    fn names_of_authorities_are_plain() {
        for name in ["root", "issuing", "city-2", &"a".repeat(64)] {
            assert_eq!(name.parse::<AuthorityName>().unwrap().as_str(), name);
        }
        for name in ["", "Root", "a_b", "../root", "根", &"a".repeat(65)] {
            assert!(name.parse::<AuthorityName>().is_err(), "{name}");
        }
        assert!(serde_json::from_str::<AuthorityName>("\"a/b\"").is_err());
    }
}
