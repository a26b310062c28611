//! Repositories of the subject are at http or ldap URIs, and only an authority has one.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{GeneralName, SubjectInformationAccess};

static ABOUT: About = About {
    name: "subject-information-access",
    description: "Repositories of the subject are at http or ldap URIs, and only an authority has one",
    citation: "RFC 5280 section 4.2.2.2",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct SubjectInformationAccessForm;

impl CertificateRule for SubjectInformationAccessForm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let access = certificate.extensions().find::<SubjectInformationAccess>().map_err(text)?;
        let Some(access) = access else { return Ok(()) };
        let authority =
            certificate.basic_constraints().map_err(text)?.is_some_and(|constraints| constraints.ca);
        for description in access.0.iter().filter(|one| one.method == SubjectInformationAccess::CA_REPOSITORY)
        {
            if !authority {
                return Err("caRepository in a certificate that is not an authority's".to_owned());
            }
            if let GeneralName::Uri(uri) = &description.location
                && !["http://", "https://", "ldap://"].iter().any(|scheme| uri.starts_with(scheme))
            {
                return Err(format!("{uri:?} is neither an http nor an ldap URI"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;
    use crate::x509::extension::AccessDescription;

    #[test]
    fn odd_repositories_are_found() {
        let access = |uri: &str| {
            let method = SubjectInformationAccess::CA_REPOSITORY.into();
            let location = GeneralName::Uri(uri.into());
            SubjectInformationAccess(vec![AccessDescription { method, location }]).to_extension(false)
        };
        passes(&SubjectInformationAccessForm, &authority());
        passes(&SubjectInformationAccessForm, &authority().with(access("http://a.example/")));
        fails(&SubjectInformationAccessForm, &authority().with(access("ftp://a.example/")));
        fails(&SubjectInformationAccessForm, &end_entity().with(access("http://a.example/")));
    }
}
