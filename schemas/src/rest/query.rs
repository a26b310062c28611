//! The query of `GET /certificates`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::CertificateStatus;

/// Certificates on a page when the query does not say.
pub const DEFAULT_PAGE: u32 = 50;

/// The most certificates on a page: a page is held in memory by both sides.
pub const MAX_PAGE: u32 = 200;

/// Filters of `GET /certificates`; those given must all hold. Newest certificates come first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CertificateQuery {
    /// Signed by this authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Issued under this profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Of this status now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub status: Option<CertificateStatus>,
    /// The subject's RFC 4514 text contains this, letter case aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Has this serial (hexadecimal, any letter case, colons allowed).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Has the key with this fingerprint (SHA-256 of the SubjectPublicKeyInfo, hexadecimal).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// notAfter is before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_before: Option<Timestamp>,
    /// notAfter is at or after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after: Option<Timestamp>,
    /// Issued at or after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_after: Option<Timestamp>,
    /// Issued before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_before: Option<Timestamp>,
    /// The most certificates on the page: 1 to 200, 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl CertificateQuery {
    /// The query string without its question mark, percent-encoded (RFC 3986 §2.1); empty without filters.
    #[must_use]
    pub fn to_query_string(&self) -> String {
        let time = |time: &Option<Timestamp>| time.map(|time| time.to_string());
        let pairs = [
            ("authority", self.authority.clone()),
            ("profile", self.profile.clone()),
            ("status", self.status.map(|status| status.to_string())),
            ("subject", self.subject.clone()),
            ("serial", self.serial.clone()),
            ("key", self.key.clone()),
            ("expires_before", time(&self.expires_before)),
            ("expires_after", time(&self.expires_after)),
            ("issued_after", time(&self.issued_after)),
            ("issued_before", time(&self.issued_before)),
            ("limit", self.limit.map(|limit| limit.to_string())),
            ("cursor", self.cursor.clone()),
        ];
        let given = pairs.iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value)));
        given.map(|(name, value)| format!("{name}={}", percent_encode(value))).collect::<Vec<_>>().join("&")
    }
}

/// Everything but the unreserved characters of RFC 3986 §2.3 is escaped.
fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_become_an_escaped_query() {
        let query = CertificateQuery {
            subject: Some("CN=京 & co".to_owned()),
            status: Some(CertificateStatus::Held),
            expires_before: Some("2030-01-02T03:04:05Z".parse().unwrap()),
            limit: Some(7),
            ..CertificateQuery::default()
        };
        assert_eq!(
            query.to_query_string(),
            "status=held&subject=CN%3D%E4%BA%AC%20%26%20co&expires_before=2030-01-02T03%3A04%3A05Z&limit=7"
        );
        assert_eq!(CertificateQuery::default().to_query_string(), "");
    }
}
