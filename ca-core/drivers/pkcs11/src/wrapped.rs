//! Keys of SM2 that a token wraps: AES key wrap (RFC 3394) by a key that is made in the token for this key alone and cannot leave
//! it. To destroy that key is to destroy this one, wherever its wrapped form was copied.

use ca_core::algorithm::KeyAlgorithm;
use ca_core::custody::KeyName;
use ca_core::key::PrivateKey;
use ca_device::Fault;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use zeroize::{Zeroize, Zeroizing};

use crate::session::{Session, label};

/// Bytes of a scalar of SM2.
const SCALAR: usize = 32;

/// Bytes of a wrapped scalar: AES key wrap adds eight, which show whether it was altered.
const WRAPPED: usize = SCALAR + 8;

/// Bytes of the wrapping key: AES-256.
const WRAPPING_KEY: u32 = 32;

/// What tells the objects with wrapped keys from others.
pub(crate) fn application() -> Attribute {
    Attribute::Application(b"City CA: SM2 key by AES key wrap".to_vec())
}

/// Wraps a scalar by a new key and stores the wrapped form in the token, after the identifier of the wrapping key.
pub(crate) fn store(session: &mut Session, name: &KeyName, id: &[u8], scalar: &[u8]) -> Result<(), Fault> {
    session.require_free(name)?;
    let result = wrap(session, name, id, scalar);
    if result.is_err() {
        // Nobody knows of these objects yet: without them the refusal leaves nothing behind.
        let _ = destroy(session, name, id);
    }
    result
}

fn wrap(session: &Session, name: &KeyName, id: &[u8], scalar: &[u8]) -> Result<(), Fault> {
    let act = "wrap a key";
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::ValueLen(u64::from(WRAPPING_KEY).into()),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Wrap(true),
        Attribute::Unwrap(true),
        Attribute::Encrypt(false),
        Attribute::Decrypt(false),
        Attribute::Label(label(name)),
        Attribute::Id(id.to_vec()),
    ];
    let made = session.handle().generate_key(&Mechanism::AesKeyGen, &template);
    let wrapping = made.map_err(session.fault("make a wrapping key"))?;
    if !session.never_left(wrapping)? {
        let reason = "the new wrapping key can leave it, though it was told otherwise";
        return Err(session.misbehaved("make a wrapping key", reason).into());
    }
    let blob = with_imported(session, scalar, |imported| {
        session.handle().wrap_key(&Mechanism::AesKeyWrap, wrapping, imported).map_err(session.fault(act))
    })?;
    let back = unwrap(session, name, id, &blob)?;
    if back.to_scalar().is_none_or(|back| *back != scalar) {
        return Err(session.misbehaved(act, "it does not unwrap what it wrapped").into());
    }
    let object = [
        Attribute::Class(ObjectClass::DATA),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Label(label(name)),
        application(),
        Attribute::Value([id, &blob].concat()),
    ];
    session.handle().create_object(&object).map_err(session.fault("store a wrapped key"))?;
    Ok(())
}

/// Acts with a scalar as an object of this session, which is destroyed afterwards.
fn with_imported<T>(
    session: &Session,
    scalar: &[u8],
    act: impl FnOnce(ObjectHandle) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut template = in_session();
    template.push(Attribute::Value(scalar.to_vec()));
    let imported = session.handle().create_object(&template);
    if let Some(Attribute::Value(copy)) = template.last_mut() {
        copy.zeroize();
    }
    let imported = imported.map_err(session.fault("take a key for wrapping"))?;
    let result = act(imported);
    session.handle().destroy_object(imported).map_err(session.fault("destroy an object"))?;
    result
}

/// The key of a wrapped form.
pub(crate) fn unwrap(session: &Session, name: &KeyName, id: &[u8], blob: &[u8]) -> Result<PrivateKey, Fault> {
    let act = "unwrap a key";
    if blob.len() != WRAPPED {
        let reason = format!("its wrapped form has {} bytes, not {WRAPPED}", blob.len());
        return Err(session.unusable(name, &reason).into());
    }
    let found = session.find(ObjectClass::SECRET_KEY, name, &[Attribute::Id(id.to_vec())])?;
    let [wrapping] = found[..] else {
        return Err(session.unusable(name, "the key that wraps it is not in the token").into());
    };
    let unwrapped = session.handle().unwrap_key(&Mechanism::AesKeyWrap, wrapping, blob, &in_session());
    let unwrapped = unwrapped.map_err(session.fault(act))?;
    let scalar = session.bytes(unwrapped, AttributeType::Value).map(Zeroizing::new);
    session.handle().destroy_object(unwrapped).map_err(session.fault("destroy an object"))?;
    PrivateKey::from_scalar(KeyAlgorithm::Sm2, &scalar?)
        .map_err(|error| session.unusable(name, &error.to_string()).into())
}

/// Destroys the wrapping key, then the wrapped form.
pub(crate) fn destroy(session: &mut Session, name: &KeyName, id: &[u8]) -> Result<(), Fault> {
    let wrapping = session.find(ObjectClass::SECRET_KEY, name, &[Attribute::Id(id.to_vec())])?;
    session.destroy(&wrapping)?;
    for blob in session.find(ObjectClass::DATA, name, &[application()])? {
        if session.bytes(blob, AttributeType::Value)?.starts_with(id) {
            session.destroy(&[blob])?;
        }
    }
    Ok(())
}

/// A secret that lives in this session and can be read from it.
fn in_session() -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::Token(false),
        Attribute::Private(true),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
    ]
}
