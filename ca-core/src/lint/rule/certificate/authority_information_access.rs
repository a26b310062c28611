//! OCSP responders and certificates of the issuer are at http URIs.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::{is_http, text};
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{AuthorityInformationAccess, GeneralName};

static ABOUT: About = About {
    name: "authority-information-access",
    description: "OCSP responders and certificates of the issuer are at http URIs",
    citation: "RFC 5280 section 4.2.2.1; RFC 6960 section 3.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct AuthorityInformationAccessForm;

impl CertificateRule for AuthorityInformationAccessForm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let access = certificate.extensions().find::<AuthorityInformationAccess>().map_err(text)?;
        for description in access.iter().flat_map(|access| &access.0) {
            match &description.location {
                GeneralName::Uri(uri) if is_http(uri) => {}
                location => return Err(format!("{location} is not an http URI")),
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
    fn access_by_other_means_is_found() {
        let at = |ocsp: &str, certificate: &str| {
            end_entity().with(AuthorityInformationAccess::at(ocsp, certificate).to_extension(false))
        };
        passes(&AuthorityInformationAccessForm, &end_entity());
        passes(&AuthorityInformationAccessForm, &at("http://a.cn/ocsp", "http://a.cn/ca.cer"));
        fails(&AuthorityInformationAccessForm, &at("https://a.cn/ocsp", "http://a.cn/ca.cer"));
        fails(&AuthorityInformationAccessForm, &at("http://a.cn/ocsp", "ca.cer"));
    }
}
