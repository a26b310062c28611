//! Structures as trees of names and tags.

mod certification;
mod key;
mod message;
mod seal;
mod shape;
mod status;

pub(super) use shape::{Field, Shape};

/// A structure that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Schema {
    /// `Certificate` (RFC 5280 section 4.1).
    Certificate,
    /// `CertificateList` (RFC 5280 section 5.1).
    CertificateList,
    /// `CertificationRequest` (RFC 2986 section 4).
    CertificationRequest,
    /// `OCSPRequest` (RFC 6960 section 4.1.1).
    OcspRequest,
    /// `OCSPResponse` (RFC 6960 section 4.2.1).
    OcspResponse,
    /// `PrivateKeyInfo` (RFC 5958 section 2).
    PrivateKey,
    /// `EncryptedPrivateKeyInfo` (RFC 5958 section 3).
    EncryptedPrivateKey,
    /// `ECPrivateKey` (RFC 5915 section 3).
    EcPrivateKey,
    /// `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7).
    PublicKey,
    /// `ContentInfo` (RFC 5652 section 3) with any content.
    ContentInfo,
    /// `ContentInfo` with `SignedData` (RFC 5652 section 5.1; GM/T 0010).
    SignedData,
    /// `PFX` (RFC 7292 section 4).
    Pfx,
    /// `TimeStampReq` (RFC 3161 section 2.4.1).
    TimeStampRequest,
    /// `TimeStampResp` (RFC 3161 section 2.4.2).
    TimeStampResponse,
    /// `SES_Seal`, an electronic seal (GB/T 38540-2020).
    Seal,
    /// `SESeal`, an electronic seal (GM/T 0031-2014).
    OldSeal,
    /// `SES_Signature`, a signature with an electronic seal (GB/T 38540-2020).
    SealSignature,
    /// A key and its certificate as CFCA hands them out.
    CfcaContainer,
}

impl Schema {
    pub(super) fn field(self) -> &'static Field {
        match self {
            Self::Certificate => &certification::CERTIFICATE,
            Self::CertificateList => &certification::LIST,
            Self::CertificationRequest => &certification::REQUEST,
            Self::OcspRequest => &status::OCSP_REQUEST,
            Self::OcspResponse => &status::OCSP_RESPONSE,
            Self::PrivateKey => &key::PRIVATE_KEY,
            Self::EncryptedPrivateKey => &key::ENCRYPTED_KEY,
            Self::EcPrivateKey => &key::EC_PRIVATE_KEY,
            Self::PublicKey => &key::PUBLIC_KEY,
            Self::ContentInfo => &message::CONTENT_INFO,
            Self::SignedData => &message::SIGNED_DATA,
            Self::Pfx => &key::PFX,
            Self::TimeStampRequest => &message::TIME_STAMP_REQUEST,
            Self::TimeStampResponse => &message::TIME_STAMP_RESPONSE,
            Self::Seal => &seal::SEAL,
            Self::OldSeal => &seal::OLD_SEAL,
            Self::SealSignature => &seal::SEAL_SIGNATURE,
            Self::CfcaContainer => &key::CFCA_CONTAINER,
        }
    }
}
