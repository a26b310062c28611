//! Validity does not end before it begins.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "validity-order",
    description: "Validity does not end before it begins",
    citation: "RFC 5280 section 4.1.2.5",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ValidityOrder;

impl CertificateRule for ValidityOrder {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let validity = certificate.validity();
        if validity.not_before < validity.not_after {
            return Ok(());
        }
        Err(format!("valid from {} to {}", validity.not_before, validity.not_after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn an_end_before_the_begin_is_found() {
        passes(&ValidityOrder, &end_entity());
        fails(&ValidityOrder, &end_entity().valid("2027-01-02T00:00:00Z", "2027-01-01T00:00:00Z"));
        fails(&ValidityOrder, &end_entity().valid("2027-01-02T00:00:00Z", "2027-01-02T00:00:00Z"));
    }
}
