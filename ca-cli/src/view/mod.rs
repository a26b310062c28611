//! What objects say, as data to be rendered as text or JSON. The JSON is stable: members may join, none leave.

mod certificate;
mod crl;
mod extension;
mod key;
mod name;
mod ocsp;
mod request;
mod verdict;

use schemas::rest::CertificateView;
use serde::Serialize;

pub(crate) use certificate::{CertificateDetails, Fingerprints};
pub(crate) use crl::{CrlDetails, CrlEntry};
pub(crate) use extension::{ExtensionDetails, Identifier, Purposes};
pub(crate) use key::{KeyDetails, PrivateKeyDetails};
pub(crate) use name::NameDetails;
pub(crate) use ocsp::{OcspDetails, SingleDetails};
pub(crate) use request::RequestDetails;
#[cfg(test)]
pub(crate) use verdict::{AttemptDetails, ConstraintDetails};
pub(crate) use verdict::{Findings, StatusDetails, graph_of};

use crate::input::Object;

/// An object and where it was found.
#[derive(Serialize)]
pub(crate) struct Shown {
    /// The file as it was named, or the server.
    pub(crate) source: String,
    /// Position among the objects of the file, from 1.
    pub(crate) position: usize,
    /// What the server says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) record: Option<Record>,
    /// What it says itself.
    #[serde(flatten)]
    pub(crate) details: Details,
}

/// What the server knows of a certificate beyond its bytes.
#[derive(Serialize)]
pub(crate) struct Record {
    /// The whole record but for the PEM, which [`Shown`] has taken apart.
    #[serde(flatten)]
    pub(crate) view: CertificateView,
}

/// What an object says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Details {
    Certificate(Box<CertificateDetails>),
    Request(Box<RequestDetails>),
    Crl(Box<CrlDetails>),
    PrivateKey(PrivateKeyDetails),
    PublicKey(KeyDetails),
    OcspResponse(Box<OcspDetails>),
}

impl Details {
    /// Takes an object apart.
    pub(crate) fn of(object: &Object) -> Self {
        match object {
            Object::Certificate(certificate) => {
                Self::Certificate(Box::new(CertificateDetails::of(certificate)))
            }
            Object::Request(request) => Self::Request(Box::new(RequestDetails::of(request))),
            Object::Crl(crl) => Self::Crl(Box::new(CrlDetails::of(crl))),
            Object::PrivateKey { public, encrypted } => Self::PrivateKey(PrivateKeyDetails {
                encrypted: *encrypted,
                public_key: KeyDetails::of(public),
            }),
            Object::PublicKey(key) => Self::PublicKey(KeyDetails::of(key)),
            Object::OcspResponse(response) => Self::OcspResponse(Box::new(OcspDetails::of(response))),
        }
    }
}
