//! Alternative names are in the syntax of their kind.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::GeneralName;

static ABOUT: About = About {
    name: "alternative-name-form",
    description: "Alternative names are in the syntax of their kind",
    citation: "RFC 5280 section 4.2.1.6",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct AlternativeNameForm;

impl CertificateRule for AlternativeNameForm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        for name in certificate.alternative_names().map_err(text)? {
            let formed = match &name {
                GeneralName::Dns(host) => GeneralName::dns(host).map_err(text).map(drop),
                GeneralName::Email(address) => GeneralName::email(address).map_err(text).map(drop),
                GeneralName::Uri(uri) => GeneralName::uri(uri).map_err(text).map(drop),
                GeneralName::Directory(directory) if directory.is_empty() => {
                    Err("a directory name is empty".to_owned())
                }
                GeneralName::Raw { .. } => Err("it cannot be read".to_owned()),
                _ => Ok(()),
            };
            formed.map_err(|problem| format!("the alternative name {name}: {problem}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn names_of_another_form_are_found() {
        let with = |name| end_entity().with(SubjectAlternativeName(vec![name]).to_extension(false));
        passes(&AlternativeNameForm, &end_entity());
        passes(&AlternativeNameForm, &with(GeneralName::Dns("a.example".into())));
        passes(&AlternativeNameForm, &with(GeneralName::Directory(name("a"))));
        for wrong in [
            GeneralName::Dns("a b".into()),
            GeneralName::Dns(" ".into()),
            GeneralName::Email("a".into()),
            GeneralName::Uri("/relative".into()),
            GeneralName::Directory(Name::empty()),
            GeneralName::Raw { tag: 0x87, content: vec![1, 2, 3] },
        ] {
            fails(&AlternativeNameForm, &with(wrong));
        }
    }
}
