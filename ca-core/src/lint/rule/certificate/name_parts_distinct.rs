//! Country, common name and serial number stand once in the subject.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::name::AttributeKind;

static ABOUT: About = About {
    name: "name-parts-distinct",
    description: "Country, common name and serial number stand once in the subject",
    citation: "Baseline Requirements section 7.1.4.1; X.520 section 6",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct NamePartsDistinct;

impl CertificateRule for NamePartsDistinct {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let parts = certificate.subject().parts();
        for kind in [AttributeKind::Country, AttributeKind::CommonName, AttributeKind::SerialNumber] {
            if parts.iter().filter(|(part, _)| *part == kind).count() > 1 {
                return Err(format!("{kind} stands more than once"));
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
    fn repeated_parts_are_found() {
        passes(&NamePartsDistinct, &end_entity());
        passes(
            &NamePartsDistinct,
            &end_entity().with_subject_part("2.5.4.11", 0x0c, b"a").with_subject_part("2.5.4.11", 0x0c, b"b"),
        );
        fails(&NamePartsDistinct, &end_entity().with_subject_part("2.5.4.3", 0x0c, b"b"));
    }
}
