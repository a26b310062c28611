//! Under SM2 the next CRL follows within 31 days, but for those of roots.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm::signed_by_sm2;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

static ABOUT: About = About {
    name: "gm-crl-validity-period",
    description: "Under SM2 the next CRL follows within 31 days, but for those of roots",
    citation: "observed in the national hierarchy: 30 days",
    since: RFC_5280,
    severity: Severity::Notice,
};

pub(in crate::lint) struct GmValidityPeriod;

impl CrlRule for GmValidityPeriod {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(next) = crl.next_update() else { return Ok(()) };
        let days = next.duration_since(crl.this_update()).as_hours() / 24;
        let of_root = issuer.is_some_and(Certificate::is_self_issued);
        if signed_by_sm2(crl.signature_algorithm()) && !of_root && days > 31 {
            return Err(format!("the next CRL follows after {days} days"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn long_periods_are_found() {
        let sm2 = || crl().with_algorithm(SM2_SM3, None);
        let late = |fixture: CrlFixture| fixture.edit(|tbs| tbs.next_update = time("2027-03-01T00:00:00Z"));
        crl_passes(&GmValidityPeriod, &sm2());
        crl_passes(&GmValidityPeriod, &late(crl()));
        crl_passes(&GmValidityPeriod, &late(sm2()).issued_by(root()));
        crl_fails(&GmValidityPeriod, &late(sm2()));
    }
}
