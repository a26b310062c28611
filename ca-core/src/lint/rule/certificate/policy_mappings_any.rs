//! Any policy is neither mapped nor mapped to.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{CertificatePolicies, PolicyMappings};

static ABOUT: About = About {
    name: "policy-mappings-any",
    description: "Any policy is neither mapped nor mapped to",
    citation: "RFC 5280 section 4.2.1.5",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct PolicyMappingsAny;

impl CertificateRule for PolicyMappingsAny {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let mappings = certificate.extensions().find::<PolicyMappings>().map_err(text)?;
        let any = |oid: &crate::x509::Oid| *oid == CertificatePolicies::ANY;
        if mappings
            .is_some_and(|mappings| mappings.0.iter().any(|pair| any(&pair.issuer) || any(&pair.subject)))
        {
            return Err("anyPolicy stands in policyMappings".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;
    use crate::x509::extension::PolicyMapping;

    #[test]
    fn any_policy_in_mappings_is_found() {
        let with = |issuer: &str, subject: &str| {
            let pair = PolicyMapping { issuer: issuer.parse().unwrap(), subject: subject.parse().unwrap() };
            authority().with(PolicyMappings(vec![pair]).to_extension(true))
        };
        passes(&PolicyMappingsAny, &authority());
        passes(&PolicyMappingsAny, &with("1.2.3", "1.2.4"));
        fails(&PolicyMappingsAny, &with("2.5.29.32.0", "1.2.4"));
        fails(&PolicyMappingsAny, &with("1.2.3", "2.5.29.32.0"));
    }
}
