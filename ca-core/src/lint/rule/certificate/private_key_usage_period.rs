//! The private key is in use within the validity of its certificate, and does not end before it begins.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::PrivateKeyUsagePeriod;

static ABOUT: About = About {
    name: "private-key-usage-period",
    description: "The private key is in use within the validity of its certificate, and does not end before it begins",
    citation: "X.509 section 9.2.2.5; RFC 3280 section 4.2.1.4",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct PrivateKeyUsagePeriodForm;

impl CertificateRule for PrivateKeyUsagePeriodForm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(period) = certificate.extensions().find::<PrivateKeyUsagePeriod>().map_err(text)? else {
            return Ok(());
        };
        let validity = certificate.validity();
        let from = period.not_before.unwrap_or(validity.not_before);
        let until = period.not_after.unwrap_or(validity.not_after);
        if from > until {
            return Err(format!("the private key is in use from {from} to {until}"));
        }
        if from < validity.not_before || until > validity.not_after {
            return Err(format!("the private key is in use from {from} to {until}, beyond the validity"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn periods_out_of_order_or_range_are_found() {
        let with = |from: &str, until: &str| {
            let period = PrivateKeyUsagePeriod { not_before: Some(time(from)), not_after: Some(time(until)) };
            end_entity().with(period.to_extension(false))
        };
        passes(&PrivateKeyUsagePeriodForm, &end_entity());
        passes(&PrivateKeyUsagePeriodForm, &with("2027-01-01T00:00:00Z", "2027-01-10T00:00:00Z"));
        fails(&PrivateKeyUsagePeriodForm, &with("2027-01-10T00:00:00Z", "2027-01-09T00:00:00Z"));
        fails(&PrivateKeyUsagePeriodForm, &with("2026-12-31T00:00:00Z", "2027-01-10T00:00:00Z"));
        fails(&PrivateKeyUsagePeriodForm, &with("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"));
    }
}
