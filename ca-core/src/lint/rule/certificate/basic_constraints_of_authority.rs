//! An authority says so in a critical basicConstraints.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{BasicConstraints, ExtensionValue, KeyUsage};

static ABOUT: About = About {
    name: "basic-constraints-of-authority",
    description: "An authority says so in a critical basicConstraints",
    citation: "RFC 5280 section 4.2.1.9",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct BasicConstraintsOfAuthority;

impl CertificateRule for BasicConstraintsOfAuthority {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let usages = certificate.key_usage().map_err(text)?;
        if !usages.is_some_and(|usages| usages.contains(KeyUsage::KeyCertSign)) {
            return Ok(());
        }
        let constraints = certificate.basic_constraints().map_err(text)?;
        if !constraints.is_some_and(|constraints| constraints.ca) {
            return Err("the key may sign certificates, and basicConstraints does not say cA".to_owned());
        }
        let extension = certificate.extensions().get(&BasicConstraints::OID.into());
        if extension.is_some_and(|extension| extension.critical) {
            return Ok(());
        }
        Err("basicConstraints of an authority is not critical".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn authorities_without_critical_constraints_are_found() {
        passes(&BasicConstraintsOfAuthority, &authority());
        passes(&BasicConstraintsOfAuthority, &end_entity());
        let constraints = BasicConstraints { ca: true, path_length: None };
        fails(&BasicConstraintsOfAuthority, &authority().with(constraints.to_extension(false)));
        fails(
            &BasicConstraintsOfAuthority,
            &authority().with(BasicConstraints::default().to_extension(true)),
        );
        fails(&BasicConstraintsOfAuthority, &authority().without(BasicConstraints::OID));
    }
}
