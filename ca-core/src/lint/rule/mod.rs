//! The rules, one a file, and what several of them need.

pub(super) mod algorithm;
mod certificate;
mod crl;
mod ocsp_request;
mod ocsp_response;
pub(super) mod raw;
mod request;

use jiff::civil::{Date, date};

use crate::x509::Certificate;
use crate::x509::extension::ExtendedKeyUsage;

pub(super) use certificate::ALL as CERTIFICATE;
pub(super) use crl::ALL as CRL;
pub(super) use ocsp_request::ALL as OCSP_REQUEST;
pub(super) use ocsp_response::ALL as OCSP_RESPONSE;
pub(super) use request::ALL as REQUEST;

/// RFC 5280 was published in May 2008.
const RFC_5280: Date = date(2008, 5, 1);

/// RFC 9654 was published in November 2024.
const RFC_9654: Date = date(2024, 11, 1);

/// Rules that the project sets itself hold for all that it issues.
const PROJECT: Date = date(2024, 1, 1);

/// The text of an error, as the detail of a finding.
fn text(error: impl ToString) -> String {
    error.to_string()
}

/// Whether a certificate is one for servers of TLS.
fn is_server(certificate: &Certificate) -> Result<bool, String> {
    let purposes = certificate.extended_key_usages().map_err(text)?;
    Ok(purposes.is_some_and(|purposes| purposes.contains(&ExtendedKeyUsage::SERVER_AUTH.into())))
}

/// Whether `uri` is an http URI with a host.
fn is_http(uri: &str) -> bool {
    let host = uri.strip_prefix("http://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty() && host.is_ascii() && !host.contains(char::is_whitespace))
}
