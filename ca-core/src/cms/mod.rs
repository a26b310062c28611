//! Messages: PKCS #7 (RFC 2315), CMS (RFC 5652) and GM/T 0010, read as received.
//!
//! The three share their structures and differ in identifiers; SignedAndEnvelopedData is of PKCS #7 and GM/T 0010 only. BER is
//! read too: its indefinite lengths are made definite first. Verifying says that the holder of a certificate signed; whether that
//! certificate is to be trusted is asked of [`path`](crate::path).
//!
//! ```
//! use ca_core::cms::{Content, ContentInfo};
//!
//! # fn show(bytes: &[u8]) -> Result<(), ca_core::cms::CmsError> {
//! let message = ContentInfo::parse(bytes)?;
//! if let Content::SignedData(signed) = message.content() {
//!     for signer in signed.verify(None, &[])? {
//!         println!("signed by {:?}", signer.certificate().subject());
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod bundle;
mod certs_only;
mod content;
mod content_type;
mod enveloped;
mod error;
mod open;
mod signed;
mod signer;
mod verify;

pub use bundle::{BundleError, read_bundle};
pub use certs_only::write_certificates;
pub use content::{Content, ContentInfo};
pub use content_type::{ContentType, Dialect, Kind};
pub use enveloped::{EncryptedContent, EncryptedData, EnvelopedData, RecipientInfo, SignedAndEnvelopedData};
pub use error::CmsError;
pub use signed::SignedData;
pub use signer::{Attribute, Party, SignerInfo};
pub use verify::VerifiedSigner;

pub(crate) use content_type::TST_INFO;
pub(crate) use signer::single;

/// The largest message read, in octets. What is signed stands inside of many messages.
pub const MAX_OCTETS: usize = 64 << 20;

/// Labels of messages in PEM: RFC 7468 §8 and §9, and the older form.
pub const PEM_LABELS: [&str; 3] = ["CMS", "PKCS7", "PKCS #7 SIGNED DATA"];

/// The most certificates and CRLs, each, that are read of one message: the largest bundles of anchors in use have a few hundred.
pub const MAX_CERTIFICATES: usize = 4096;

/// The most recipients, attributes and values of an attribute, each, that are read.
pub const MAX_PARTIES: usize = 256;

/// The most signers that are read: for each, the certificates are searched and a signature is verified.
pub const MAX_SIGNERS: usize = 64;

#[cfg(test)]
mod tests;
