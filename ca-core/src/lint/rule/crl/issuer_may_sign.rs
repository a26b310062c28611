//! The key of the issuer may sign CRLs.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use crate::x509::extension::KeyUsage;

static ABOUT: About = About {
    name: "crl-issuer-may-sign",
    description: "The key of the issuer may sign CRLs",
    citation: "RFC 5280 section 6.3.3 (f)",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct IssuerMaySign;

impl CrlRule for IssuerMaySign {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, _crl: &CertificateList, issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(issuer) = issuer else { return Ok(()) };
        let usages = issuer.key_usage().map_err(text)?;
        if usages.is_some_and(|usages| usages.contains(KeyUsage::CrlSign)) {
            return Ok(());
        }
        Err("the key of the issuer may not sign CRLs by its keyUsage".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn an_issuer_that_may_not_sign_is_found() {
        crl_passes(&IssuerMaySign, &crl());
        crl_fails(&IssuerMaySign, &crl().issued_by(end_entity()));
    }
}
