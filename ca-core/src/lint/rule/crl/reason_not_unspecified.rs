//! The reason unspecified is left out.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use crate::x509::extension::ReasonCode;

static ABOUT: About = About {
    name: "crl-reason-not-unspecified",
    description: "The reason unspecified is left out",
    citation: "RFC 5280 section 5.3.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ReasonNotUnspecified;

impl CrlRule for ReasonNotUnspecified {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        match crl.revoked().iter().find(|entry| entry.reason == Some(ReasonCode::Unspecified)) {
            Some(entry) => Err(format!("the entry of {} gives the reason unspecified", entry.serial)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn an_unspecified_reason_is_found() {
        crl_passes(&ReasonNotUnspecified, &crl());
        crl_fails(&ReasonNotUnspecified, &crl().with_reason_number(0));
    }
}
