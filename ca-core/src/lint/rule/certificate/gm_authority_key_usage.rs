//! The key of an authority under SM2 signs certificates and CRLs, and nothing else.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm::signed_by_sm2;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{KeyUsage, KeyUsages};

static ABOUT: About = About {
    name: "gm-authority-key-usage",
    description: "The key of an authority under SM2 signs certificates and CRLs, and nothing else",
    citation: "observed in the national hierarchy: keyUsage 06",
    since: RFC_5280,
    severity: Severity::Notice,
};

pub(in crate::lint) struct GmAuthorityKeyUsage;

impl CertificateRule for GmAuthorityKeyUsage {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let authority =
            certificate.basic_constraints().map_err(text)?.is_some_and(|constraints| constraints.ca);
        if !authority || !signed_by_sm2(certificate.signature_algorithm()) {
            return Ok(());
        }
        let expected = KeyUsages::from([KeyUsage::KeyCertSign, KeyUsage::CrlSign]);
        match certificate.key_usage().map_err(text)? {
            Some(usages) if usages != expected => {
                Err("keyUsage has more or less than keyCertSign and cRLSign".to_owned())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn further_usages_are_found() {
        let with = |usages: &[KeyUsage]| {
            let usages: KeyUsages = usages.iter().copied().collect();
            authority().with_algorithm(SM2_SM3, None).with(usages.to_extension(true))
        };
        let all = [KeyUsage::KeyCertSign, KeyUsage::CrlSign, KeyUsage::DigitalSignature];
        passes(&GmAuthorityKeyUsage, &with(&all[..2]));
        passes(&GmAuthorityKeyUsage, &end_entity());
        fails(&GmAuthorityKeyUsage, &with(&all));
    }
}
