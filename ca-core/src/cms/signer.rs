//! SignerInfo: who signed and how.

use std::fmt;

use jiff::Timestamp;
use spki::AlgorithmIdentifierOwned;

use super::content::read_oid;
use super::{MAX_PARTIES, MAX_SIGNERS};
use crate::algorithm::digest::sha1;
use crate::x509::asn1::{self, Element, Elements, Malformed, tag};
use crate::x509::certificate::{Certificate, read_algorithm};
pub use crate::x509::request::Attribute;
use crate::x509::{KeyIdentifier, Name, Oid, SerialNumber, time};
use const_oid::ObjectIdentifier;

/// id-contentType (RFC 5652 section 11.1).
pub(crate) const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
/// id-messageDigest (RFC 5652 section 11.2).
pub(crate) const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// id-signingTime (RFC 5652 section 11.3).
pub(crate) const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");

/// How a message names a signer or a recipient, RFC 5652 §5.3 and §6.2.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// By the issuer of the certificate and its serial number.
    IssuerAndSerial {
        /// The issuer; none where something else than a name stands in its place, which some write.
        issuer: Option<Name>,
        /// The serial number.
        serial: SerialNumber,
    },
    /// By the identifier of the key.
    KeyIdentifier(KeyIdentifier),
}

/// `SignerInfo`, RFC 5652 §5.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerInfo {
    pub(super) version: u64,
    pub(super) party: Party,
    pub(super) digest_algorithm: AlgorithmIdentifierOwned,
    /// With the tag of a SET, as it was signed.
    pub(super) signed_der: Option<Vec<u8>>,
    pub(super) signed: Vec<Attribute>,
    pub(super) signature_algorithm: AlgorithmIdentifierOwned,
    pub(super) signature: Vec<u8>,
    pub(super) unsigned: Vec<Attribute>,
}

impl Party {
    pub(super) fn read(members: &mut Elements<'_>) -> Result<Self, Malformed> {
        if let Some(identifier) = members.optional(tag::context(0))? {
            return Ok(Self::KeyIdentifier(KeyIdentifier::new(identifier.content)));
        }
        let mut inside = members.required(tag::SEQUENCE)?.members("IssuerAndSerialNumber");
        let issuer = inside.any()?;
        let issuer = if issuer.tag == tag::SEQUENCE { Some(Name::read(issuer)?) } else { None };
        let serial = SerialNumber::from_content(inside.required(tag::INTEGER)?.content)?;
        inside.finish()?;
        Ok(Self::IssuerAndSerial { issuer, serial })
    }

    /// Whether the certificate may be the party's. Where the message names no issuer, the serial number decides.
    pub fn is(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerial { issuer, serial } => {
                certificate.serial() == serial
                    && issuer.as_ref().is_none_or(|issuer| certificate.issuer().matches(issuer))
            }
            Self::KeyIdentifier(identifier) => match certificate.subject_key_identifier() {
                Ok(Some(found)) => found == *identifier,
                _ => key_bits(certificate.spki_der())
                    .is_ok_and(|bits| sha1(bits).as_slice() == identifier.as_bytes()),
            },
        }
    }
}

/// The content of subjectPublicKey, not looked at: hostile messages have thousands.
fn key_bits(spki: &[u8]) -> Result<&[u8], Malformed> {
    let mut members =
        asn1::only("SubjectPublicKeyInfo", spki, tag::SEQUENCE)?.members("SubjectPublicKeyInfo");
    members.required(tag::SEQUENCE)?;
    asn1::read_octet_bits("subjectPublicKey", members.required(tag::BIT_STRING)?.content)
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IssuerAndSerial { issuer: Some(issuer), serial } => {
                write!(f, "serial {serial} of {issuer}")
            }
            Self::IssuerAndSerial { issuer: None, serial } => write!(f, "serial {serial}"),
            Self::KeyIdentifier(identifier) => {
                write!(f, "key {}", hex::encode(identifier.as_bytes()))
            }
        }
    }
}

impl SignerInfo {
    pub(super) fn read_all(set: Element<'_>) -> Result<Vec<Self>, Malformed> {
        let infos = set.members("signerInfos").collect_all(MAX_SIGNERS)?;
        infos.into_iter().map(Self::read).collect()
    }

    fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let mut members = sequence(element, "SignerInfo")?;
        let version = read_version(&mut members)?;
        let party = Party::read(&mut members)?;
        let digest_algorithm = read_algorithm("digestAlgorithm", members.required(tag::SEQUENCE)?)?;
        let signed = members.optional(tag::context_constructed(0))?;
        let signature_algorithm = read_algorithm("signatureAlgorithm", members.required(tag::SEQUENCE)?)?;
        let signature = members.required(tag::OCTET_STRING)?.content.to_vec();
        let unsigned = members.optional(tag::context_constructed(1))?;
        members.finish()?;
        Ok(Self {
            version,
            party,
            digest_algorithm,
            signed_der: signed.map(|set| {
                let mut der = set.full.to_vec();
                der[0] = tag::SET;
                der
            }),
            signed: signed.map_or(Ok(Vec::new()), read_attributes)?,
            signature_algorithm,
            signature,
            unsigned: unsigned.map_or(Ok(Vec::new()), read_attributes)?,
        })
    }

    /// The version: 1 names the signer by issuer and serial number, 3 by the identifier of the key.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Who signed.
    pub fn party(&self) -> &Party {
        &self.party
    }

    /// The algorithm of the digest.
    pub fn digest_algorithm(&self) -> &AlgorithmIdentifierOwned {
        &self.digest_algorithm
    }

    /// The algorithm of the signature, or of the key alone, as PKCS #7 and GM/T 0010 have it.
    pub fn signature_algorithm(&self) -> &AlgorithmIdentifierOwned {
        &self.signature_algorithm
    }

    /// The octets of the signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The attributes under the signature; none where the content itself is.
    pub fn signed_attributes(&self) -> &[Attribute] {
        &self.signed
    }

    /// The attributes that nobody signed, such as time-stamps over the signature.
    pub fn unsigned_attributes(&self) -> &[Attribute] {
        &self.unsigned
    }

    /// When the signer says to have signed; none where nothing is said or it cannot be read.
    pub fn signing_time(&self) -> Option<Timestamp> {
        let value = single(&self.signed, SIGNING_TIME)?;
        time::read("signingTime", Elements::new("signingTime", value).any().ok()?).ok()
    }
}

/// The value of an attribute that stands once with one value.
pub(crate) fn single(attributes: &[Attribute], oid: ObjectIdentifier) -> Option<&[u8]> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    match (found.next(), found.next()) {
        (Some(Attribute { values, .. }), None) => match values.as_slice() {
            [value] => Some(value),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn sequence<'a>(element: Element<'a>, part: &'static str) -> Result<Elements<'a>, Malformed> {
    let mut outer = Elements::new(part, element.full);
    Ok(outer.required(tag::SEQUENCE)?.members(part))
}

pub(super) fn read_version(members: &mut Elements<'_>) -> Result<u64, Malformed> {
    asn1::read_unsigned("version", members.required(tag::INTEGER)?.content)
}

pub(crate) fn read_attributes(set: Element<'_>) -> Result<Vec<Attribute>, Malformed> {
    let elements = set.members("attributes").collect_all(MAX_PARTIES)?;
    elements.into_iter().map(read_attribute).collect()
}

fn read_attribute(element: Element<'_>) -> Result<Attribute, Malformed> {
    let mut members = sequence(element, "Attribute")?;
    let oid: Oid = read_oid(&mut members)?;
    let values = members.required(tag::SET)?.members("AttributeValue").collect_all(MAX_PARTIES)?;
    members.finish()?;
    Ok(Attribute { oid, values: values.iter().map(|value| value.full.to_vec()).collect() })
}
