//! Times through 2049 are UTCTime, later ones GeneralizedTime; both in UTC with seconds.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::raw;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

static ABOUT: About = About {
    name: "crl-time-encoding",
    description: "Times through 2049 are UTCTime, later ones GeneralizedTime; both in UTC with seconds",
    citation: "RFC 5280 sections 5.1.2.4 and 5.1.2.5",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct TimeEncoding;

impl CrlRule for TimeEncoding {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        raw::crl_times(crl.tbs_der())
            .ok_or("the times cannot be found")?
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
        crl_passes(&TimeEncoding, &crl());
        let (utc, generalized) = (b"\x17\x0d270101000000Z", b"\x18\x0f20270101000000Z");
        let first = crl().edit(|tbs| tbs.this_update = time("2027-01-01T00:00:00Z"));
        crl_fails(&TimeEncoding, &first.patch_times(utc, generalized));
        let second = crl().edit(|tbs| tbs.next_update = time("2027-01-01T00:00:00Z"));
        crl_fails(&TimeEncoding, &second.patch_times(utc, generalized));
    }
}
