//! Verification, of public data in variable time.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::digest::MessageDigest;
use crate::field::FieldElement;
use crate::limbs;
use crate::point::{JacobianPoint, Shape, SplitMultiples, double_multiply, double_multiply_prepared};
use crate::scalar::{N, Scalar};
use crate::{Error, PublicKey, Signature};

/// A public key with a signer's identifier, whose Z is computed once.
#[derive(Clone)]
pub struct VerifyingKey {
    public: PublicKey,
    digest: MessageDigest,
}

/// A verifying key with a table of multiples of its point (8 KiB), for issuers whose signatures are verified often. Making
/// one takes about the time of two verifications.
#[derive(Clone)]
pub struct PreparedVerifyingKey {
    key: VerifyingKey,
    multiples: SplitMultiples,
}

impl VerifyingKey {
    /// The key for verifying what was signed as `id`; see [`DEFAULT_ID`](crate::DEFAULT_ID).
    ///
    /// # Errors
    ///
    /// [`Error::IdentifierTooLong`] above 8191 bytes.
    pub fn new(public: PublicKey, id: &[u8]) -> Result<Self, Error> {
        let digest = MessageDigest::new(&public, id)?;
        Ok(Self { public, digest })
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// e = SM3(Z ‖ message), what is signed in place of the message (GB/T 32918.2 section 6.1, steps A1 and A2).
    pub fn digest(&self, message: &[u8]) -> [u8; 32] {
        self.digest.of(message)
    }

    /// A digest that has taken in Z, for a message that comes in parts; its value goes to [`verify_digest`](Self::verify_digest).
    pub fn begin(&self) -> MessageDigest {
        self.digest.clone()
    }

    /// Verifies (GB/T 32918.2 section 7.1).
    ///
    /// # Errors
    ///
    /// [`Error::SignatureInvalid`] if the signature is not one of this key, as this identifier, over this message.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), Error> {
        self.verify_digest(&self.digest(message), signature)
    }

    /// Verifies over a given e, for those whom devices and test vectors hand it.
    ///
    /// # Errors
    ///
    /// [`Error::SignatureInvalid`] if the signature is not one of this key over this e.
    pub fn verify_digest(&self, e: &[u8; 32], signature: &Signature) -> Result<(), Error> {
        check(e, signature, |s, t| double_multiply(s, t, self.public.point()))
    }

    /// Makes the table.
    pub fn prepare(self) -> PreparedVerifyingKey {
        let multiples = SplitMultiples::new(*self.public.point(), Shape::SMALL);
        PreparedVerifyingKey { key: self, multiples }
    }
}

impl PreparedVerifyingKey {
    /// The key without the table.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// As [`VerifyingKey::verify`].
    ///
    /// # Errors
    ///
    /// [`Error::SignatureInvalid`] if the signature is not one of this key, as this identifier, over this message.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), Error> {
        self.verify_digest(&self.key.digest(message), signature)
    }

    /// As [`VerifyingKey::verify_digest`].
    ///
    /// # Errors
    ///
    /// [`Error::SignatureInvalid`] if the signature is not one of this key over this e.
    pub fn verify_digest(&self, e: &[u8; 32], signature: &Signature) -> Result<(), Error> {
        check(e, signature, |s, t| double_multiply_prepared(s, t, &self.multiples))
    }
}

/// How many signatures a signer checks before it makes a table: most keys sign once or twice in a run of a program.
const CHECKS_WITHOUT_TABLE: u32 = 16;

/// The key by which a signer checks what it signed. Once it has signed a few times it makes a table of 128 KiB, which takes
/// about the time of twenty verifications.
pub(crate) struct CheckingKey {
    key: VerifyingKey,
    checks: AtomicU32,
    multiples: OnceLock<SplitMultiples>,
}

impl CheckingKey {
    pub(crate) fn new(key: VerifyingKey) -> Self {
        Self { key, checks: AtomicU32::new(0), multiples: OnceLock::new() }
    }

    pub(crate) fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// As [`VerifyingKey::verify`].
    pub(crate) fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), Error> {
        self.verify_digest(&self.key.digest(message), signature)
    }

    /// As [`VerifyingKey::verify_digest`].
    pub(crate) fn verify_digest(&self, e: &[u8; 32], signature: &Signature) -> Result<(), Error> {
        match self.table() {
            Some(multiples) => check(e, signature, |s, t| double_multiply_prepared(s, t, multiples)),
            None => self.key.verify_digest(e, signature),
        }
    }

    fn table(&self) -> Option<&SplitMultiples> {
        if let Some(multiples) = self.multiples.get() {
            return Some(multiples);
        }
        let is_busy = self.checks.fetch_add(1, Ordering::Relaxed) >= CHECKS_WITHOUT_TABLE;
        let table = || SplitMultiples::new(*self.key.public.point(), Shape::LARGE);
        is_busy.then(|| self.multiples.get_or_init(table))
    }
}

/// Steps B5 to B7, where `multiply` gives s · G + t · P.
fn check(
    e: &[u8; 32],
    signature: &Signature,
    multiply: impl FnOnce(&Scalar, &Scalar) -> JacobianPoint,
) -> Result<(), Error> {
    let t = signature.r.add(&signature.s);
    if t.is_zero() != 0 {
        return Err(Error::SignatureInvalid);
    }
    let point = multiply(&signature.s, &t);
    let abscissa = signature.r.sub(&Scalar::reduce_be_bytes(e));
    if !point.is_infinity() && has_abscissa(&point, &abscissa) {
        Ok(())
    } else {
        Err(Error::SignatureInvalid)
    }
}

/// Whether x modulo n is this residue, without dividing by Z²: x is then the residue or, where that is below p, n more.
fn has_abscissa(point: &JacobianPoint, residue: &Scalar) -> bool {
    let zz = point.z.square();
    let is = |candidate: FieldElement| candidate * zz == point.x;
    let (second, carry) = limbs::add(residue.limbs(), &N);
    is(FieldElement::from_reduced(residue.limbs()))
        || carry == 0 && FieldElement::from_be_bytes(&limbs::to_be_bytes(&second)).is_some_and(is)
}
