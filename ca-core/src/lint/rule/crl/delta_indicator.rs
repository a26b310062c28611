//! A delta CRL says so in a critical extension, and has a larger number than its base.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use crate::x509::extension::{DeltaCrlIndicator, ExtensionValue};

static ABOUT: About = About {
    name: "crl-delta-indicator",
    description: "A delta CRL says so in a critical extension, and has a larger number than its base",
    citation: "RFC 5280 sections 5.2.3 and 5.2.4",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct DeltaIndicator;

impl CrlRule for DeltaIndicator {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(base) = crl.extensions().find::<DeltaCrlIndicator>().map_err(text)? else { return Ok(()) };
        let extension = crl.extensions().get(&DeltaCrlIndicator::OID.into());
        if extension.is_some_and(|extension| !extension.critical) {
            return Err("the deltaCRLIndicator is not critical".to_owned());
        }
        match crl.number().map_err(text)? {
            Some(number) if number <= base.0 => {
                Err(format!("the number is {number}, that of the base {}", base.0))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn odd_delta_crls_are_found() {
        let with =
            |base: u64, critical| crl().with(DeltaCrlIndicator(CrlNumber::from(base)).to_extension(critical));
        crl_passes(&DeltaIndicator, &crl());
        crl_passes(&DeltaIndicator, &with(6, true));
        crl_fails(&DeltaIndicator, &with(6, false));
        crl_fails(&DeltaIndicator, &with(7, true));
    }
}
