//! Parts of the subject neither begin nor end with a space, nor are they a placeholder.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "name-parts-meaningful",
    description: "Parts of the subject neither begin nor end with a space, nor are they a placeholder",
    citation: "Baseline Requirements sections 7.1.2.7.3 to 7.1.2.7.5",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct NamePartsMeaningful;

impl CertificateRule for NamePartsMeaningful {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        for (kind, value) in certificate.subject().parts() {
            if value.trim() != value {
                return Err(format!("{kind} {value:?} begins or ends with a space"));
            }
            if !value.chars().any(char::is_alphanumeric) {
                return Err(format!("{kind} {value:?} holds neither a letter nor a digit"));
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
    fn parts_that_say_nothing_are_found() {
        passes(&NamePartsMeaningful, &end_entity().with_subject_part("2.5.4.11", 0x0c, "部门".as_bytes()));
        fails(&NamePartsMeaningful, &end_entity().with_subject_part("2.5.4.11", 0x0c, b" a"));
        fails(&NamePartsMeaningful, &end_entity().with_subject_part("2.5.4.11", 0x0c, b"-"));
        fails(&NamePartsMeaningful, &end_entity().with_subject_part("2.5.4.11", 0x0c, b""));
    }
}
