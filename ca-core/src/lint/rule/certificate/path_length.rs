//! A path length stands with cA and keyCertSign only, and leaves room for what the issuer still allows.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::KeyUsage;

static ABOUT: About = About {
    name: "path-length",
    description: "A path length stands with cA and keyCertSign only, and leaves room for what the issuer still allows",
    citation: "RFC 5280 section 4.2.1.9",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct PathLength;

impl CertificateRule for PathLength {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(constraints) = certificate.basic_constraints().map_err(text)? else { return Ok(()) };
        let usages = certificate.key_usage().map_err(text)?;
        let signs = usages.is_some_and(|usages| usages.contains(KeyUsage::KeyCertSign));
        if constraints.path_length.is_some() && !(constraints.ca && signs) {
            return Err("a pathLenConstraint without cA and keyCertSign".to_owned());
        }
        let above = match issuer {
            Some(issuer) => issuer.basic_constraints().map_err(text)?.and_then(|above| above.path_length),
            None => None,
        };
        match (above, constraints.path_length) {
            (Some(0), _) if constraints.ca => {
                Err("the issuer's pathLenConstraint of 0 allows no authority below it".to_owned())
            }
            (Some(above), Some(own)) if constraints.ca && own >= above => {
                Err(format!("a pathLenConstraint of {own} below one of {above}"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn path_lengths_that_cannot_be_used_are_found() {
        let constrained =
            |path_length| authority().with(BasicConstraints { ca: true, path_length }.to_extension(true));
        passes(&PathLength, &end_entity());
        passes(&PathLength, &constrained(Some(0)));
        passes(&PathLength, &constrained(Some(0)).issued_by(constrained(Some(1))));
        fails(&PathLength, &constrained(Some(1)).issued_by(constrained(Some(1))));
        fails(&PathLength, &constrained(None).issued_by(constrained(Some(0))));
        let no_authority = BasicConstraints { ca: false, path_length: Some(0) };
        fails(&PathLength, &end_entity().with(no_authority.to_extension(true)));
        let signs_nothing =
            constrained(Some(0)).with(KeyUsages::from([KeyUsage::CrlSign]).to_extension(true));
        fails(&PathLength, &signs_nothing);
    }
}
