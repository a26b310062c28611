//! What requests and answers say.

use std::fmt::Write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ceremony::plan::{Kind, Mode};
use crate::ceremony::value::{base64_bytes, hex_bytes};
use crate::ceremony::{Digest, rehearsal};
use crate::encoding::hex;
use crate::issuance::AuthorityName;
use crate::revocation::Reason;
use crate::x509::{Certificate, CertificateList, CertificationRequest, SerialNumber};

/// Octets of a document, in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Octets(#[serde(with = "base64_bytes")] pub Vec<u8>);

/// A certificate that the online side wants revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoked {
    /// Its serial number.
    pub serial: SerialNumber,
    /// When it was revoked.
    pub at: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// What the online side asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Which ceremony is asked for.
    pub kind: Kind,
    /// Whether it counts.
    pub mode: Mode,
    /// The authority that asks.
    pub authority: AuthorityName,
    /// Rises with each request of that authority.
    pub sequence: u64,
    /// Random; the answer repeats it.
    #[serde(with = "hex_bytes")]
    pub nonce: [u8; 16],
    /// When it was made.
    pub made: Timestamp,
    /// SM3 of the certificate of the root that is asked.
    pub root: Digest,
    /// The certification request in DER, where a certificate is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Octets>,
    /// What a list is to name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<Revoked>,
    /// The list before in DER.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_crl: Option<Octets>,
}

/// What the offline side answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Which ceremony was held.
    pub kind: Kind,
    /// Whether it counts.
    pub mode: Mode,
    /// The authority that asked.
    pub authority: AuthorityName,
    /// The number of the request.
    pub sequence: u64,
    /// The nonce of the request.
    #[serde(with = "hex_bytes")]
    pub nonce: [u8; 16],
    /// The digest of the request.
    pub answers: Digest,
    /// When it was made, by the ceremony's time.
    pub made: Timestamp,
    /// The digest of the plan.
    pub plan: Digest,
    /// The digest of the transcript.
    pub transcript: Digest,
    /// Certificates in DER: first the one that was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Octets>,
    /// The revocation list in DER.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crl: Option<Octets>,
}

/// A request or an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "package", rename_all = "kebab-case")]
pub enum Content {
    /// A request.
    Request(Request),
    /// An answer.
    Answer(Answer),
}

impl Content {
    /// The contents in words. What cannot be read is said to be so, and shown as its digest all the same.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = match self {
            Self::Request(request) => request.write(&mut text),
            Self::Answer(answer) => answer.write(&mut text),
        };
        text
    }
}

impl Request {
    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "City CA: request {} of authority {}", self.sequence, self.authority)?;
        writeln!(text, "For a ceremony of kind {}, {}", self.kind, self.mode)?;
        writeln!(text, "Made: {}", self.made)?;
        writeln!(text, "Nonce: {}", hex::encode(self.nonce))?;
        writeln!(text, "Root (SM3): {}", self.root.groups())?;
        if let Some(Octets(der)) = &self.request {
            let subject = CertificationRequest::from_der(der)
                .map_or_else(|_| "unreadable".to_owned(), |request| request.subject().to_string());
            writeln!(text, "Certification request: {subject}")?;
            writeln!(text, "  SM3: {}", Digest::of(der).groups())?;
        }
        for entry in &self.revoked {
            writeln!(text, "To be revoked: {} since {}, {}", entry.serial, entry.at, entry.reason)?;
        }
        write_list(text, "List before", self.previous_crl.as_ref())
    }
}

impl Answer {
    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "City CA: answer to request {} of authority {}", self.sequence, self.authority)?;
        writeln!(text, "From a ceremony of kind {}, {}", self.kind, self.mode)?;
        writeln!(text, "Made: {}", self.made)?;
        writeln!(text, "Nonce: {}", hex::encode(self.nonce))?;
        writeln!(text, "Answers (SM3): {}", self.answers.groups())?;
        writeln!(text, "Plan (SM3): {}", self.plan.groups())?;
        writeln!(text, "Transcript: {}", self.transcript.groups())?;
        for Octets(der) in &self.certificates {
            match Certificate::from_der(der) {
                Ok(certificate) => {
                    let validity = certificate.validity();
                    writeln!(text, "Certificate: {}", certificate.subject())?;
                    writeln!(text, "  issued by {}", certificate.issuer())?;
                    writeln!(text, "  valid from {} to {}", validity.not_before, validity.not_after)?;
                }
                Err(_) => writeln!(text, "Certificate: unreadable")?,
            }
            writeln!(text, "  SM3: {}", Digest::of(der).groups())?;
        }
        write_list(text, "List", self.crl.as_ref())
    }

    /// Whether any certificate or list carries the mark of rehearsals.
    pub(super) fn is_marked(&self) -> bool {
        let certificate = |Octets(der): &Octets| {
            Certificate::from_der(der)
                .is_ok_and(|read| rehearsal::is_marked(read.subject()) || rehearsal::is_marked(read.issuer()))
        };
        let list = |Octets(der): &Octets| {
            CertificateList::from_der(der).is_ok_and(|list| rehearsal::is_marked(list.issuer()))
        };
        self.certificates.iter().any(certificate) || self.crl.as_ref().is_some_and(list)
    }
}

fn write_list(text: &mut String, what: &str, list: Option<&Octets>) -> std::fmt::Result {
    let Some(Octets(der)) = list else { return Ok(()) };
    match CertificateList::from_der(der) {
        Ok(list) => {
            let number = list.number().ok().flatten().map_or("none".to_owned(), |number| number.to_string());
            writeln!(text, "{what}: number {number} of {}, {} entries", list.issuer(), list.revoked().len())?;
        }
        Err(_) => writeln!(text, "{what}: unreadable")?,
    }
    writeln!(text, "  SM3: {}", Digest::of(der).groups())
}
