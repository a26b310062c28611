//! Delta CRLs are pointed at by names, at least one of them an http URI.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::is_http;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{CrlDistributionPoints, FreshestCrl};

static ABOUT: About = About {
    name: "freshest-crl",
    description: "Delta CRLs are pointed at by names, at least one of them an http URI",
    citation: "RFC 5280 section 4.2.1.15",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct FreshestCrlForm;

impl CertificateRule for FreshestCrlForm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(points) = certificate.extensions().find::<FreshestCrl>().map_err(text)? else {
            return Ok(());
        };
        let points = CrlDistributionPoints(points.0);
        if points.uris().any(is_http) {
            Ok(())
        } else {
            Err("no delta CRL can be fetched by http".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn points_without_http_are_found() {
        let at =
            |uri: &str| end_entity().with(FreshestCrl(CrlDistributionPoints::at(uri).0).to_extension(false));
        passes(&FreshestCrlForm, &end_entity());
        passes(&FreshestCrlForm, &at("http://pki.example.cn/delta.crl"));
        fails(&FreshestCrlForm, &at("ldap://pki.example.cn/delta"));
    }
}
