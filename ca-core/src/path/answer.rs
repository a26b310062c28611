//! What is answered.

use super::TrustAnchor;
use super::cause::Cause;
use super::revocation::Freshness;
use crate::x509::extension::NameConstraints;
use crate::x509::{Certificate, Oid};

/// The answer to a question.
#[derive(Clone, Debug)]
pub enum Answer<'a> {
    /// There is a valid path.
    Accepted(Accepted<'a>),
    /// There is none.
    Refused(Refused<'a>),
}

/// A valid path, and what follows from it. Only the validation makes it.
#[derive(Clone, Debug)]
pub struct Accepted<'a> {
    pub(super) path: Vec<&'a Certificate>,
    pub(super) anchor: &'a TrustAnchor,
    pub(super) policies: Vec<Oid>,
    pub(super) statuses: Vec<Status<'a>>,
    pub(super) name_constraints: Vec<(Option<&'a Certificate>, NameConstraints)>,
    pub(super) attempts: Vec<Attempt<'a>>,
    pub(super) attempts_omitted: usize,
}

/// The revocation status of one certificate of the path.
#[derive(Clone, Debug)]
pub struct Status<'a> {
    /// Which certificate.
    pub certificate: &'a Certificate,
    /// That it is not revoked, by what, and how fresh that is.
    pub freshness: Freshness,
}

/// No valid path. There is at least one attempt: the end entity's certificate alone, where nothing leads on.
#[derive(Clone, Debug)]
pub struct Refused<'a> {
    pub(super) decisive: Box<Attempt<'a>>,
    pub(super) attempts: Vec<Attempt<'a>>,
    pub(super) attempts_omitted: usize,
}

/// A path that was tried, and the first rule it broke.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    /// From the end entity's certificate as far as the search came.
    pub path: Vec<&'a Certificate>,
    /// The anchor, where it came to one.
    pub anchor: Option<&'a TrustAnchor>,
    /// Position in `path` of the certificate at fault; the length of `path` where it is the anchor.
    pub position: usize,
    /// The rule.
    pub cause: Cause,
}

impl<'a> Accepted<'a> {
    /// The certificates from the end entity's to the one that the anchor signed.
    pub fn path(&self) -> &[&'a Certificate] {
        &self.path
    }

    /// The trust anchor.
    pub fn anchor(&self) -> &'a TrustAnchor {
        self.anchor
    }

    /// user-constrained-policy-set, RFC 9618 §5.4, in ascending order: the policies that the path is valid for. It holds anyPolicy
    /// where all are.
    pub fn policies(&self) -> &[Oid] {
        &self.policies
    }

    /// The revocation statuses, from the certificate that the anchor signed to the end entity's; none where it was not asked.
    pub fn statuses(&self) -> &[Status<'a>] {
        &self.statuses
    }

    /// The name constraints that applied, each with the certificate that states it, or none where it is the anchor.
    pub fn name_constraints(&self) -> &[(Option<&'a Certificate>, NameConstraints)] {
        &self.name_constraints
    }

    /// Paths that were tried before, the first ones.
    pub fn attempts(&self) -> &[Attempt<'a>] {
        &self.attempts
    }

    /// How many more were tried.
    pub fn attempts_omitted(&self) -> usize {
        self.attempts_omitted
    }
}

impl<'a> Refused<'a> {
    /// What is wrong with the path that came farthest.
    pub fn cause(&self) -> &Cause {
        &self.decisive.cause
    }

    /// The path that came farthest.
    pub fn decisive(&self) -> &Attempt<'a> {
        &self.decisive
    }

    /// Stable code of [`Refused::cause`].
    pub fn code(&self) -> &'static str {
        self.cause().code()
    }

    /// All paths that were tried, the first ones, in order.
    pub fn attempts(&self) -> &[Attempt<'a>] {
        &self.attempts
    }

    /// How many more were tried.
    pub fn attempts_omitted(&self) -> usize {
        self.attempts_omitted
    }
}

impl<'a> Attempt<'a> {
    /// The certificate at fault; `None` where it is the anchor.
    pub fn certificate(&self) -> Option<&'a Certificate> {
        self.path.get(self.position).copied()
    }
}

/// The subject and serial number of the certificate at fault, and what is wrong with it.
impl core::fmt::Display for Attempt<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match (self.certificate(), self.anchor) {
            (Some(certificate), _) => {
                write!(f, "{} (serial {}): ", certificate.subject(), certificate.serial())?;
            }
            (None, Some(anchor)) => write!(f, "trust anchor {}: ", anchor.name)?,
            (None, None) => {}
        }
        write!(f, "{} ({})", self.cause, self.cause.rule())
    }
}

impl core::fmt::Display for Refused<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.decisive.fmt(f)
    }
}

impl<'a> Answer<'a> {
    /// The same as a result.
    ///
    /// # Errors
    /// The refusal.
    pub fn into_result(self) -> Result<Accepted<'a>, Refused<'a>> {
        match self {
            Self::Accepted(accepted) => Ok(accepted),
            Self::Refused(refused) => Err(refused),
        }
    }

    /// Whether there is a valid path.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }
}
