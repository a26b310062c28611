//! The algorithm that is signed is the one beside the signature, parameters included.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm::shown;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

static ABOUT: About = About {
    name: "crl-signature-algorithms-equal",
    description: "The algorithm that is signed is the one beside the signature, parameters included",
    citation: "RFC 5280 section 5.1.1.2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct SignatureAlgorithmsEqual;

impl CrlRule for SignatureAlgorithmsEqual {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        let (inner, outer) = (crl.tbs_signature_algorithm(), crl.signature_algorithm());
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
        crl_passes(&SignatureAlgorithmsEqual, &crl());
        crl_fails(&SignatureAlgorithmsEqual, &crl().with_outer_algorithm(ED25519, None));
        crl_fails(&SignatureAlgorithmsEqual, &crl().with_outer_algorithm(ECDSA_SHA256, Some(NULL)));
    }
}
