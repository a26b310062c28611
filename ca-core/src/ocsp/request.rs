//! The question.

use const_oid::ObjectIdentifier;
use der::asn1::OctetString;
use x509_cert::ext::Extension;

use super::status::ResponseStatus;
use super::{CertId, CertIdError, asn1};
use crate::encoding::der::{DerError, decode, encode};
use crate::encoding::oid;

/// The largest request read, in octets. A hundred CertIDs with SHA-512 take 17,000 octets and nobody asks so; with SHA-1
/// or SM3 they and a signature fit.
pub const MAX_REQUEST: usize = 16 * 1024;

/// The most certificates asked about in one request: each costs a look-up and two hashes. Clients ask about one, or about
/// a path.
pub const MAX_REQUESTS: usize = 100;

/// The longest nonce in octets, RFC 9654 §2.1.
pub const MAX_NONCE: usize = 128;

/// `OCSPRequest`, RFC 6960 §4.1.1.
///
/// Its signature, which is optional, is parsed and not verified: whoever asks gets the same answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    cert_ids: Vec<CertId>,
    nonce: Option<Vec<u8>>,
    der: Vec<u8>,
}

/// Why a request is not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OcspRequestError {
    /// Larger than [`MAX_REQUEST`].
    #[error("the request has {octets} octets, at most {MAX_REQUEST} are read")]
    TooLarge {
        /// Its size.
        octets: usize,
    },
    /// It is not the DER of a request.
    #[error("the request is malformed: {0}")]
    Malformed(#[from] DerError),
    /// It asks about nothing, or about more than [`MAX_REQUESTS`] certificates.
    #[error("the request asks about {count} certificates; 1 to {MAX_REQUESTS} are answered")]
    Count {
        /// About how many.
        count: usize,
    },
    /// One of its CertIDs cannot be used.
    #[error(transparent)]
    CertId(#[from] CertIdError),
    /// The nonce is no OCTET STRING, or not 1 to 128 octets long (RFC 9654 §2.1).
    #[error("the nonce is not an OCTET STRING of 1 to {MAX_NONCE} octets")]
    Nonce,
    /// An extension stands twice.
    #[error("the extension {oid} stands twice")]
    DuplicateExtension {
        /// Which one.
        oid: ObjectIdentifier,
    },
    /// An extension is critical and not known here.
    #[error("the extension {oid} is critical and not supported")]
    CriticalExtension {
        /// Which one.
        oid: ObjectIdentifier,
    },
}

impl OcspRequestError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "ocsp-request-too-large",
            Self::Malformed(_) => "ocsp-request-malformed",
            Self::Count { .. } => "ocsp-request-count",
            Self::CertId(error) => error.code(),
            Self::Nonce => "ocsp-nonce",
            Self::DuplicateExtension { .. } => "ocsp-extension-duplicate",
            Self::CriticalExtension { .. } => "ocsp-extension-critical",
        }
    }

    /// What the response says of it (RFC 6960 §2.3): who names an issuer in a way not known here cannot be told anything
    /// with authority; all else is malformed.
    #[must_use]
    pub const fn response_status(&self) -> ResponseStatus {
        match self {
            Self::CertId(CertIdError::UnknownHash { .. }) => ResponseStatus::Unauthorized,
            _ => ResponseStatus::MalformedRequest,
        }
    }
}

impl OcspRequest {
    /// A request about certificates, unsigned.
    ///
    /// # Errors
    /// [`OcspRequestError::Count`] for none or too many, [`OcspRequestError::Nonce`] for a nonce of a length that is not
    /// allowed, [`OcspRequestError::TooLarge`].
    pub fn new(cert_ids: Vec<CertId>, nonce: Option<&[u8]>) -> Result<Self, OcspRequestError> {
        check_count(cert_ids.len())?;
        let list = cert_ids
            .iter()
            .map(|id| Ok(asn1::SingleRequest { cert_id: decode(id.der())?, extensions: None }))
            .collect::<Result<_, DerError>>()?;
        let extensions =
            nonce.map(|nonce| Ok::<_, OcspRequestError>(vec![nonce_extension(nonce)?])).transpose()?;
        let der = encode(&asn1::Request {
            tbs: asn1::TbsRequest { version: asn1::Version::V1, requestor: None, list, extensions },
            signature: None,
        })?;
        check_size(&der)?;
        Ok(Self { cert_ids, nonce: nonce.map(<[u8]>::to_vec), der })
    }

    /// Reads a request.
    ///
    /// # Errors
    /// See [`OcspRequestError`]; [`OcspRequestError::response_status`] says what to answer.
    pub fn from_der(bytes: &[u8]) -> Result<Self, OcspRequestError> {
        check_size(bytes)?;
        let request: asn1::Request = decode(bytes)?;
        check_count(request.tbs.list.len())?;
        let nonce = read_extensions(request.tbs.extensions.as_deref())?;
        let cert_ids = request
            .tbs
            .list
            .iter()
            .map(|single| {
                refuse_critical(single.extensions.as_deref())?;
                Ok(CertId::from_asn1(&single.cert_id)?)
            })
            .collect::<Result<_, OcspRequestError>>()?;
        Ok(Self { cert_ids, nonce, der: bytes.to_vec() })
    }

    /// The certificates asked about, in order: 1 to [`MAX_REQUESTS`].
    #[must_use]
    pub fn cert_ids(&self) -> &[CertId] {
        &self.cert_ids
    }

    /// The nonce, 1 to [`MAX_NONCE`] octets.
    #[must_use]
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// The request in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }
}

const fn check_size(bytes: &[u8]) -> Result<(), OcspRequestError> {
    if bytes.len() > MAX_REQUEST {
        return Err(OcspRequestError::TooLarge { octets: bytes.len() });
    }
    Ok(())
}

const fn check_count(count: usize) -> Result<(), OcspRequestError> {
    if count == 0 || count > MAX_REQUESTS {
        return Err(OcspRequestError::Count { count });
    }
    Ok(())
}

fn refuse_duplicates(extensions: &[Extension]) -> Result<(), OcspRequestError> {
    let mut oids: Vec<_> = extensions.iter().map(|extension| extension.extn_id).collect();
    oids.sort_unstable();
    match oids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(OcspRequestError::DuplicateExtension { oid: pair[0] }),
        None => Ok(()),
    }
}

/// None of the extensions of a single request is supported, so none may be critical.
fn refuse_critical(extensions: Option<&[Extension]>) -> Result<(), OcspRequestError> {
    let extensions = extensions.unwrap_or_default();
    refuse_duplicates(extensions)?;
    match extensions.iter().find(|extension| extension.critical) {
        Some(extension) => Err(OcspRequestError::CriticalExtension { oid: extension.extn_id }),
        None => Ok(()),
    }
}

/// The nonce among the extensions of a request; others are ignored unless critical.
fn read_extensions(extensions: Option<&[Extension]>) -> Result<Option<Vec<u8>>, OcspRequestError> {
    let extensions = extensions.unwrap_or_default();
    refuse_duplicates(extensions)?;
    let mut nonce = None;
    for extension in extensions {
        if extension.extn_id == oid::OCSP_NONCE {
            nonce = Some(read_nonce(extension).ok_or(OcspRequestError::Nonce)?);
        } else if extension.critical {
            return Err(OcspRequestError::CriticalExtension { oid: extension.extn_id });
        }
    }
    Ok(nonce)
}

/// The octets of a nonce extension, none where they are not 1 to [`MAX_NONCE`] in an OCTET STRING.
pub(super) fn read_nonce(extension: &Extension) -> Option<Vec<u8>> {
    let nonce: OctetString = decode(extension.extn_value.as_bytes()).ok()?;
    let nonce = nonce.as_bytes();
    (1..=MAX_NONCE).contains(&nonce.len()).then(|| nonce.to_vec())
}

/// `Nonce ::= OCTET STRING (SIZE(1..128))`, not critical.
pub(super) fn nonce_extension(nonce: &[u8]) -> Result<Extension, OcspRequestError> {
    if !(1..=MAX_NONCE).contains(&nonce.len()) {
        return Err(OcspRequestError::Nonce);
    }
    let value = OctetString::new(nonce).map_err(DerError::from)?;
    Ok(Extension {
        extn_id: oid::OCSP_NONCE,
        critical: false,
        extn_value: OctetString::new(encode(&value)?).map_err(DerError::from)?,
    })
}
