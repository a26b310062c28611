//! No part of a name is longer than X.520 allows, and none is empty.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "name-upper-bounds",
    description: "No part of a name is longer than X.520 allows, and none is empty",
    citation: "RFC 5280 appendix A.1 (upper bounds); ITU-T X.520 annex C",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct NameUpperBounds;

impl CertificateRule for NameUpperBounds {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        for (kind, value) in certificate.subject().parts() {
            let length = value.chars().count();
            if length == 0 || length > kind.upper_bound() {
                return Err(format!("{kind} has {length} characters, not 1 to {}", kind.upper_bound()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn empty_and_long_parts_are_found() {
        passes(
            &NameUpperBounds,
            &end_entity().with_subject_part("2.5.4.10", 0x0c, "市".repeat(64).as_bytes()),
        );
        fails(
            &NameUpperBounds,
            &end_entity().with_subject_part("2.5.4.10", 0x0c, "市".repeat(65).as_bytes()),
        );
        fails(&NameUpperBounds, &end_entity().with_subject_part("2.5.4.10", 0x0c, b""));
    }
}
