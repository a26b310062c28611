//! Key pairs in a token.

use ca_core::algorithm::{KeyAlgorithm, KeySpec};
use ca_core::custody::{CustodyError, KeyName, Protection};
use ca_core::encoding::oid;
use ca_core::key::PublicKey;
use ca_device::Fault;
use const_oid::ObjectIdentifier;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use der::asn1::OctetStringRef;
use der::{Decode, Encode};

use crate::coordinate_length;
use crate::session::{Session, label};

/// Makes a key pair that cannot leave the token.
pub(crate) fn generate(
    session: &mut Session,
    name: &KeyName,
    spec: KeySpec,
    id: &[u8],
) -> Result<PublicKey, Fault> {
    let act = "make a key";
    session.require_free(name)?;
    let common = [Attribute::Token(true), Attribute::Label(label(name)), Attribute::Id(id.to_vec())];
    let curve = curve(spec.algorithm()).and_then(|curve| curve.to_der().ok());
    let parameters = curve.ok_or_else(|| session.misbehaved(act, "the curve has no name"))?;
    let mut public = common.to_vec();
    public.extend([Attribute::Private(false), Attribute::Verify(true), Attribute::EcParams(parameters)]);
    let mut private = common.to_vec();
    private.extend([
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        Attribute::Derive(false),
    ]);
    let made = session.handle().generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private);
    let (public, private) = made.map_err(session.fault(act))?;
    let result = accept(session, name, private, id);
    if result.is_err() {
        // Nobody knows of this key yet: without it the refusal leaves nothing behind.
        let _ = session.destroy(&[private, public]);
    }
    result
}

/// Checks a key pair just made.
fn accept(session: &Session, name: &KeyName, private: ObjectHandle, id: &[u8]) -> Result<PublicKey, Fault> {
    let same = session.find(ObjectClass::PRIVATE_KEY, name, &[])?;
    if same.len() != 1 {
        // Another process made one at the same time. Both may withdraw, none is replaced.
        return Err(CustodyError::KeyExists { name: name.clone(), place: session.place() }.into());
    }
    if !session.never_left(private)? {
        let reason = "the new key can leave it, though it was told otherwise";
        return Err(session.misbehaved("make a key", reason).into());
    }
    public_key(session, name, private, id)
}

/// The public key that stands beside a private one.
pub(crate) fn public_key(
    session: &Session,
    name: &KeyName,
    private: ObjectHandle,
    id: &[u8],
) -> Result<PublicKey, Fault> {
    if session.flag(private, AttributeType::AlwaysAuthenticate)? == Some(true) {
        return Err(session.unusable(name, "it asks for the PIN with each signature").into());
    }
    let found = session.find(ObjectClass::PUBLIC_KEY, name, &[Attribute::Id(id.to_vec())])?;
    let [public] = found[..] else {
        let reason =
            format!("{} public keys with its label and CKA_ID stand beside it, not one", found.len());
        return Err(session.unusable(name, &reason).into());
    };
    let parameters = session.bytes(public, AttributeType::EcParams)?;
    let point = session.bytes(public, AttributeType::EcPoint)?;
    read(&parameters, &point).map_err(|reason| session.unusable(name, &reason).into())
}

/// The public key of CKA_EC_PARAMS and CKA_EC_POINT.
fn read(parameters: &[u8], point: &[u8]) -> Result<PublicKey, String> {
    let algorithm = [KeyAlgorithm::P256, KeyAlgorithm::P384]
        .into_iter()
        .find(|algorithm| {
            curve(*algorithm).is_some_and(|curve| ObjectIdentifier::from_der(parameters) == Ok(curve))
        })
        .ok_or("it is not of P-256 or P-384")?;
    // The standard asks for a DER OCTET STRING of the point; some tokens give the point itself, whose length tells.
    let plain = coordinate_length(algorithm).is_some_and(|length| point.len() == 2 * length + 1);
    let point = if plain {
        point
    } else {
        <&OctetStringRef>::from_der(point)
            .map_err(|error| format!("its point is malformed: {error}"))?
            .as_bytes()
    };
    PublicKey::from_parts(algorithm, point).map_err(|error| error.to_string())
}

/// How a private key is protected, by what the token says of it.
pub(crate) fn protection(session: &Session, private: ObjectHandle) -> Result<Protection, Fault> {
    Ok(if session.never_left(private)? { Protection::Device } else { Protection::DeviceWithCopies })
}

/// Destroys both keys of a pair.
pub(crate) fn destroy(
    session: &mut Session,
    name: &KeyName,
    private: ObjectHandle,
    id: &[u8],
) -> Result<(), Fault> {
    let publics = session.find(ObjectClass::PUBLIC_KEY, name, &[Attribute::Id(id.to_vec())])?;
    session.destroy(&[private])?;
    session.destroy(&publics)
}

fn curve(algorithm: KeyAlgorithm) -> Option<ObjectIdentifier> {
    match algorithm {
        KeyAlgorithm::P256 => Some(oid::P256),
        KeyAlgorithm::P384 => Some(oid::P384),
        KeyAlgorithm::Sm2 | KeyAlgorithm::Ed25519 | KeyAlgorithm::Rsa => None,
    }
}

#[cfg(test)]
mod tests {
    use ca_core::key::PrivateKey;
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    use super::*;

    #[test]
    fn points_are_read_in_the_form_of_the_standard_and_plain() {
        for spec in [KeySpec::P256, KeySpec::P384] {
            let key = PrivateKey::generate(spec, &mut UnwrapErr(SysRng)).unwrap();
            let parameters = curve(spec.algorithm()).unwrap().to_der().unwrap();
            let plain = key.public_key().key_bits();
            let wrapped = OctetStringRef::new(plain).unwrap().to_der().unwrap();
            assert_eq!(read(&parameters, plain).as_ref(), Ok(key.public_key()));
            assert_eq!(read(&parameters, &wrapped).as_ref(), Ok(key.public_key()));
            for length in 0..wrapped.len() {
                assert!(length == plain.len() || read(&parameters, &wrapped[..length]).is_err());
            }
            let other = oid::SM2.to_der().unwrap();
            assert_eq!(read(&other, &wrapped).unwrap_err(), "it is not of P-256 or P-384");
            let mut off = plain.to_vec();
            off[5] ^= 1;
            assert!(read(&parameters, &off).is_err());
        }
    }
}
