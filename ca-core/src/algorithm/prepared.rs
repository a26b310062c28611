//! A key that verifies often.

use spki::AlgorithmIdentifierOwned;

use super::{KeyAlgorithm, SignatureAlgorithm, VerifyError, raw, sm2, verify};
use crate::key::PublicKey;

/// A public key with what verifications by it share: for SM2 the hash of identifier and key and a table of multiples, which
/// takes the time of two verifications to make and spares two thirds of each.
pub struct PreparedKey {
    key: PublicKey,
    sm2: Option<sm2::PreparedPoint>,
}

impl PreparedKey {
    /// Makes the table.
    #[must_use]
    pub fn new(key: PublicKey) -> Self {
        let sm2 = (key.algorithm() == KeyAlgorithm::Sm2).then(|| sm2::PreparedPoint::new(key.key_bits()));
        Self { key, sm2: sm2.flatten() }
    }

    /// The key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// Verifies a signature as [`verify`] does.
    ///
    /// # Errors
    ///
    /// Those of [`verify`].
    pub fn verify(
        &self,
        identifier: &AlgorithmIdentifierOwned,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let algorithm = SignatureAlgorithm::from_identifier(identifier)?;
        match &self.sm2 {
            Some(point) if algorithm == SignatureAlgorithm::Sm2Sm3 => {
                let signature = raw::from_der(signature).map_err(|_| VerifyError::Encoding { algorithm })?;
                if point.verify(message, &signature) { Ok(()) } else { Err(VerifyError::Invalid) }
            }
            _ => verify(identifier, &self.key, message, signature),
        }
    }
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    use super::*;
    use crate::algorithm::{KeySpec, Signer as _, Sm2Parameters};
    use crate::key::PrivateKey;

    #[test]
    fn it_says_of_every_signature_what_is_said_without_it() {
        let mut rng = UnwrapErr(SysRng);
        for spec in [KeySpec::Sm2, KeySpec::P256, KeySpec::Ed25519] {
            let [signer, other] = [(); 2]
                .map(|()| PrivateKey::generate(spec, &mut rng).unwrap().into_signer(Sm2Parameters::Absent));
            let prepared = PreparedKey::new(signer.public_key().clone());
            let foreign = SignatureAlgorithm::RsaSha256.identifier(Sm2Parameters::Absent);
            let good = signer.sign(b"message", &mut rng).unwrap();
            let bad = other.sign(b"message", &mut rng).unwrap();
            let cut = &good[..good.len() - 1];
            for (identifier, message, signature) in [
                (signer.identifier(), b"message".as_slice(), good.as_slice()),
                (signer.identifier(), b"massage", &good),
                (signer.identifier(), b"message", &bad),
                (signer.identifier(), b"message", cut),
                (&foreign, b"message", &good),
            ] {
                let plain = verify(identifier, signer.public_key(), message, signature);
                assert_eq!(
                    prepared.verify(identifier, message, signature).map_err(|error| error.to_string()),
                    plain.map_err(|error| error.to_string())
                );
            }
            assert!(prepared.verify(signer.identifier(), b"message", &good).is_ok());
        }
    }
}
