//! What is inside of messages that a key opens.

use ca_core::cms::{CmsError, Content, ContentInfo};
use ca_core::encoding::hex;
use ca_core::key::PrivateKey;
use ca_core::x509::Certificate;
use serde::Serialize;
use zeroize::Zeroizing;

use super::Issuers;
use crate::input::{Kind, kinds_in};
use crate::report::Notice;

/// The longest text that is shown, in characters: a letter, not a book.
const MAX_TEXT: usize = 2_000;

/// What a key opened, or why it did not.
#[derive(Serialize)]
pub(crate) struct OpenedDetails {
    /// Bytes of the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) length: Option<usize>,
    /// SHA-256 of the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
    /// What is in it, where it is something that this program reads.
    pub(crate) objects: Vec<Kind>,
    /// The content where it is a text; private keys and what may hold some are never shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// Why it was not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<Notice>,
    /// Whether signatures over the content were verified with it.
    #[serde(skip)]
    signed: bool,
}

impl OpenedDetails {
    /// None where there is nothing to open: the message is not encrypted to a key.
    pub(super) fn of(message: &ContentInfo, key: &PrivateKey, issuers: &Issuers<'_>) -> Option<Self> {
        let (content, signed) = match message.content() {
            Content::EnvelopedData(enveloped) => (enveloped.open(key, None), false),
            Content::SignedAndEnvelopedData(both) => {
                let given: Vec<Certificate> = both
                    .signers()
                    .iter()
                    .filter_map(|signer| issuers.party(signer.party()).cloned())
                    .collect();
                // The content of a message whose signatures do not hold is not told.
                (both.open(key, None, &given).map(|(content, _)| content), true)
            }
            _ => return None,
        };
        Some(match content {
            Ok(content) => Self::content(&content, signed),
            Err(error) => Self::refused(&error),
        })
    }

    /// Whether signatures of the message were verified.
    pub(super) fn verified(&self) -> bool {
        self.signed && self.problem.is_none()
    }

    fn content(content: &Zeroizing<Vec<u8>>, signed: bool) -> Self {
        let objects = kinds_in(content);
        let text = core::str::from_utf8(content).ok().filter(|text| {
            let plain = |character: char| !character.is_control() || character == '\n' || character == '\r';
            objects.is_empty()
                && !text.contains("PRIVATE KEY")
                && text.chars().count() <= MAX_TEXT
                && text.chars().all(plain)
        });
        Self {
            length: Some(content.len()),
            sha256: Some(hex::encode(ca_core::algorithm::digest::sha256(content))),
            objects,
            text: text.map(str::to_owned),
            problem: None,
            signed,
        }
    }

    fn refused(error: &CmsError) -> Self {
        Self {
            length: None,
            sha256: None,
            objects: Vec::new(),
            text: None,
            problem: Some(Notice { code: error.code().to_owned(), detail: error.to_string() }),
            signed: false,
        }
    }
}
