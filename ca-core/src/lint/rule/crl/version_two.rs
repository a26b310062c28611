//! A CRL with extensions has version 2.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

static ABOUT: About = About {
    name: "crl-version-two",
    description: "A CRL with extensions has version 2",
    citation: "RFC 5280 section 5.1.2.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct VersionTwo;

impl CrlRule for VersionTwo {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        if crl.is_v2() { Ok(()) } else { Err("the version is 1, not 2".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn version_1_is_found() {
        crl_passes(&VersionTwo, &crl());
        crl_fails(&VersionTwo, &crl().of_version_1());
    }
}
