//! Times through 2049 are UTCTime, later ones GeneralizedTime; both in UTC with seconds.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::raw;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "validity-encoding",
    description: "Times through 2049 are UTCTime, later ones GeneralizedTime; both in UTC with seconds",
    citation: "RFC 5280 section 4.1.2.5",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ValidityEncoding;

impl CertificateRule for ValidityEncoding {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let fields = raw::tbs_certificate(certificate.tbs_der()).ok_or("the validity cannot be found")?;
        raw::sequence(fields.validity)
            .ok_or("the validity cannot be read")?
            .into_iter()
            .try_for_each(raw::time_form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn times_in_the_wrong_form_are_found() {
        passes(&ValidityEncoding, &end_entity());
        passes(&ValidityEncoding, &end_entity().valid("2027-01-01T00:00:00Z", "2050-01-01T00:00:00Z"));
        let (utc, generalized) = (b"\x17\x0d270101000000Z", b"\x18\x0f20270101000000Z");
        let replaced = end_entity().valid("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z");
        fails(&ValidityEncoding, &replaced.patch_validity(utc, generalized));
    }
}
