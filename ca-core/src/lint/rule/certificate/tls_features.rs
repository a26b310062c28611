//! A server of TLS is asked for its status, and for nothing else.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::TlsFeature;

static ABOUT: About = About {
    name: "tls-features",
    description: "A server of TLS is asked for its status, and for nothing else",
    citation: "RFC 7633 section 4",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct TlsFeatures;

impl CertificateRule for TlsFeatures {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(features) = certificate.extensions().find::<TlsFeature>().map_err(text)? else {
            return Ok(());
        };
        let known = [TlsFeature::STATUS_REQUEST, TlsFeature::STATUS_REQUEST_V2];
        match features.0.iter().find(|number| !known.contains(number)) {
            Some(number) => Err(format!("the feature {number} of TLS is no request for the status")),
            None if features.0.is_empty() => Err("no feature of TLS is named".to_owned()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn unusual_features_are_found() {
        let with = |features: &[u16]| end_entity().with(TlsFeature(features.to_vec()).to_extension(false));
        passes(&TlsFeatures, &end_entity());
        passes(&TlsFeatures, &with(&[5, 17]));
        fails(&TlsFeatures, &with(&[]));
        fails(&TlsFeatures, &with(&[5, 16]));
    }
}
