//! The issuer is named, and as in its own certificate, octet for octet.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

static ABOUT: About = About {
    name: "crl-issuer-name-chains",
    description: "The issuer is named, and as in its own certificate, octet for octet",
    citation: "RFC 5280 sections 5.1.2.3 and 6.3.3",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct IssuerNameChains;

impl CrlRule for IssuerNameChains {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, issuer: Option<&Certificate>) -> Result<(), String> {
        if crl.issuer().is_empty() {
            return Err("the issuer has no name".to_owned());
        }
        match issuer {
            Some(issuer) if crl.issuer() != issuer.subject() => Err(format!(
                "the issuer is named {}, in its own certificate {}",
                crl.issuer(),
                issuer.subject()
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn another_name_of_the_issuer_is_found() {
        crl_passes(&IssuerNameChains, &crl());
        crl_fails(&IssuerNameChains, &crl().edit(|tbs| tbs.issuer = name("Another")));
        crl_fails(&IssuerNameChains, &crl().edit(|tbs| tbs.issuer = Name::empty()));
    }
}
