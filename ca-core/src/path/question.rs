//! What is asked about a certificate.

use super::TrustAnchor;
use super::limits::Limits;
use super::peer_name::PeerName;
use super::revocation::Evidence;
use crate::x509::extension::{ExtendedKeyUsage, KeyUsage};
use crate::x509::{Certificate, Oid};
use const_oid::ObjectIdentifier;
use jiff::Timestamp;

/// Is this certificate good, for this, at this time? The inputs of RFC 5280 §6.1.1, and what paths are built of.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The certificate.
    pub end_entity: &'a Certificate,
    /// Whom the relying party trusts.
    pub anchors: &'a [TrustAnchor],
    /// Certificates that paths may be built of, in any order. Nothing is believed of them.
    pub intermediates: &'a [Certificate],
    /// Revocation lists and OCSP responses. Without them revocation is not asked.
    pub evidence: Option<&'a Evidence>,
    /// The time asked about, which may lie in the past.
    pub at: Timestamp,
    /// The policies that are acceptable.
    pub policy: &'a PolicyInputs,
    /// What the certificate is to be used for. Without it extended key usage is not asked.
    pub purpose: Option<Purpose>,
    /// The names of the peer, each of which the certificate must bear.
    pub peer_names: &'a [PeerName],
    /// The most certificates between the end entity and the anchor, where fewer than [`Limits::intermediates`].
    pub max_intermediates: Option<usize>,
    /// How much work may be done.
    pub limits: Limits,
}

impl<'a> Question<'a> {
    /// The question with any policy, any purpose, no names, no revocation and the usual limits.
    pub fn new(end_entity: &'a Certificate, anchors: &'a [TrustAnchor], at: Timestamp) -> Self {
        Self {
            end_entity,
            anchors,
            intermediates: &[],
            evidence: None,
            at,
            policy: PolicyInputs::ANY,
            purpose: None,
            peer_names: &[],
            max_intermediates: None,
            limits: Limits::default(),
        }
    }
}

/// The policy inputs of RFC 5280 §6.1.1 (c), (e), (f), (g).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyInputs {
    /// user-initial-policy-set; `None` is any policy.
    pub initial: Option<Vec<Oid>>,
    /// initial-explicit-policy: a path must be valid for one of them.
    pub explicit: bool,
    /// initial-policy-mapping-inhibit: mappings do not count.
    pub inhibit_mapping: bool,
    /// initial-any-policy-inhibit: anyPolicy stands for no other.
    pub inhibit_any: bool,
}

impl PolicyInputs {
    /// Any policy is accepted and none is required.
    pub const ANY: &'static Self =
        &Self { initial: None, explicit: false, inhibit_mapping: false, inhibit_any: false };
}

/// What a certificate is to be used for, RFC 5280 §4.2.1.12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Authentication of a TLS server.
    Server,
    /// Authentication of a TLS client.
    Client,
    /// Signing code.
    CodeSigning,
    /// Protecting e-mail.
    EmailProtection,
    /// Signing time-stamps.
    TimeStamping,
    /// Signing OCSP responses.
    OcspSigning,
}

impl Purpose {
    /// Its identifier in extended key usage.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Server => ExtendedKeyUsage::SERVER_AUTH,
            Self::Client => ExtendedKeyUsage::CLIENT_AUTH,
            Self::CodeSigning => crate::encoding::oid::CODE_SIGNING,
            Self::EmailProtection => crate::encoding::oid::EMAIL_PROTECTION,
            Self::TimeStamping => crate::encoding::oid::TIME_STAMPING,
            Self::OcspSigning => ExtendedKeyUsage::OCSP_SIGNING,
        }
    }

    /// The key usages of which a certificate needs one, where it has any, RFC 5280 §4.2.1.12.
    pub const fn key_usages(self) -> &'static [KeyUsage] {
        match self {
            Self::Server => &[KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment, KeyUsage::KeyAgreement],
            Self::Client => &[KeyUsage::DigitalSignature, KeyUsage::KeyAgreement],
            Self::CodeSigning => &[KeyUsage::DigitalSignature],
            Self::EmailProtection => &[
                KeyUsage::DigitalSignature,
                KeyUsage::NonRepudiation,
                KeyUsage::KeyEncipherment,
                KeyUsage::KeyAgreement,
            ],
            Self::TimeStamping | Self::OcspSigning => &[KeyUsage::DigitalSignature, KeyUsage::NonRepudiation],
        }
    }

    /// Its name in ASN.1.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "serverAuth",
            Self::Client => "clientAuth",
            Self::CodeSigning => "codeSigning",
            Self::EmailProtection => "emailProtection",
            Self::TimeStamping => "timeStamping",
            Self::OcspSigning => "OCSPSigning",
        }
    }
}
