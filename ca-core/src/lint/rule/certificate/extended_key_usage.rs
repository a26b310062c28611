//! Purposes fit the key usage and the role: none on authorities, never any, OCSP signing alone.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::profile::Purpose;
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "extended-key-usage",
    description: "Purposes fit the key usage and the role: none on authorities, never any, OCSP signing alone",
    citation: "RFC 5280 section 4.2.1.12; RFC 6960 section 4.2.2.2; Baseline Requirements section 7.1.2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ExtendedKeyUsageOfRole;

impl CertificateRule for ExtendedKeyUsageOfRole {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(purposes) = certificate.extended_key_usages().map_err(text)? else { return Ok(()) };
        let constraints = certificate.basic_constraints().map_err(text)?;
        if constraints.is_some_and(|constraints| constraints.ca) {
            return Err("an authority has extendedKeyUsage".to_owned());
        }
        let usages = certificate.key_usage().map_err(text)?.unwrap_or_default();
        for (at, oid) in purposes.0.iter().enumerate() {
            let purpose = Purpose::from_oid(oid);
            if purpose == Purpose::Any {
                return Err("the key is for any purpose".to_owned());
            }
            if purpose == Purpose::OcspSigning && purposes.0.len() > 1 {
                return Err("OCSPSigning stands with other purposes".to_owned());
            }
            if purposes.0[..at].contains(oid) {
                return Err(format!("{purpose} stands twice"));
            }
            let needed = purpose.needed_usage();
            if !needed.is_empty() && !needed.iter().any(|usage| usages.contains(*usage)) {
                return Err(format!("{purpose} is not possible with the keyUsage {usages}"));
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
    fn purposes_that_do_not_fit_are_found() {
        use Purpose::{Any, ClientAuth, OcspSigning, ServerAuth};
        let with = |fixture: Fixture, purposes: &[Purpose]| {
            let purposes = purposes.iter().map(Purpose::oid).collect();
            fixture.with(ExtendedKeyUsage(purposes).to_extension(false))
        };
        passes(&ExtendedKeyUsageOfRole, &end_entity());
        passes(&ExtendedKeyUsageOfRole, &responder());
        passes(&ExtendedKeyUsageOfRole, &with(end_entity(), &[ServerAuth, ClientAuth]));
        fails(&ExtendedKeyUsageOfRole, &with(authority(), &[ServerAuth]));
        fails(&ExtendedKeyUsageOfRole, &with(end_entity(), &[ServerAuth, Any]));
        fails(&ExtendedKeyUsageOfRole, &with(end_entity(), &[OcspSigning, ClientAuth]));
        fails(&ExtendedKeyUsageOfRole, &with(end_entity(), &[ClientAuth, ClientAuth]));
        let enciphers = end_entity().with(KeyUsages::from([KeyUsage::DataEncipherment]).to_extension(true));
        fails(&ExtendedKeyUsageOfRole, &with(enciphers, &[ClientAuth]));
    }
}
