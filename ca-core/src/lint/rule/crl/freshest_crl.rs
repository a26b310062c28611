//! Delta CRLs are pointed at by complete ones only, and not in a critical extension.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use crate::x509::extension::{DeltaCrlIndicator, ExtensionValue, FreshestCrl};

static ABOUT: About = About {
    name: "crl-freshest-crl",
    description: "Delta CRLs are pointed at by complete ones only, and not in a critical extension",
    citation: "RFC 5280 section 5.2.6",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct FreshestCrlForm;

impl CrlRule for FreshestCrlForm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(extension) = crl.extensions().get(&FreshestCrl::OID.into()) else { return Ok(()) };
        if extension.critical {
            return Err("freshestCRL is critical".to_owned());
        }
        if crl.extensions().get(&DeltaCrlIndicator::OID.into()).is_some() {
            return Err("a delta CRL points at delta CRLs".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn misplaced_pointers_are_found() {
        let points =
            |critical| FreshestCrl(CrlDistributionPoints::at("http://a.example/d").0).to_extension(critical);
        crl_passes(&FreshestCrlForm, &crl());
        crl_passes(&FreshestCrlForm, &crl().with(points(false)));
        crl_fails(&FreshestCrlForm, &crl().with(points(true)));
        let delta = DeltaCrlIndicator(CrlNumber::from(1)).to_extension(true);
        crl_fails(&FreshestCrlForm, &crl().with(points(false)).with(delta));
    }
}
