//! CRLs are pointed at by names, at least one of them an http URI.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::{is_http, text};
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::CrlDistributionPoints;

static ABOUT: About = About {
    name: "crl-distribution-points",
    description: "CRLs are pointed at by names, at least one of them an http URI",
    citation: "RFC 5280 section 4.2.1.13",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct CrlDistributionPointsForm;

impl CertificateRule for CrlDistributionPointsForm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let points = certificate.extensions().find::<CrlDistributionPoints>().map_err(text)?;
        let Some(points) = points else { return Ok(()) };
        for point in &points.0 {
            if point.name.is_none() && point.crl_issuer.is_empty() {
                return Err("a distribution point has neither a name nor a cRLIssuer".to_owned());
            }
        }
        if !points.uris().any(is_http) {
            return Err("no CRL can be fetched by http".to_owned());
        }
        match points.uris().find(|uri| !is_http(uri) && !uri.starts_with("ldap://")) {
            Some(uri) => Err(format!("{uri:?} is neither an http nor an ldap URI")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn points_where_no_crl_is_to_be_had_are_found() {
        let at = |uri: &str| end_entity().with(CrlDistributionPoints::at(uri).to_extension(false));
        passes(&CrlDistributionPointsForm, &end_entity());
        passes(&CrlDistributionPointsForm, &end_entity().without(CrlDistributionPoints::OID));
        passes(&CrlDistributionPointsForm, &at("http://pki.example.cn/a.crl"));
        fails(&CrlDistributionPointsForm, &at("https://pki.example.cn/a.crl"));
        fails(&CrlDistributionPointsForm, &at("pki.example.cn/a.crl"));
        fails(&CrlDistributionPointsForm, &at("http:///a.crl"));
        let nowhere = CrlDistributionPoints(vec![DistributionPoint::default()]);
        fails(&CrlDistributionPointsForm, &end_entity().with(nowhere.to_extension(false)));
    }
}
