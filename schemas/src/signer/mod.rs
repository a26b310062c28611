//! What a server asks an isolated signer, and what that answers.
//!
//! A message is its length in four octets, big-endian, and then JSON; after [`Ask::List`] come the octets of the entries, in
//! messages that are not JSON, until all that were announced are there. There is no way to ask for a signature over given bytes: the signer
//! makes them from what stands here, and compares.

mod octets;
#[cfg(test)]
mod tests;

use ca_core::issuance::AuthorityName;
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Most octets of a message: a certification request of the largest size that is accepted, in base64, with all choices, fits
/// twice.
pub const MAX_MESSAGE: usize = 256 << 10;

/// Most octets of the entries of a list: more than ten million revoked certificates need, and less than a disk is filled with.
pub const MAX_ENTRIES: u64 = 1 << 30;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// Which authorities there are.
    Hello {},
    /// The signature of a certificate.
    Certificate(Box<CertificateAsk>),
    /// The signature that was made of a certificate; where there is none, none will ever be made.
    Recall(RecallAsk),
    /// The signature of a CRL, whose entries follow.
    List(ListAsk),
}

/// All from which a certificate is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateAsk {
    /// The authority that is to sign.
    pub authority: AuthorityName,
    /// The profile's name.
    pub profile: String,
    /// The profile's hash, as the asker has it.
    #[serde(with = "octets::hash")]
    pub profile_hash: [u8; 32],
    /// The certification request, PKCS#10 in DER.
    #[serde(with = "octets::base64")]
    pub request: Vec<u8>,
    /// A subject in place of the request's: a Name in DER.
    #[serde(default, with = "octets::optional", skip_serializing_if = "Option::is_none")]
    pub subject: Option<Vec<u8>>,
    /// Alternative names in place of the request's: GeneralNames in DER.
    #[serde(default, with = "octets::optional", skip_serializing_if = "Option::is_none")]
    pub alternative_names: Option<Vec<u8>>,
    /// The chosen end of validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Timestamp>,
    /// The serial.
    pub serial: SerialNumber,
    /// The time at which the profile is applied.
    pub at: Timestamp,
    /// SM3 of the bytes to be signed, as they stand in the intent.
    #[serde(with = "octets::hash")]
    pub tbs_hash: [u8; 32],
}

/// Which certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecallAsk {
    /// The authority that may have signed.
    pub authority: AuthorityName,
    /// SM3 of the bytes to be signed.
    #[serde(with = "octets::hash")]
    pub tbs_hash: [u8; 32],
}

/// All from which a CRL is made but its entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListAsk {
    /// The authority that is to sign.
    pub authority: AuthorityName,
    /// The shard that it is about; none for the list of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<u16>,
    /// CRLNumber.
    pub number: u64,
    /// BaseCRLNumber of a delta.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<u64>,
    /// thisUpdate.
    pub this_update: Timestamp,
    /// nextUpdate.
    pub next_update: Timestamp,
    /// Whether it says where deltas are.
    #[serde(default)]
    pub deltas: bool,
    /// Since when certificates stay listed after they expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeps_expired_since: Option<Timestamp>,
    /// How many entries follow.
    pub entries: u64,
    /// How many octets they have.
    pub octets: u64,
    /// SM3 of the bytes to be signed, as the intent has it.
    #[serde(with = "octets::hash")]
    pub tbs_hash: [u8; 32],
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Answer {
    /// The authorities whose keys are here.
    Hello {
        /// Their names.
        authorities: Vec<AuthorityName>,
    },
    /// A signature, as it stands in the BIT STRING.
    Signed {
        /// Its octets.
        #[serde(with = "octets::base64")]
        signature: Vec<u8>,
    },
    /// It was not signed, and never will be.
    NotSigned {},
    /// It is refused.
    Refused {
        /// Why, for programs.
        code: RefusalCode,
        /// Why, for people.
        detail: String,
    },
}

/// Why a signer refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalCode {
    /// The message cannot be read.
    SignerMessage,
    /// It has no key of this authority.
    SignerAuthority,
    /// It has no such profile, or another one of this name.
    SignerProfile,
    /// The certification request cannot be read, or does not prove possession of its key.
    SignerRequest,
    /// The profile does not agree to the request or the choices.
    SignerAuthorization,
    /// What was made breaks a rule.
    SignerRules,
    /// What was made is not what the asker committed.
    SignerHash,
    /// The time that was given is not that of the signer's clock.
    SignerClock,
    /// The CRL does not come after those that were signed before.
    SignerCrlOrder,
    /// The CRL would be in force for longer than it may.
    SignerCrlValidity,
    /// It was recalled before.
    SignerRecalled,
    /// More was signed than may be in the time.
    SignerRate,
    /// What is signed cannot be put on record.
    SignerRecord,
    /// The key does not sign.
    SignerKey,
}

impl RefusalCode {
    /// The code as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignerMessage => "signer-message",
            Self::SignerAuthority => "signer-authority",
            Self::SignerProfile => "signer-profile",
            Self::SignerRequest => "signer-request",
            Self::SignerAuthorization => "signer-authorization",
            Self::SignerRules => "signer-rules",
            Self::SignerHash => "signer-hash",
            Self::SignerClock => "signer-clock",
            Self::SignerCrlOrder => "signer-crl-order",
            Self::SignerCrlValidity => "signer-crl-validity",
            Self::SignerRecalled => "signer-recalled",
            Self::SignerRate => "signer-rate",
            Self::SignerRecord => "signer-record",
            Self::SignerKey => "signer-key",
        }
    }

    /// Whether asking again later may help.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::SignerRate | Self::SignerRecord | Self::SignerKey | Self::SignerRecalled)
    }
}

/// Not a message.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// More than [`MAX_MESSAGE`].
    #[error("a message of {octets} octets is longer than {MAX_MESSAGE}")]
    TooLong {
        /// How many it has.
        octets: usize,
    },
    /// Not JSON of this form.
    #[error("the message cannot be read: {0}")]
    Form(#[from] serde_json::Error),
}

/// Reads a message without its length.
///
/// # Errors
/// [`MessageError`].
pub fn read<'a, M: Deserialize<'a>>(octets: &'a [u8]) -> Result<M, MessageError> {
    if octets.len() > MAX_MESSAGE {
        return Err(MessageError::TooLong { octets: octets.len() });
    }
    Ok(serde_json::from_slice(octets)?)
}

/// Writes a message without its length.
///
/// # Errors
/// [`MessageError`] where it would be too long.
pub fn write<M: Serialize>(message: &M) -> Result<Vec<u8>, MessageError> {
    let octets = serde_json::to_vec(message)?;
    if octets.len() > MAX_MESSAGE {
        return Err(MessageError::TooLong { octets: octets.len() });
    }
    Ok(octets)
}
