//! subjectAltName is not critical beside a subject with a name.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{ExtensionValue, SubjectAlternativeName};

static ABOUT: About = About {
    name: "alternative-name-critical",
    description: "subjectAltName is not critical beside a subject with a name",
    citation: "RFC 5280 section 4.2.1.6",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct AlternativeNameCritical;

impl CertificateRule for AlternativeNameCritical {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let names = certificate.extensions().get(&SubjectAlternativeName::OID.into());
        if names.is_some_and(|names| names.critical) && !certificate.subject().is_empty() {
            return Err("subjectAltName is critical, and the subject has a name".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn critical_names_beside_a_subject_are_found() {
        let names = SubjectAlternativeName(vec![GeneralName::Dns("a.example".into())]);
        passes(&AlternativeNameCritical, &end_entity().with(names.to_extension(false)));
        let nameless = end_entity().with(names.to_extension(true)).edit(|tbs| tbs.subject = Name::empty());
        passes(&AlternativeNameCritical, &nameless);
        fails(&AlternativeNameCritical, &end_entity().with(names.to_extension(true)));
    }
}
