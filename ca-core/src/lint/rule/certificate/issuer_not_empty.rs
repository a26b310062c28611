//! The issuer has a name.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "issuer-not-empty",
    description: "The issuer has a name",
    citation: "RFC 5280 section 4.1.2.4",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct IssuerNotEmpty;

impl CertificateRule for IssuerNotEmpty {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        if certificate.issuer().is_empty() { Err("the issuer has no name".to_owned()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn an_empty_issuer_is_found() {
        passes(&IssuerNotEmpty, &end_entity());
        fails(&IssuerNotEmpty, &end_entity().edit(|tbs| tbs.issuer = Name::empty()));
    }
}
