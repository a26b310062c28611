//! Randomness, so that tests can repeat a history and a hardware source can be put in.

use jiff::Timestamp;
use rand_core::{CryptoRng, UnwrapErr};
use uuid::{Builder, Uuid};

/// A source of random bytes fit for keys, serials and nonces.
///
/// Implementers owe: independent generators from any thread at once, each cryptographically strong from its
/// first byte. A source that fails must abort the call by panicking rather than give weak bytes.
pub trait Randomness: Send + Sync {
    /// A generator for the work of one call.
    fn generator(&self) -> Box<dyn CryptoRng + Send>;
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn generator(&self) -> Box<dyn CryptoRng + Send> {
        Box::new(UnwrapErr(getrandom::SysRng))
    }
}

/// A fresh record id: UUIDv7 (RFC 9562 §5.7), which sorts by the time of making to the millisecond.
pub fn new_record_id(at: Timestamp, rng: &mut dyn CryptoRng) -> Uuid {
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    Builder::from_unix_timestamp_millis(at.as_millisecond().max(0).unsigned_abs(), &random).into_uuid()
}

/// A fresh subject id: UUIDv4 (RFC 9562 §5.4), which tells nothing of when or for whom it was made.
pub fn new_subject_id(rng: &mut dyn CryptoRng) -> Uuid {
    let mut random = [0; 16];
    rng.fill_bytes(&mut random);
    Builder::from_random_bytes(random).into_uuid()
}
