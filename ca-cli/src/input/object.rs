//! The objects of a file, read by their kind.

use std::path::Path;

use ca_core::cms::{CmsError, ContentInfo};
use ca_core::encoding::dump::{self, Place, Schema};
use ca_core::encoding::pem;
use ca_core::key::{KeyError, PrivateKey, PublicKey};
use ca_core::ocsp::{OcspRequest, OcspRequestError, OcspResponse, OcspResponseError};
use ca_core::pkcs12::{CfcaContainer, Contents, Pfx, Pkcs12Error};
use ca_core::timestamp::{TimeStampRequest, TimeStampResponse, TimestampError};
use ca_core::x509::certificate::CertificateError;
use ca_core::x509::crl::CrlError;
use ca_core::x509::request::RequestError;
use ca_core::x509::{Certificate, CertificateList, CertificationRequest};
use zeroize::Zeroizing;

use super::file::read;
use super::key::Passwords;
use super::kind::Kind;
use super::large::LargeList;
use super::split::{Piece, split};
use crate::failure::Failure;

/// An object that was read.
pub(crate) enum Object {
    /// A certificate.
    Certificate(Box<Certificate>),
    /// A certification request.
    Request(Box<CertificationRequest>),
    /// A revocation list.
    Crl(Box<CertificateList>),
    /// A revocation list that is not held whole.
    LargeCrl(Box<LargeList>),
    /// A private key, of which only the public one is kept.
    PrivateKey {
        /// The public key; none where the key is encrypted and there is nobody to ask for the password.
        public: Option<PublicKey>,
        /// Whether the file protects it by a password.
        encrypted: bool,
    },
    /// A public key.
    PublicKey(PublicKey),
    /// A question to an OCSP responder.
    OcspRequest(Box<OcspRequest>),
    /// An OCSP response.
    OcspResponse(Box<OcspResponse>),
    /// A message of PKCS #7, CMS or GM/T 0010.
    Cms(Box<ContentInfo>),
    /// A PKCS #12 container.
    Pkcs12 {
        /// How it is protected.
        pfx: Box<Pfx>,
        /// What is inside; none where there is nobody to ask for the password.
        contents: Option<Box<Contents>>,
    },
    /// A key and its certificate as CFCA hands them out.
    CfcaContainer {
        /// The container.
        container: Box<CfcaContainer>,
        /// Whether its key was opened with the password.
        opened: bool,
    },
    /// A question to a time-stamp authority.
    TimeStampRequest(Box<TimeStampRequest>),
    /// Its answer.
    TimeStampResponse(Box<TimeStampResponse>),
    /// Something that has a name and is shown by its elements.
    Asn1(Kind),
}

/// What cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Stable code.
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) detail: String,
    /// Where it is wrong, where that is known.
    pub(crate) place: Option<Place>,
}

/// A place in a file and what is there.
pub(crate) struct Found {
    /// The file as it was named.
    pub(crate) file: String,
    /// Position among the file's objects, from 1.
    pub(crate) position: usize,
    /// What kind of object it is, or should be.
    pub(crate) kind: Option<Kind>,
    /// Its bytes; none where they were not found.
    pub(crate) der: Zeroizing<Vec<u8>>,
    /// What is there.
    pub(crate) object: Result<Object, Unreadable>,
}

/// Bytes beside why they cannot be read.
pub(super) struct Broken {
    pub(super) code: String,
    pub(super) detail: String,
    pub(super) der: Zeroizing<Vec<u8>>,
}

/// Why an object cannot be read.
struct Refusal {
    code: String,
    detail: String,
    blame: Blame,
}

/// What is to blame for it.
enum Blame {
    /// Nothing in the bytes.
    Circumstances,
    /// The bytes.
    Bytes,
    /// A part of the structure.
    Part(&'static str),
}

impl Broken {
    pub(super) fn new(code: &str, detail: impl ToString, der: &[u8]) -> Self {
        Self { code: code.to_owned(), detail: detail.to_string(), der: Zeroizing::new(der.to_vec()) }
    }
}

impl Found {
    /// Its structure.
    pub(crate) fn schema(&self) -> Option<Schema> {
        self.kind.and_then(|kind| kind.schema_of(&self.der))
    }
}

/// Reads all objects of a file, `-` for standard input. Private keys that are encrypted are opened with `passwords`.
///
/// # Errors
/// Where the file cannot be read. What is in it and cannot be read stands in its place of the list.
pub(crate) fn objects(path: &Path, passwords: &mut Passwords<'_>) -> Result<Vec<Found>, Failure> {
    Ok(objects_in(&read(path)?, &path.display().to_string(), passwords))
}

/// Reads all objects in the content of a file with this name.
pub(crate) fn objects_in(bytes: &[u8], file: &str, passwords: &mut Passwords<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for part in split(bytes) {
        let (kind, der, object) = match part {
            Ok(Piece { kind, der }) => {
                let object = open(kind, &der, passwords).map_err(|refusal| Unreadable {
                    place: match refusal.blame {
                        Blame::Circumstances => None,
                        Blame::Bytes => place(&der, kind.schema_of(&der), None),
                        Blame::Part(part) => place(&der, kind.schema_of(&der), Some(part)),
                    },
                    code: refusal.code,
                    detail: refusal.detail,
                });
                (Some(kind), der, object)
            }
            Err(Broken { code, detail, der }) => {
                let place = place(&der, None, None);
                (None, der, Err(Unreadable { code, detail, place }))
            }
        };
        found.push(Found { file: file.to_owned(), position: found.len() + 1, kind, der, object });
    }
    found
}

/// The first certificate in some bytes.
pub(crate) fn first_certificate(bytes: &[u8]) -> Option<Certificate> {
    split(bytes).into_iter().find_map(|part| match part {
        Ok(Piece { kind: Kind::Certificate, der }) => Certificate::from_der(&der).ok(),
        _ => None,
    })
}

/// Where some DER is wrong: the first element that does not fit, else the part that was named, else all of it.
fn place(der: &[u8], schema: Option<Schema>, part: Option<&str>) -> Option<Place> {
    if der.is_empty() {
        return None;
    }
    if let Some(fault) = dump::first_fault(der, schema) {
        return Some(Place { offset: fault.offset, path: fault.path });
    }
    let named = schema.zip(part).and_then(|(schema, part)| dump::find(der, schema, part));
    named.or_else(|| Some(Place { offset: 0, path: dump::path_to(der, schema, 0)? }))
}

/// Codes of the errors of each kind, and what is to blame.
macro_rules! refusals {
    ($($error:ty: $($pattern:pat => $blame:expr),+;)+) => {
        $(impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                let blame = match &error {
                    $($pattern => $blame,)+
                };
                Self { code: error.code().to_owned(), blame, detail: error.to_string() }
            }
        })+
    };
}

refusals! {
    CertificateError: CertificateError::Malformed(malformed) => Blame::Part(malformed.part), _ => Blame::Bytes;
    CrlError: CrlError::Malformed(malformed) => Blame::Part(malformed.part), _ => Blame::Bytes;
    RequestError: RequestError::Malformed(malformed) => Blame::Part(malformed.part),
        RequestError::AttributeWithoutSet => Blame::Part("values"), _ => Blame::Bytes;
    KeyError: KeyError::Encoding(_) => Blame::Bytes, _ => Blame::Circumstances;
    CmsError: CmsError::Malformed(malformed) => Blame::Part(malformed.part), _ => Blame::Bytes;
    Pkcs12Error: Pkcs12Error::Malformed(malformed) => Blame::Part(malformed.part),
        Pkcs12Error::Der(_) => Blame::Bytes, _ => Blame::Circumstances;
    TimestampError: TimestampError::Malformed(malformed) => Blame::Part(malformed.part), _ => Blame::Bytes;
    OcspRequestError: _ => Blame::Bytes;
    OcspResponseError: _ => Blame::Bytes;
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { code: failure.code, detail: failure.detail, blame: Blame::Circumstances }
    }
}

fn open(kind: Kind, der: &[u8], passwords: &mut Passwords<'_>) -> Result<Object, Refusal> {
    Ok(match kind {
        Kind::Certificate => Object::Certificate(Box::new(Certificate::from_der(der)?)),
        Kind::Request => Object::Request(Box::new(CertificationRequest::from_der(der)?)),
        Kind::Crl => Object::Crl(Box::new(CertificateList::from_der(der)?)),
        Kind::PublicKey => Object::PublicKey(PublicKey::from_spki_der(der)?),
        Kind::OcspRequest => Object::OcspRequest(Box::new(OcspRequest::from_der(der)?)),
        Kind::OcspResponse => Object::OcspResponse(Box::new(OcspResponse::from_der(der)?)),
        Kind::Cms => Object::Cms(Box::new(ContentInfo::parse(der)?)),
        Kind::Pkcs12 => {
            let pfx = Pfx::parse(der)?;
            let contents = open_container(&pfx, passwords)?.map(Box::new);
            Object::Pkcs12 { pfx: Box::new(pfx), contents }
        }
        Kind::CfcaContainer => {
            let container = CfcaContainer::parse(der)?;
            let opened = match passwords.get_where_there_is_one()? {
                Some(password) => container.open(password).map(|_| true)?,
                None => false,
            };
            Object::CfcaContainer { container: Box::new(container), opened }
        }
        Kind::TimeStampRequest => Object::TimeStampRequest(Box::new(TimeStampRequest::from_der(der)?)),
        Kind::TimeStampResponse => Object::TimeStampResponse(Box::new(TimeStampResponse::from_der(der)?)),
        Kind::EncryptedPrivateKey => {
            let public = match passwords.get_where_there_is_one()? {
                Some(password) => {
                    Some(PrivateKey::from_encrypted_pkcs8_der(der, password)?.public_key().clone())
                }
                None => None,
            };
            Object::PrivateKey { public, encrypted: true }
        }
        Kind::PrivateKey | Kind::Sec1PrivateKey | Kind::Pkcs1PrivateKey => {
            let public = plain_private_key(kind, der)?.public_key().clone();
            Object::PrivateKey { public: Some(public), encrypted: false }
        }
        kind => Object::Asn1(kind),
    })
}

/// What is in a PKCS #12 file. Many have an empty password: nobody is asked for it.
fn open_container(pfx: &Pfx, passwords: &mut Passwords<'_>) -> Result<Option<Contents>, Refusal> {
    if let Ok(contents) = pfx.open_unprotected() {
        return Ok(Some(contents));
    }
    Ok(match passwords.get_where_there_is_one()? {
        Some(password) => Some(pfx.open(Some(password))?),
        None => None,
    })
}

/// A private key that is not encrypted.
pub(crate) fn plain_private_key(kind: Kind, der: &[u8]) -> Result<PrivateKey, KeyError> {
    match kind {
        Kind::Sec1PrivateKey => {
            let text = Zeroizing::new(pem::write("EC PRIVATE KEY", der));
            PrivateKey::from_pem(text.as_bytes(), None)
        }
        Kind::Pkcs1PrivateKey => PrivateKey::from_pkcs8_der(&pkcs8_of_rsa(der)),
        _ => PrivateKey::from_pkcs8_der(der),
    }
}

/// The PrivateKeyInfo (RFC 5958) around a RSAPrivateKey.
fn pkcs8_of_rsa(key: &[u8]) -> Zeroizing<Vec<u8>> {
    /// Version 0 and the identifier of rsaEncryption with its NULL.
    const HEAD: [u8; 18] = [2, 1, 0, 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
    let octets = element(0x04, key);
    let mut content = Zeroizing::new(Vec::with_capacity(HEAD.len() + octets.len()));
    content.extend_from_slice(&HEAD);
    content.extend_from_slice(&octets);
    element(0x30, &content)
}

/// An element of DER.
fn element(tag: u8, content: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut element = Zeroizing::new(Vec::with_capacity(content.len() + 6));
    element.push(tag);
    match content.len() {
        length @ 0..0x80 => element.push(length as u8),
        length => {
            let octets = length.to_be_bytes();
            let skip = octets.iter().take_while(|octet| **octet == 0).count();
            element.push(0x80 | (octets.len() - skip) as u8);
            element.extend_from_slice(&octets[skip..]);
        }
    }
    element.extend_from_slice(content);
    element
}
