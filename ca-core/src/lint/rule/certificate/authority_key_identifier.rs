//! The authority key identifier is there, and the subject key identifier of the issuer.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "authority-key-identifier",
    description: "The authority key identifier is there, and the subject key identifier of the issuer",
    citation: "RFC 5280 section 4.2.1.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct AuthorityKeyIdentifierOfIssuer;

impl CertificateRule for AuthorityKeyIdentifierOfIssuer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, issuer: Option<&Certificate>) -> Result<(), String> {
        let identifier = certificate.authority_key_identifier().map_err(text)?;
        let identifier = identifier.and_then(|identifier| identifier.key_identifier);
        let identifier = identifier.ok_or("there is no authorityKeyIdentifier with a keyIdentifier")?;
        let expected = issuer.unwrap_or(certificate).subject_key_identifier().map_err(text)?;
        match expected {
            Some(expected) if expected != identifier => {
                Err(format!("the authorityKeyIdentifier is {identifier}, of the issuer {expected}"))
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
    fn a_missing_or_foreign_identifier_is_found() {
        passes(&AuthorityKeyIdentifierOfIssuer, &end_entity());
        passes(&AuthorityKeyIdentifierOfIssuer, &root());
        fails(&AuthorityKeyIdentifierOfIssuer, &end_entity().without(AuthorityKeyIdentifier::OID));
        let foreign = AuthorityKeyIdentifier::by_key(KeyIdentifier::new([1; 20]));
        fails(&AuthorityKeyIdentifierOfIssuer, &end_entity().with(foreign.to_extension(false)));
        let without = AuthorityKeyIdentifier::default();
        fails(&AuthorityKeyIdentifierOfIssuer, &end_entity().with(without.to_extension(false)));
    }
}
