//! The algorithm that is signed is the one beside the signature, parameters included.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm::shown;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "signature-algorithms-equal",
    description: "The algorithm that is signed is the one beside the signature, parameters included",
    citation: "RFC 5280 section 4.1.1.2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct SignatureAlgorithmsEqual;

impl CertificateRule for SignatureAlgorithmsEqual {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let (inner, outer) = (certificate.tbs_signature_algorithm(), certificate.signature_algorithm());
        if inner == outer {
            return Ok(());
        }
        Err(format!("{} is signed, {} stands beside the signature", shown(inner), shown(outer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn differing_algorithms_and_parameters_are_found() {
        passes(&SignatureAlgorithmsEqual, &end_entity());
        fails(&SignatureAlgorithmsEqual, &end_entity().with_outer_algorithm(ED25519, None));
        fails(&SignatureAlgorithmsEqual, &end_entity().with_outer_algorithm(ECDSA_SHA256, Some(NULL)));
    }
}
