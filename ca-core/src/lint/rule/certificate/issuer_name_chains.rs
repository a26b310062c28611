//! The issuer is named as in its own certificate, octet for octet; without one, as the subject.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "issuer-name-chains",
    description: "The issuer is named as in its own certificate, octet for octet; without one, as the subject",
    citation: "RFC 5280 section 6.1.3 (a) (4)",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct IssuerNameChains;

impl CertificateRule for IssuerNameChains {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, issuer: Option<&Certificate>) -> Result<(), String> {
        let expected = issuer.map_or_else(|| certificate.subject(), Certificate::subject);
        if certificate.issuer() == expected {
            return Ok(());
        }
        Err(format!("the issuer is named {}, in its own certificate {expected}", certificate.issuer()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn another_name_of_the_issuer_is_found() {
        passes(&IssuerNameChains, &end_entity());
        passes(&IssuerNameChains, &root());
        fails(&IssuerNameChains, &end_entity().edit(|tbs| tbs.issuer = name("Another")));
        fails(&IssuerNameChains, &root().edit(|tbs| tbs.issuer = name("Another")));
    }
}
