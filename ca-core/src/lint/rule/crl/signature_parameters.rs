//! The parameters of the signature algorithm are those that its definition asks for.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm::signature_parameters;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

static ABOUT: About = About {
    name: "crl-signature-parameters",
    description: "The parameters of the signature algorithm are those that its definition asks for",
    citation: "RFC 4055 section 5, RFC 5758 section 3.2, RFC 8410 section 3; GM/T 0006 leaves both forms for SM2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct SignatureParameters;

impl CrlRule for SignatureParameters {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        signature_parameters(crl.tbs_signature_algorithm())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn foreign_parameters_are_found() {
        crl_passes(&SignatureParameters, &crl());
        crl_passes(&SignatureParameters, &crl().with_algorithm(SM2_SM3, Some(NULL)));
        crl_fails(&SignatureParameters, &crl().with_algorithm(ECDSA_SHA256, Some(NULL)));
        crl_fails(&SignatureParameters, &crl().with_algorithm(SHA1_RSA, Some(NULL)));
    }
}
