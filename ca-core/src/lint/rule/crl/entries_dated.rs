//! Nothing is revoked after the list that says so.

use crate::lint::rule::PROJECT;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

static ABOUT: About = About {
    name: "crl-entries-dated",
    description: "Nothing is revoked after the list that says so",
    citation: "RFC 5280 section 5.1.2.6; City CA: CRLs",
    since: PROJECT,
    severity: Severity::Error,
};

pub(in crate::lint) struct EntriesDated;

impl CrlRule for EntriesDated {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        match crl.revoked().iter().find(|entry| entry.revocation_date > crl.this_update()) {
            Some(entry) => Err(format!(
                "{} is revoked at {}, after thisUpdate {}",
                entry.serial,
                entry.revocation_date,
                crl.this_update()
            )),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn a_revocation_in_the_future_is_found() {
        crl_passes(&EntriesDated, &crl());
        crl_passes(&EntriesDated, &crl().edit(|tbs| tbs.revoked[0].revocation_date = tbs.this_update));
        crl_fails(&EntriesDated, &crl().edit(|tbs| tbs.revoked[0].revocation_date = tbs.next_update));
    }
}
