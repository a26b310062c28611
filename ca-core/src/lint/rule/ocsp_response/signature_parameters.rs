//! The parameters of the signature algorithm of a response are those that its definition asks for.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm;
use crate::lint::{About, OcspResponseRule, Severity};
use crate::ocsp::BasicResponse;
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "ocsp-signature-parameters",
    description: "The parameters of the signature algorithm of a response are those that its definition asks for",
    citation: "RFC 6960 section 4.2.1; RFC 5280 section 4.1.1.2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct SignatureParameters;

impl OcspResponseRule for SignatureParameters {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, response: &BasicResponse, _issuer: Option<&Certificate>) -> Result<(), String> {
        algorithm::signature_parameters(response.signature_algorithm())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn other_parameters_are_found() {
        response_passes(&SignatureParameters, &response());
        response_fails(&SignatureParameters, &response().with_algorithm(ECDSA_SHA256, Some(NULL)));
    }
}
