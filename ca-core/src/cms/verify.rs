//! Verifying signers, RFC 5652 §5.4 to §5.6.

use const_oid::ObjectIdentifier;
use spki::AlgorithmIdentifierOwned;

use super::signer::{CONTENT_TYPE, MESSAGE_DIGEST, single};
use super::{CmsError, ContentType, SignerInfo};
use crate::algorithm::digest::{DigestAlgorithm, digest};
use crate::algorithm::{self, KeyAlgorithm, SignatureAlgorithm, Sm2Parameters};
use crate::encoding::oid;
use crate::x509::Oid;
use crate::x509::asn1::{self, tag};
use crate::x509::certificate::Certificate;

/// The most certificates that are tried for one signer: names and serial numbers are anybody's to write, and so the first that has
/// them need not be the signer's.
const MAX_CANDIDATES: usize = 4;

/// A signer whose signature was verified with the key of a certificate.
///
/// Only [`SignedData::verify`](super::SignedData::verify) and
/// [`SignedAndEnvelopedData::open`](super::SignedAndEnvelopedData::open) make it.
#[derive(Clone, Debug)]
pub struct VerifiedSigner<'a> {
    info: &'a SignerInfo,
    certificate: Certificate,
}

impl VerifiedSigner<'_> {
    /// What the message says of the signer.
    pub fn info(&self) -> &SignerInfo {
        self.info
    }

    /// The certificate whose key verified the signature. Whether it is to be trusted is another question.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

pub(super) fn verify<'a>(
    signer: &'a SignerInfo,
    content_type: &ContentType,
    content: &[u8],
    certificates: &[&[Certificate]],
) -> Result<VerifiedSigner<'a>, CmsError> {
    let mut refusal = CmsError::SignerCertificate { signer: signer.party.to_string() };
    let candidates = certificates.iter().flat_map(|list| list.iter()).filter(|one| signer.party.is(one));
    for certificate in candidates.take(MAX_CANDIDATES) {
        match verify_with(signer, content_type, content, certificate) {
            Ok(()) => return Ok(VerifiedSigner { info: signer, certificate: certificate.clone() }),
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

fn verify_with(
    signer: &SignerInfo,
    content_type: &ContentType,
    content: &[u8],
    certificate: &Certificate,
) -> Result<(), CmsError> {
    let key = certificate.public_key()?;
    let hash = DigestAlgorithm::from_oid(signer.digest_algorithm.oid);
    let identifier = identifier(&signer.signature_algorithm, hash, key.algorithm());
    let identifier = identifier.ok_or(CmsError::Digest { oid: signer.digest_algorithm.oid })?;
    let message = match &signer.signed_der {
        None => content,
        Some(attributes) => {
            let hash = hash.ok_or(CmsError::Digest { oid: signer.digest_algorithm.oid })?;
            check_attributes(signer, content_type, hash, content)?;
            attributes
        }
    };
    Ok(algorithm::verify(&identifier, &key, message, &signer.signature)?)
}

fn check_attributes(
    signer: &SignerInfo,
    content_type: &ContentType,
    hash: DigestAlgorithm,
    content: &[u8],
) -> Result<(), CmsError> {
    let value =
        single(&signer.signed, CONTENT_TYPE).ok_or(CmsError::SignedAttribute { attribute: "contentType" })?;
    let named = Oid::from_content(asn1::only("contentType", value, tag::OBJECT_IDENTIFIER)?.content)?;
    if named != *content_type.oid() {
        return Err(CmsError::SignedContentType);
    }
    let value = single(&signer.signed, MESSAGE_DIGEST)
        .ok_or(CmsError::SignedAttribute { attribute: "messageDigest" })?;
    let expected = asn1::only("messageDigest", value, tag::OCTET_STRING)?.content;
    // SHA-1 names keys and is under no signature.
    if hash == DigestAlgorithm::Sha1 {
        return Err(CmsError::Digest { oid: hash.oid() });
    }
    if digest(hash, content) == expected { Ok(()) } else { Err(CmsError::MessageDigest) }
}

/// SM2 signatures by the identifier of the algorithm without its hash (GM/T 0006).
const SM2_SIGN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301.1");

/// The identifier of the signature algorithm. PKCS #7 and GM/T 0010 name the key's algorithm here, and the hash beside it; none
/// where that hash does not go with the key.
fn identifier(
    stated: &AlgorithmIdentifierOwned,
    hash: Option<DigestAlgorithm>,
    key: KeyAlgorithm,
) -> Option<AlgorithmIdentifierOwned> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512, Sm3};
    let algorithm = match (stated.oid, key, hash) {
        (SM2_SIGN | oid::SM2 | oid::EC_PUBLIC_KEY, KeyAlgorithm::Sm2, Some(Sm3)) => {
            SignatureAlgorithm::Sm2Sm3
        }
        (oid::RSA_ENCRYPTION, KeyAlgorithm::Rsa, Some(Sha256)) => SignatureAlgorithm::RsaSha256,
        (oid::RSA_ENCRYPTION, KeyAlgorithm::Rsa, Some(Sha384)) => SignatureAlgorithm::RsaSha384,
        (oid::RSA_ENCRYPTION, KeyAlgorithm::Rsa, Some(Sha512)) => SignatureAlgorithm::RsaSha512,
        (oid::EC_PUBLIC_KEY, KeyAlgorithm::P256 | KeyAlgorithm::P384, Some(Sha256)) => {
            SignatureAlgorithm::EcdsaSha256
        }
        (oid::EC_PUBLIC_KEY, KeyAlgorithm::P256 | KeyAlgorithm::P384, Some(Sha384)) => {
            SignatureAlgorithm::EcdsaSha384
        }
        (SM2_SIGN | oid::SM2 | oid::EC_PUBLIC_KEY | oid::RSA_ENCRYPTION, _, _) => return None,
        _ => return Some(stated.clone()),
    };
    Some(algorithm.identifier(Sm2Parameters::Absent))
}
