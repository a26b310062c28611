//! No serial number stands twice.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use std::collections::HashSet;

static ABOUT: About = About {
    name: "crl-entries-not-repeated",
    description: "No serial number stands twice",
    citation: "RFC 5280 section 5.1.2.6; City CA: CRLs",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct EntriesNotRepeated;

impl CrlRule for EntriesNotRepeated {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        let mut seen = HashSet::with_capacity(crl.revoked().len());
        match crl.revoked().iter().find(|entry| !seen.insert(&entry.serial)) {
            Some(entry) => Err(format!("the serial number {} stands more than once", entry.serial)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn a_repeated_serial_is_found() {
        crl_passes(&EntriesNotRepeated, &crl());
        crl_fails(&EntriesNotRepeated, &crl().edit(|tbs| tbs.revoked.push(tbs.revoked[0].clone())));
    }
}
