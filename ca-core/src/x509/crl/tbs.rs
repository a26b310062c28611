//! The signed part of a revocation list.

use super::entry::{self, RevokedCertificate};
use super::issuers::Issuers;
use crate::encoding::der as wire;
use crate::x509::asn1::{self, Element, Malformed, tag};
use crate::x509::certificate::read_algorithm;
use crate::x509::{Extensions, Name, Oid, time};
use jiff::Timestamp;
use spki::AlgorithmIdentifierOwned;

/// `TBSCertList`, RFC 5280 §5.1, to be written: version 2, with nextUpdate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TbsCertList {
    /// The algorithm it is signed with; the same stands beside the signature.
    pub signature_algorithm: AlgorithmIdentifierOwned,
    /// The issuer's name.
    pub issuer: Name,
    /// When it is issued.
    pub this_update: Timestamp,
    /// By when the next one is issued.
    pub next_update: Timestamp,
    /// The entries in their order. Where there are none, the list is left out.
    pub revoked: Vec<RevokedCertificate>,
    /// The extensions of the list.
    pub extensions: Extensions,
}

impl TbsCertList {
    /// The bytes to be signed. Fractions of seconds are dropped.
    ///
    /// # Errors
    /// An algorithm identifier that cannot be written.
    pub fn to_der(&self) -> Result<Vec<u8>, wire::DerError> {
        let mut members = vec![
            asn1::unsigned(1),
            wire::encode(&self.signature_algorithm)?,
            self.issuer.as_der().to_vec(),
            time::write(self.this_update),
            time::write(self.next_update),
        ];
        if !self.revoked.is_empty() {
            members.push(asn1::sequence(
                &self.revoked.iter().map(RevokedCertificate::to_der).collect::<Vec<_>>(),
            ));
        }
        if !self.extensions.is_empty() {
            members.push(asn1::element(tag::context_constructed(0), &self.extensions.to_der()));
        }
        Ok(asn1::sequence(&members))
    }
}

/// What was read.
#[derive(Clone)]
pub(super) struct Read {
    pub(super) v2: bool,
    pub(super) signature_algorithm: AlgorithmIdentifierOwned,
    pub(super) issuer: Name,
    pub(super) this_update: Timestamp,
    pub(super) next_update: Option<Timestamp>,
    pub(super) revoked: Vec<RevokedCertificate>,
    pub(super) empty_list: bool,
    pub(super) issuers: Issuers,
    pub(super) unknown_critical: Option<Oid>,
    pub(super) extensions: Extensions,
}

pub(super) fn read(element: Element<'_>) -> Result<Read, Malformed> {
    let mut members = element.members("TBSCertList");
    let v2 = match members.optional(tag::INTEGER)? {
        None => false,
        Some(version) => match asn1::read_unsigned("version", version.content)? {
            1 => true,
            _ => return Err(Malformed::value("version", "a version that is written must be 2")),
        },
    };
    let signature_algorithm = read_algorithm("signature", members.required(tag::SEQUENCE)?)?;
    let issuer = Name::read(members.required(tag::SEQUENCE)?)?;
    let this_update = time::read("thisUpdate", members.any()?)?;
    let next_update = match members.peek_tag() {
        Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(time::read("nextUpdate", members.any()?)?),
        _ => None,
    };
    let mut revoked = Vec::new();
    let mut issuers = Issuers::default();
    let mut unknown_critical = None;
    let list = members.optional(tag::SEQUENCE)?;
    if let Some(list) = list {
        // The size of the whole bounds the number of entries.
        let mut entries = list.members("revokedCertificates");
        while entries.peek_tag().is_some() {
            let read = entry::read(entries.required(tag::SEQUENCE)?, v2)?;
            issuers.note(revoked.len(), read.issuer);
            revoked.push(read.entry);
            unknown_critical = unknown_critical.or(read.unknown_critical);
        }
    }
    let empty_list = list.is_some() && revoked.is_empty();
    let extensions = match members.optional(tag::context_constructed(0))? {
        Some(_) if !v2 => return Err(Malformed::value("crlExtensions", "only version 2 has extensions")),
        Some(explicit) => Extensions::from_der(explicit.content)?,
        None => Extensions::default(),
    };
    members.finish()?;
    Ok(Read {
        v2,
        signature_algorithm,
        issuer,
        this_update,
        next_update,
        revoked,
        empty_list,
        issuers,
        unknown_critical,
        extensions,
    })
}
