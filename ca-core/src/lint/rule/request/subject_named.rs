//! A request names its subject, or asks for an alternative name.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, RequestRule, Severity};
use crate::x509::extension::SubjectAlternativeName;
use crate::x509::request::CertificationRequest;

static ABOUT: About = About {
    name: "request-subject-named",
    description: "A request names its subject, or asks for an alternative name",
    citation: "RFC 2986 section 4.1; RFC 5280 section 4.1.2.6",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct SubjectNamed;

impl RequestRule for SubjectNamed {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, request: &CertificationRequest) -> Result<(), String> {
        let names = request.extensions().map_err(text)?.find::<SubjectAlternativeName>().map_err(text)?;
        if request.subject().is_empty() && names.is_none() {
            return Err("neither a subject nor an alternative name".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn requests_for_nobody_are_found() {
        let names = SubjectAlternativeName(vec![GeneralName::Dns("a.example".into())]).to_extension(false);
        request_passes(&SubjectNamed, &request());
        request_passes(&SubjectNamed, &request().with_subject(Name::empty()).asking_for(&[names]));
        request_fails(&SubjectNamed, &request().with_subject(Name::empty()));
    }
}
