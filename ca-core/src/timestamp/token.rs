//! TimeStampToken, RFC 3161 §2.4.2.

use const_oid::ObjectIdentifier;

use super::{MAX_OCTETS, TimestampError, TstInfo};
use crate::algorithm::digest::{DigestAlgorithm, digest};
use crate::cms::{Attribute, ContentInfo, SignedData, TST_INFO, single};
use crate::encoding::oid;
use crate::x509::asn1::{self, tag};
use crate::x509::certificate::{Certificate, read_algorithm};

/// id-aa-signingCertificate (RFC 2634 section 5.4).
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
/// id-aa-signingCertificateV2 (RFC 5035 section 3).
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// `TimeStampToken`: a SignedData over a TSTInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampToken {
    message: ContentInfo,
    info: TstInfo,
}

/// A token whose signature was verified.
///
/// Only [`TimeStampToken::verify`] makes it.
#[derive(Clone, Debug)]
pub struct VerifiedTimestamp<'a> {
    info: &'a TstInfo,
    certificate: Certificate,
}

impl VerifiedTimestamp<'_> {
    /// What the time-stamp says.
    pub fn info(&self) -> &TstInfo {
        self.info
    }

    /// The certificate whose key signed. Whether it is to be trusted is another question.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

impl TimeStampToken {
    /// Reads a token.
    ///
    /// # Errors
    /// [`TimestampError`]: too large, no such message, or one over something else.
    pub fn parse(bytes: &[u8]) -> Result<Self, TimestampError> {
        if bytes.len() > MAX_OCTETS {
            return Err(TimestampError::TooLarge { octets: bytes.len() });
        }
        Self::from_message(ContentInfo::parse(bytes)?)
    }

    /// The token that a message is.
    ///
    /// # Errors
    /// [`TimestampError`]: one over something else.
    pub fn from_message(message: ContentInfo) -> Result<Self, TimestampError> {
        let signed = message.signed_data()?;
        let other = || TimestampError::NotTimestamp { found: signed.content_type().to_string() };
        if *signed.content_type().oid() != TST_INFO {
            return Err(other());
        }
        let info = TstInfo::from_der(signed.content().ok_or_else(other)?)?;
        Ok(Self { message, info })
    }

    /// The message that it is.
    pub fn message(&self) -> &ContentInfo {
        &self.message
    }

    /// What it says, whoever signed it.
    pub fn info(&self) -> &TstInfo {
        &self.info
    }

    /// Verifies the signature with the signer's certificate from the token or from `given`, that this certificate is for
    /// time-stamping alone, and that the token names it. Whether the certificate is to be trusted, and that the imprint is of
    /// certain data ([`MessageImprint::check`](super::MessageImprint::check)), is not looked at.
    ///
    /// # Errors
    /// [`TimestampError`].
    pub fn verify(&self, given: &[Certificate]) -> Result<VerifiedTimestamp<'_>, TimestampError> {
        let signed: &SignedData = self.message.signed_data()?;
        let verified = signed.verify(None, given)?;
        let [signer] = verified.as_slice() else {
            return Err(TimestampError::Signers { signers: verified.len() });
        };
        let certificate = signer.certificate().clone();
        let usages = certificate.extended_key_usages().ok().flatten().ok_or(TimestampError::Purpose)?;
        let critical = certificate.extensions().get(&oid::EXTENDED_KEY_USAGE.into());
        let alone = usages.0.len() == 1 && usages.0.iter().all(|usage| *usage == oid::TIME_STAMPING);
        if !alone || !critical.is_some_and(|extension| extension.critical) {
            return Err(TimestampError::Purpose);
        }
        if !names_certificate(signer.info().signed_attributes(), &certificate)? {
            return Err(TimestampError::SigningCertificate);
        }
        Ok(VerifiedTimestamp { info: &self.info, certificate })
    }
}

/// Whether the first ESSCertID or ESSCertIDv2 is of the certificate.
fn names_certificate(attributes: &[Attribute], certificate: &Certificate) -> Result<bool, TimestampError> {
    let (value, v2) = match single(attributes, SIGNING_CERTIFICATE_V2) {
        Some(value) => (value, true),
        None => match single(attributes, SIGNING_CERTIFICATE) {
            Some(value) => (value, false),
            None => return Ok(false),
        },
    };
    let mut outer = asn1::only("SigningCertificate", value, tag::SEQUENCE)?.members("SigningCertificate");
    let mut ids = outer.required(tag::SEQUENCE)?.members("certs");
    let mut id = ids.required(tag::SEQUENCE)?.members("ESSCertID");
    let algorithm = match id.optional(tag::SEQUENCE)? {
        Some(algorithm) if v2 => {
            let oid = read_algorithm("hashAlgorithm", algorithm)?.oid;
            DigestAlgorithm::from_oid(oid).ok_or(TimestampError::Digest { oid })?
        }
        Some(_) => return Ok(false),
        None if v2 => DigestAlgorithm::Sha256,
        None => DigestAlgorithm::Sha1,
    };
    Ok(id.required(tag::OCTET_STRING)?.content == digest(algorithm, certificate.der()))
}
