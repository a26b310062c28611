//! keyUsage is there and critical; keyCertSign goes with cA and only with it.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{ExtensionValue, KeyUsage, KeyUsages};

static ABOUT: About = About {
    name: "key-usage-of-role",
    description: "keyUsage is there and critical; keyCertSign goes with cA and only with it",
    citation: "RFC 5280 sections 4.2.1.3 and 4.2.1.9",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct KeyUsageOfRole;

impl CertificateRule for KeyUsageOfRole {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let usages = certificate.key_usage().map_err(text)?.ok_or("there is no keyUsage")?;
        if usages.is_empty() {
            return Err("keyUsage names no usage".to_owned());
        }
        if !certificate.extensions().get(&KeyUsages::OID.into()).is_some_and(|extension| extension.critical) {
            return Err("keyUsage is not critical".to_owned());
        }
        let authority =
            certificate.basic_constraints().map_err(text)?.is_some_and(|constraints| constraints.ca);
        let signs = |usage| usages.contains(usage);
        match (authority, signs(KeyUsage::KeyCertSign), signs(KeyUsage::CrlSign)) {
            (true, false, _) => Err("an authority whose key may not sign certificates".to_owned()),
            (true, true, false) => Err("an authority whose key may not sign CRLs".to_owned()),
            (false, true, _) => Err("keyCertSign in a certificate that is not an authority's".to_owned()),
            (false, _, true) => Err("cRLSign in a certificate that is not an authority's".to_owned()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn usages_that_do_not_fit_the_role_are_found() {
        passes(&KeyUsageOfRole, &end_entity());
        passes(&KeyUsageOfRole, &authority());
        let with = |fixture: Fixture, usages: &[KeyUsage], critical| {
            let usages: KeyUsages = usages.iter().copied().collect();
            fixture.with(usages.to_extension(critical))
        };
        fails(&KeyUsageOfRole, &with(end_entity(), &[KeyUsage::DigitalSignature], false));
        fails(&KeyUsageOfRole, &with(end_entity(), &[], true));
        fails(&KeyUsageOfRole, &with(end_entity(), &[KeyUsage::KeyCertSign], true));
        fails(&KeyUsageOfRole, &with(end_entity(), &[KeyUsage::CrlSign], true));
        fails(&KeyUsageOfRole, &with(authority(), &[KeyUsage::DigitalSignature], true));
        fails(&KeyUsageOfRole, &with(authority(), &[KeyUsage::KeyCertSign], true));
        fails(&KeyUsageOfRole, &end_entity().without(KeyUsages::OID));
    }
}
