//! Reading an answer.

use const_oid::ObjectIdentifier;
use der::asn1::GeneralizedTime;
use jiff::Timestamp;
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::Extension;

use super::request::read_nonce;
use super::{CertId, CertIdError, CertStatus, MAX_REQUESTS, ResponseStatus, asn1};
use crate::algorithm::{self, VerifyError};
use crate::encoding::der::{DerError, decode, encode};
use crate::encoding::oid;
use crate::encoding::time;
use crate::key::PublicKey;
use crate::x509::certificate::CertificateError;
use crate::x509::{Certificate, Name};

/// The largest response read, in octets: [`MAX_REQUESTS`] answers and [`MAX_CERTIFICATES`] common certificates fit.
pub const MAX_RESPONSE: usize = 64 * 1024;

/// The most certificates read of a response: it needs the responder's, and some send its path.
pub const MAX_CERTIFICATES: usize = 8;

/// `OCSPResponse`, RFC 6960 §4.2.1.
#[derive(Clone, Debug)]
pub struct OcspResponse {
    status: ResponseStatus,
    basic: Option<BasicResponse>,
}

/// `BasicOCSPResponse`, RFC 6960 §4.2.1. What it says is not to be believed before
/// [`verify`](BasicResponse::verify).
#[derive(Clone, Debug)]
pub struct BasicResponse {
    pub(super) tbs: Vec<u8>,
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) signature: Vec<u8>,
    pub(super) certificates: Vec<Certificate>,
    pub(super) responder: ResponderIdentity,
    pub(super) answers: Vec<Answer>,
    pub(super) critical: Option<ObjectIdentifier>,
    produced_at: Timestamp,
    nonce: Option<Vec<u8>>,
}

/// `ResponderID`: who says that they signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponderIdentity {
    /// By the name in their certificate.
    ByName(Name),
    /// By SHA-1 of their public key.
    ByKey([u8; 20]),
}

impl ResponderIdentity {
    /// The identity of the holder of a certificate, by key.
    ///
    /// # Errors
    /// Where the key cannot be read.
    pub fn by_key(certificate: &Certificate) -> Result<Self, crate::key::KeyError> {
        Ok(Self::ByKey(certificate.public_key()?.key_identifier()))
    }

    /// Whether it is that of the holder of this name and key.
    #[must_use]
    pub fn is_holder(&self, holder: &Name, key: &PublicKey) -> bool {
        match self {
            Self::ByName(name) => name.matches(holder),
            Self::ByKey(hash) => key.key_identifier() == *hash,
        }
    }

    /// Whether it is that of the holder of a certificate.
    #[must_use]
    pub fn is(&self, certificate: &Certificate) -> bool {
        match self {
            Self::ByName(name) => name.matches(certificate.subject()),
            Self::ByKey(_) => Self::by_key(certificate).is_ok_and(|identity| identity == *self),
        }
    }
}

/// What a response says of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Which certificate.
    pub cert_id: CertId,
    /// Its status.
    pub status: CertStatus,
    /// When the status was known to be right.
    pub this_update: Timestamp,
    /// Until when the answer may be relied on; without it newer ones are always to be had.
    pub next_update: Option<Timestamp>,
    /// Since when the responder keeps statuses beyond the end of certificates (RFC 6960 §4.4.4).
    pub archive_cutoff: Option<Timestamp>,
}

impl Answer {
    /// Whether the answer may be relied on at `at`.
    #[must_use]
    pub fn is_current(&self, at: Timestamp) -> bool {
        self.this_update <= at && self.next_update.is_none_or(|next_update| at <= next_update)
    }
}

/// Why a response cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum OcspResponseError {
    /// Larger than [`MAX_RESPONSE`].
    #[error("the response has {octets} octets, at most {MAX_RESPONSE} are read")]
    TooLarge {
        /// Its size.
        octets: usize,
    },
    /// It is not the DER of a response.
    #[error("the response is malformed: {0}")]
    Malformed(#[from] DerError),
    /// A successful response without answers, or an error with them.
    #[error("the response says {} and has {}", status.as_str(), if *answers { "answers" } else { "no answers" })]
    Contradiction {
        /// What it says.
        status: ResponseStatus,
        /// Whether there are answers.
        answers: bool,
    },
    /// A kind of response that is not `id-pkix-ocsp-basic`.
    #[error("the response is of kind {oid}, only id-pkix-ocsp-basic is read")]
    UnknownKind {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// More answers or certificates than are read.
    #[error("the response has {count} {what}, at most {maximum} are read")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many are read.
        maximum: usize,
    },
    /// A part of it has a value that is not allowed.
    #[error("the response is malformed: {part}")]
    Value {
        /// The part and what it should be.
        part: &'static str,
    },
    /// A CertID cannot be read.
    #[error(transparent)]
    CertId(#[from] CertIdError),
    /// A certificate in it cannot be read.
    #[error("a certificate in the response: {0}")]
    Certificate(#[from] CertificateError),
}

impl OcspResponseError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "ocsp-response-too-large",
            Self::Malformed(_) | Self::Value { .. } => "ocsp-response-malformed",
            Self::Contradiction { .. } => "ocsp-response-contradictory",
            Self::UnknownKind { .. } => "ocsp-response-kind",
            Self::TooMany { .. } => "ocsp-response-too-many",
            Self::CertId(error) => error.code(),
            Self::Certificate(_) => "ocsp-response-certificate",
        }
    }
}

impl OcspResponse {
    /// Reads a response.
    ///
    /// # Errors
    /// See [`OcspResponseError`].
    pub fn from_der(bytes: &[u8]) -> Result<Self, OcspResponseError> {
        if bytes.len() > MAX_RESPONSE {
            return Err(OcspResponseError::TooLarge { octets: bytes.len() });
        }
        let response: asn1::Response = decode(bytes)?;
        let status = ResponseStatus::from(response.status);
        let answers = response.bytes.is_some();
        if (status == ResponseStatus::Successful) != answers {
            return Err(OcspResponseError::Contradiction { status, answers });
        }
        let basic = match response.bytes {
            None => None,
            Some(bytes) if bytes.kind == oid::OCSP_BASIC => {
                Some(BasicResponse::read(bytes.response.as_bytes())?)
            }
            Some(bytes) => return Err(OcspResponseError::UnknownKind { oid: bytes.kind }),
        };
        Ok(Self { status, basic })
    }

    /// Whether it answers, and if not why.
    #[must_use]
    pub const fn status(&self) -> ResponseStatus {
        self.status
    }

    /// The answers of a successful response.
    #[must_use]
    pub const fn basic(&self) -> Option<&BasicResponse> {
        self.basic.as_ref()
    }
}

impl BasicResponse {
    fn read(bytes: &[u8]) -> Result<Self, OcspResponseError> {
        let read: asn1::BasicResponse = decode(bytes)?;
        let tbs = encode(&read.tbs)?;
        let data: asn1::ResponseData = decode(&tbs)?;
        check_count("answers", data.responses.len(), MAX_REQUESTS)?;
        let certificates = read.certificates.unwrap_or_default();
        check_count("certificates", certificates.len(), MAX_CERTIFICATES)?;
        let extensions = data.extensions.unwrap_or_default();
        let nonce = match extensions.iter().find(|extension| extension.extn_id == oid::OCSP_NONCE) {
            Some(extension) => Some(read_nonce(extension).ok_or(OcspResponseError::Value {
                part: "the nonce is not an OCTET STRING of 1 to 128 octets",
            })?),
            None => None,
        };
        let single_extensions = data.responses.iter().flat_map(|single| single.extensions.iter().flatten());
        let critical = extensions
            .iter()
            .chain(single_extensions)
            .find(|extension| extension.critical && extension.extn_id != oid::OCSP_NONCE)
            .map(|extension| extension.extn_id);
        Ok(Self {
            algorithm: read.algorithm,
            signature: read
                .signature
                .as_bytes()
                .ok_or(OcspResponseError::Value { part: "the signature is not of whole octets" })?
                .to_vec(),
            certificates: certificates
                .iter()
                .map(|certificate| Ok(Certificate::from_der(&encode(certificate)?)?))
                .collect::<Result<_, OcspResponseError>>()?,
            responder: read_responder(&data.responder)?,
            answers: data.responses.iter().map(read_answer).collect::<Result<_, _>>()?,
            produced_at: time::from_generalized(&data.produced_at),
            tbs,
            critical,
            nonce,
        })
    }

    /// Who says that they signed.
    #[must_use]
    pub const fn responder(&self) -> &ResponderIdentity {
        &self.responder
    }

    /// When the response was signed.
    #[must_use]
    pub const fn produced_at(&self) -> Timestamp {
        self.produced_at
    }

    /// The answers.
    #[must_use]
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// The nonce, that of the request where the responder repeats it.
    #[must_use]
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// A critical extension of the response or of an answer that has no meaning here, where there is one. Whoever judges by
    /// the response must then refuse it.
    #[must_use]
    pub const fn critical_extension(&self) -> Option<ObjectIdentifier> {
        self.critical
    }

    /// Checks that the holder of `key` signed the response. Whether they may answer for the authority is not looked at.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<(), VerifyError> {
        algorithm::verify(&self.algorithm, key, &self.tbs, &self.signature)
    }

    /// The algorithm of the signature.
    #[must_use]
    pub const fn signature_algorithm(&self) -> &AlgorithmIdentifierOwned {
        &self.algorithm
    }

    /// The certificates that came with the response.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }
}

const fn check_count(what: &'static str, count: usize, maximum: usize) -> Result<(), OcspResponseError> {
    if count > maximum {
        return Err(OcspResponseError::TooMany { what, count, maximum });
    }
    Ok(())
}

fn read_responder(responder: &asn1::ResponderId) -> Result<ResponderIdentity, OcspResponseError> {
    match responder {
        asn1::ResponderId::ByKey(hash) => match hash.as_bytes().try_into() {
            Ok(hash) => Ok(ResponderIdentity::ByKey(hash)),
            Err(_) => {
                Err(OcspResponseError::Value { part: "the key hash of the responder has not 20 octets" })
            }
        },
        asn1::ResponderId::ByName(name) => match Name::from_der(&encode(name)?) {
            Ok(name) => Ok(ResponderIdentity::ByName(name)),
            Err(_) => Err(OcspResponseError::Value { part: "the name of the responder cannot be read" }),
        },
    }
}

fn read_answer(single: &asn1::SingleResponse) -> Result<Answer, OcspResponseError> {
    Ok(Answer {
        cert_id: CertId::from_asn1(&single.cert_id)?,
        status: CertStatus::from_asn1(&single.status),
        this_update: time::from_generalized(&single.this_update),
        next_update: single.next_update.as_ref().map(time::from_generalized),
        archive_cutoff: single.extensions.as_deref().and_then(read_cutoff).transpose()?,
    })
}

fn read_cutoff(extensions: &[Extension]) -> Option<Result<Timestamp, OcspResponseError>> {
    let extension = extensions.iter().find(|extension| extension.extn_id == oid::OCSP_ARCHIVE_CUTOFF)?;
    let read = decode::<GeneralizedTime>(extension.extn_value.as_bytes());
    let wrong = |_| OcspResponseError::Value { part: "the archive cutoff is not a GeneralizedTime" };
    Some(read.map(|time| time::from_generalized(&time)).map_err(wrong))
}
