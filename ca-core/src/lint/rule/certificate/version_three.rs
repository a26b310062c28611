//! A certificate with extensions has version 3.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::certificate::Version;

static ABOUT: About = About {
    name: "version-three",
    description: "A certificate with extensions has version 3",
    citation: "RFC 5280 section 4.1.2.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct VersionThree;

impl CertificateRule for VersionThree {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        if certificate.version() == Version::V3 {
            return Ok(());
        }
        Err(format!("the version is {}, not 3", certificate.version() as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn other_versions_are_found() {
        passes(&VersionThree, &end_entity());
        fails(&VersionThree, &end_entity().without_extensions());
    }
}
