//! Why an output cannot be made.

use crate::ceremony::Digest;
use crate::crl::{CrlPlanError, PrepareCrlError};
use crate::issuance::root::RootError;
use crate::issuance::{AuthorizationError, IssuerError, PrepareError, SigningError, UrlError};
use crate::key::KeyError;
use crate::profile::ProfileError;
use crate::x509::certificate::CertificateError;
use crate::x509::name::NameError;

/// Why an output cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ActError {
    /// The plan lacks a table.
    #[error("the plan has no table or file for {table}")]
    NoTable {
        /// Its name.
        table: &'static str,
    },
    /// This kind of ceremony has no such output.
    #[error("this ceremony makes no {output}")]
    NoSuchOutput {
        /// Its name.
        output: &'static str,
    },
    /// The key is not at hand.
    #[error("the key that signs this is not at hand")]
    NoKey,
    /// A root that allows no authority below it, which a link to another root would be.
    #[error("a root with a path length of 0 vouches for no other root")]
    NoRoomForLink,
    /// The name cannot be written.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The profile that the plan amounts to is refused.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An address cannot stand in certificates.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// The issuer's certificate does not let it issue.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// The root cannot be made.
    #[error(transparent)]
    Root(#[from] RootError),
    /// The request does not fit the plan.
    #[error(transparent)]
    Authorization(#[from] AuthorizationError),
    /// The certificate cannot be made.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// There is no such list.
    #[error(transparent)]
    List(#[from] CrlPlanError),
    /// The list cannot be made.
    #[error(transparent)]
    PrepareList(#[from] PrepareCrlError),
    /// The constraints cannot be written.
    #[error("the constraints cannot be written: {reason}")]
    Constraints {
        /// Why.
        reason: String,
    },
    /// What was built is not what was agreed to.
    #[error("agreed to with the hash {agreed}, built with {found}")]
    Altered {
        /// What was agreed to.
        agreed: Digest,
        /// What was built.
        found: Digest,
    },
    /// The key did not sign.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// A certificate cannot be read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl ActError {
    /// A stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTable { .. } => "plan-lacks-table",
            Self::NoSuchOutput { .. } => "ceremony-no-such-output",
            Self::NoKey => "ceremony-key-not-at-hand",
            Self::NoRoomForLink => "link-path-length",
            Self::Name(error) => error.code(),
            Self::Profile(_) => "ceremony-profile",
            Self::Key(error) => error.code(),
            Self::Url(error) => error.code(),
            Self::Issuer(error) => error.code(),
            Self::Root(error) => error.code(),
            Self::Authorization(error) => error.code(),
            Self::Prepare(error) => error.code(),
            Self::List(error) => error.code(),
            Self::PrepareList(error) => error.code(),
            Self::Constraints { .. } => "plan-constraint",
            Self::Altered { .. } => "prepared-bytes-differ",
            Self::Signing(error) => error.code(),
            Self::Certificate(error) => error.code(),
        }
    }
}
