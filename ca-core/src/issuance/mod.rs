//! From a request to a certificate, in the one way there is, with a type for each step.
//!
//! [`VerifiedRequest`](crate::x509::request::VerifiedRequest) (possession of the key is proven) →
//! [`AuthorizedRequest`] (the profile agrees) → [`PreparedCertificate`] (built, signed by a throwaway key, linted) →
//! [`CommittedCertificate`] (the intent is on durable storage) → [`IssuedCertificate`] (signed, compared, verified).
//!
//! Nobody but this module makes these values. A prepared certificate cannot be made without lint:
//! ```compile_fail,E0451
//! use ca_core::issuance::{CertificateFacts, PreparedCertificate};
//! fn forge(tbs_der: Vec<u8>, facts: CertificateFacts) -> PreparedCertificate {
//!     PreparedCertificate { tbs_der, facts, ..unreachable!() }
//! }
//! ```
//! It cannot be signed before it is committed:
//! ```compile_fail,E0308
//! use ca_core::issuance::{IssuedCertificate, Issuer, PreparedCertificate, SigningError};
//! fn hurry(issuer: &Issuer, prepared: PreparedCertificate, rng: &mut dyn rand_core::CryptoRng)
//! -> Result<IssuedCertificate, SigningError> {
//!     issuer.sign(prepared, rng)
//! }
//! ```
//! Nothing else than a commit makes a committed certificate:
//! ```compile_fail,E0423
//! use ca_core::issuance::{CommittedCertificate, PreparedCertificate};
//! fn pretend(prepared: PreparedCertificate) -> CommittedCertificate {
//!     CommittedCertificate(prepared)
//! }
//! ```
//! It is signed once,
//! ```compile_fail,E0382
//! use ca_core::issuance::{CommittedCertificate, Issuer, SigningError};
//! fn twice(issuer: &Issuer, committed: CommittedCertificate, rng: &mut dyn rand_core::CryptoRng)
//! -> Result<(), SigningError> {
//!     issuer.sign(committed, rng)?;
//!     issuer.sign(committed, rng)?;
//!     Ok(())
//! }
//! ```
//! nor is it copied to be signed again:
//! ```compile_fail,E0599
//! use ca_core::issuance::CommittedCertificate;
//! fn copy(committed: CommittedCertificate) -> [CommittedCertificate; 2] {
//!     [committed.clone(), committed]
//! }
//! ```
//! What no profile agreed to is not even prepared:
//! ```compile_fail,E0308
//! use ca_core::issuance::{Issuer, PrepareError, PreparedCertificate};
//! use ca_core::x509::{SerialNumber, VerifiedRequest};
//! fn wave_through(issuer: &Issuer, request: VerifiedRequest, serial: SerialNumber, now: jiff::Timestamp,
//!     rng: &mut dyn rand_core::CryptoRng) -> Result<PreparedCertificate, PrepareError> {
//!     issuer.prepare(request, serial, now, rng)
//! }
//! ```
//! The way that compiles:
//! ```
//! use ca_core::issuance::{IssuedCertificate, Issuer, PreparedCertificate, SigningError};
//! fn issue<E: From<SigningError>>(
//!     issuer: &Issuer,
//!     prepared: PreparedCertificate,
//!     store: impl FnOnce(&PreparedCertificate) -> Result<(), E>,
//!     rng: &mut dyn rand_core::CryptoRng,
//! ) -> Result<IssuedCertificate, E> {
//!     let committed = prepared.commit(store)?;
//!     Ok(issuer.sign(committed, rng)?)
//! }
//! ```

mod alternative_names;
mod authority;
mod authorized;
mod build;
mod certificate;
pub mod hierarchy;
mod identity;
mod issuer;
pub mod root;
mod shard;
pub(crate) mod signing;

pub use alternative_names::{AlternativeNameRefusal, MAX_ALTERNATIVE_NAMES};
pub use authority::{AuthorityName, AuthorityNameError, MAX_AUTHORITY_NAME, MAX_PUBLIC_URL, UrlError, Urls};
pub use authorized::{AuthorizationError, AuthorizedRequest, Choice, Choices};
pub use build::BuildError;
pub use certificate::{CertificateFacts, CommittedCertificate, IssuedCertificate, PreparedCertificate};
pub use identity::IdentityRefusal;
pub use issuer::{Issuer, IssuerError, PrepareError, RecheckError};
pub use shard::{MAX_SHARDS, Shard, ShardError};
pub use signing::{Committed, Issued, Prepared, RehearsalError, Signable, SigningError, ThrowawayError};

/// Keeps the kinds of signed documents to this crate.
pub(crate) mod sealed {
    /// Implemented by what CA keys sign, and by nothing outside this crate.
    pub trait Sealed {}
}

#[cfg(test)]
mod tests;
