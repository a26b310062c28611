//! The issuer is an authority whose key may sign certificates.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::KeyUsage;

static ABOUT: About = About {
    name: "issuer-may-sign",
    description: "The issuer is an authority whose key may sign certificates",
    citation: "RFC 5280 section 6.1.4 (k), (n)",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct IssuerMaySign;

impl CertificateRule for IssuerMaySign {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, issuer: Option<&Certificate>) -> Result<(), String> {
        let issuer = issuer.unwrap_or(certificate);
        let constraints = issuer.basic_constraints().map_err(text)?;
        if !constraints.is_some_and(|constraints| constraints.ca) {
            return Err("the issuer is no authority by its basicConstraints".to_owned());
        }
        let usages = issuer.key_usage().map_err(text)?;
        if !usages.is_some_and(|usages| usages.contains(KeyUsage::KeyCertSign)) {
            return Err("the key of the issuer may not sign certificates by its keyUsage".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn an_issuer_that_may_not_sign_is_found() {
        passes(&IssuerMaySign, &end_entity());
        passes(&IssuerMaySign, &root());
        fails(&IssuerMaySign, &end_entity().issued_by(end_entity()));
        let crl_signer = authority().with(KeyUsages::from([KeyUsage::CrlSign]).to_extension(true));
        fails(&IssuerMaySign, &end_entity().issued_by(crl_signer));
    }
}
