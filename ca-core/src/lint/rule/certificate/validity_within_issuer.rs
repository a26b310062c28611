//! A certificate is not valid when its issuer is not.

use crate::lint::rule::PROJECT;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "validity-within-issuer",
    description: "A certificate is not valid when its issuer is not",
    citation: "City CA: validity; the shell model of RFC 5280 section 6.1.3 (a) (2)",
    since: PROJECT,
    severity: Severity::Error,
};

pub(in crate::lint) struct ValidityWithinIssuer;

impl CertificateRule for ValidityWithinIssuer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(issuer) = issuer else { return Ok(()) };
        let (inner, outer) = (certificate.validity(), issuer.validity());
        if outer.encloses(inner) {
            return Ok(());
        }
        Err(format!(
            "valid from {} to {}, its issuer from {} to {}",
            inner.not_before, inner.not_after, outer.not_before, outer.not_after
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn validity_that_outlasts_the_issuer_is_found() {
        passes(&ValidityWithinIssuer, &end_entity());
        passes(&ValidityWithinIssuer, &root());
        let issuer = || authority().valid("2026-06-01T00:00:00Z", "2030-01-01T00:00:00Z");
        let issued = |begin: &str, end: &str| end_entity().valid(begin, end).issued_by(issuer());
        passes(&ValidityWithinIssuer, &issued("2026-06-01T00:00:00Z", "2030-01-01T00:00:00Z"));
        fails(&ValidityWithinIssuer, &issued("2026-05-31T23:59:59Z", "2029-01-01T00:00:00Z"));
        fails(&ValidityWithinIssuer, &issued("2027-01-01T00:00:00Z", "2030-01-01T00:00:01Z"));
    }
}
