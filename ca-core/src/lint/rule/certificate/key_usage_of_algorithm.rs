//! A key is for nothing that its algorithm cannot do.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::profile::is_served_by;
use crate::x509::certificate::Certificate;
use crate::x509::extension::KeyUsage;

static ABOUT: About = About {
    name: "key-usage-of-algorithm",
    description: "A key is for nothing that its algorithm cannot do",
    citation: "RFC 3279 section 2.3.1, RFC 5480 section 3, RFC 8410 section 5",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct KeyUsageOfAlgorithm;

impl CertificateRule for KeyUsageOfAlgorithm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(usages) = certificate.key_usage().map_err(text)? else { return Ok(()) };
        let key = certificate.public_key().map_err(|error| format!("the key cannot be read: {error}"))?;
        if let Some(usage) = usages.iter().find(|usage| !is_served_by(*usage, key.algorithm())) {
            return Err(format!("{usage} cannot be served by {} keys", key.algorithm()));
        }
        let half = [KeyUsage::EncipherOnly, KeyUsage::DecipherOnly]
            .into_iter()
            .find(|usage| usages.contains(*usage));
        match half {
            Some(usage) if !usages.contains(KeyUsage::KeyAgreement) => {
                Err(format!("{usage} is undefined without keyAgreement"))
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
    fn usages_beyond_the_algorithm_are_found() {
        let with = |usages: &[KeyUsage]| {
            let usages: KeyUsages = usages.iter().copied().collect();
            end_entity().with(usages.to_extension(true))
        };
        passes(&KeyUsageOfAlgorithm, &end_entity());
        passes(&KeyUsageOfAlgorithm, &with(&[KeyUsage::KeyAgreement, KeyUsage::EncipherOnly]));
        fails(&KeyUsageOfAlgorithm, &with(&[KeyUsage::KeyEncipherment]));
        fails(&KeyUsageOfAlgorithm, &with(&[KeyUsage::DigitalSignature, KeyUsage::EncipherOnly]));
    }
}
