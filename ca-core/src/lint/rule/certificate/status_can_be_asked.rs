//! It can be learnt whether a certificate is revoked, but for a root and a responder.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{
    AuthorityInformationAccess, CrlDistributionPoints, ExtensionValue, OcspNoCheck,
};

static ABOUT: About = About {
    name: "status-can-be-asked",
    description: "It can be learnt whether a certificate is revoked, but for a root and a responder",
    citation: "Baseline Requirements sections 7.1.2.7.7 and 7.1.2.11.2",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct StatusCanBeAsked;

impl CertificateRule for StatusCanBeAsked {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let extensions = certificate.extensions();
        if certificate.is_self_issued() || extensions.get(&OcspNoCheck::OID.into()).is_some() {
            return Ok(());
        }
        let lists = extensions.get(&CrlDistributionPoints::OID.into()).is_some();
        let access = extensions.find::<AuthorityInformationAccess>().map_err(text)?;
        if lists
            || access.is_some_and(|access| access.uris(AuthorityInformationAccess::OCSP).next().is_some())
        {
            return Ok(());
        }
        Err("neither a CRL nor an OCSP responder is pointed at".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn certificates_without_status_are_found() {
        passes(&StatusCanBeAsked, &end_entity());
        passes(&StatusCanBeAsked, &end_entity().without(CrlDistributionPoints::OID));
        passes(&StatusCanBeAsked, &responder());
        passes(&StatusCanBeAsked, &root());
        fails(
            &StatusCanBeAsked,
            &end_entity().without(CrlDistributionPoints::OID).without(AuthorityInformationAccess::OID),
        );
    }
}
