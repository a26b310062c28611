//! What can be wrong with a profile.

use thiserror::Error;

use super::subject::MAX_SUBJECT_PARTS;
use super::validity::MAX_BACKDATE_MINUTES;
use super::{Kind, MAX_PROFILE_BYTES, MAX_PROFILES, NameKind, Purpose, Service};
use crate::algorithm::KeyAlgorithm;
use crate::x509::extension::policies::MAX_NOTICE;
use crate::x509::extension::{IdentityForm, IdentityKind, KeyUsage};
use crate::x509::name::NameError;

/// Why profiles cannot be loaded or found.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// Not a name of a profile.
    #[error("{name:?} is not a name of a profile: use a to z, 0 to 9 and -, at most 64 of them")]
    Name {
        /// The name, cut to 64 characters.
        name: String,
    },
    /// Longer than [`MAX_PROFILE_BYTES`].
    #[error("profile {profile}: {bytes} bytes, more than {MAX_PROFILE_BYTES}")]
    TooLong {
        /// Name of the profile.
        profile: String,
        /// Length of its text.
        bytes: usize,
    },
    /// Not the TOML of a profile.
    #[error("profile {profile}: {message}")]
    Syntax {
        /// Name of the profile.
        profile: String,
        /// What the parser says, with line and column.
        message: String,
    },
    /// Well-formed, and wrong.
    #[error("profile {profile}: {problem}")]
    Problem {
        /// Name of the profile.
        profile: String,
        /// What is wrong.
        problem: ProfileProblem,
    },
    /// Two profiles of one name.
    #[error("profile {profile} is given twice")]
    Twice {
        /// Name of the profile.
        profile: String,
    },
    /// More than [`MAX_PROFILES`].
    #[error("more than {MAX_PROFILES} profiles")]
    TooMany,
    /// There is no such profile.
    #[error("there is no profile {profile:?}; there are: {known}")]
    Unknown {
        /// The name asked for, cut to 64 characters.
        profile: String,
        /// The names there are, separated by commas.
        known: String,
    },
}

impl ProfileError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Name { .. } => "profile-name-invalid",
            Self::TooLong { .. } | Self::Syntax { .. } => "profile-malformed",
            Self::Problem { .. } => "profile-inconsistent",
            Self::Twice { .. } => "profile-duplicate",
            Self::TooMany => "profile-too-many",
            Self::Unknown { .. } => "unknown-profile",
        }
    }
}

/// A contradiction inside a profile, or with a standard.
#[derive(Debug, Error)]
pub enum ProfileProblem {
    /// The title is empty, too long or holds control characters.
    #[error("title: one line of 1 to 200 characters is needed")]
    Title,
    /// A key of `subject.parts` is not a part of a name.
    #[error("subject.parts: {part:?} is not a part of a name")]
    UnknownPart {
        /// What stands there.
        part: String,
    },
    /// A key of `subject.parts` is not spelled as it prints, and would never be found.
    #[error("subject.parts: {part:?} is spelled {spelled:?}")]
    PartSpelling {
        /// What stands there.
        part: String,
        /// How it is spelled.
        spelled: String,
    },
    /// Too many parts.
    #[error("subject.parts: more than {MAX_SUBJECT_PARTS} parts")]
    TooManyParts,
    /// Nothing is required or fixed: subjects could be empty.
    #[error("subject.parts: at least one part has to be required or fixed")]
    NothingRequired,
    /// An authority has to have a CN.
    #[error("subject.parts: an authority needs CN, required or fixed")]
    AuthorityWithoutCommonName,
    /// A part that has no place among the fixed ones.
    #[error("subject.parts: {part} cannot be fixed")]
    CannotBeFixed {
        /// Short name of the part.
        part: String,
    },
    /// A fixed value that cannot be certified.
    #[error("subject.parts: {0}")]
    FixedValue(#[source] NameError),
    /// A fixed value that is not in the normalisation form in which it is written.
    #[error("subject.parts: the fixed {part} is not in Unicode normalisation form C")]
    FixedNotNormalized {
        /// Short name of the part.
        part: String,
    },
    /// No algorithm.
    #[error("key.algorithms: at least one is needed")]
    NoAlgorithm,
    /// RSA sizes without RSA, or RSA without sizes.
    #[error("key.rsa_bits: needed where rsa is among the algorithms, and only there")]
    RsaBitsMismatch,
    /// RSA sizes out of range or order.
    #[error("key.rsa_bits: {min} to {max} is not a range within 2048 to 8192")]
    RsaBitsRange {
        /// The smallest.
        min: u32,
        /// The largest.
        max: u32,
    },
    /// Days of validity out of range or order.
    #[error("validity: 1 ≤ default_days ≤ max_days ≤ {limit} is needed")]
    Days {
        /// The most days for this kind of profile.
        limit: u32,
    },
    /// Back-dating too long.
    #[error("validity.backdate_minutes: {minutes}, more than {MAX_BACKDATE_MINUTES}")]
    Backdate {
        /// What the profile says.
        minutes: u32,
    },
    /// No key usage.
    #[error("usage.key_usage: at least one is needed")]
    NoKeyUsage,
    /// A key usage that this kind of certificate cannot have.
    #[error("usage.key_usage: {usage} does not go with kind = \"{kind}\"")]
    UsageForKind {
        /// The usage.
        usage: KeyUsage,
        /// The kind of the profile.
        kind: Kind,
    },
    /// A key usage that this kind of certificate needs.
    #[error("usage.key_usage: kind = \"{kind}\" needs {usage}")]
    UsageNeeded {
        /// The usage.
        usage: KeyUsage,
        /// The kind of the profile.
        kind: Kind,
    },
    /// A key usage that keys of an algorithm cannot serve.
    #[error("usage: {usage} cannot be served by {algorithm} keys")]
    UsageForAlgorithm {
        /// The usage.
        usage: KeyUsage,
        /// The algorithm.
        algorithm: KeyAlgorithm,
    },
    /// encipherOnly or decipherOnly without keyAgreement.
    #[error("usage.key_usage: {usage} is undefined without keyAgreement")]
    UsageWithoutAgreement {
        /// The usage.
        usage: KeyUsage,
    },
    /// `added_for` names an algorithm that is not taken.
    #[error("usage.added_for: {algorithm} is not among key.algorithms")]
    AddedForOther {
        /// The algorithm.
        algorithm: KeyAlgorithm,
    },
    /// A purpose that this kind of certificate cannot have.
    #[error("usage.extended_key_usage: {purpose} does not go with kind = \"{kind}\"")]
    PurposeForKind {
        /// The purpose.
        purpose: Purpose,
        /// The kind of the profile.
        kind: Kind,
    },
    /// An OCSP responder without its purpose.
    #[error("usage.extended_key_usage: kind = \"ocsp\" needs exactly OCSPSigning")]
    OcspPurpose,
    /// A purpose without the key usage it needs.
    #[error("usage.extended_key_usage: {purpose} needs {needed}")]
    PurposeWithoutUsage {
        /// The purpose.
        purpose: Purpose,
        /// The key usage, or the choice of them.
        needed: &'static str,
    },
    /// serverAuth where no name of a server can be certified.
    #[error("usage.extended_key_usage: serverAuth needs alternative_names.required_one_of with dns or ip")]
    ServerWithoutName,
    /// Alternative names for an authority or a responder.
    #[error("alternative_names: not for kind = \"{kind}\"")]
    NamesForKind {
        /// The kind of the profile.
        kind: Kind,
    },
    /// A required kind that is not taken.
    #[error("alternative_names.required_one_of: {kind} is not among kinds")]
    RequiredKindNotTaken {
        /// The kind of name.
        kind: NameKind,
    },
    /// Names are required and cannot come from anywhere, or are taken and none are allowed.
    #[error("alternative_names: kinds, and from_request or requester.alternative_names, go together")]
    NamesFromNowhere,
    /// Wildcards without DNS names.
    #[error("alternative_names.wildcards: dns is not among kinds")]
    WildcardsWithoutDns,
    /// A path length for something that is no authority.
    #[error("extensions.path_length: only for kind = \"root\" or \"authority\"")]
    PathLength,
    /// A root cannot point at its own status.
    #[error("extensions: a root has no crl_distribution_point, ocsp or ca_issuers")]
    PointersOfRoot,
    /// A responder whose status is not asked points at it.
    #[error(
        "extensions: kind = \"ocsp\" has ocsp_no_check, and no crl_distribution_point, ocsp or ca_issuers"
    )]
    PointersOfResponder,
    /// ocsp-nocheck elsewhere than on a responder.
    #[error("extensions.ocsp_no_check: only for kind = \"ocsp\"")]
    NoCheck,
    /// Qualifiers without policies.
    #[error("extensions: practice_statement and notice qualify policies, and there are none")]
    QualifiersWithoutPolicies,
    /// Not the address of a practice statement.
    #[error("extensions.practice_statement: {uri:?} is no http or https URI")]
    PracticeStatement {
        /// What stands there.
        uri: String,
    },
    /// Not a notice.
    #[error("extensions.notice: one line of 1 to {MAX_NOTICE} characters is needed")]
    Notice,
    /// Mirrors or a directory name where no CRL is pointed at.
    #[error("extensions: crl_mirrors and crl_directory_name need crl_distribution_point")]
    MirrorsWithoutPoint,
    /// Not an address of a CRL.
    #[error("extensions.crl_mirrors: {uri:?} is neither an http nor an ldap URI")]
    Mirror {
        /// What stands there.
        uri: String,
    },
    /// The private key is in use for no time, or for longer than the certificate.
    #[error("extensions.private_key_days: 1 to validity.default_days is needed")]
    PrivateKeyDays,
    /// A status is asked for where there is no server, or no responder.
    #[error("extensions.must_staple: for serverAuth with ocsp only")]
    MustStaple,
    /// A delta CRL where no complete one is pointed at.
    #[error("extensions.delta_crl: needs crl_distribution_point")]
    DeltaWithoutPoint,
    /// A service that this kind of subject does not have, or no address of one.
    #[error("extensions.services: {service}: {reason}")]
    Service {
        /// The service.
        service: Service,
        /// What is wrong.
        reason: &'static str,
    },
    /// A statement of qualified certificates that cannot be made.
    #[error("extensions.qualified: {reason}")]
    Qualified {
        /// What is wrong.
        reason: &'static str,
    },
    /// Kinds of otherName without `other`, or the other way round.
    #[error("alternative_names.other_names: needed where other is among kinds, and only there")]
    OtherNames,
    /// Identity numbers for an authority or a responder.
    #[error("identity: not for kind = \"{kind}\"")]
    IdentityForKind {
        /// The kind of the profile.
        kind: Kind,
    },
    /// A required identity number that is not taken.
    #[error("identity.required: {kind} is not among identity.kinds")]
    RequiredIdentityNotTaken {
        /// The kind of number.
        kind: IdentityKind,
    },
    /// The form has no place for a kind.
    #[error("identity.form: {form} has no place for a {kind}")]
    IdentityNotInForm {
        /// The kind of number.
        kind: IdentityKind,
        /// The form.
        form: IdentityForm,
    },
}
