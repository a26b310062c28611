//! The parameters of the signature algorithm of a request are those that its definition asks for.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm;
use crate::lint::{About, RequestRule, Severity};
use crate::x509::request::CertificationRequest;

static ABOUT: About = About {
    name: "request-signature-parameters",
    description: "The parameters of the signature algorithm of a request are those that its definition asks for",
    citation: "RFC 5280 section 4.1.1.2; RFC 2986 section 4.2",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct SignatureParameters;

impl RequestRule for SignatureParameters {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, request: &CertificationRequest) -> Result<(), String> {
        algorithm::signature_parameters(request.signature_algorithm())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn other_parameters_are_found() {
        request_passes(&SignatureParameters, &request());
        request_passes(&SignatureParameters, &request().with_algorithm(SM2_SM3, Some(NULL)));
        request_fails(&SignatureParameters, &request().with_algorithm(ECDSA_SHA256, Some(NULL)));
        request_fails(&SignatureParameters, &request().with_algorithm(SHA1_RSA, Some(NULL)));
    }
}
