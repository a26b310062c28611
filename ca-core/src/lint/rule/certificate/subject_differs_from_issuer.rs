//! An end entity is not named as its issuer.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "subject-differs-from-issuer",
    description: "An end entity is not named as its issuer",
    citation: "RFC 5280 section 4.1.2.6",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct SubjectDiffersFromIssuer;

impl CertificateRule for SubjectDiffersFromIssuer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let authority =
            certificate.basic_constraints().map_err(text)?.is_some_and(|constraints| constraints.ca);
        if !authority && certificate.is_self_issued() {
            return Err("an end entity bears the name of its issuer".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn end_entities_with_the_name_of_their_issuer_are_found() {
        passes(&SubjectDiffersFromIssuer, &end_entity());
        passes(&SubjectDiffersFromIssuer, &root());
        fails(&SubjectDiffersFromIssuer, &end_entity().edit(|tbs| tbs.subject = tbs.issuer.clone()));
    }
}
