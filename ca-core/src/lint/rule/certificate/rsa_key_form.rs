//! RSA keys have whole octets of modulus and an odd exponent of 65537 at least.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "rsa-key-form",
    description: "RSA keys have whole octets of modulus and an odd exponent of 65537 at least",
    citation: "Baseline Requirements section 6.1.6; RFC 8017 section 3.1",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct RsaKeyForm;

impl CertificateRule for RsaKeyForm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Ok(key) = certificate.public_key() else { return Ok(()) };
        let Some((_, exponent)) = key.rsa_parts() else { return Ok(()) };
        if !key.bits().is_multiple_of(8) {
            return Err(format!("the modulus has {} bits", key.bits()));
        }
        let small = exponent
            .iter()
            .skip_while(|&&octet| octet == 0)
            .fold(0_u64, |value, &octet| value.saturating_mul(256).saturating_add(octet.into()));
        if small < 65_537 || exponent.last().is_none_or(|last| last.is_multiple_of(2)) {
            return Err(format!("the exponent is {small}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn unusual_rsa_keys_are_found() {
        let with = |bits: usize, exponent: &[u8]| {
            let mut modulus = vec![0xff; bits.div_ceil(8)];
            modulus[0] >>= bits.div_ceil(8) * 8 - bits;
            modulus.insert(0, 0);
            if !bits.is_multiple_of(8) {
                modulus.remove(0);
            }
            let key = tlv(0x30, &[tlv(2, &modulus), tlv(2, exponent)].concat());
            let spki = spki(RSA, Some(NULL), &tlv(3, &[&[0], &key[..]].concat()));
            end_entity().edit(|tbs| tbs.spki = spki)
        };
        passes(&RsaKeyForm, &end_entity());
        passes(&RsaKeyForm, &with(2048, &[1, 0, 1]));
        fails(&RsaKeyForm, &with(2047, &[1, 0, 1]));
        fails(&RsaKeyForm, &with(2048, &[3]));
    }
}
