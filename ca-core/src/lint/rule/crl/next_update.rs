//! The next update is announced, and after this one.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

static ABOUT: About = About {
    name: "crl-next-update",
    description: "The next update is announced, and after this one",
    citation: "RFC 5280 section 5.1.2.5",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct NextUpdate;

impl CrlRule for NextUpdate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        let next = crl.next_update().ok_or("there is no nextUpdate")?;
        if next > crl.this_update() {
            return Ok(());
        }
        Err(format!("nextUpdate {next} is not after thisUpdate {}", crl.this_update()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn a_missing_or_past_next_update_is_found() {
        crl_passes(&NextUpdate, &crl());
        crl_fails(&NextUpdate, &crl().edit(|tbs| tbs.next_update = tbs.this_update));
        crl_fails(&NextUpdate, &crl().without_next_update());
    }
}
