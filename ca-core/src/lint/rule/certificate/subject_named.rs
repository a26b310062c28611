//! An authority has a name; a subject without one is named by a critical subjectAltName.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{ExtensionValue, SubjectAlternativeName};

static ABOUT: About = About {
    name: "subject-named",
    description: "An authority has a name; a subject without one is named by a critical subjectAltName",
    citation: "RFC 5280 sections 4.1.2.6 and 4.2.1.6",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct SubjectNamed;

impl CertificateRule for SubjectNamed {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        if !certificate.subject().is_empty() {
            return Ok(());
        }
        let constraints = certificate.basic_constraints().map_err(text)?;
        if constraints.is_some_and(|constraints| constraints.ca) {
            return Err("an authority has no name".to_owned());
        }
        let names = certificate.extensions().get(&SubjectAlternativeName::OID.into());
        match names {
            Some(names) if names.critical => Ok(()),
            Some(_) => Err("the subject is empty and subjectAltName is not critical".to_owned()),
            None => Err("the subject is empty and there is no subjectAltName".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn subjects_that_nothing_names_are_found() {
        passes(&SubjectNamed, &end_entity());
        let nameless = || end_entity().edit(|tbs| tbs.subject = Name::empty());
        let names = SubjectAlternativeName(vec![GeneralName::dns("a.example").unwrap()]);
        passes(&SubjectNamed, &nameless().with(names.to_extension(true)));
        fails(&SubjectNamed, &nameless().with(names.to_extension(false)));
        fails(&SubjectNamed, &nameless());
        fails(&SubjectNamed, &authority().edit(|tbs| tbs.subject = Name::empty()));
    }
}
