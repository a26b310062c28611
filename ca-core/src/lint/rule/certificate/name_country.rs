//! Countries are PrintableStrings of two capital letters.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::name::{AttributeKind, StringType};

static ABOUT: About = About {
    name: "name-country",
    description: "Countries are PrintableStrings of two capital letters",
    citation: "RFC 5280 appendix A.1; ISO 3166-1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct NameCountry;

impl CertificateRule for NameCountry {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let subject = certificate.subject();
        let typed = subject.string_types().into_iter().zip(subject.parts());
        for ((kind, string_type), (_, value)) in
            typed.filter(|((kind, _), _)| *kind == AttributeKind::Country)
        {
            if string_type != Some(StringType::Printable) {
                return Err(format!("{kind} is not a PrintableString"));
            }
            if value.len() != 2 || !value.bytes().all(|byte| byte.is_ascii_uppercase()) {
                return Err(format!("{kind} is {value:?}, not two capital letters"));
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
    fn countries_of_another_form_are_found() {
        passes(&NameCountry, &end_entity().with_subject_part("2.5.4.6", 0x13, b"CN"));
        fails(&NameCountry, &end_entity().with_subject_part("2.5.4.6", 0x0c, b"CN"));
        fails(&NameCountry, &end_entity().with_subject_part("2.5.4.6", 0x13, b"cn"));
        fails(&NameCountry, &end_entity().with_subject_part("2.5.4.6", 0x13, b"CHN"));
    }
}
