//! The parameters of the signature algorithm are those that its definition asks for.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm::signature_parameters;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "signature-parameters",
    description: "The parameters of the signature algorithm are those that its definition asks for",
    citation: "RFC 4055 section 5, RFC 5758 section 3.2, RFC 8410 section 3; GM/T 0006 leaves both forms for SM2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct SignatureParameters;

impl CertificateRule for SignatureParameters {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        signature_parameters(certificate.tbs_signature_algorithm())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn each_algorithm_has_its_parameters() {
        for (oid, parameters) in [
            (ECDSA_SHA256, None),
            (ED25519, None),
            (RSA_SHA256, Some(NULL)),
            (SM2_SM3, None),
            (SM2_SM3, Some(NULL)),
        ] {
            passes(&SignatureParameters, &end_entity().with_algorithm(oid, parameters));
        }
        for (oid, parameters) in [
            (ECDSA_SHA256, Some(NULL)),
            (ED25519, Some(NULL)),
            (RSA_SHA256, None),
            (SM2_SM3, Some(ZERO)),
            (SHA1_RSA, Some(NULL)),
        ] {
            fails(&SignatureParameters, &end_entity().with_algorithm(oid, parameters));
        }
    }
}
