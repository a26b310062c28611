//! Whoever is certified as a server of TLS is named by a domain or an address.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::{is_server, text};
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::GeneralName;

static ABOUT: About = About {
    name: "server-named",
    description: "Whoever is certified as a server of TLS is named by a domain or an address",
    citation: "Baseline Requirements section 7.1.2.7.12; RFC 9525 section 4.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ServerNamed;

impl CertificateRule for ServerNamed {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        if !is_server(certificate)? {
            return Ok(());
        }
        let names = certificate.alternative_names().map_err(text)?;
        if names.iter().any(|name| matches!(name, GeneralName::Dns(_) | GeneralName::Ip(_))) {
            return Ok(());
        }
        Err("serverAuth without a domain name or an address among the alternative names".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;
    use crate::x509::extension::ExtendedKeyUsage;

    #[test]
    fn servers_without_a_name_are_found() {
        let purposes = ExtendedKeyUsage(vec![ExtendedKeyUsage::SERVER_AUTH.into()]).to_extension(false);
        let names = |name| SubjectAlternativeName(vec![name]).to_extension(false);
        let server = || end_entity().with(purposes.clone());
        passes(&ServerNamed, &end_entity());
        passes(&ServerNamed, &server().with(names(GeneralName::Dns("a.example".into()))));
        fails(&ServerNamed, &server());
        fails(&ServerNamed, &server().with(names(GeneralName::Email("a@a.example".into()))));
    }
}
