//! TimeStampResp, RFC 3161 §2.4.2.

use std::fmt;

use super::{MAX_OCTETS, TimeStampRequest, TimeStampToken, TimestampError};
use crate::encoding::der as wire;
use crate::x509::asn1::{self, Element, Malformed, tag};

/// The most lines of text of a refusal that are read.
const MAX_LINES: usize = 16;

/// `TimeStampResp`, RFC 3161 §2.4.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampResponse {
    der: Vec<u8>,
    status: Status,
    token: Option<TimeStampToken>,
}

/// `PKIStatusInfo`, RFC 3161 §2.4.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// PKIStatus: 0 granted, 1 granted with changes, 2 rejected, 3 waiting, 4 and 5 revocation.
    pub code: u64,
    /// What the authority says for people.
    pub text: Vec<String>,
    /// The bits of PKIFailureInfo that are set.
    pub failures: Vec<u32>,
}

impl Status {
    fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let mut members = element.members("PKIStatusInfo");
        let code = asn1::read_unsigned("status", members.required(tag::INTEGER)?.content)?;
        let mut text = Vec::new();
        if let Some(lines) = members.optional(tag::SEQUENCE)? {
            for line in lines.members("statusString").collect_all(MAX_LINES)? {
                text.push(String::from_utf8_lossy(line.content).into_owned());
            }
        }
        let mut failures = Vec::new();
        if let Some(bits) = members.optional(tag::BIT_STRING)? {
            // PKIFailureInfo has bits up to 25; four octets hold them.
            let octets = bits.content.get(1..).unwrap_or_default();
            if octets.len() > 4 {
                return Err(Malformed::value("failInfo", "it has more bits than are defined"));
            }
            for (index, octet) in (0_u32..).zip(octets) {
                failures.extend((0..8).filter(|bit| octet & (0x80 >> bit) != 0).map(|bit| 8 * index + bit));
            }
        }
        members.finish()?;
        Ok(Self { code, text, failures })
    }

    /// Whether a token was granted.
    pub fn is_granted(&self) -> bool {
        self.code <= 1
    }

    /// The name of a bit of PKIFailureInfo, RFC 3161 §2.4.2.
    pub fn failure_name(bit: u32) -> Option<&'static str> {
        match bit {
            0 => Some("badAlg"),
            2 => Some("badRequest"),
            5 => Some("badDataFormat"),
            14 => Some("timeNotAvailable"),
            15 => Some("unacceptedPolicy"),
            16 => Some("unacceptedExtension"),
            17 => Some("addInfoNotAvailable"),
            25 => Some("systemFailure"),
            _ => None,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            "granted",
            "grantedWithMods",
            "rejection",
            "waiting",
            "revocationWarning",
            "revocationNotification",
        ];
        let name = usize::try_from(self.code).ok().and_then(|code| names.get(code));
        match name {
            Some(name) => f.write_str(name)?,
            None => write!(f, "status {}", self.code)?,
        }
        for bit in &self.failures {
            match Self::failure_name(*bit) {
                Some(name) => write!(f, ", {name}")?,
                None => write!(f, ", failure {bit}")?,
            }
        }
        self.text.iter().try_for_each(|line| write!(f, ", {line:?}"))
    }
}

impl TimeStampResponse {
    /// Media type of a response, RFC 3161 §3.4.
    pub const MEDIA_TYPE: &'static str = "application/timestamp-reply";

    /// Reads a response.
    ///
    /// # Errors
    /// [`TimestampError`]: too large, not DER, or not a response; also one that grants without a token, or refuses with one.
    pub fn from_der(bytes: &[u8]) -> Result<Self, TimestampError> {
        if bytes.len() > MAX_OCTETS {
            return Err(TimestampError::TooLarge { octets: bytes.len() });
        }
        let der = crate::encoding::ber::to_definite(bytes)?;
        wire::check_structure(&der)?;
        let mut members = asn1::only("TimeStampResp", &der, tag::SEQUENCE)?.members("TimeStampResp");
        let status = Status::read(members.required(tag::SEQUENCE)?)?;
        let token = members.optional(tag::SEQUENCE)?;
        let token = token.map(|token| TimeStampToken::parse(token.full)).transpose()?;
        members.finish()?;
        if token.is_some() != status.is_granted() {
            return Err(Malformed::value("status", "it grants without a token, or refuses with one").into());
        }
        Ok(Self { der: der.into_owned(), status, token })
    }

    /// The response as received, but for lengths made definite where it came in BER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What became of the request.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The token, where one was granted.
    pub fn token(&self) -> Option<&TimeStampToken> {
        self.token.as_ref()
    }

    /// Checks that it grants what the request asked for: imprint, nonce and policy. The signature is not looked at.
    ///
    /// # Errors
    /// [`TimestampError::Refused`] and [`TimestampError::OtherRequest`].
    pub fn answers(&self, request: &TimeStampRequest) -> Result<&TimeStampToken, TimestampError> {
        let token =
            self.token.as_ref().ok_or_else(|| TimestampError::Refused { status: self.status.to_string() })?;
        let info = token.info();
        let differs = |part| Err(TimestampError::OtherRequest { part });
        if info.imprint.algorithm.oid != request.imprint().algorithm.oid
            || info.imprint.digest != request.imprint().digest
        {
            return differs("messageImprint");
        }
        if request.nonce().is_some() && info.nonce.as_ref() != request.nonce() {
            return differs("nonce");
        }
        if request.policy().is_some_and(|policy| info.policy != *policy) {
            return differs("policy");
        }
        Ok(token)
    }
}
