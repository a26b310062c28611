//! The subject key identifier is there, and the SHA-1 of the key that all surveyed authorities use.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::key_identifier::KeyIdentifier;

static ABOUT: About = About {
    name: "subject-key-identifier",
    description: "The subject key identifier is there, and the SHA-1 of the key that all surveyed authorities use",
    citation: "RFC 5280 section 4.2.1.2, method (1)",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct SubjectKeyIdentifierOfKey;

impl CertificateRule for SubjectKeyIdentifierOfKey {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let identifier = certificate.subject_key_identifier().map_err(text)?;
        let identifier = identifier.ok_or("there is no subjectKeyIdentifier")?;
        let key = certificate.public_key().map_err(|error| format!("the key cannot be read: {error}"))?;
        let expected = KeyIdentifier::from(key.key_identifier());
        if identifier == expected {
            return Ok(());
        }
        Err(format!("the subjectKeyIdentifier is {identifier}, of the key {expected}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn a_missing_or_foreign_identifier_is_found() {
        passes(&SubjectKeyIdentifierOfKey, &end_entity());
        fails(&SubjectKeyIdentifierOfKey, &end_entity().without(SubjectKeyIdentifier::OID));
        let foreign = SubjectKeyIdentifier(KeyIdentifier::new([1; 20]));
        fails(&SubjectKeyIdentifierOfKey, &end_entity().with(foreign.to_extension(false)));
    }
}
