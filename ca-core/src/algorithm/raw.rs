//! Signatures of SM2 and ECDSA as `r‖s`, two halves of one length, where protocols other than X.509 want them so.

use ::der::asn1::UintRef;
use ::der::{Decode, Encode, Sequence};

/// A signature that has no form of two halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not a DER SEQUENCE of two positive INTEGERs of at most half its length")]
pub struct RawSignatureError;

impl RawSignatureError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        "signature-encoding"
    }
}

#[derive(Sequence)]
struct Pair<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

/// `r‖s` of a DER encoded signature.
///
/// # Errors
///
/// [`RawSignatureError`] for anything but strict DER of two INTEGERs, positive and of at most 32 bytes.
pub fn from_der(signature: &[u8]) -> Result<[u8; 64], RawSignatureError> {
    pair_from_der(signature)
}

/// The same for `LENGTH` bytes: 96 for P-384.
///
/// # Errors
///
/// [`RawSignatureError`] for anything but strict DER of two INTEGERs, positive and of at most half the length.
pub fn pair_from_der<const LENGTH: usize>(signature: &[u8]) -> Result<[u8; LENGTH], RawSignatureError> {
    let pair = Pair::from_der(signature).map_err(|_| RawSignatureError)?;
    let mut raw = [0; LENGTH];
    for (half, value) in raw.chunks_exact_mut(LENGTH / 2).zip([pair.r, pair.s]) {
        let value = value.as_bytes();
        let start = half.len().checked_sub(value.len()).ok_or(RawSignatureError)?;
        half[start..].copy_from_slice(value);
        if half.iter().all(|byte| *byte == 0) {
            return Err(RawSignatureError);
        }
    }
    Ok(raw)
}

/// The DER encoding of `r‖s`.
///
/// # Errors
///
/// [`RawSignatureError`] where r or s is zero.
pub fn to_der(signature: &[u8; 64]) -> Result<Vec<u8>, RawSignatureError> {
    pair_to_der(signature)
}

/// The DER encoding of `r‖s`, two halves of one length, as devices and requests have signatures.
///
/// # Errors
///
/// [`RawSignatureError`] where the halves differ in length, or r or s is zero.
pub fn pair_to_der(signature: &[u8]) -> Result<Vec<u8>, RawSignatureError> {
    let (r, s) = signature.split_at(signature.len() / 2);
    if r.len() != s.len() {
        return Err(RawSignatureError);
    }
    let uint = |bytes: &'_ [u8]| bytes.iter().any(|byte| *byte != 0);
    if !uint(r) || !uint(s) {
        return Err(RawSignatureError);
    }
    let value = |bytes| UintRef::new(bytes).map_err(|_| RawSignatureError);
    Pair { r: value(r)?, s: value(s)? }.to_der().map_err(|_| RawSignatureError)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_strict_der_of_positive_values_has_a_raw_form() {
        for der in [
            &[][..],
            &[0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x01],
            &[0x30, 0x06, 0x02, 0x01, 0xff, 0x02, 0x01, 0x01],
            &[0x30, 0x07, 0x02, 0x02, 0x00, 0x01, 0x02, 0x01, 0x01],
            &[0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01, 0x00],
            &[0x30, 0x81, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01],
        ] {
            assert_eq!(from_der(der), Err(RawSignatureError), "{der:02x?}");
        }
        assert_eq!(to_der(&[0; 64]), Err(RawSignatureError));
    }

    proptest! {
        #[test]
        fn the_two_forms_convert_both_ways(r in any::<[u8; 32]>(), s in any::<[u8; 32]>(), zeros in 0..32_usize) {
            let mut raw = [r, s].concat();
            raw[..zeros].fill(0);
            raw[31] |= 1;
            raw[63] |= 1;
            let raw: [u8; 64] = raw.try_into().unwrap();
            let der = to_der(&raw).unwrap();
            prop_assert!(der.len() <= 72);
            prop_assert_eq!(from_der(&der), Ok(raw));
        }

        #[test]
        fn halves_of_any_one_length_become_integers(signature in proptest::collection::vec(any::<u8>(), 0..140)) {
            let (r, s) = signature.split_at(signature.len() / 2);
            let sound = r.len() == s.len() && [r, s].iter().all(|half| half.iter().any(|byte| *byte != 0));
            match pair_to_der(&signature) {
                Ok(der) => {
                    let read = Pair::from_der(&der).unwrap();
                    let value = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
                    prop_assert_eq!(read.r.as_bytes(), value(r));
                    prop_assert_eq!(read.s.as_bytes(), value(s));
                    prop_assert!(sound);
                }
                Err(RawSignatureError) => prop_assert!(!sound),
            }
        }

        #[test]
        fn any_bytes_are_judged_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(raw) = from_der(&bytes) {
                prop_assert_eq!(to_der(&raw), Ok(bytes));
            }
        }
    }
}
