//! What validators need not know is not critical: usage periods, access to the subject, promises of logs, delta CRLs.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{
    Extension, ExtensionValue, FreshestCrl, PrivateKeyUsagePeriod, SignedTimestamps,
    SubjectInformationAccess, TlsFeature,
};

static ABOUT: About = About {
    name: "shown-extensions-not-critical",
    description: "What validators need not know is not critical: usage periods, access to the subject, promises of logs, delta CRLs",
    citation: "RFC 5280 sections 4.2.1.15 and 4.2.2.2; RFC 6962 section 3.3; X.509 section 9.2.2.5",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ShownExtensionsNotCritical;

impl CertificateRule for ShownExtensionsNotCritical {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let never = [
            PrivateKeyUsagePeriod::OID,
            SubjectInformationAccess::OID,
            SignedTimestamps::OID,
            FreshestCrl::OID,
            TlsFeature::OID,
        ];
        let critical =
            |extension: &&Extension| extension.critical && never.iter().any(|oid| extension.oid == *oid);
        match certificate.extensions().iter().find(critical) {
            Some(extension) => Err(format!("the extension {} is critical", extension.oid)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn critical_ones_are_found() {
        let feature = |critical| end_entity().with(TlsFeature(vec![5]).to_extension(critical));
        passes(&ShownExtensionsNotCritical, &end_entity());
        passes(&ShownExtensionsNotCritical, &feature(false));
        fails(&ShownExtensionsNotCritical, &feature(true));
    }
}
