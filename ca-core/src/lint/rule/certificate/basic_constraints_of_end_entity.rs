//! An end entity has no basicConstraints: GmSSL 3 refuses an empty one.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "basic-constraints-of-end-entity",
    description: "An end entity has no basicConstraints: GmSSL 3 refuses an empty one",
    citation: "RFC 5280 section 4.2.1.9 leaves it out; GmSSL 3",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct BasicConstraintsOfEndEntity;

impl CertificateRule for BasicConstraintsOfEndEntity {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        match certificate.basic_constraints().map_err(text)? {
            Some(constraints) if !constraints.ca => Err("basicConstraints without cA".to_owned()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn empty_constraints_are_found() {
        passes(&BasicConstraintsOfEndEntity, &end_entity());
        passes(&BasicConstraintsOfEndEntity, &authority());
        fails(
            &BasicConstraintsOfEndEntity,
            &end_entity().with(BasicConstraints::default().to_extension(true)),
        );
    }
}
