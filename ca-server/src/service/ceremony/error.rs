//! Why the result of a ceremony is not taken.

use ca_core::ceremony::exchange::ExchangeError;
use ca_core::custody::CustodyError;
use ca_core::issuance::AuthorityName;
use ca_core::issuance::hierarchy::RequestForKeyError;
use ca_core::lint::Finding;
use jiff::Timestamp;

use crate::port::StoreError;
use crate::service::Fault;
use crate::service::authorities::AuthoritiesError;

/// Why an authority is not made or certified, or a CRL of an offline one not published.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// There is no such authority.
    #[error("there is no authority {name}")]
    UnknownAuthority {
        /// The name that was asked for.
        name: String,
    },
    /// An authority of this name exists.
    #[error("there is an authority {name} already")]
    NameTaken {
        /// The name.
        name: AuthorityName,
    },
    /// The name is kept for the root.
    #[error("the name root is that of the root, whose key is not made here: choose another")]
    NameOfRoot,
    /// Keys are made where they are used.
    #[error(
        "the keys of authorities are with the isolated signer, and are made there: run a server with all roles on its host, \
         on loopback, for this, and give the signer the certificate"
    )]
    KeysElsewhere,
    /// Keys of this kind sign no certificates here.
    #[error("an authority cannot have a key of {spec}: use sm2, p256, p384, rsa-3072 or rsa-4096")]
    KeyKind {
        /// The kind.
        spec: String,
    },
    /// The authority is certified.
    #[error("authority {name} is certified already: a new key gets a new name")]
    Certified {
        /// The authority.
        name: AuthorityName,
    },
    /// The authority's key is here, so it signs its CRLs itself.
    #[error("the key of authority {name} is here: it publishes its CRLs itself")]
    NotOffline {
        /// The authority.
        name: AuthorityName,
    },
    /// No request of this sequence left.
    #[error("no request with sequence {sequence} left this server: the answer belongs elsewhere")]
    NoRequest {
        /// The sequence that the answer names.
        sequence: u64,
    },
    /// The answer is for another authority.
    #[error("the answer is to a request of authority {other}, not of {name}")]
    OtherAuthority {
        /// Whose certificate was to be installed.
        name: AuthorityName,
        /// Whose request it was.
        other: AuthorityName,
    },
    /// The request was superseded.
    #[error("the answer is to request {sequence}, which a newer one has superseded")]
    Superseded {
        /// The sequence.
        sequence: u64,
    },
    /// The request was answered.
    #[error("request {sequence} was answered already")]
    Replayed {
        /// The sequence.
        sequence: u64,
    },
    /// The nonce is another.
    #[error("the nonce of the answer is not that of request {sequence}")]
    Nonce {
        /// The sequence.
        sequence: u64,
    },
    /// Nobody's answers are taken.
    #[error(
        "no answer of a ceremony is taken: the configuration names no public key of a ceremony's administrator (ceremony.signers)"
    )]
    NoSigners,
    /// The request that is answered is not the one that left.
    #[error("the request that comes with the answer is not request {sequence} as it left this server")]
    RequestAltered {
        /// The sequence.
        sequence: u64,
    },
    /// The package of the answer or the request is refused.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// Neither the answer nor who brings it has a CRL of the root.
    #[error("the answer holds no CRL of the root: give its newest one with it")]
    CrlRequired,
    /// The certificate is not fit for a responder.
    #[error("the certificate is not that of an OCSP responder of {name}: {reason}")]
    NotAResponder {
        /// The authority.
        name: AuthorityName,
        /// What it lacks.
        reason: String,
    },
    /// Something cannot be read.
    #[error("{what} cannot be read: {reason}")]
    Malformed {
        /// What.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// The result is that of a rehearsal.
    #[error("{subject} was made in a rehearsal: nothing of it is taken into service")]
    Rehearsal {
        /// The name that says so.
        subject: String,
    },
    /// The certificate is for another key.
    #[error("the certificate is for another key than that of authority {name}")]
    OtherKey {
        /// The authority.
        name: AuthorityName,
    },
    /// The certificate is not fit for an authority that issues.
    #[error("the certificate is not that of an issuing authority: {reason}")]
    NotAnAuthority {
        /// What it lacks.
        reason: String,
    },
    /// There is no valid path from the root.
    #[error("the certificate does not lead to the root at {at}: {reason}")]
    Path {
        /// When it was judged.
        at: Timestamp,
        /// The rule that was broken.
        reason: String,
    },
    /// The root is not self-signed.
    #[error("the last certificate of the chain is no root: {reason}")]
    NotARoot {
        /// What it lacks.
        reason: String,
    },
    /// Another root has the name.
    #[error(
        "authority {name} has another certificate than the answer's root: give the root of the answer another name"
    )]
    OtherRoot {
        /// The name.
        name: AuthorityName,
    },
    /// A rule is broken.
    #[error("{what} breaks a rule: {finding}")]
    Lint {
        /// Certificate or CRL.
        what: &'static str,
        /// The first rule.
        finding: Finding,
    },
    /// The CRL is not the authority's.
    #[error("the CRL is not by {name}: {reason}")]
    CrlIssuer {
        /// The authority.
        name: AuthorityName,
        /// What does not fit.
        reason: String,
    },
    /// The CRL is no full CRL with a number.
    #[error("the CRL cannot be published: {reason}")]
    CrlKind {
        /// What it lacks, or has.
        reason: String,
    },
    /// The CRL is not in force.
    #[error("the CRL holds from {this_update} to {next_update}, not at {at}")]
    CrlNotInForce {
        /// thisUpdate.
        this_update: Timestamp,
        /// nextUpdate.
        next_update: Timestamp,
        /// When it was judged.
        at: Timestamp,
    },
    /// The CRL does not come after the newest one.
    #[error("CRL {number} of {this_update} does not come after {newest} of {newest_update}, the newest one")]
    CrlNotRising {
        /// Its number.
        number: u64,
        /// Its thisUpdate.
        this_update: Timestamp,
        /// The number of the newest.
        newest: u64,
        /// Its thisUpdate.
        newest_update: Timestamp,
    },
    /// The CRL revokes what it comes with.
    #[error("the CRL lists the authority's own certificate")]
    RevokedByCrl,
    /// The custody of keys refuses.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// The request cannot be made.
    #[error(transparent)]
    Request(#[from] RequestForKeyError),
    /// The certified authority cannot be taken up.
    #[error(transparent)]
    Authorities(#[from] AuthoritiesError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CeremonyError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::NameTaken { .. } => "authority-exists",
            Self::NameOfRoot => "authority-name-of-root",
            Self::KeysElsewhere => "authority-keys-elsewhere",
            Self::KeyKind { .. } => "authority-key-kind",
            Self::Certified { .. } => "authority-certified",
            Self::NotOffline { .. } => "authority-not-offline",
            Self::NoRequest { .. } => "answer-without-request",
            Self::OtherAuthority { .. } => "answer-of-another-authority",
            Self::Superseded { .. } => "answer-superseded",
            Self::Replayed { .. } => "answer-replayed",
            Self::Nonce { .. } => "answer-nonce",
            Self::NoSigners => "ceremony-signers-missing",
            Self::RequestAltered { .. } => "answer-request-altered",
            Self::Exchange(error) => error.code(),
            Self::CrlRequired => "crl-required",
            Self::NotAResponder { .. } => "answer-not-a-responder",
            Self::Malformed { .. } => "answer-malformed",
            Self::Rehearsal { .. } => "answer-of-a-rehearsal",
            Self::OtherKey { .. } => "answer-for-another-key",
            Self::NotAnAuthority { .. } => "answer-not-an-authority",
            Self::Path { .. } => "answer-path",
            Self::NotARoot { .. } => "answer-not-a-root",
            Self::OtherRoot { .. } => "answer-of-another-root",
            Self::Lint { .. } => "answer-breaks-a-rule",
            Self::CrlIssuer { .. } => "crl-issuer",
            Self::CrlKind { .. } => "crl-kind",
            Self::CrlNotInForce { .. } => "crl-not-in-force",
            Self::CrlNotRising { .. } => "crl-not-rising",
            Self::RevokedByCrl => "crl-lists-the-authority",
            Self::Custody(error) => error.code(),
            Self::Request(error) => error.code(),
            Self::Authorities(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownAuthority { .. } => Fault::NotFound,
            Self::Malformed { .. } => Fault::Malformed,
            Self::NameTaken { .. }
            | Self::Certified { .. }
            | Self::NotOffline { .. }
            | Self::NoRequest { .. }
            | Self::OtherAuthority { .. }
            | Self::Superseded { .. }
            | Self::Replayed { .. }
            | Self::Nonce { .. }
            | Self::OtherRoot { .. }
            | Self::CrlNotRising { .. } => Fault::Conflict,
            Self::Custody(CustodyError::UnsupportedKey { .. } | CustodyError::KeyExists { .. }) => {
                Fault::Conflict
            }
            Self::Custody(CustodyError::TimedOut { .. } | CustodyError::Busy { .. }) => Fault::Unavailable,
            Self::Custody(_) | Self::Request(_) | Self::Authorities(_) => Fault::Internal,
            Self::Store(error) => error.into(),
            _ => Fault::Unacceptable,
        }
    }
}
