//! TimeStampReq, RFC 3161 §2.4.1.

use super::info::{read_extensions, require_version};
use super::{MAX_OCTETS, MessageImprint, TimestampError};
use crate::encoding::der as wire;
use crate::x509::asn1::{self, tag};
use crate::x509::extension::Extensions;
use crate::x509::{Oid, SerialNumber};

/// `TimeStampReq`, RFC 3161 §2.4.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampRequest {
    der: Vec<u8>,
    imprint: MessageImprint,
    policy: Option<Oid>,
    nonce: Option<SerialNumber>,
    wants_certificate: bool,
    extensions: Extensions,
}

impl TimeStampRequest {
    /// Media type of a request, RFC 3161 §3.4.
    pub const MEDIA_TYPE: &'static str = "application/timestamp-query";

    /// Reads a request.
    ///
    /// # Errors
    /// [`TimestampError`]: too large, not DER, or not a request of version 1.
    pub fn from_der(bytes: &[u8]) -> Result<Self, TimestampError> {
        if bytes.len() > MAX_OCTETS {
            return Err(TimestampError::TooLarge { octets: bytes.len() });
        }
        wire::check_structure(bytes)?;
        let mut members = asn1::only("TimeStampReq", bytes, tag::SEQUENCE)?.members("TimeStampReq");
        require_version(&mut members)?;
        let imprint = MessageImprint::read(&mut members)?;
        let policy = members.optional(tag::OBJECT_IDENTIFIER)?;
        let policy = policy.map(|policy| Oid::from_content(policy.content)).transpose()?;
        let nonce = members.optional(tag::INTEGER)?;
        let nonce = nonce.map(|nonce| SerialNumber::from_content(nonce.content)).transpose()?;
        let wants = members.optional(tag::BOOLEAN)?;
        let wants_certificate = wants.map_or(Ok(false), |it| asn1::read_boolean("certReq", it.content))?;
        let extensions = members.optional(tag::context_constructed(0))?;
        let extensions = extensions.map_or(Ok(Extensions::default()), read_extensions)?;
        members.finish()?;
        Ok(Self { der: bytes.to_vec(), imprint, policy, nonce, wants_certificate, extensions })
    }

    /// The request as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What is to be stamped.
    pub fn imprint(&self) -> &MessageImprint {
        &self.imprint
    }

    /// The policy asked for.
    pub fn policy(&self) -> Option<&Oid> {
        self.policy.as_ref()
    }

    /// The number that the answer must repeat.
    pub fn nonce(&self) -> Option<&SerialNumber> {
        self.nonce.as_ref()
    }

    /// Whether the answer is to carry the signer's certificate.
    pub fn wants_certificate(&self) -> bool {
        self.wants_certificate
    }

    /// The extensions.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }
}
