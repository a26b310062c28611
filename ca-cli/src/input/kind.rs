//! Kinds of objects, and which one some DER is, by its outer form alone.

use ca_core::encoding::dump::Schema;
use serde::Serialize;

/// Kinds of objects that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A certificate.
    Certificate,
    /// A PKCS #10 request.
    Request,
    /// A revocation list.
    Crl,
    /// PKCS #8.
    PrivateKey,
    /// PKCS #8 under a password.
    EncryptedPrivateKey,
    /// A key of a curve in the form of SEC 1.
    Sec1PrivateKey,
    /// A RSA key in the form of PKCS #1.
    Pkcs1PrivateKey,
    /// A SubjectPublicKeyInfo.
    PublicKey,
    /// A question to an OCSP responder.
    OcspRequest,
    /// Its answer.
    OcspResponse,
    /// A message of PKCS #7, CMS or GM/T 0010.
    Cms,
    /// PKCS #12.
    Pkcs12,
    /// A key and its certificate as CFCA hands them out.
    CfcaContainer,
    /// A question to a time-stamp authority.
    TimeStampRequest,
    /// Its answer.
    TimeStampResponse,
    /// An electronic seal (GB/T 38540).
    Seal,
    /// An electronic seal (GM/T 0031).
    OldSeal,
    /// A signature with an electronic seal (GB/T 38540).
    SealSignature,
    /// Other DER.
    Asn1,
}

impl Kind {
    /// The kind that a label of PEM stands for.
    pub(super) fn of_label(label: &str) -> Option<Self> {
        Some(match label {
            "CERTIFICATE" | "X509 CERTIFICATE" => Self::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::Request,
            "X509 CRL" => Self::Crl,
            "PRIVATE KEY" => Self::PrivateKey,
            "ENCRYPTED PRIVATE KEY" => Self::EncryptedPrivateKey,
            "EC PRIVATE KEY" => Self::Sec1PrivateKey,
            "RSA PRIVATE KEY" => Self::Pkcs1PrivateKey,
            "PUBLIC KEY" => Self::PublicKey,
            "OCSP REQUEST" => Self::OcspRequest,
            "OCSP RESPONSE" => Self::OcspResponse,
            "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => Self::Cms,
            "PKCS12" => Self::Pkcs12,
            "CFCA KEY" => Self::CfcaContainer,
            _ => return None,
        })
    }

    /// The label that it has in PEM, RFC 7468.
    pub(crate) fn label(self) -> Option<&'static str> {
        Some(match self {
            Self::Certificate => "CERTIFICATE",
            Self::Request => "CERTIFICATE REQUEST",
            Self::Crl => "X509 CRL",
            Self::PublicKey => "PUBLIC KEY",
            Self::OcspRequest => "OCSP REQUEST",
            Self::OcspResponse => "OCSP RESPONSE",
            Self::Cms => "PKCS7",
            _ => return None,
        })
    }

    /// Its structure.
    pub(crate) fn schema(self) -> Option<Schema> {
        Some(match self {
            Self::Certificate => Schema::Certificate,
            Self::Request => Schema::CertificationRequest,
            Self::Crl => Schema::CertificateList,
            Self::PrivateKey => Schema::PrivateKey,
            Self::EncryptedPrivateKey => Schema::EncryptedPrivateKey,
            Self::Sec1PrivateKey => Schema::EcPrivateKey,
            Self::PublicKey => Schema::PublicKey,
            Self::OcspRequest => Schema::OcspRequest,
            Self::OcspResponse => Schema::OcspResponse,
            Self::Cms => Schema::ContentInfo,
            Self::Pkcs12 => Schema::Pfx,
            Self::CfcaContainer => Schema::CfcaContainer,
            Self::TimeStampRequest => Schema::TimeStampRequest,
            Self::TimeStampResponse => Schema::TimeStampResponse,
            Self::Seal => Schema::Seal,
            Self::OldSeal => Schema::OldSeal,
            Self::SealSignature => Schema::SealSignature,
            Self::Pkcs1PrivateKey | Self::Asn1 => return None,
        })
    }

    /// The structure of one such object: what a message contains is told by its type.
    pub(crate) fn schema_of(self, der: &[u8]) -> Option<Schema> {
        const SIGNED_DATA: [&[u8]; 2] = [
            &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02],
            &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x02, 0x02],
        ];
        let content_type = || members(der).and_then(|members| members.first().map(|(_, oid)| &oid[2..]));
        match self {
            Self::Cms if content_type().is_some_and(|oid| SIGNED_DATA.contains(&oid)) => {
                Some(Schema::SignedData)
            }
            kind => kind.schema(),
        }
    }
}

/// The most elements of a sequence that are looked at: enough to tell all kinds apart.
const MAX_LOOK: usize = 7;

/// The length of the first DER element, header included; none where it is cut short or not in definite form.
pub(super) fn element_length(der: &[u8]) -> Option<usize> {
    let (header, length) = header(der)?;
    Some(header + length).filter(|total| *total <= der.len())
}

/// Header length and content length of the first element. Tags in use here take one octet.
fn header(der: &[u8]) -> Option<(usize, usize)> {
    let first = usize::from(*der.get(1)?);
    if first < 0x80 {
        return Some((2, first));
    }
    let count = first & 0x7f;
    if !(1..=4).contains(&count) {
        return None;
    }
    let octets = der.get(2..2 + count)?;
    Some((2 + count, octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet))))
}

/// The elements of a SEQUENCE: tag and whole encoding of each.
fn members(der: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    if der.first() != Some(&0x30) {
        return None;
    }
    let (begin, length) = header(der)?;
    let mut rest = der.get(begin..begin + length)?;
    let mut members = Vec::new();
    while !rest.is_empty() && members.len() < MAX_LOOK {
        let length = element_length(rest)?;
        members.push((rest[0], &rest[..length]));
        rest = &rest[length..];
    }
    Some(members)
}

/// Whether the first bytes of some DER are those of a revocation list; what they begin need not be complete.
pub(super) fn begins_as_list(prefix: &[u8]) -> bool {
    let inside = |der: &[u8]| header(der).map_or(0, |(begin, _)| begin);
    let skip = |der: &[u8]| header(der).map_or(der.len(), |(begin, length)| begin.saturating_add(length));
    let Some(mut rest) = prefix.get(inside(prefix)..) else { return false };
    rest = rest.get(inside(rest)..).unwrap_or_default();
    let mut tags = Vec::new();
    while let Some(tag) = rest.first().filter(|_| tags.len() < 4) {
        tags.push(*tag);
        rest = rest.get(skip(rest)..).unwrap_or_default();
    }
    prefix.first() == Some(&0x30)
        && matches!(tags[..], [0x02, 0x30, 0x30, 0x17 | 0x18] | [0x30, 0x30, 0x17 | 0x18, ..])
}

/// The kind of an object, none where it is not one of those known.
pub(super) fn kind_of(der: &[u8]) -> Option<Kind> {
    let outer = members(der)?;
    let tags = tags(&outer);
    match tags[..] {
        [0x0a] | [0x0a, 0xa0] => Some(Kind::OcspResponse),
        [0x06, 0xa0] => Some(Kind::Cms),
        [0x02, 0x30, 0x04, ..] => Some(Kind::PrivateKey),
        [0x02, 0x04, ..] => Some(Kind::Sec1PrivateKey),
        [0x02, 0x02, 0x02, 0x02, 0x02, 0x02, ..] => Some(Kind::Pkcs1PrivateKey),
        [0x30, 0x03] => Some(Kind::PublicKey),
        [0x30, 0x04] => Some(Kind::EncryptedPrivateKey),
        [0x30, 0x30, 0x03] => signed_kind(outer[0].1),
        [0x30, 0x04, 0x06, 0x03, ..] => match inner_tags(outer[0].1)[..] {
            [0x30, 0x16, 0x30, 0x30, ..] => Some(Kind::Seal),
            [0x02, 0x30, ..] => Some(Kind::SealSignature),
            _ => None,
        },
        _ => by_inner_tags(&outer, &tags),
    }
}

/// Kinds that only the members of their members tell apart.
fn by_inner_tags(outer: &[(u8, &[u8])], tags: &[u8]) -> Option<Kind> {
    let inner = |at: usize| outer.get(at).map_or_else(Vec::new, |(_, der)| inner_tags(der));
    match tags {
        [0x02, 0x30, 0x30, ..] if inner(1) == [0x06, 0x06, 0x04] && inner(2) == [0x06, 0x04] => {
            Some(Kind::CfcaContainer)
        }
        [0x02, 0x30] | [0x02, 0x30, 0x30] if inner(1) == [0x06, 0xa0] => Some(Kind::Pkcs12),
        [0x02, 0x30, ..] if inner(1) == [0x30, 0x04] => Some(Kind::TimeStampRequest),
        [0x30] if inner(0).first() == Some(&0x02) => Some(Kind::TimeStampResponse),
        [0x30, 0x30] => match (&inner(0)[..], &inner(1)[..]) {
            ([0x02, ..], [0x06, 0xa0]) => Some(Kind::TimeStampResponse),
            ([0x30, 0x16, 0x30, 0x30, ..], [0x04, 0x06, 0x03]) => Some(Kind::OldSeal),
            _ => None,
        },
        [0x30] | [0x30, 0xa0] => match inner(0)[..] {
            [0xa0, ..] | [0xa1, ..] | [0x30] | [0x30, 0xa2] => Some(Kind::OcspRequest),
            _ => None,
        },
        _ => None,
    }
}

fn tags(members: &[(u8, &[u8])]) -> Vec<u8> {
    members.iter().map(|(tag, _)| *tag).collect()
}

fn inner_tags(der: &[u8]) -> Vec<u8> {
    members(der).map_or_else(Vec::new, |inner| tags(&inner))
}

/// Certificates, requests and revocation lists share their outer form.
fn signed_kind(signed: &[u8]) -> Option<Kind> {
    const TIMES: [u8; 2] = [0x17, 0x18];
    match inner_tags(signed)[..] {
        [0xa0, ..] | [0x02, 0x30, 0x30, 0x30, 0x30, ..] => Some(Kind::Certificate),
        [0x02, 0x30, 0x30, time, ..] | [0x30, 0x30, time, ..] if TIMES.contains(&time) => Some(Kind::Crl),
        [0x02, 0x30, 0x30] | [0x02, 0x30, 0x30, 0xa0] => Some(Kind::Request),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sequence(members: &[&[u8]]) -> Vec<u8> {
        let content = members.concat();
        [&[0x30, u8::try_from(content.len()).unwrap()], &content[..]].concat()
    }

    #[test]
    fn signed_objects_are_told_apart_by_what_they_begin_with() {
        let (empty, integer, bits) = (&sequence(&[])[..], &[0x02, 1, 0][..], &[0x03, 1, 0][..]);
        let utc_time = &[0x17, 1, 0x30][..];
        let signed = |members: &[&[u8]]| kind_of(&sequence(&[&sequence(members), empty, bits]));
        assert_eq!(signed(&[&[0xa0, 0], integer]), Some(Kind::Certificate));
        assert_eq!(signed(&[integer, empty, empty, empty, empty, empty]), Some(Kind::Certificate));
        assert_eq!(signed(&[integer, empty, empty, &[0xa0, 0]]), Some(Kind::Request));
        assert_eq!(signed(&[integer, empty, empty, utc_time]), Some(Kind::Crl));
        assert_eq!(signed(&[empty, empty, utc_time]), Some(Kind::Crl));
        assert_eq!(signed(&[bits]), None);
    }

    #[test]
    fn messages_and_containers_are_told_apart_by_what_is_in_them() {
        let (integer, octets, bits) = (&[0x02, 1, 3][..], &[0x04, 0][..], &[0x03, 1, 0][..]);
        let (oid, text, empty) = (&[0x06, 1, 0x2a][..], &[0x16, 0][..], &sequence(&[])[..]);
        let content = &sequence(&[oid, &[0xa0, 0]])[..];
        let hash = &sequence(&[empty, octets])[..];
        let seal = &sequence(&[empty, text, empty, empty])[..];
        let cases: [(&[&[u8]], Kind); 11] = [
            (&[oid, &[0xa0, 0]], Kind::Cms),
            (&[integer, content, empty], Kind::Pkcs12),
            (&[integer, &sequence(&[oid, oid, octets]), &sequence(&[oid, octets])], Kind::CfcaContainer),
            (&[integer, hash], Kind::TimeStampRequest),
            (&[&sequence(&[integer]), content], Kind::TimeStampResponse),
            (&[&sequence(&[integer])], Kind::TimeStampResponse),
            (&[&sequence(&[&sequence(&[hash])])], Kind::OcspRequest),
            (&[seal, octets, oid, bits], Kind::Seal),
            (&[seal, &sequence(&[octets, oid, bits])], Kind::OldSeal),
            (&[&sequence(&[integer, empty]), octets, oid, bits], Kind::SealSignature),
            (&[integer; 9], Kind::Pkcs1PrivateKey),
        ];
        for (members, kind) in cases {
            assert_eq!(kind_of(&sequence(members)), Some(kind));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = kind_of(&bytes);
            let _ = kind_of(&[&[0x30, 0x20][..], &bytes].concat());
            let _ = Kind::Cms.schema_of(&bytes);
        }
    }
}
