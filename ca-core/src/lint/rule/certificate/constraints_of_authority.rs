//! Constraints on names and policies stand in certificates of authorities only, and are critical.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{
    ExtensionValue, InhibitAnyPolicy, NameConstraints, PolicyConstraints, PolicyMappings,
};

static ABOUT: About = About {
    name: "constraints-of-authority",
    description: "Constraints on names and policies stand in certificates of authorities only, and are critical",
    citation: "RFC 5280 sections 4.2.1.5, 4.2.1.10, 4.2.1.11 and 4.2.1.14",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ConstraintsOfAuthority;

impl CertificateRule for ConstraintsOfAuthority {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let authority =
            certificate.basic_constraints().map_err(text)?.is_some_and(|constraints| constraints.ca);
        // Mappings should be critical; the others must.
        let critical = [NameConstraints::OID, PolicyConstraints::OID, InhibitAnyPolicy::OID];
        for extension in certificate.extensions() {
            let must = critical.iter().any(|oid| extension.oid == *oid);
            if !must && extension.oid != PolicyMappings::OID {
                continue;
            }
            if !authority {
                return Err(format!(
                    "the extension {} in a certificate that is not an authority's",
                    extension.oid
                ));
            }
            if must && !extension.critical {
                return Err(format!("the extension {} is not critical", extension.oid));
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
    fn misplaced_constraints_are_found() {
        let inhibit = |critical| InhibitAnyPolicy(0).to_extension(critical);
        passes(&ConstraintsOfAuthority, &end_entity());
        passes(&ConstraintsOfAuthority, &authority().with(inhibit(true)));
        fails(&ConstraintsOfAuthority, &authority().with(inhibit(false)));
        fails(&ConstraintsOfAuthority, &end_entity().with(inhibit(true)));
        let mappings = extension("2.5.29.33", false, b"");
        passes(&ConstraintsOfAuthority, &authority().with(mappings.clone()));
        fails(&ConstraintsOfAuthority, &end_entity().with(mappings));
    }
}
