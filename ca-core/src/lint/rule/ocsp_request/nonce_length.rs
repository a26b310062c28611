//! The nonce of a request has 32 octets.

use crate::lint::rule::RFC_9654;
use crate::lint::{About, OcspRequestRule, Severity};
use crate::ocsp::OcspRequest;

static ABOUT: About = About {
    name: "ocsp-request-nonce-length",
    description: "The nonce of a request has 32 octets",
    citation: "RFC 9654 section 2.1",
    since: RFC_9654,
    severity: Severity::Notice,
};

pub(in crate::lint) struct NonceLength;

impl OcspRequestRule for NonceLength {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, request: &OcspRequest) -> Result<(), String> {
        match request.nonce().map(<[u8]>::len) {
            Some(length) if length != 32 => Err(format!("the nonce has {length} octets")),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn nonces_of_another_length_are_found() {
        ocsp_request_passes(&NonceLength, &ocsp_request(&[1], Some(32)));
        ocsp_request_passes(&NonceLength, &ocsp_request(&[1], None));
        ocsp_request_fails(&NonceLength, &ocsp_request(&[1], Some(16)));
    }
}
