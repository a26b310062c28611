//! Opening what is encrypted to a key.

use ::der::asn1::{Any, OctetString};
use ::der::{Decode, Encode, Sequence};
use const_oid::ObjectIdentifier;
use spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use super::enveloped::{EncryptedContent, EnvelopedData, RecipientInfo, SignedAndEnvelopedData};
use super::{CmsError, VerifiedSigner, verify};
use crate::algorithm::KeyAlgorithm;
use crate::algorithm::digest::DigestAlgorithm;
use crate::encoding::oid;
use crate::key::cbc::{BLOCK, BlockCipher, sm4_ecb};
use crate::key::{PrivateKey, Transport};
use crate::x509::Oid;
use crate::x509::certificate::Certificate;

/// The most recipients whose key is tried where the recipient's certificate is not given: each costs a private key operation.
const MAX_TRIED: usize = 16;

/// SM2 key exchange, which GmSSL writes for encryption (GM/T 0006).
const SM2_EXCHANGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301.2");
/// SM2 encryption (GM/T 0006).
const SM2_ENCRYPT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301.3");
/// id-RSAES-OAEP (RFC 8017 appendix A.2.1).
const RSA_OAEP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.7");

impl EnvelopedData {
    /// The content, opened with the private key of a recipient: the one whose certificate is given, or else any that fits.
    ///
    /// # Errors
    /// [`CmsError::NoRecipient`], [`CmsError::Open`], and the errors of algorithms that are not supported.
    pub fn open(
        &self,
        key: &PrivateKey,
        certificate: Option<&Certificate>,
    ) -> Result<Zeroizing<Vec<u8>>, CmsError> {
        open(&self.recipients, &self.encrypted, key, certificate)
    }
}

impl SignedAndEnvelopedData {
    /// The content, opened with the private key of a recipient, and its signers, verified with their certificates from the
    /// message or from `given`.
    ///
    /// # Errors
    /// Those of [`EnvelopedData::open`] and of [`SignedData::verify`](super::SignedData::verify).
    pub fn open(
        &self,
        key: &PrivateKey,
        certificate: Option<&Certificate>,
        given: &[Certificate],
    ) -> Result<(Zeroizing<Vec<u8>>, Vec<VerifiedSigner<'_>>), CmsError> {
        if self.signers.is_empty() {
            return Err(CmsError::NoSigner);
        }
        let content = open(&self.recipients, &self.encrypted, key, certificate)?;
        let certificates = [self.certificates(), given];
        let verified = self
            .signers
            .iter()
            .map(|signer| verify::verify(signer, self.encrypted.content_type(), &content, &certificates));
        let verified = verified.collect::<Result<_, _>>()?;
        Ok((content, verified))
    }
}

fn open(
    recipients: &[RecipientInfo],
    encrypted: &EncryptedContent,
    key: &PrivateKey,
    certificate: Option<&Certificate>,
) -> Result<Zeroizing<Vec<u8>>, CmsError> {
    let octets = encrypted.octets().ok_or(CmsError::NoContent)?;
    let cipher = ContentCipher::of(encrypted.algorithm())?;
    let mut refusal = CmsError::NoRecipient { recipients: recipients.len() };
    let fitting = recipients.iter().filter_map(|recipient| match recipient {
        RecipientInfo::KeyTransport { party, algorithm, encrypted_key }
            if certificate.is_none_or(|certificate| party.is(certificate)) =>
        {
            Some((algorithm, encrypted_key))
        }
        _ => None,
    });
    for (algorithm, encrypted_key) in fitting.take(MAX_TRIED) {
        let transport = match transport(algorithm, key.public_key().algorithm()) {
            Ok(transport) => transport,
            Err(error) => {
                refusal = error;
                continue;
            }
        };
        // One error for a key that does not open and a content that does not: who knew them apart could learn the key by asking.
        let opened = key.decrypt(transport, encrypted_key).ok();
        match opened.and_then(|content_key| cipher.decrypt(&content_key, octets)) {
            Some(content) => return Ok(content),
            None => refusal = CmsError::Open,
        }
    }
    Err(refusal)
}

fn transport(algorithm: &AlgorithmIdentifierOwned, key: KeyAlgorithm) -> Result<Transport, CmsError> {
    match (algorithm.oid, key) {
        (SM2_EXCHANGE | SM2_ENCRYPT | oid::SM2 | oid::EC_PUBLIC_KEY, KeyAlgorithm::Sm2) => Ok(Transport::Sm2),
        (oid::RSA_ENCRYPTION, KeyAlgorithm::Rsa) => Ok(Transport::RsaPkcs1),
        (RSA_OAEP, KeyAlgorithm::Rsa) => oaep(algorithm)
            .map(Transport::RsaOaep)
            .ok_or_else(|| CmsError::KeyEncryption { oid: Oid::from(algorithm.oid) }),
        (SM2_EXCHANGE | SM2_ENCRYPT | oid::RSA_ENCRYPTION | RSA_OAEP, _) => Err(CmsError::Open),
        (other, _) => Err(CmsError::KeyEncryption { oid: Oid::from(other) }),
    }
}

/// RSAES-OAEP-params (RFC 8017 appendix A.2.1): SHA-1 where it says nothing.
#[derive(Sequence)]
struct OaepParameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    hash: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    mask: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    label: Option<Any>,
}

/// The one hash of all; none where there are several or a label.
fn oaep(algorithm: &AlgorithmIdentifierOwned) -> Option<DigestAlgorithm> {
    let Some(parameters) = &algorithm.parameters else { return Some(DigestAlgorithm::Sha1) };
    let parameters = OaepParameters::from_der(&parameters.to_der().ok()?).ok()?;
    let hash = parameters.hash.map_or(oid::SHA1, |hash| hash.oid);
    let mask = match parameters.mask {
        None => oid::SHA1,
        Some(mask) => AlgorithmIdentifierOwned::from_der(&mask.parameters?.to_der().ok()?).ok()?.oid,
    };
    if hash != mask || parameters.label.is_some() {
        return None;
    }
    DigestAlgorithm::from_oid(hash)
}

/// How the content is encrypted.
enum ContentCipher {
    Cbc(BlockCipher, [u8; BLOCK]),
    /// SM4 block by block, of whole blocks without padding: how key management centres wrap private keys.
    Sm4Blocks,
}

impl ContentCipher {
    fn of(algorithm: &AlgorithmIdentifierOwned) -> Result<Self, CmsError> {
        let iv = algorithm.parameters.as_ref().and_then(|any| any.decode_as::<OctetString>().ok());
        let iv: Option<[u8; BLOCK]> = iv.and_then(|iv| iv.as_bytes().try_into().ok());
        let plain = algorithm.parameters.as_ref().is_none_or(|any| *any == Any::null());
        let cipher = match algorithm.oid {
            oid::SM4 | oid::SM4_ECB if plain => return Ok(Self::Sm4Blocks),
            // CFCA writes the identifier without a mode for CBC.
            oid::SM4 => BlockCipher::Sm4,
            oid => BlockCipher::of_cbc(oid).ok_or(CmsError::ContentEncryption { oid })?,
        };
        let reason = "an initialisation vector of 16 bytes is needed";
        Ok(Self::Cbc(cipher, iv.ok_or(CmsError::EncryptionParameters { reason })?))
    }

    fn decrypt(&self, key: &[u8], octets: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Cbc(cipher, iv) => cipher.decrypt_cbc(key, *iv, octets),
            Self::Sm4Blocks => sm4_ecb(key, octets),
        }
    }
}
