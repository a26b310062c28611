//! The authority key identifier is there, not critical, and the subject key identifier of the issuer.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use crate::x509::extension::{AuthorityKeyIdentifier, ExtensionValue};

static ABOUT: About = About {
    name: "crl-authority-key-identifier",
    description: "The authority key identifier is there, not critical, and the subject key identifier of the issuer",
    citation: "RFC 5280 section 5.2.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct AuthorityKeyIdentifierOfIssuer;

impl CrlRule for AuthorityKeyIdentifierOfIssuer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, issuer: Option<&Certificate>) -> Result<(), String> {
        let extension = crl.extensions().get(&AuthorityKeyIdentifier::OID.into());
        if extension.is_some_and(|extension| extension.critical) {
            return Err("the authorityKeyIdentifier is critical".to_owned());
        }
        let identifier = crl.authority_key_identifier().map_err(text)?;
        let identifier = identifier.and_then(|identifier| identifier.key_identifier);
        let identifier = identifier.ok_or("there is no authorityKeyIdentifier with a keyIdentifier")?;
        let expected = match issuer {
            Some(issuer) => issuer.subject_key_identifier().map_err(text)?,
            None => None,
        };
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
        crl_passes(&AuthorityKeyIdentifierOfIssuer, &crl());
        crl_fails(&AuthorityKeyIdentifierOfIssuer, &crl().without(AuthorityKeyIdentifier::OID));
        let foreign = AuthorityKeyIdentifier::by_key(KeyIdentifier::new([1; 20]));
        crl_fails(&AuthorityKeyIdentifierOfIssuer, &crl().with(foreign.to_extension(false)));
        let own = crl().build().authority_key_identifier().unwrap().unwrap();
        crl_fails(&AuthorityKeyIdentifierOfIssuer, &crl().with(own.to_extension(true)));
    }
}
