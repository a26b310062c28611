//! The rules that a path can break.

use super::limits::Exhausted;
use super::peer_name::PeerName;
use super::question::Purpose;
use super::revocation::RevocationCause;
use crate::algorithm::VerifyError;
use crate::key::{KeyError, weak::WeakKey};
use crate::x509::extension::{ExtensionError, GeneralName, Subtree};
use crate::x509::{Name, Oid};
use jiff::Timestamp;

/// What is wrong with a certificate of a path.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// Nobody of its issuer's name is known.
    #[error("its issuer {issuer} is neither a trust anchor nor among the intermediate certificates")]
    NoIssuer {
        /// The issuer's name.
        issuer: Box<Name>,
    },
    /// Every certificate that could be above it is in the path already.
    #[error("every certificate of its issuer {issuer} is in the path already")]
    Loop {
        /// The issuer's name.
        issuer: Box<Name>,
    },
    /// Not valid yet.
    #[error("it is not valid before {not_before}, and the time is {at}")]
    NotYetValid {
        /// The time that was asked about.
        at: Timestamp,
        /// Its start.
        not_before: Timestamp,
    },
    /// Not valid any more.
    #[error("it is not valid after {not_after}, and the time is {at}")]
    Expired {
        /// The time that was asked about.
        at: Timestamp,
        /// Its end.
        not_after: Timestamp,
    },
    /// Its signature does not count.
    #[error("its issuer's key did not sign it: {0}")]
    Signature(VerifyError),
    /// Its key cannot be used.
    #[error("its key cannot be used: {0}")]
    Key(KeyError),
    /// Its key is weak.
    #[error("its key is weak: {0}")]
    WeakKey(WeakKey),
    /// An extension stands twice or cannot be read.
    #[error(transparent)]
    Extension(#[from] ExtensionError),
    /// A critical extension without a meaning here.
    #[error("its critical extension {oid} is not understood")]
    UnknownCriticalExtension {
        /// Which one.
        oid: Oid,
    },
    /// A qualifier without a meaning here in critical policies.
    #[error("its policies are critical and have the qualifier {oid}, which is not understood")]
    UnknownPolicyQualifier {
        /// Which one.
        oid: Oid,
    },
    /// An authority or an end entity without a name.
    #[error("{}", match .issuer { true => "its issuer has no name", false => "it has neither a subject nor a critical subjectAltName" })]
    Nameless {
        /// Whether it is the issuer's name that is empty.
        issuer: bool,
    },
    /// It issued a certificate and is no authority.
    #[error("it is not the certificate of an authority: {}", if *.stated { "basicConstraints says so" } else { "it has no basicConstraints" })]
    NotAuthority {
        /// Whether it has basicConstraints.
        stated: bool,
    },
    /// Its key may not sign certificates.
    #[error("its key usage does not include keyCertSign")]
    MayNotSignCertificates,
    /// It breaks another rule for certificates.
    #[error("{what}")]
    NotConforming {
        /// How.
        what: &'static str,
        /// The rule.
        rule: &'static str,
    },
    /// More intermediates follow than it allows.
    #[error("{followed_by} intermediate authorities follow it, and pathLenConstraint allows {allowed}")]
    PathLength {
        /// How many it allows.
        allowed: u32,
        /// How many follow, those not counted that are self-issued.
        followed_by: usize,
    },
    /// The path is longer than is looked for.
    #[error("more than {maximum} intermediate authorities")]
    TooLong {
        /// The bound.
        maximum: usize,
    },
    /// The work that is allowed is done.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
    /// A name of it is not among those that an authority above may certify.
    #[error("its name {name} is not among those that {authority} may certify")]
    NameNotPermitted {
        /// The name.
        name: Box<GeneralName>,
        /// Who states the constraint.
        authority: Box<Name>,
    },
    /// A name of it is among those that an authority above may not certify.
    #[error("its name {name} is excluded by {authority} ({subtree})")]
    NameExcluded {
        /// The name.
        name: Box<GeneralName>,
        /// The subtree that it is in.
        subtree: Box<Subtree>,
        /// Who states the constraint.
        authority: Box<Name>,
    },
    /// A name of it cannot be compared with a constraint of its form.
    #[error("its name {name} cannot be compared with the constraint {subtree} of {authority}")]
    NameNotComparable {
        /// The name.
        name: Box<GeneralName>,
        /// The constraint.
        subtree: Box<Subtree>,
        /// Who states the constraint.
        authority: Box<Name>,
    },
    /// A mapping from or to any policy.
    #[error("it maps anyPolicy")]
    MapsAnyPolicy,
    /// No policy is left at this certificate, and one is required.
    #[error("a policy is required and none is valid for the path down to it")]
    NoPolicy,
    /// The policies of the path are none of those asked for.
    #[error("the path is valid for none of the policies asked for{}", list(.valid))]
    PolicyNotAcceptable {
        /// Those that it is valid for.
        valid: Vec<Oid>,
    },
    /// It is not for that purpose.
    #[error("it is not for {}: its extended key usage does not include it", .purpose.name())]
    Purpose {
        /// What for it should be.
        purpose: Purpose,
    },
    /// Its key is not for that purpose.
    #[error("it is not for {}: its key usage does not fit", .purpose.name())]
    KeyUsage {
        /// What for it should be.
        purpose: Purpose,
    },
    /// It does not bear a name of the peer.
    #[error("it is not for {wanted}: {}", names(.found))]
    PeerName {
        /// The name.
        wanted: PeerName,
        /// Those that it bears.
        found: Vec<GeneralName>,
    },
    /// It is revoked, or whether it is cannot be found out.
    #[error(transparent)]
    Revocation(#[from] RevocationCause),
}

fn list(oids: &[Oid]) -> String {
    if oids.is_empty() {
        return String::new();
    }
    format!(", but for {}", oids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// The most names shown of a certificate that bears many.
const MAX_NAMES_SHOWN: usize = 10;

fn names(names: &[GeneralName]) -> String {
    let shown = names.iter().take(MAX_NAMES_SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MAX_NAMES_SHOWN) {
        _ if names.is_empty() => "it has no alternative names".to_owned(),
        0 => format!("it has {shown}"),
        more => format!("it has {shown} and {more} more"),
    }
}

impl Cause {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoIssuer { .. } => "path-no-issuer",
            Self::Loop { .. } => "path-loop",
            Self::NotYetValid { .. } => "certificate-not-yet-valid",
            Self::Expired { .. } => "certificate-expired",
            Self::Signature(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::WeakKey(error) => error.code(),
            Self::Extension(error) => error.code(),
            Self::UnknownCriticalExtension { .. } => "path-unknown-critical-extension",
            Self::UnknownPolicyQualifier { .. } => "path-unknown-policy-qualifier",
            Self::Nameless { .. } => "path-nameless",
            Self::NotAuthority { .. } => "path-not-an-authority",
            Self::MayNotSignCertificates => "path-may-not-sign-certificates",
            Self::NotConforming { .. } => "path-not-conforming",
            Self::PathLength { .. } => "path-length-exceeded",
            Self::TooLong { .. } => "path-too-long",
            Self::Exhausted(error) => error.code(),
            Self::NameNotPermitted { .. } => "path-name-not-permitted",
            Self::NameExcluded { .. } => "path-name-excluded",
            Self::NameNotComparable { .. } => "path-name-not-comparable",
            Self::MapsAnyPolicy => "path-maps-any-policy",
            Self::NoPolicy => "path-no-policy",
            Self::PolicyNotAcceptable { .. } => "path-policy-not-acceptable",
            Self::Purpose { .. } => "wrong-extended-key-usage",
            Self::KeyUsage { .. } => "wrong-key-usage",
            Self::PeerName { .. } => "name-mismatch",
            Self::Revocation(cause) => cause.code(),
        }
    }

    /// Where the rule stands.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::NoIssuer { .. } | Self::Loop { .. } => "RFC 5280 §6.1.3 (a)(4)",
            Self::NotYetValid { .. } | Self::Expired { .. } => "RFC 5280 §6.1.3 (a)(2)",
            Self::Signature(_) => "RFC 5280 §6.1.3 (a)(1)",
            Self::Key(_) => "RFC 5280 §4.1.2.7",
            Self::WeakKey(_) => "RFC 5280 §8",
            Self::Extension(_) => "RFC 5280 §4.2",
            Self::UnknownCriticalExtension { .. } => "RFC 5280 §6.1.4 (o), §6.1.5 (f)",
            Self::UnknownPolicyQualifier { .. } => "RFC 5280 §4.2.1.4",
            Self::Nameless { .. } => "RFC 5280 §4.1.2.4, §4.1.2.6",
            Self::NotAuthority { .. } => "RFC 5280 §6.1.4 (k)",
            Self::MayNotSignCertificates => "RFC 5280 §6.1.4 (n)",
            Self::NotConforming { rule, .. } => rule,
            Self::PathLength { .. } => "RFC 5280 §6.1.4 (l), (m)",
            Self::TooLong { .. } | Self::Exhausted(_) => "RFC 4158 §2.4.2",
            Self::NameNotPermitted { .. } => "RFC 5280 §6.1.3 (b)",
            Self::NameExcluded { .. } => "RFC 5280 §6.1.3 (c)",
            Self::NameNotComparable { .. } => "RFC 5280 §4.2.1.10",
            Self::MapsAnyPolicy => "RFC 5280 §6.1.4 (a)",
            Self::NoPolicy => "RFC 5280 §6.1.3 (f)",
            Self::PolicyNotAcceptable { .. } => "RFC 5280 §6.1.5, RFC 9618 §5.4",
            Self::Purpose { .. } | Self::KeyUsage { .. } => "RFC 5280 §4.2.1.12",
            Self::PeerName { .. } => "RFC 9525 §6",
            Self::Revocation(cause) => cause.rule(),
        }
    }

    /// The work that is allowed is done, so that trying other paths is of no use.
    pub fn exhausted(&self) -> Option<Exhausted> {
        match self {
            Self::Exhausted(exhausted) | Self::Revocation(RevocationCause::Exhausted(exhausted)) => {
                Some(*exhausted)
            }
            _ => None,
        }
    }
}
