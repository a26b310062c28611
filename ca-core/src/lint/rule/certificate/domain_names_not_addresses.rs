//! Addresses do not stand as domain names.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::GeneralName;

static ABOUT: About = About {
    name: "domain-names-not-addresses",
    description: "Addresses do not stand as domain names",
    citation: "Baseline Requirements section 7.1.2.7.12; RFC 5280 section 4.2.1.6",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct DomainNamesNotAddresses;

impl CertificateRule for DomainNamesNotAddresses {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        for name in certificate.alternative_names().map_err(text)? {
            if let GeneralName::Dns(host) = &name
                && host.parse::<core::net::IpAddr>().is_ok()
            {
                return Err(format!("{name} is an address"));
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
    fn addresses_as_domain_names_are_found() {
        let with = |host: &str| {
            end_entity().with(SubjectAlternativeName(vec![GeneralName::Dns(host.into())]).to_extension(false))
        };
        passes(&DomainNamesNotAddresses, &with("a.example"));
        fails(&DomainNamesNotAddresses, &with("192.0.2.1"));
        fails(&DomainNamesNotAddresses, &with("2001:db8::1"));
    }
}
