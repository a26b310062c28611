//! The nonce of a response has 32 octets.

use crate::lint::rule::RFC_9654;
use crate::lint::{About, OcspResponseRule, Severity};
use crate::ocsp::BasicResponse;
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "ocsp-nonce-length",
    description: "The nonce of a response has 32 octets",
    citation: "RFC 9654 section 2.1",
    since: RFC_9654,
    severity: Severity::Notice,
};

pub(in crate::lint) struct NonceLength;

impl OcspResponseRule for NonceLength {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, response: &BasicResponse, _issuer: Option<&Certificate>) -> Result<(), String> {
        match response.nonce().map(<[u8]>::len) {
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
        let nonce = |length: u8| {
            let value = tlv(4, &vec![7; length.into()]);
            response().with_extension(extension("1.3.6.1.5.5.7.48.1.2", false, &value))
        };
        response_passes(&NonceLength, &response());
        response_passes(&NonceLength, &nonce(32));
        response_fails(&NonceLength, &nonce(8));
    }
}
