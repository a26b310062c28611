//! Trust anchors.

use crate::key::{KeyError, PublicKey};
use crate::x509::extension::{ExtensionError, NameConstraints};
use crate::x509::{Certificate, Name};
use std::sync::Arc;

/// A name and a key that are trusted, RFC 5280 §6.1.1 (d), with constraints on the names below them where the relying party or
/// the anchor's certificate gives some.
///
/// An anchor need not have come in a certificate. Where it did, its own signature is not looked at, but who issued that certificate
/// said with it until when and for what the key is meant (RFC 5937), and that binds: validity, basicConstraints, critical or
/// not, keyUsage, name constraints, path length, extensions that must be understood.
#[derive(Clone, Debug)]
pub struct TrustAnchor {
    /// The name of the authority.
    pub name: Name,
    /// Its key.
    pub key: PublicKey,
    /// Names that it may certify, where that is restricted.
    pub name_constraints: Option<NameConstraints>,
    /// How many intermediates may follow, self-issued ones not counted, where that is restricted.
    pub path_length: Option<u32>,
    /// The certificate that it was made of, whose other rules bind too.
    pub certificate: Option<Arc<Certificate>>,
}

/// Why a certificate cannot be an anchor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// Its key cannot be used.
    #[error("the key of the trust anchor cannot be used: {0}")]
    Key(#[from] KeyError),
    /// Its constraints cannot be read, and passing them over would trust more than was meant.
    #[error("the trust anchor's constraints: {0}")]
    Constraints(#[from] ExtensionError),
}

impl AnchorError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Key(error) => error.code(),
            Self::Constraints(error) => error.code(),
        }
    }
}

impl TrustAnchor {
    /// Trust in a name and a key.
    pub fn new(name: Name, key: PublicKey) -> Self {
        Self { name, key, name_constraints: None, path_length: None, certificate: None }
    }

    /// Trust in the subject and key of a certificate, within the name constraints that it carries.
    ///
    /// # Errors
    /// A key that cannot be used, or constraints that cannot be read.
    pub fn from_certificate(certificate: &Certificate) -> Result<Self, AnchorError> {
        Ok(Self {
            name: certificate.subject().clone(),
            key: certificate.public_key()?,
            name_constraints: certificate.extensions().find()?,
            path_length: certificate.basic_constraints()?.and_then(|constraints| constraints.path_length),
            certificate: Some(Arc::new(certificate.clone())),
        })
    }
}
