//! Private keys in DER whose form is found by looking.

use super::{KeyError, Password, PrivateKey};
use crate::encoding::der;

/// How a private key stands in DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivateKeyForm {
    /// PrivateKeyInfo (PKCS #8, RFC 5958).
    Pkcs8,
    /// EncryptedPrivateKeyInfo (RFC 5958 section 3).
    EncryptedPkcs8,
    /// ECPrivateKey (SEC 1, RFC 5915).
    Sec1,
}

impl PrivateKeyForm {
    /// The form that the first elements tell; none where it is no private key. What follows is not looked at.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        der::check_structure(bytes).ok()?;
        let mut rest = content(bytes, 0x30)?.0;
        if let Some((first, after)) = content(rest, 0x30) {
            // AlgorithmIdentifier and OCTET STRING, and nothing else.
            let (_, end) = content(after, 0x04)?;
            return (first.first() == Some(&0x06) && end.is_empty()).then_some(Self::EncryptedPkcs8);
        }
        let (version, after) = content(rest, 0x02)?;
        rest = after;
        match (version, rest.first()?) {
            ([0 | 1], 0x30) => {
                let (algorithm, after) = content(rest, 0x30)?;
                (algorithm.first() == Some(&0x06) && after.first() == Some(&0x04)).then_some(Self::Pkcs8)
            }
            ([1], 0x04) => Some(Self::Sec1),
            _ => None,
        }
    }
}

/// Content of the first element and what follows it, where it carries the tag. The lengths were checked before.
fn content(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let (octets, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
        length = octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
        rest = after;
    }
    if found == tag { rest.split_at_checked(length) } else { None }
}

impl PrivateKey {
    /// The key of DER in any of the forms. A password is not looked at where the key is not encrypted.
    ///
    /// # Errors
    ///
    /// [`KeyError::PasswordNeeded`], and the errors of the form; those of PKCS #8 where it is none.
    pub fn from_der(bytes: &[u8], password: Option<&Password>) -> Result<Self, KeyError> {
        match PrivateKeyForm::detect(bytes) {
            Some(PrivateKeyForm::EncryptedPkcs8) => {
                Self::from_encrypted_pkcs8_der(bytes, password.ok_or(KeyError::PasswordNeeded)?)
            }
            Some(PrivateKeyForm::Sec1) => Self::from_sec1_der(bytes),
            Some(PrivateKeyForm::Pkcs8) | None => Self::from_pkcs8_der(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::algorithm::KeySpec;
    use crate::encoding::pem;
    use crate::key::EncryptionForm;
    use crate::testing::{rng, shared};

    fn password(text: &str) -> Password {
        Password::new(Zeroizing::new(text.into())).ok().unwrap()
    }

    #[test]
    fn every_form_is_found_and_read() {
        let secret = password("1234");
        for spec in
            [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }]
        {
            let key = PrivateKey::generate(spec, &mut rng()).unwrap();
            let mut forms = vec![(PrivateKeyForm::Pkcs8, key.to_pkcs8_der().unwrap())];
            for form in [EncryptionForm::Aes256, EncryptionForm::Sm4] {
                let sealed = key.to_encrypted_pkcs8_der(&secret, form, &mut rng()).unwrap();
                forms.push((PrivateKeyForm::EncryptedPkcs8, Zeroizing::new(sealed)));
            }
            match key.to_sec1_der() {
                Ok(sec1) => forms.push((PrivateKeyForm::Sec1, sec1)),
                Err(error) => assert_eq!(error.code(), "key-no-sec1-form", "{spec}"),
            }
            for (form, der) in forms {
                assert_eq!(PrivateKeyForm::detect(&der), Some(form), "{spec}");
                let read = PrivateKey::from_der(&der, Some(&secret)).unwrap();
                assert_eq!(read.public_key(), key.public_key());
                let without = PrivateKey::from_der(&der, None).err().map(|error| error.code());
                let needed = form == PrivateKeyForm::EncryptedPkcs8;
                assert_eq!(without, needed.then_some("key-password-needed"));
            }
            assert_eq!(PrivateKeyForm::detect(key.public_key().spki_der()), None);
        }
    }

    /// Where salt, initialisation vector and encrypted key stand, everything else must be equal.
    #[test]
    fn the_form_with_sm4_is_that_of_gmssl() {
        let Some(text) = shared("vectors/gmssl-tlcp-server-signkey-enc.pem") else { return };
        let theirs = pem::read_all(&text).unwrap().swap_remove(0).der;
        let key = PrivateKey::from_der(&theirs, Some(&password("1234"))).unwrap();
        let mut ours =
            key.to_encrypted_pkcs8_der(&password("1234"), EncryptionForm::Sm4, &mut rng()).unwrap();
        assert_eq!(ours.len(), theirs.len());
        let drawn = |der: &[u8]| {
            let strings: Vec<_> =
                (0..der.len() - 1).filter(|at| der[*at..].starts_with(&[0x04, 0x10])).collect();
            [strings[0] + 2..strings[0] + 18, strings[1] + 2..strings[1] + 18, der.len() - 160..der.len()]
        };
        for (mine, his) in drawn(&ours).into_iter().zip(drawn(&theirs)) {
            assert_eq!(mine, his);
            ours[mine].copy_from_slice(&theirs[his]);
        }
        assert_eq!(ours, theirs);
    }
}
