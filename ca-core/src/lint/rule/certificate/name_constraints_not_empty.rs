//! Name constraints permit or exclude something.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::NameConstraints;

static ABOUT: About = About {
    name: "name-constraints-not-empty",
    description: "Name constraints permit or exclude something",
    citation: "RFC 5280 section 4.2.1.10",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct NameConstraintsNotEmpty;

impl CertificateRule for NameConstraintsNotEmpty {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        match certificate.extensions().find::<NameConstraints>().map_err(text)? {
            Some(constraints) if constraints.is_empty() => {
                Err("nameConstraints without a subtree".to_owned())
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
    fn empty_constraints_are_found() {
        passes(&NameConstraintsNotEmpty, &authority());
        let subtree = hex::decode("3010a00e300c820a612e6578616d706c652e").unwrap();
        passes(&NameConstraintsNotEmpty, &authority().with(extension("2.5.29.30", true, &subtree)));
        fails(&NameConstraintsNotEmpty, &authority().with(extension("2.5.29.30", true, &[0x30, 0])));
    }
}
