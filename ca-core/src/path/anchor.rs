//! Trust anchors.

use crate::key::{KeyError, PublicKey};
use crate::x509::extension::{ExtensionError, NameConstraints};
use crate::x509::{Certificate, Name};
use std::sync::Arc;

/// A name and a key that are trusted, RFC 5280 §6.1.1 (d), with constraints on the names below them where the relying party or
/// the anchor's certificate gives some.
///
/// The certificate in which an anchor came is a container (RFC 5937): it need not be signed by its own key, its extensions need
/// not be as RFC 5280 wants those of authorities, and whether it has expired is not asked, as in RFC 5280 §6. What it
/// carries of name constraints does bind the paths below it, RFC 5937 §3.2.
#[derive(Clone, Debug)]
pub struct TrustAnchor {
    /// The name of the authority.
    pub name: Name,
    /// Its key.
    pub key: PublicKey,
    /// Names that it may certify, where that is restricted.
    pub name_constraints: Option<NameConstraints>,
    /// The certificate that it was made of, for those who print it.
    pub certificate: Option<Arc<Certificate>>,
}

/// Why a certificate cannot be an anchor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// Its key cannot be used.
    #[error("the key of the trust anchor cannot be used: {0}")]
    Key(#[from] KeyError),
    /// Its name constraints cannot be read, and passing them over would trust more than was meant.
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
        Self { name, key, name_constraints: None, certificate: None }
    }

    /// Trust in the subject and key of a certificate, within the name constraints that it carries.
    ///
    /// # Errors
    /// A key that cannot be used, or name constraints that cannot be read.
    pub fn from_certificate(certificate: &Certificate) -> Result<Self, AnchorError> {
        Ok(Self {
            name: certificate.subject().clone(),
            key: certificate.public_key()?,
            name_constraints: certificate.extensions().find()?,
            certificate: Some(Arc::new(certificate.clone())),
        })
    }
}
