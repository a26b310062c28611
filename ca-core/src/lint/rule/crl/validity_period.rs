//! The next CRL follows within a year.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

static ABOUT: About = About {
    name: "crl-validity-period",
    description: "The next CRL follows within a year",
    citation: "Baseline Requirements section 7.2",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct ValidityPeriod;

impl CrlRule for ValidityPeriod {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(next) = crl.next_update() else { return Ok(()) };
        let days = next.duration_since(crl.this_update()).as_hours() / 24;
        if days > 366 { Err(format!("the next CRL follows after {days} days")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn long_periods_are_found() {
        let until = |text: &str| crl().edit(|tbs| tbs.next_update = time(text));
        crl_passes(&ValidityPeriod, &crl());
        crl_passes(&ValidityPeriod, &until("2028-01-01T00:00:00Z"));
        crl_fails(&ValidityPeriod, &until("2028-02-01T00:00:00Z"));
    }
}
