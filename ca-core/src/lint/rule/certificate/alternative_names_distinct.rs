//! No alternative name stands twice.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "alternative-names-distinct",
    description: "No alternative name stands twice",
    citation: "RFC 5280 section 4.2.1.6; Baseline Requirements section 7.1.2.7.12",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct AlternativeNamesDistinct;

impl CertificateRule for AlternativeNamesDistinct {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let names = certificate.alternative_names().map_err(text)?;
        match (1..names.len()).find(|&at| names[..at].contains(&names[at])) {
            Some(at) => Err(format!("{} stands twice", names[at])),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn names_that_stand_twice_are_found() {
        let with = |names: &[&str]| {
            let names = names.iter().map(|name| GeneralName::Dns((*name).into())).collect();
            end_entity().with(SubjectAlternativeName(names).to_extension(false))
        };
        passes(&AlternativeNamesDistinct, &end_entity());
        passes(&AlternativeNamesDistinct, &with(&["a.example", "b.example"]));
        fails(&AlternativeNamesDistinct, &with(&["a.example", "b.example", "a.example"]));
    }
}
