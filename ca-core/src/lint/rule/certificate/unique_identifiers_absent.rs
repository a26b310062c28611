//! Issuer and subject have no unique identifiers.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "unique-identifiers-absent",
    description: "Issuer and subject have no unique identifiers",
    citation: "RFC 5280 section 4.1.2.8",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct UniqueIdentifiersAbsent;

impl CertificateRule for UniqueIdentifiersAbsent {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        if certificate.has_unique_identifiers() {
            Err("there are unique identifiers".to_owned())
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
    fn unique_identifiers_are_found() {
        passes(&UniqueIdentifiersAbsent, &end_entity());
        fails(&UniqueIdentifiersAbsent, &end_entity().with_unique_identifier());
    }
}
