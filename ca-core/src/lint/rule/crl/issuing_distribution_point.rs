//! The scope of a CRL is critical, not empty, and of one kind of certificate at most.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use crate::x509::extension::{ExtensionValue, IssuingDistributionPoint};

static ABOUT: About = About {
    name: "crl-issuing-distribution-point",
    description: "The scope of a CRL is critical, not empty, and of one kind of certificate at most",
    citation: "RFC 5280 section 5.2.5",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct IssuingDistributionPointForm;

impl CrlRule for IssuingDistributionPointForm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(scope) = crl.extensions().find::<IssuingDistributionPoint>().map_err(text)? else {
            return Ok(());
        };
        let extension = crl.extensions().get(&IssuingDistributionPoint::OID.into());
        if extension.is_some_and(|extension| !extension.critical) {
            return Err("the issuingDistributionPoint is not critical".to_owned());
        }
        if scope == IssuingDistributionPoint::default() {
            return Err("the issuingDistributionPoint says nothing".to_owned());
        }
        let kinds =
            [scope.only_user_certificates, scope.only_ca_certificates, scope.only_attribute_certificates];
        if kinds.into_iter().filter(|&only| only).count() > 1 {
            return Err("the CRL is only for two kinds of certificates at once".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn contradictory_scopes_are_found() {
        let with = |user, ca, critical| {
            let scope = IssuingDistributionPoint {
                only_user_certificates: user,
                only_ca_certificates: ca,
                ..IssuingDistributionPoint::default()
            };
            crl().with(scope.to_extension(critical))
        };
        crl_passes(&IssuingDistributionPointForm, &crl());
        crl_passes(&IssuingDistributionPointForm, &with(true, false, true));
        crl_fails(&IssuingDistributionPointForm, &with(true, false, false));
        crl_fails(&IssuingDistributionPointForm, &with(false, false, true));
        crl_fails(&IssuingDistributionPointForm, &with(true, true, true));
    }
}
