//! Certification requests.

mod attribute;
mod diagnosis;
mod dual;

pub use attribute::Attribute;
pub use dual::TemporaryKey;

use super::asn1::{self, Malformed, tag};
use super::certificate::{join_signed, read_algorithm};
use super::{Extensions, Name};
use crate::algorithm::{self, SignError, Signer, VerifyError};
use crate::encoding::{der as wire, pem};
use crate::key::{
    KeyError, PublicKey,
    weak::{self, WeakKey},
};
use core::fmt;
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

/// The largest request read, in octets. One for a large RSA key with a hundred names has 10 KiB.
pub const MAX_OCTETS: usize = 64 << 10;

/// Labels of a request in PEM: RFC 7468 §7, and the older form that some tools write.
pub const PEM_LABELS: [&str; 2] = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/// `CertificationRequest`, RFC 2986 §4, as it was read: nobody has checked it.
#[derive(Clone)]
pub struct CertificationRequest {
    der: Vec<u8>,
    /// Where in `der` certificationRequestInfo stands.
    info_range: core::ops::Range<usize>,
    subject: Name,
    spki: Vec<u8>,
    attributes: Vec<Attribute>,
    conforming: bool,
    algorithm: AlgorithmIdentifierOwned,
    signature: Vec<u8>,
}

/// A request whose sender has proven to possess the private key, which is not a weak one.
///
/// Only [`CertificationRequest::verify`] makes it.
#[derive(Clone, Debug)]
pub struct VerifiedRequest {
    request: CertificationRequest,
    public_key: PublicKey,
}

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Larger than [`MAX_OCTETS`].
    #[error("the request has {octets} octets, at most {MAX_OCTETS} are read")]
    TooLarge {
        /// Its size.
        octets: usize,
    },
    /// Not one DER element.
    #[error("the request is not DER: {0}")]
    Der(#[from] wire::DerError),
    /// DER that is not that of a request.
    #[error("not a PKCS#10 request: {0}")]
    Malformed(#[from] Malformed),
    /// An attribute's values do not stand in a SET, RFC 2986 §4.1.
    #[error(
        "the values of an attribute of the request do not stand in a SET, as in CFCA's requests for two certificates: it is read, \
         but nothing is issued on it"
    )]
    AttributeWithoutSet,
    /// More than one request for extensions.
    #[error("the request asks for extensions more than once")]
    SeveralExtensionRequests,
    /// The key is of no known kind, or not valid.
    #[error("the public key of the request cannot be used: {0}")]
    Key(#[from] KeyError),
    /// The key is weak.
    #[error("the public key of the request is weak: {0}")]
    WeakKey(#[from] WeakKey),
    /// The signature does not verify.
    #[error("the request does not prove possession of the private key: {0}")]
    Signature(#[from] VerifyError),
    /// Signed with the empty SM2 identifier.
    #[error(
        "the request was signed with an empty SM2 identifier, which is OpenSSL's default; sign it with the standard one: \
         openssl req … -sigopt distid:1234567812345678"
    )]
    EmptySm2Identifier,
    /// Signed over the digest of the message alone.
    #[error(
        "the request was signed over SM3(M) without the value Z of the signer (GB/T 32918.2 §5.5); sign SM3(Z ‖ M) with the \
         identifier 1234567812345678"
    )]
    WithoutSm2Identity,
}

impl RequestError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "request-too-large",
            Self::Der(_) => "request-not-der",
            Self::Malformed(_) => "request-malformed",
            Self::AttributeWithoutSet => "request-attribute-without-set",
            Self::SeveralExtensionRequests => "request-several-extension-requests",
            Self::Key(error) => error.code(),
            Self::WeakKey(error) => error.code(),
            Self::Signature(_) => "request-signature-invalid",
            Self::EmptySm2Identifier => "request-sm2-identifier-empty",
            Self::WithoutSm2Identity => "request-sm2-without-identity",
        }
    }
}

/// Why a request cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The key does not sign.
    #[error("the request cannot be signed: {0}")]
    Sign(#[from] SignError),
    /// What was made cannot be read back.
    #[error("the request cannot be written: {0}")]
    Request(#[from] RequestError),
}

impl CreateError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sign(error) => error.code(),
            Self::Request(error) => error.code(),
        }
    }
}

impl CertificationRequest {
    /// Reads a request: one complete DER element.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn from_der(bytes: &[u8]) -> Result<Self, RequestError> {
        if bytes.len() > MAX_OCTETS {
            return Err(RequestError::TooLarge { octets: bytes.len() });
        }
        wire::check_structure(bytes)?;
        let mut members =
            asn1::only("CertificationRequest", bytes, tag::SEQUENCE)?.members("CertificationRequest");
        let info = members.required(tag::SEQUENCE)?;
        let algorithm = read_algorithm("signatureAlgorithm", members.required(tag::SEQUENCE)?)?;
        let signature =
            asn1::read_octet_bits("signature", members.required(tag::BIT_STRING)?.content)?.to_vec();
        members.finish()?;

        let start = info.full.as_ptr().addr() - bytes.as_ptr().addr();
        let mut members = info.members("CertificationRequestInfo");
        let version = members.required(tag::INTEGER)?;
        if asn1::read_unsigned("version", version.content)? != 0 {
            return Err(Malformed::value("version", "there is only version 1, written as 0").into());
        }
        let subject = Name::read(members.required(tag::SEQUENCE)?)?;
        let spki = members.required(tag::SEQUENCE)?.full.to_vec();
        let read = match members.optional(tag::context_constructed(0))? {
            Some(set) => attribute::read_all(set)?,
            // RFC 2986 wants an empty set here; some leave it out.
            None => attribute::Read { attributes: Vec::new(), conforming: true },
        };
        members.finish()?;
        let request = Self {
            der: bytes.to_vec(),
            info_range: start..start + info.full.len(),
            subject,
            spki,
            attributes: read.attributes,
            conforming: read.conforming,
            algorithm,
            signature,
        };
        Ok(request)
    }

    /// Reads a request in PEM, DER or base64.
    ///
    /// # Errors
    /// See [`pem::PemError`].
    pub fn decode(bytes: &[u8]) -> Result<Vec<u8>, pem::PemError> {
        pem::read_one_of(bytes, &PEM_LABELS)
    }

    /// Makes a request for `subject` and the signer's key. The extensions are asked for by one extensionRequest attribute, RFC
    /// 2985 §5.4.2, which is left out where there are none.
    ///
    /// # Errors
    /// The key does not sign.
    pub fn create(
        subject: &Name,
        extensions: &Extensions,
        signer: &dyn Signer,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, CreateError> {
        let attributes = attribute::write_extension_request(extensions);
        let version = asn1::unsigned(0);
        let info =
            asn1::sequence(&[&version[..], subject.as_der(), signer.public_key().spki_der(), &attributes]);
        let signature = signer.sign(&info, rng)?;
        let der = join_signed(&info, signer.identifier(), &signature).map_err(RequestError::from)?;
        Ok(Self::from_der(&der)?)
    }

    /// The request as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The request in PEM.
    pub fn to_pem(&self) -> String {
        pem::write(PEM_LABELS[0], &self.der)
    }

    /// The signed part as received.
    pub fn info_der(&self) -> &[u8] {
        &self.der[self.info_range.clone()]
    }

    /// The name asked for.
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// The SubjectPublicKeyInfo in DER.
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// The public key.
    ///
    /// # Errors
    /// A kind of key that is not known, or a key that is not valid.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_spki_der(&self.spki)
    }

    /// The attributes in their order.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Requires the form of RFC 2986, where the values of an attribute stand in a SET. CFCA's requests for two certificates have
    /// them bare: they are read and shown, and nothing is issued on them.
    ///
    /// # Errors
    /// [`RequestError::AttributeWithoutSet`].
    pub fn require_conforming(&self) -> Result<(), RequestError> {
        if self.conforming { Ok(()) } else { Err(RequestError::AttributeWithoutSet) }
    }

    /// The temporary key of a request for two certificates, to which the encryption key that is made for the requester is
    /// encrypted; none where no such attribute is there.
    ///
    /// # Errors
    /// The attribute stands twice or does not hold such a key.
    pub fn temporary_key(&self) -> Result<Option<TemporaryKey>, RequestError> {
        dual::temporary_key(&self.attributes)
    }

    /// The extensions asked for; none where there is no such attribute.
    ///
    /// # Errors
    /// Several such attributes, or one that cannot be read.
    pub fn extensions(&self) -> Result<Extensions, RequestError> {
        attribute::requested_extensions(&self.attributes)
    }

    /// The algorithm it is signed with.
    pub fn signature_algorithm(&self) -> &AlgorithmIdentifierOwned {
        &self.algorithm
    }

    /// The octets of the signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Checks that the sender possesses the private key, and that the key is not weak.
    ///
    /// # Errors
    /// A key that cannot be used or is weak, or a signature that does not verify. Of a SM2 signature, the usual mistakes are told
    /// apart. Also extensions asked for that cannot be read.
    pub fn verify(self) -> Result<VerifiedRequest, RequestError> {
        let public_key = self.public_key()?;
        weak::assess(&public_key)?;
        let verified = algorithm::verify(&self.algorithm, &public_key, self.info_der(), &self.signature);
        verified.map_err(|error| {
            diagnosis::of(&public_key, self.info_der(), &self.signature).unwrap_or(error.into())
        })?;
        self.extensions()?;
        Ok(VerifiedRequest { request: self, public_key })
    }
}

impl PartialEq for CertificationRequest {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for CertificationRequest {}

impl fmt::Debug for CertificationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificationRequest").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl VerifiedRequest {
    /// The request.
    pub fn request(&self) -> &CertificationRequest {
        &self.request
    }

    /// The request in DER.
    pub fn der(&self) -> &[u8] {
        self.request.der()
    }

    /// The name asked for.
    pub fn subject(&self) -> &Name {
        self.request.subject()
    }

    /// The key whose possession is proven.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The extensions asked for.
    ///
    /// # Errors
    /// None: they were read when the request was verified.
    pub fn extensions(&self) -> Result<Extensions, RequestError> {
        self.request.extensions()
    }
}

#[cfg(test)]
mod tests;
