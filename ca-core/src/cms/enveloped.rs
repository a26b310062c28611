//! EnvelopedData (RFC 5652 §6), SignedAndEnvelopedData (RFC 2315 §11) and EncryptedData (RFC 5652 §8).

use spki::AlgorithmIdentifierOwned;

use super::content::read_oid;
use super::signed::{Bag, read_digest_algorithms};
use super::signer::{Party, SignerInfo, read_attributes, read_version};
use super::{Attribute, CmsError, ContentType, MAX_PARTIES};
use crate::x509::asn1::{Element, Elements, Malformed, tag};
use crate::x509::certificate::{Certificate, read_algorithm};
use crate::x509::crl::CertificateList;

/// `EnvelopedData`, RFC 5652 §6.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopedData {
    pub(super) version: u64,
    pub(super) recipients: Vec<RecipientInfo>,
    pub(super) encrypted: EncryptedContent,
}

/// `SignedAndEnvelopedData`, RFC 2315 §11.1 and GM/T 0010. Other than in PKCS #7, the signature is not encrypted in GM/T 0010.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedAndEnvelopedData {
    pub(super) version: u64,
    pub(super) recipients: Vec<RecipientInfo>,
    pub(super) digest_algorithms: Vec<AlgorithmIdentifierOwned>,
    pub(super) encrypted: EncryptedContent,
    pub(super) bag: Bag,
    pub(super) signers: Vec<SignerInfo>,
}

/// `EncryptedData`, RFC 5652 §8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedData {
    pub(super) version: u64,
    pub(super) encrypted: EncryptedContent,
    pub(super) unprotected: Vec<Attribute>,
}

/// `RecipientInfo`, RFC 5652 §6.2.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecipientInfo {
    /// The content's key is encrypted to the recipient's public key.
    KeyTransport {
        /// Whose key.
        party: Party,
        /// How.
        algorithm: AlgorithmIdentifierOwned,
        /// The encrypted key.
        encrypted_key: Vec<u8>,
    },
    /// Key agreement, a key known otherwise, a password, or something else, as it was received: not opened here.
    Other {
        /// The number of its tag: 1 key agreement, 2 key known otherwise, 3 password, 4 other.
        number: u8,
        /// The DER.
        der: Vec<u8>,
    },
}

/// `EncryptedContentInfo`, RFC 5652 §6.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedContent {
    content_type: ContentType,
    algorithm: AlgorithmIdentifierOwned,
    octets: Option<Vec<u8>>,
}

impl EncryptedContent {
    pub(super) fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let mut members = element.members("EncryptedContentInfo");
        let content_type = ContentType::new(read_oid(&mut members)?);
        let algorithm = read_algorithm("contentEncryptionAlgorithm", members.required(tag::SEQUENCE)?)?;
        let octets = match members.optional(tag::context(0))? {
            Some(one) => Some(one.content.to_vec()),
            None => members.optional(tag::context_constructed(0))?.map(read_segments).transpose()?,
        };
        members.finish()?;
        Ok(Self { content_type, algorithm, octets })
    }

    /// The type of the content.
    pub fn content_type(&self) -> &ContentType {
        &self.content_type
    }

    /// The algorithm that it is encrypted with.
    pub fn algorithm(&self) -> &AlgorithmIdentifierOwned {
        &self.algorithm
    }

    /// The encrypted octets; none where they stand elsewhere.
    pub fn octets(&self) -> Option<&[u8]> {
        self.octets.as_deref()
    }
}

/// The octets of `[0] IMPLICIT OCTET STRING` in the segments of BER, or wrapped once more, as some write it.
fn read_segments(element: Element<'_>) -> Result<Vec<u8>, Malformed> {
    let mut octets = Vec::new();
    let mut segments = element.members("encryptedContent");
    // Each turn reads a segment out of the bytes there are.
    while segments.peek_tag().is_some() {
        octets.extend_from_slice(segments.required(tag::OCTET_STRING)?.content);
    }
    Ok(octets)
}

impl RecipientInfo {
    fn read_all(members: &mut Elements<'_>) -> Result<Vec<Self>, Malformed> {
        let set = members.required(tag::SET)?.members("recipientInfos").collect_all(MAX_PARTIES)?;
        set.into_iter().map(Self::read).collect()
    }

    fn read(element: Element<'_>) -> Result<Self, Malformed> {
        if (1..=4).any(|number| element.tag == tag::context_constructed(number)) {
            return Ok(Self::Other { number: element.tag & 0x1f, der: element.full.to_vec() });
        }
        let mut members =
            Elements::new("RecipientInfo", element.full).required(tag::SEQUENCE)?.members("RecipientInfo");
        read_version(&mut members)?;
        let party = Party::read(&mut members)?;
        let algorithm = read_algorithm("keyEncryptionAlgorithm", members.required(tag::SEQUENCE)?)?;
        let encrypted_key = members.required(tag::OCTET_STRING)?.content.to_vec();
        members.finish()?;
        Ok(Self::KeyTransport { party, algorithm, encrypted_key })
    }
}

impl EnvelopedData {
    pub(super) fn read(element: Element<'_>) -> Result<Self, CmsError> {
        let mut members = element.members("EnvelopedData");
        let version = read_version(&mut members)?;
        // Certificates of the originator serve key agreement, which is not opened here.
        members.optional(tag::context_constructed(0))?;
        let recipients = RecipientInfo::read_all(&mut members)?;
        let encrypted = EncryptedContent::read(members.required(tag::SEQUENCE)?)?;
        members.optional(tag::context_constructed(1))?;
        members.finish()?;
        Ok(Self { version, recipients, encrypted })
    }

    /// The version.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The recipients.
    pub fn recipients(&self) -> &[RecipientInfo] {
        &self.recipients
    }

    /// What is encrypted.
    pub fn encrypted_content(&self) -> &EncryptedContent {
        &self.encrypted
    }
}

impl SignedAndEnvelopedData {
    pub(super) fn read(element: Element<'_>) -> Result<Self, CmsError> {
        let mut members = element.members("SignedAndEnvelopedData");
        let version = read_version(&mut members)?;
        let recipients = RecipientInfo::read_all(&mut members)?;
        let digest_algorithms = read_digest_algorithms(&mut members)?;
        let encrypted = EncryptedContent::read(members.required(tag::SEQUENCE)?)?;
        let bag = Bag::read(&mut members)?;
        let signers = SignerInfo::read_all(members.required(tag::SET)?)?;
        members.finish()?;
        Ok(Self { version, recipients, digest_algorithms, encrypted, bag, signers })
    }

    /// The version.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The recipients.
    pub fn recipients(&self) -> &[RecipientInfo] {
        &self.recipients
    }

    /// The digest algorithms that the signers use, as announced.
    pub fn digest_algorithms(&self) -> &[AlgorithmIdentifierOwned] {
        &self.digest_algorithms
    }

    /// What is encrypted.
    pub fn encrypted_content(&self) -> &EncryptedContent {
        &self.encrypted
    }

    /// The certificates in their order.
    pub fn certificates(&self) -> &[Certificate] {
        &self.bag.certificates
    }

    /// The CRLs in their order.
    pub fn crls(&self) -> &[CertificateList] {
        &self.bag.crls
    }

    /// What stands among certificates and CRLs and is neither, or cannot be read, in DER.
    pub fn others(&self) -> &[Vec<u8>] {
        &self.bag.others
    }

    /// The signers.
    pub fn signers(&self) -> &[SignerInfo] {
        &self.signers
    }
}

impl EncryptedData {
    pub(super) fn read(element: Element<'_>) -> Result<Self, CmsError> {
        let mut members = element.members("EncryptedData");
        let version = read_version(&mut members)?;
        let encrypted = EncryptedContent::read(members.required(tag::SEQUENCE)?)?;
        let unprotected = members.optional(tag::context_constructed(1))?;
        members.finish()?;
        let unprotected = unprotected.map_or(Ok(Vec::new()), read_attributes)?;
        Ok(Self { version, encrypted, unprotected })
    }

    /// The version.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What is encrypted.
    pub fn encrypted_content(&self) -> &EncryptedContent {
        &self.encrypted
    }

    /// The attributes that nothing protects.
    pub fn unprotected_attributes(&self) -> &[Attribute] {
        &self.unprotected
    }
}
