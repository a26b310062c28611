//! The answer.

use std::sync::Arc;

use der::asn1::OctetString;
use jiff::Timestamp;
use rand_core::CryptoRng;
use x509_cert::ext::Extension;

use super::request::nonce_extension;
use super::{CertId, OcspRequest, OcspRequestError, SingleAnswer, asn1};
use crate::algorithm::{SignError, Signer};
use crate::encoding::der::{DerError, decode, encode};
use crate::encoding::oid;
use crate::encoding::time::{self, TimeError};
use crate::key::{KeyError, KeyFingerprint};
use crate::x509::Certificate;
use crate::x509::asn1::{self as wire, tag};
use crate::x509::extension::{ExtensionError, KeyUsage};

/// Signs answers on behalf of an authority: a delegated responder (RFC 6960 §4.2.2.2), or the authority itself.
pub struct Responder {
    certificate: Certificate,
    signer: Arc<dyn Signer>,
    key_hash: OctetString,
    /// The algorithm identifier of the signatures, and what follows a signature, as they are written.
    algorithm: Vec<u8>,
    trailer: Vec<u8>,
}

/// Why a certificate and a key are no responder.
#[derive(Debug, thiserror::Error)]
pub enum ResponderError {
    /// The key of the certificate cannot be read.
    #[error("the key of the responder's certificate cannot be read: {0}")]
    Key(#[from] KeyError),
    /// An extension of the certificate cannot be read.
    #[error("the responder's certificate cannot be used: {0}")]
    Extension(#[from] ExtensionError),
    /// What every answer of the responder says cannot be encoded.
    #[error("the responder's answers cannot be encoded: {0}")]
    Encoding(#[from] DerError),
    /// The key is not that of the certificate.
    #[error("the responder's certificate is for the key {certified}, not for {key}")]
    KeyMismatch {
        /// The key of the certificate.
        certified: KeyFingerprint,
        /// The key given.
        key: KeyFingerprint,
    },
    /// The certificate does not allow its key to sign answers.
    #[error("the responder's certificate does not allow to sign OCSP responses: it lacks {missing}")]
    NotDelegated {
        /// What it lacks.
        missing: &'static str,
    },
}

impl ResponderError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Key(_) => "ocsp-responder-key-unreadable",
            Self::Extension(_) => "ocsp-responder-certificate",
            Self::Encoding(_) => "ocsp-answer-encoding",
            Self::KeyMismatch { .. } => "ocsp-responder-key-mismatch",
            Self::NotDelegated { .. } => "ocsp-responder-not-delegated",
        }
    }
}

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub enum RespondError {
    /// There is not one answer for each CertID.
    #[error("{asked} certificates are asked about and {answered} answers given")]
    Count {
        /// How many CertIDs the request has.
        asked: usize,
        /// How many answers were given.
        answered: usize,
    },
    /// Outside its validity the responder's certificate makes no one believe the answer.
    #[error("the responder's certificate is valid from {from} to {until}, not on {produced_at}")]
    OutsideValidity {
        /// When the answer was to be made.
        produced_at: Timestamp,
        /// notBefore.
        from: Timestamp,
        /// notAfter.
        until: Timestamp,
    },
    /// thisUpdate is not after producedAt, and nextUpdate not before thisUpdate.
    #[error("an answer of {produced_at} cannot be known since {this_update} and be good until {next_update}")]
    Times {
        /// producedAt.
        produced_at: Timestamp,
        /// thisUpdate.
        this_update: Timestamp,
        /// nextUpdate.
        next_update: Timestamp,
    },
    /// A time cannot be written.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// The answer cannot be encoded.
    #[error("the answer cannot be encoded: {0}")]
    Encoding(#[from] DerError),
    /// The nonce cannot be repeated.
    #[error(transparent)]
    Request(#[from] OcspRequestError),
    /// The key cannot sign.
    #[error("the responder cannot sign: {0}")]
    Sign(#[from] SignError),
}

impl RespondError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Count { .. } => "ocsp-answer-count",
            Self::OutsideValidity { .. } => "ocsp-responder-outside-validity",
            Self::Times { .. } => "ocsp-answer-times",
            Self::Time(_) | Self::Encoding(_) | Self::Request(_) => "ocsp-answer-encoding",
            Self::Sign(_) => "ocsp-signing-failed",
        }
    }
}

impl Responder {
    /// Checks that the key is that of the certificate, and that the certificate allows to sign answers: by extended key
    /// usage OCSPSigning with key usage digitalSignature, or by being that of an authority.
    ///
    /// # Errors
    /// [`ResponderError`].
    pub fn new(certificate: Certificate, signer: Arc<dyn Signer>) -> Result<Self, ResponderError> {
        let certified = certificate.public_key()?;
        if certified != *signer.public_key() {
            return Err(ResponderError::KeyMismatch {
                certified: certified.fingerprint(),
                key: signer.public_key().fingerprint(),
            });
        }
        let is_authority = certificate.basic_constraints()?.is_some_and(|constraints| constraints.ca);
        if !is_authority && !signs_responses(&certificate)? {
            return Err(ResponderError::NotDelegated { missing: "extended key usage OCSPSigning" });
        }
        let usage = certificate.key_usage()?;
        if usage.is_some_and(|usage| !usage.contains(KeyUsage::DigitalSignature)) {
            return Err(ResponderError::NotDelegated { missing: "key usage digitalSignature" });
        }
        let key_hash = octets(&signer.public_key().key_identifier())?;
        let algorithm = encode(signer.identifier())?;
        let certificates = wire::element(tag::SEQUENCE, certificate.der());
        let trailer = wire::element(tag::context_constructed(0), &certificates);
        Ok(Self { certificate, signer, key_hash, algorithm, trailer })
    }

    /// The certificate of the responder.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Answers a request: one answer for each of its CertIDs, in their order. The response names the responder by key,
    /// repeats CertIDs and nonce as they were asked, and carries the responder's certificate. Times are cut to whole
    /// seconds; a nextUpdate after the end of the responder's certificate is set to that end.
    ///
    /// # Errors
    /// [`RespondError`].
    pub fn respond(
        &self,
        request: &OcspRequest,
        answers: Vec<SingleAnswer>,
        produced_at: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, RespondError> {
        let (asked, answered) = (request.cert_ids().len(), answers.len());
        if asked != answered {
            return Err(RespondError::Count { asked, answered });
        }
        let validity = self.certificate.validity();
        if !validity.contains(produced_at) {
            let (from, until) = (validity.not_before, validity.not_after);
            return Err(RespondError::OutsideValidity { produced_at, from, until });
        }
        let responses = request
            .cert_ids()
            .iter()
            .zip(answers)
            .map(|(id, answer)| single(id, answer, produced_at, validity.not_after))
            .collect::<Result<_, _>>()?;
        let extensions = request
            .nonce()
            .map(|nonce| Ok::<_, OcspRequestError>(vec![nonce_extension(nonce)?]))
            .transpose()?;
        let tbs = encode(&asn1::ResponseData {
            version: asn1::Version::V1,
            responder: asn1::ResponderId::ByKey(self.key_hash.clone()),
            produced_at: time::to_generalized(produced_at)?,
            responses,
            extensions,
        })?;
        Ok(self.assemble(&tbs, &self.signer.sign(&tbs, rng)?))
    }

    /// OCSPResponse around a signed ResponseData, RFC 6960 §4.2.1.
    fn assemble(&self, tbs: &[u8], signature: &[u8]) -> Vec<u8> {
        let signature = wire::element(tag::BIT_STRING, &[&[0], signature].concat());
        let basic = wire::sequence(&[tbs, &self.algorithm, &signature, &self.trailer]);
        let kind = wire::element(tag::OBJECT_IDENTIFIER, oid::OCSP_BASIC.as_bytes());
        let bytes = wire::sequence(&[kind, wire::element(tag::OCTET_STRING, &basic)]);
        let successful = wire::element(tag::ENUMERATED, &[asn1::ResponseStatus::Successful as u8]);
        wire::sequence(&[successful, wire::element(tag::context_constructed(0), &bytes)])
    }
}

/// Whether a certificate has the extended key usage OCSPSigning. anyExtendedKeyUsage does not do (RFC 6960 §4.2.2.2).
pub(super) fn signs_responses(certificate: &Certificate) -> Result<bool, ExtensionError> {
    Ok(certificate.extended_key_usages()?.is_some_and(|usages| usages.contains(&oid::OCSP_SIGNING.into())))
}

fn single(
    id: &CertId,
    answer: SingleAnswer,
    produced_at: Timestamp,
    latest: Timestamp,
) -> Result<asn1::SingleResponse, RespondError> {
    let SingleAnswer { status, this_update, next_update, archive_cutoff } = answer;
    if this_update > produced_at || next_update < this_update {
        return Err(RespondError::Times { produced_at, this_update, next_update });
    }
    Ok(asn1::SingleResponse {
        cert_id: decode(id.der())?,
        status: status.to_asn1()?,
        this_update: time::to_generalized(this_update)?,
        next_update: Some(time::to_generalized(next_update.min(latest))?),
        extensions: archive_cutoff
            .map(|cutoff| Ok::<_, RespondError>(vec![cutoff_extension(cutoff)?]))
            .transpose()?,
    })
}

/// `ArchiveCutoff ::= GeneralizedTime`, not critical.
fn cutoff_extension(cutoff: Timestamp) -> Result<Extension, RespondError> {
    Ok(Extension {
        extn_id: oid::OCSP_ARCHIVE_CUTOFF,
        critical: false,
        extn_value: octets(&encode(&time::to_generalized(cutoff)?)?)?,
    })
}

fn octets(bytes: &[u8]) -> Result<OctetString, DerError> {
    Ok(OctetString::new(bytes)?)
}
