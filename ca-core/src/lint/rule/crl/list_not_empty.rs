//! Where nothing is revoked, there is no list.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

static ABOUT: About = About {
    name: "crl-list-not-empty",
    description: "Where nothing is revoked, there is no list",
    citation: "RFC 5280 section 5.1.2.6",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ListNotEmpty;

impl CrlRule for ListNotEmpty {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        if crl.has_empty_list() {
            Err("the list of revoked certificates is there and empty".to_owned())
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn an_empty_list_is_found() {
        crl_passes(&ListNotEmpty, &crl());
        crl_passes(&ListNotEmpty, &crl().edit(|tbs| tbs.revoked.clear()));
        crl_fails(&ListNotEmpty, &crl().with_empty_list());
    }
}
