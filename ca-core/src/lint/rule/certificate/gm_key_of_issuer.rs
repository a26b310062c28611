//! What is signed by SM2 with SM3 is signed by a key on the SM2 curve.

use crate::algorithm::KeyAlgorithm;
use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm::signed_by_sm2;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "gm-key-of-issuer",
    description: "What is signed by SM2 with SM3 is signed by a key on the SM2 curve",
    citation: "observed in the national hierarchy: all verify by SM2 keys",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct GmKeyOfIssuer;

impl CertificateRule for GmKeyOfIssuer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, issuer: Option<&Certificate>) -> Result<(), String> {
        if !signed_by_sm2(certificate.signature_algorithm()) {
            return Ok(());
        }
        let own = certificate.is_self_issued().then_some(certificate);
        let Some(signer) = issuer.or(own) else { return Ok(()) };
        match signer.public_key() {
            Ok(key) if key.algorithm() != KeyAlgorithm::Sm2 => {
                Err(format!("the key of the issuer is {}", key.algorithm()))
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
    fn keys_of_another_kind_are_found() {
        passes(&GmKeyOfIssuer, &end_entity());
        passes(&GmKeyOfIssuer, &root().with_algorithm(SM2_SM3, None).edit(|tbs| tbs.spki = sm2_spki()));
        fails(&GmKeyOfIssuer, &root().with_algorithm(SM2_SM3, None));
        fails(&GmKeyOfIssuer, &end_entity().with_algorithm(SM2_SM3, None));
    }
}
