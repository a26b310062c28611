//! The reason removeFromCRL stands in delta CRLs only.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use crate::x509::extension::{DeltaCrlIndicator, ReasonCode};

static ABOUT: About = About {
    name: "crl-remove-from-crl",
    description: "The reason removeFromCRL stands in delta CRLs only",
    citation: "RFC 5280 section 5.3.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct RemoveFromCrl;

impl CrlRule for RemoveFromCrl {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        if crl.extensions().find::<DeltaCrlIndicator>().map_err(text)?.is_some() {
            return Ok(());
        }
        match crl.revoked().iter().find(|entry| entry.reason == Some(ReasonCode::RemoveFromCrl)) {
            Some(entry) => Err(format!("the entry of {} has removeFromCRL, in a full CRL", entry.serial)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn a_removal_in_a_full_crl_is_found() {
        let removal = || crl().edit(|tbs| tbs.revoked[0].reason = Some(ReasonCode::RemoveFromCrl));
        crl_passes(&RemoveFromCrl, &crl());
        crl_fails(&RemoveFromCrl, &removal());
        crl_passes(&RemoveFromCrl, &removal().with(DeltaCrlIndicator(1.into()).to_extension(true)));
    }
}
