//! Key identifiers, distribution points, access to the authority and ocsp-nocheck are not critical.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{
    AuthorityInformationAccess, AuthorityKeyIdentifier, CrlDistributionPoints, ExtensionValue, OcspNoCheck,
    SubjectKeyIdentifier,
};

static ABOUT: About = About {
    name: "extension-criticality",
    description: "Key identifiers, distribution points, access to the authority and ocsp-nocheck are not critical",
    citation: "RFC 5280 sections 4.2.1.1, 4.2.1.2, 4.2.1.13 and 4.2.2.1; RFC 6960 section 4.2.2.2.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ExtensionCriticality;

impl CertificateRule for ExtensionCriticality {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let never = [
            SubjectKeyIdentifier::OID,
            AuthorityKeyIdentifier::OID,
            CrlDistributionPoints::OID,
            AuthorityInformationAccess::OID,
            OcspNoCheck::OID,
        ];
        for extension in certificate.extensions().iter().filter(|extension| extension.critical) {
            if never.iter().any(|oid| extension.oid == *oid) {
                return Err(format!("the extension {} is critical", extension.oid));
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
    fn extensions_that_must_not_be_critical_are_found() {
        passes(&ExtensionCriticality, &end_entity());
        passes(&ExtensionCriticality, &responder());
        let identifier = SubjectKeyIdentifier(KeyIdentifier::new([1; 20]));
        fails(&ExtensionCriticality, &end_entity().with(identifier.to_extension(true)));
        fails(&ExtensionCriticality, &responder().with(OcspNoCheck.to_extension(true)));
    }
}
