//! SignedData, RFC 5652 §5.

use spki::AlgorithmIdentifierOwned;

use super::content::{read_explicit, read_oid};
use super::signer::{read_version, sequence};
use super::{CmsError, ContentType, MAX_CERTIFICATES, MAX_PARTIES, SignerInfo, VerifiedSigner, verify};
use crate::x509::asn1::{Element, Elements, Malformed, tag};
use crate::x509::certificate::{Certificate, read_algorithm};
use crate::x509::crl::CertificateList;

/// `SignedData`, RFC 5652 §5.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedData {
    version: u64,
    digest_algorithms: Vec<AlgorithmIdentifierOwned>,
    content_type: ContentType,
    content: Option<Vec<u8>>,
    bag: Bag,
    signers: Vec<SignerInfo>,
}

/// Certificates and CRLs that come with a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bag {
    pub(super) certificates: Vec<Certificate>,
    pub(super) crls: Vec<CertificateList>,
    /// What stands among them and cannot be read, in DER.
    pub(super) others: Vec<Vec<u8>>,
}

impl SignedData {
    pub(super) fn read(element: Element<'_>) -> Result<Self, CmsError> {
        let mut members = element.members("SignedData");
        let version = read_version(&mut members)?;
        let digest_algorithms = read_digest_algorithms(&mut members)?;
        let mut inside = members.required(tag::SEQUENCE)?.members("EncapsulatedContentInfo");
        let content_type = ContentType::new(read_oid(&mut inside)?);
        // PKCS #7 has any type here, not an OCTET STRING alone; what is signed are its content octets either way.
        let content = read_explicit(&mut inside, "eContent")?.map(|value| value.content.to_vec());
        inside.finish()?;
        let bag = Bag::read(&mut members)?;
        let signers = SignerInfo::read_all(members.required(tag::SET)?)?;
        members.finish()?;
        Ok(Self { version, digest_algorithms, content_type, content, bag, signers })
    }

    /// The version.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The digest algorithms that the signers use, as announced.
    pub fn digest_algorithms(&self) -> &[AlgorithmIdentifierOwned] {
        &self.digest_algorithms
    }

    /// The type of what is signed.
    pub fn content_type(&self) -> &ContentType {
        &self.content_type
    }

    /// What is signed; none where it stands elsewhere, or certificates are all there is.
    pub fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// The certificates in their order.
    pub fn certificates(&self) -> &[Certificate] {
        &self.bag.certificates
    }

    /// The CRLs in their order.
    pub fn crls(&self) -> &[CertificateList] {
        &self.bag.crls
    }

    /// What stands among certificates and CRLs and is neither, or cannot be read, in DER: attribute certificates, for instance.
    pub fn others(&self) -> &[Vec<u8>] {
        &self.bag.others
    }

    /// The signers.
    pub fn signers(&self) -> &[SignerInfo] {
        &self.signers
    }

    /// Whether it carries certificates and CRLs alone, RFC 5652 §5.2.
    pub fn is_certs_only(&self) -> bool {
        self.signers.is_empty() && self.content.is_none()
    }

    /// Verifies the signature of each signer over the content, which is `detached` where it stands outside of the message, with
    /// the signer's certificate from the message or from `given`. Whether the certificates are to be trusted, and at which time,
    /// is not looked at.
    ///
    /// # Errors
    /// [`CmsError`] of the first signer that is not verified, or [`CmsError::NoSigner`].
    pub fn verify(
        &self,
        detached: Option<&[u8]>,
        given: &[Certificate],
    ) -> Result<Vec<VerifiedSigner<'_>>, CmsError> {
        if self.signers.is_empty() {
            return Err(CmsError::NoSigner);
        }
        self.signers.iter().map(|signer| self.verify_signer(signer, detached, given)).collect()
    }

    /// The same for one of the signers.
    ///
    /// # Errors
    /// [`CmsError`].
    pub fn verify_signer<'a>(
        &self,
        signer: &'a SignerInfo,
        detached: Option<&[u8]>,
        given: &[Certificate],
    ) -> Result<VerifiedSigner<'a>, CmsError> {
        let content = match (self.content(), detached) {
            (Some(content), Some(given)) if content != given => return Err(CmsError::OtherContent),
            (Some(content), _) | (None, Some(content)) => content,
            (None, None) => return Err(CmsError::DetachedContent),
        };
        verify::verify(signer, &self.content_type, content, &[self.certificates(), given])
    }
}

pub(super) fn read_digest_algorithms(
    members: &mut Elements<'_>,
) -> Result<Vec<AlgorithmIdentifierOwned>, Malformed> {
    let set = members.required(tag::SET)?.members("digestAlgorithms").collect_all(MAX_PARTIES)?;
    set.into_iter()
        .map(|element| {
            sequence(element, "digestAlgorithms")?;
            read_algorithm("digestAlgorithms", element)
        })
        .collect()
}

impl Bag {
    pub(super) fn read(members: &mut Elements<'_>) -> Result<Self, Malformed> {
        let mut bag = Self::default();
        if let Some(set) = members.optional(tag::context_constructed(0))? {
            for element in set.members("certificates").collect_all(MAX_CERTIFICATES)? {
                match Certificate::from_der(element.full) {
                    Ok(certificate) => bag.certificates.push(certificate),
                    Err(_) => bag.others.push(element.full.to_vec()),
                }
            }
        }
        if let Some(set) = members.optional(tag::context_constructed(1))? {
            for element in set.members("crls").collect_all(MAX_CERTIFICATES)? {
                match CertificateList::from_der(element.full) {
                    Ok(list) => bag.crls.push(list),
                    Err(_) => bag.others.push(element.full.to_vec()),
                }
            }
        }
        Ok(bag)
    }
}
