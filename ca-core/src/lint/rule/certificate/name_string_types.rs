//! Parts of names are written in the string type of their kind: UTF8String but for C, serialNumber, DC and emailAddress.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "name-string-types",
    description: "Parts of names are written in the string type of their kind: UTF8String but for C, serialNumber, DC and emailAddress",
    citation: "RFC 5280 section 4.1.2.4 and appendix A.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct NameStringTypes;

impl CertificateRule for NameStringTypes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        for (kind, string_type) in certificate.subject().string_types() {
            if string_type != Some(kind.string_type()) {
                return Err(format!("{kind} is not a {}", kind.string_type()));
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
    fn other_string_types_are_found() {
        passes(&NameStringTypes, &end_entity().with_subject_part("2.5.4.5", 0x13, b"1"));
        passes(&NameStringTypes, &end_entity().with_subject_part("2.5.4.10", 0x0c, b"City"));
        fails(&NameStringTypes, &end_entity().with_subject_part("2.5.4.5", 0x0c, b"1"));
        fails(&NameStringTypes, &end_entity().with_subject_part("2.5.4.10", 0x1e, b"\0C"));
        fails(&NameStringTypes, &end_entity().with_subject_part("2.5.4.10", 0x14, b"City"));
    }
}
