//! A SM2 key of an end entity signs or deciphers, not both.

use crate::algorithm::KeyAlgorithm;
use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::KeyUsage;

static ABOUT: About = About {
    name: "gm-single-use-key",
    description: "A SM2 key of an end entity signs or deciphers, not both",
    citation: "observed in end entities: keyUsage c0 for signing, 38 for encryption",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct GmSingleUseKey;

impl CertificateRule for GmSingleUseKey {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let sm2 = certificate.public_key().is_ok_and(|key| key.algorithm() == KeyAlgorithm::Sm2);
        let usages = certificate.key_usage().map_err(text)?.unwrap_or_default();
        let signs = [KeyUsage::DigitalSignature, KeyUsage::NonRepudiation];
        let deciphers = [KeyUsage::KeyEncipherment, KeyUsage::DataEncipherment, KeyUsage::KeyAgreement];
        let any = |set: &[KeyUsage]| set.iter().any(|&usage| usages.contains(usage));
        if sm2 && any(&signs) && any(&deciphers) {
            return Err("the key both signs and deciphers".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn keys_of_two_uses_are_found() {
        let with = |usages: &[KeyUsage]| {
            let usages: KeyUsages = usages.iter().copied().collect();
            end_entity().with(usages.to_extension(true)).edit(|tbs| tbs.spki = sm2_spki())
        };
        passes(&GmSingleUseKey, &end_entity());
        passes(&GmSingleUseKey, &with(&[KeyUsage::DigitalSignature, KeyUsage::NonRepudiation]));
        passes(&GmSingleUseKey, &with(&[KeyUsage::KeyEncipherment, KeyUsage::KeyAgreement]));
        fails(&GmSingleUseKey, &with(&[KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment]));
    }
}
