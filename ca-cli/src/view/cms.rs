//! Messages of PKCS #7, CMS and GM/T 0010.

use ca_core::cms::{
    CmsError, Content, ContentInfo, ContentType, Dialect, EncryptedContent, Party, RecipientInfo, SignedData,
    SignerInfo,
};
use ca_core::encoding::hex;
use ca_core::x509::Certificate;
use jiff::Timestamp;
use serde::Serialize;

use super::certificate::algorithm;
use super::{Fingerprints, Identifier, Issuers, OpenedDetails, TimeStampDetails};
use crate::report::Notice;

/// A message.
#[derive(Serialize)]
pub(crate) struct CmsDetails {
    /// What it is, such as signedData.
    pub(crate) content_type: Identifier,
    /// `pkcs7` or `gmt0010`, where it is one of these families.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) family: Option<&'static str>,
    /// Whether it came in BER that is not DER.
    pub(crate) ber: bool,
    /// What is inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content: Option<ContentDetails>,
    /// How what is inside is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encryption: Option<Identifier>,
    pub(crate) signers: Vec<SignerDetails>,
    pub(crate) recipients: Vec<RecipientDetails>,
    pub(crate) certificates: Vec<CertificateSummary>,
    pub(crate) crl_count: usize,
    /// What was found inside with the key that was given, where it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opened: Option<OpenedDetails>,
    /// The time-stamp, where the message is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_stamp: Option<TimeStampDetails>,
    pub(crate) fingerprints: Fingerprints,
}

/// What a message holds.
#[derive(Serialize)]
pub(crate) struct ContentDetails {
    #[serde(rename = "type")]
    pub(crate) content_type: Identifier,
    /// Its length; none where it stands elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) length: Option<usize>,
}

/// Who signed a message.
#[derive(Serialize)]
pub(crate) struct SignerDetails {
    /// How the message names the signer.
    pub(crate) signer: String,
    /// The subject of the signer's certificate, where it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    pub(crate) digest_algorithm: Identifier,
    pub(crate) signature_algorithm: Identifier,
    /// When the signer says to have signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signing_time: Option<Timestamp>,
    /// `valid`, `invalid`, or `unchecked` where content or certificate are not at hand, or the content is encrypted.
    pub(crate) state: &'static str,
    /// Why it is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<Notice>,
}

/// To whom a message is encrypted.
#[derive(Serialize)]
pub(crate) struct RecipientDetails {
    pub(crate) recipient: String,
    /// How the key of the content is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) algorithm: Option<Identifier>,
}

/// A certificate in a container.
#[derive(Serialize)]
pub(crate) struct CertificateSummary {
    pub(crate) subject: String,
    pub(crate) issuer: String,
    pub(crate) serial: String,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    /// Its fingerprint.
    pub(crate) sha256: String,
}

impl CertificateSummary {
    pub(super) fn of(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            serial: certificate.serial().to_string(),
            not_before: certificate.validity().not_before,
            not_after: certificate.validity().not_after,
            sha256: hex::encode(certificate.sha256_fingerprint()),
        }
    }
}

impl CmsDetails {
    /// `issuers` are the certificates that are shown with it, among which signers are looked for too.
    pub(super) fn of(message: &ContentInfo, der: &[u8], issuers: &Issuers<'_>) -> Self {
        let mut details = Self {
            content_type: Identifier::of(message.content_type().oid()),
            family: message.content_type().dialect().map(|dialect| match dialect {
                Dialect::Pkcs7 => "pkcs7",
                Dialect::GmT0010 => "gmt0010",
            }),
            ber: message.was_ber(),
            content: None,
            encryption: None,
            signers: Vec::new(),
            recipients: Vec::new(),
            certificates: Vec::new(),
            crl_count: 0,
            opened: None,
            time_stamp: None,
            fingerprints: Fingerprints::of(der),
        };
        match message.content() {
            Content::Data(data) => {
                details.content = Some(content(message.content_type(), data.as_ref().map(Vec::len)));
            }
            Content::SignedData(signed) => details.signed(signed, issuers),
            Content::EnvelopedData(enveloped) => {
                details.recipients = enveloped.recipients().iter().map(RecipientDetails::of).collect();
                details.encrypted(enveloped.encrypted_content());
            }
            Content::SignedAndEnvelopedData(both) => {
                details.recipients = both.recipients().iter().map(RecipientDetails::of).collect();
                details.encrypted(both.encrypted_content());
                details.certificates = both.certificates().iter().map(CertificateSummary::of).collect();
                details.crl_count = both.crls().len();
                let signer =
                    |signer| SignerDetails::of(signer, both.certificates(), issuers, Tried::NotTried);
                details.signers = both.signers().iter().map(signer).collect();
            }
            Content::EncryptedData(encrypted) => details.encrypted(encrypted.encrypted_content()),
            _ => {}
        }
        details
    }

    fn encrypted(&mut self, encrypted: &EncryptedContent) {
        self.content = Some(content(encrypted.content_type(), encrypted.octets().map(<[u8]>::len)));
        self.encryption = Some(algorithm(encrypted.algorithm()));
    }

    fn signed(&mut self, signed: &SignedData, issuers: &Issuers<'_>) {
        self.content = Some(content(signed.content_type(), signed.content().map(<[u8]>::len)));
        self.certificates = signed.certificates().iter().map(CertificateSummary::of).collect();
        self.crl_count = signed.crls().len();
        let given: Vec<Certificate> = signed
            .signers()
            .iter()
            .filter(|signer| !signed.certificates().iter().any(|inside| signer.party().is(inside)))
            .filter_map(|signer| issuers.party(signer.party()).cloned())
            .collect();
        let signer = |signer: &SignerInfo| {
            let verified = signed.verify_signer(signer, None, &given).map(drop);
            SignerDetails::of(signer, signed.certificates(), issuers, Tried::Tried(verified))
        };
        self.signers = signed.signers().iter().map(signer).collect();
    }
}

fn content(content_type: &ContentType, length: Option<usize>) -> ContentDetails {
    ContentDetails { content_type: Identifier::of(content_type.oid()), length }
}

/// Whether a signature was tried.
enum Tried {
    NotTried,
    Tried(Result<(), CmsError>),
}

impl SignerDetails {
    fn of(signer: &SignerInfo, inside: &[Certificate], issuers: &Issuers<'_>, tried: Tried) -> Self {
        let party = signer.party();
        let certificate = inside.iter().find(|inside| party.is(inside)).or_else(|| issuers.party(party));
        let (state, problem) = match tried {
            Tried::NotTried => ("unchecked", None),
            Tried::Tried(Ok(())) => ("valid", None),
            Tried::Tried(Err(error)) => {
                let state = match error {
                    CmsError::DetachedContent => "unchecked",
                    _ if certificate.is_none() => "unchecked",
                    _ => "invalid",
                };
                (state, Some(Notice { code: error.code().to_owned(), detail: error.to_string() }))
            }
        };
        Self {
            signer: name(party),
            subject: certificate.map(|certificate| certificate.subject().to_string()),
            digest_algorithm: algorithm(signer.digest_algorithm()),
            signature_algorithm: algorithm(signer.signature_algorithm()),
            signing_time: signer.signing_time(),
            state,
            problem,
        }
    }
}

impl SignerDetails {
    /// The signature was verified when the message was opened.
    pub(super) fn is_verified(&mut self) {
        self.state = "valid";
        self.problem = None;
    }
}

impl RecipientDetails {
    fn of(recipient: &RecipientInfo) -> Self {
        match recipient {
            RecipientInfo::KeyTransport { party, algorithm: by, .. } => {
                Self { recipient: name(party), algorithm: Some(algorithm(by)) }
            }
            RecipientInfo::Other { number, .. } => Self {
                recipient: match number {
                    1 => "key agreement".to_owned(),
                    2 => "key known otherwise".to_owned(),
                    3 => "password".to_owned(),
                    _ => "other".to_owned(),
                },
                algorithm: None,
            },
            _ => Self { recipient: "other".to_owned(), algorithm: None },
        }
    }
}

/// How a message names somebody.
fn name(party: &Party) -> String {
    match party {
        Party::IssuerAndSerial { issuer: Some(issuer), serial } => format!("{serial}, {issuer}"),
        Party::IssuerAndSerial { issuer: None, serial } => serial.to_string(),
        Party::KeyIdentifier(identifier) => hex::encode(identifier.as_bytes()),
    }
}
