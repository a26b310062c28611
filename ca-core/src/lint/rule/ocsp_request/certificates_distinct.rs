//! No certificate is asked about twice.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, OcspRequestRule, Severity};
use crate::ocsp::OcspRequest;

static ABOUT: About = About {
    name: "ocsp-request-certificates-distinct",
    description: "No certificate is asked about twice",
    citation: "RFC 6960 section 4.1.1",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct CertificatesDistinct;

impl OcspRequestRule for CertificatesDistinct {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, request: &OcspRequest) -> Result<(), String> {
        let ids = request.cert_ids();
        match (1..ids.len()).find(|&at| ids[..at].contains(&ids[at])) {
            Some(at) => Err(format!("{} is asked about twice", ids[at].serial())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn repeated_questions_are_found() {
        ocsp_request_passes(&CertificatesDistinct, &ocsp_request(&[1, 2], None));
        ocsp_request_fails(&CertificatesDistinct, &ocsp_request(&[1, 2, 1], None));
    }
}
