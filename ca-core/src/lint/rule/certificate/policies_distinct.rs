//! No policy stands twice.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::CertificatePolicies;

static ABOUT: About = About {
    name: "policies-distinct",
    description: "No policy stands twice",
    citation: "RFC 5280 section 4.2.1.4",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct PoliciesDistinct;

impl CertificateRule for PoliciesDistinct {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(policies) = certificate.extensions().find::<CertificatePolicies>().map_err(text)? else {
            return Ok(());
        };
        let oids: Vec<_> = policies.0.iter().map(|information| &information.policy).collect();
        match (1..oids.len()).find(|&at| oids[..at].contains(&oids[at])) {
            Some(at) => Err(format!("the policy {} stands twice", oids[at])),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn policies_that_stand_twice_are_found() {
        let with = |oids: &[&str]| {
            let policies = CertificatePolicies::of(oids.iter().map(|oid| oid.parse().unwrap()));
            end_entity().with(policies.to_extension(false))
        };
        passes(&PoliciesDistinct, &end_entity());
        passes(&PoliciesDistinct, &with(&["1.2.3", "1.2.4"]));
        fails(&PoliciesDistinct, &with(&["1.2.3", "1.2.3"]));
    }
}
