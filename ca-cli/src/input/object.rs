//! The objects of a file: PEM, DER (also several after each other) or bare base64.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::encoding::pem::{self, MAX_OBJECTS};
use ca_core::key::{PrivateKey, PublicKey};
use ca_core::ocsp::OcspResponse;
use ca_core::x509::{Certificate, CertificateList, CertificationRequest};

use super::file::read;
use super::key::{KeyInputError, Passwords};
use super::kind::{element_length, kind_of};
use crate::failure::{Failure, Fault};

/// Kinds of objects that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Certificate,
    Request,
    Crl,
    PrivateKey,
    EncryptedPrivateKey,
    Sec1PrivateKey,
    PublicKey,
    OcspResponse,
}

/// An object that was read.
pub(crate) enum Object {
    /// A certificate.
    Certificate(Box<Certificate>),
    /// A certification request.
    Request(Box<CertificationRequest>),
    /// A revocation list.
    Crl(Box<CertificateList>),
    /// A private key, of which only the public one is kept.
    PrivateKey {
        /// The public key.
        public: PublicKey,
        /// Whether the file protects it by a password.
        encrypted: bool,
    },
    /// A public key.
    PublicKey(PublicKey),
    /// An OCSP response.
    OcspResponse(Box<OcspResponse>),
}

/// What cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Stable code.
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) detail: String,
}

/// A place in a file and what is there.
pub(crate) struct Found {
    /// The file as it was named.
    pub(crate) file: String,
    /// Position among the file's objects, from 1.
    pub(crate) position: usize,
    /// What is there.
    pub(crate) object: Result<Object, Unreadable>,
}

impl Kind {
    fn of_label(label: &str) -> Option<Self> {
        Some(match label {
            "CERTIFICATE" | "X509 CERTIFICATE" => Self::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::Request,
            "X509 CRL" => Self::Crl,
            "PRIVATE KEY" => Self::PrivateKey,
            "ENCRYPTED PRIVATE KEY" => Self::EncryptedPrivateKey,
            "EC PRIVATE KEY" => Self::Sec1PrivateKey,
            "PUBLIC KEY" => Self::PublicKey,
            "OCSP RESPONSE" => Self::OcspResponse,
            _ => return None,
        })
    }

    fn private_label(self) -> Option<&'static str> {
        match self {
            Self::PrivateKey => Some("PRIVATE KEY"),
            Self::EncryptedPrivateKey => Some("ENCRYPTED PRIVATE KEY"),
            Self::Sec1PrivateKey => Some("EC PRIVATE KEY"),
            _ => None,
        }
    }
}

impl Unreadable {
    fn new(code: &str, detail: impl ToString) -> Self {
        Self { code: code.to_owned(), detail: detail.to_string() }
    }
}

/// Reads all objects of a file, `-` for standard input. Private keys that are encrypted are opened with `passwords`.
///
/// # Errors
/// Where the file cannot be read. What is in it and cannot be read stands in its place of the list.
pub(crate) fn objects(path: &Path, passwords: &mut Passwords<'_>) -> Result<Vec<Found>, Failure> {
    let bytes = read(path)?;
    let file = path.display().to_string();
    let found = |(index, object)| Found { file: file.clone(), position: index + 1, object };
    Ok(split(&bytes)
        .into_iter()
        .map(|part| part.and_then(|(kind, der)| open(kind, &der, passwords)))
        .enumerate()
        .map(found)
        .collect())
}

/// The first certificate in some bytes.
pub(crate) fn first_certificate(bytes: &[u8]) -> Option<Certificate> {
    split(bytes).into_iter().find_map(|part| match part {
        Ok((Kind::Certificate, der)) => Certificate::from_der(&der).ok(),
        _ => None,
    })
}

type Part = Result<(Kind, Vec<u8>), Unreadable>;

fn split(bytes: &[u8]) -> Vec<Part> {
    let unreadable = |error: pem::PemError| vec![Err(Unreadable::new(error.code(), error))];
    let pem = match pem::read_all(bytes) {
        Err(error) => return unreadable(error),
        Ok(objects) => objects,
    };
    if !pem.is_empty() {
        // Parameters stand before the keys that OpenSSL makes; the key names its curve itself.
        let objects = pem.into_iter().filter(|object| object.label != "EC PARAMETERS");
        return objects
            .map(|object| {
                let kind = Kind::of_label(&object.label);
                let detail = || format!("objects labelled {:?} are not read here", object.label);
                Ok((kind.ok_or_else(|| Unreadable::new("unknown-label", detail()))?, object.der))
            })
            .collect();
    }
    if bytes.first() == Some(&0x30) && element_length(bytes).is_some() {
        return concatenated(bytes);
    }
    let compact: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    match STANDARD.decode(&compact) {
        _ if compact.is_empty() => Vec::new(),
        Ok(der) => concatenated(&der),
        Err(_) => unreadable(pem::PemError::NotPem),
    }
}

/// DER objects one after the other.
fn concatenated(mut bytes: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    while !bytes.is_empty() && parts.len() < MAX_OBJECTS {
        let Some(length) = element_length(bytes) else {
            parts.push(Err(Unreadable::new("der-cut-short", "what follows is no complete DER object")));
            break;
        };
        let (der, rest) = bytes.split_at(length);
        let unknown = || Unreadable::new("unknown-object", "a DER object of a kind that is not known here");
        parts.push(kind_of(der).map(|kind| (kind, der.to_vec())).ok_or_else(unknown));
        bytes = rest;
    }
    parts
}

fn open(kind: Kind, der: &[u8], passwords: &mut Passwords<'_>) -> Result<Object, Unreadable> {
    macro_rules! read {
        ($result:expr) => {
            $result.map_err(|error| Unreadable::new(error.code(), error))?
        };
    }
    Ok(match kind {
        Kind::Certificate => Object::Certificate(Box::new(read!(Certificate::from_der(der)))),
        Kind::Request => Object::Request(Box::new(read!(CertificationRequest::from_der(der)))),
        Kind::Crl => Object::Crl(Box::new(read!(CertificateList::from_der(der)))),
        Kind::PublicKey => Object::PublicKey(read!(PublicKey::from_spki_der(der))),
        Kind::OcspResponse => Object::OcspResponse(Box::new(read!(OcspResponse::from_der(der)))),
        Kind::PrivateKey | Kind::EncryptedPrivateKey | Kind::Sec1PrivateKey => {
            let text = pem::write(kind.private_label().unwrap_or_default(), der);
            let encrypted = kind == Kind::EncryptedPrivateKey;
            let key = if encrypted {
                let password =
                    passwords.get().map_err(|failure| Unreadable::new(&failure.code, failure.detail))?;
                PrivateKey::from_pem(text.as_bytes(), Some(password))
            } else {
                PrivateKey::from_pem(text.as_bytes(), None)
            };
            let key =
                key.map_err(KeyInputError::from).map_err(|error| Unreadable::new(error.code(), &error))?;
            Object::PrivateKey { public: key.public_key().clone(), encrypted }
        }
    })
}
