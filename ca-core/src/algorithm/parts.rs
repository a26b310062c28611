//! Messages that are signed in parts and need not be held.

use ca_sm2::MessageDigest;

use super::sm2;
use crate::key::PublicKey;

/// What a signer takes in of a message that comes in parts: a hash where the signer can sign one, else the message.
pub struct MessageHash(State);

enum State {
    Sm2(Box<MessageDigest>),
    Whole(Vec<u8>),
}

impl MessageHash {
    /// e = SM3(Z ‖ M) of SM2 for this key and [`sm2::DEFAULT_ID`]; the message itself where the key is of another kind.
    pub fn sm2(key: &PublicKey) -> Self {
        let point = ca_sm2::PublicKey::from_sec1_bytes(key.key_bits());
        match point.and_then(|point| ca_sm2::VerifyingKey::new(point, sm2::DEFAULT_ID)) {
            Ok(key) => Self(State::Sm2(Box::new(key.begin()))),
            Err(_) => Self::whole(),
        }
    }

    /// The message itself: it is held until it is signed.
    pub fn whole() -> Self {
        Self(State::Whole(Vec::new()))
    }

    /// Takes in the next part.
    pub fn update(&mut self, part: &[u8]) {
        match &mut self.0 {
            State::Sm2(digest) => digest.update(part),
            State::Whole(message) => message.extend_from_slice(part),
        }
    }

    /// What was taken in.
    pub fn finish(self) -> HashedMessage {
        match self.0 {
            State::Sm2(digest) => HashedMessage::Sm2(digest.finish()),
            State::Whole(message) => HashedMessage::Whole(message),
        }
    }
}

/// A message that came in parts, as its signer takes it.
pub enum HashedMessage {
    /// e of SM2.
    Sm2([u8; 32]),
    /// The message.
    Whole(Vec<u8>),
}
