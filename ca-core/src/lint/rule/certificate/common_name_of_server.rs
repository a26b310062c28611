//! A domain or an address in the CN of a server is one of its alternative names.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::{is_server, text};
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::GeneralName;
use crate::x509::name::AttributeKind;

static ABOUT: About = About {
    name: "common-name-of-server",
    description: "A domain or an address in the CN of a server is one of its alternative names",
    citation: "Baseline Requirements section 7.1.4.3",
    since: RFC_5280,
    severity: Severity::Notice,
};

pub(in crate::lint) struct CommonNameOfServer;

impl CertificateRule for CommonNameOfServer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        if !is_server(certificate)? {
            return Ok(());
        }
        let Some(common_name) = certificate.subject().get(&AttributeKind::CommonName) else { return Ok(()) };
        let domain = common_name.contains('.') && GeneralName::dns(&common_name).is_ok();
        if !domain && common_name.parse::<core::net::IpAddr>().is_err() {
            return Ok(());
        }
        let is_it = |name: &GeneralName| match name {
            GeneralName::Dns(host) => host.eq_ignore_ascii_case(&common_name),
            GeneralName::Ip(address) => address.to_string() == common_name,
            _ => false,
        };
        if certificate.alternative_names().map_err(text)?.iter().any(is_it) {
            return Ok(());
        }
        Err(format!("CN {common_name:?} is not among the alternative names"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;
    use crate::x509::extension::ExtendedKeyUsage;

    #[test]
    fn names_of_servers_that_stand_in_the_subject_alone_are_found() {
        let purposes = ExtendedKeyUsage(vec![ExtendedKeyUsage::SERVER_AUTH.into()]).to_extension(false);
        let server = |host: &str| {
            let names = SubjectAlternativeName(vec![GeneralName::Dns(host.into())]);
            end_entity().with(purposes.clone()).with(names.to_extension(false))
        };
        let called =
            |fixture: Fixture, common_name: &str| fixture.edit(|tbs| tbs.subject = name(common_name));
        passes(&CommonNameOfServer, &called(end_entity(), "b.example"));
        passes(&CommonNameOfServer, &server("a.example"));
        passes(&CommonNameOfServer, &called(server("a.example"), "A.example"));
        fails(&CommonNameOfServer, &called(server("a.example"), "b.example"));
        fails(&CommonNameOfServer, &called(server("a.example"), "192.0.2.1"));
    }
}
