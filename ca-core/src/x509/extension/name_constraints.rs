//! Name constraints.

use super::ExtensionValue;
use crate::x509::asn1::{self, Element, Malformed, Problem, tag};
use crate::x509::{Name, Oid};
use const_oid::ObjectIdentifier;
use core::net::IpAddr;

/// The most subtrees read of each kind. Authorities constrained to the domains of a large organisation write some hundreds.
const MAX_SUBTREES: usize = 2_000;

/// `NameConstraints`, RFC 5280 §4.2.1.10.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// Where there are some of a form, names of that form must be below one of them.
    pub permitted: Vec<Subtree>,
    /// Names must be below none of these.
    pub excluded: Vec<Subtree>,
}

/// The base of a `GeneralSubtree`; minimum and maximum have their fixed values, RFC 5280 §4.2.1.10.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subtree {
    /// A domain and what is below it, in ASCII.
    Dns(String),
    /// A mailbox, a host, or the hosts below a domain that begins with a dot.
    Email(String),
    /// A host, or the hosts below a domain that begins with a dot.
    Uri(String),
    /// Addresses that agree with this one where the mask has ones. Both are of one family.
    Ip {
        /// The address.
        address: IpAddr,
        /// The mask.
        mask: IpAddr,
    },
    /// A distinguished name and those that begin with it.
    Directory(Name),
    /// A name of a form whose constraints have no meaning here.
    Other {
        /// The identifier octet of the form.
        tag: u8,
        /// The kind of an otherName.
        oid: Option<Oid>,
        /// The content octets.
        content: Vec<u8>,
    },
}

impl NameConstraints {
    /// How many subtrees there are.
    pub fn len(&self) -> usize {
        self.permitted.len() + self.excluded.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.permitted.is_empty() && self.excluded.is_empty()
    }
}

impl Subtree {
    fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let part = "GeneralSubtree";
        let mut members = element.members(part);
        let base = members.any()?;
        // RFC 5280: minimum is 0, which DER leaves out, and maximum is absent.
        members.finish().map_err(|_| Malformed::value(part, "minimum must be 0 and maximum absent"))?;
        let text = || {
            let reason = "the name is not ASCII";
            let text = core::str::from_utf8(base.content).ok().filter(|text| text.is_ascii());
            text.map(str::to_owned).ok_or(Malformed::value(part, reason))
        };
        Ok(match base.tag {
            0x81 => Self::Email(text()?),
            0x82 => Self::Dns(text()?),
            0x86 => Self::Uri(text()?),
            0x87 => read_addresses(base.content)?,
            0xa4 => Self::Directory(Name::from_der(base.content)?),
            0xa0 => {
                let oid = base.members("OtherName").required(tag::OBJECT_IDENTIFIER)?;
                let oid = Some(Oid::from_content(oid.content)?);
                Self::Other { tag: base.tag, oid, content: base.content.to_vec() }
            }
            0xa3 | 0xa5 | 0x88 => Self::Other { tag: base.tag, oid: None, content: base.content.to_vec() },
            found => {
                let problem = Problem::Tag { expected: tag::context(2), found };
                return Err(Malformed { part: "GeneralName", problem });
            }
        })
    }

    fn to_der(&self) -> Vec<u8> {
        let octets = |address: &IpAddr| match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        let base = match self {
            Self::Email(text) => asn1::element(tag::context(1), text.as_bytes()),
            Self::Dns(text) => asn1::element(tag::context(2), text.as_bytes()),
            Self::Uri(text) => asn1::element(tag::context(6), text.as_bytes()),
            Self::Ip { address, mask } => {
                asn1::element(tag::context(7), &[octets(address), octets(mask)].concat())
            }
            Self::Directory(name) => asn1::element(tag::context_constructed(4), name.as_der()),
            Self::Other { tag, content, .. } => asn1::element(*tag, content),
        };
        asn1::sequence(&[base])
    }
}

/// An address and a mask of one family, RFC 5280 §4.2.1.10; the mask is a prefix, as RFC 4632 has them.
fn read_addresses(content: &[u8]) -> Result<Subtree, Malformed> {
    let part = "iPAddress";
    let (address, mask): (IpAddr, IpAddr) = match content.split_at(content.len() / 2) {
        (address, mask) if content.len() == 8 || content.len() == 32 => {
            let read = |octets: &[u8]| -> Option<IpAddr> {
                let four = <[u8; 4]>::try_from(octets).map(IpAddr::from);
                four.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from)).ok()
            };
            match (read(address), read(mask)) {
                (Some(address), Some(mask)) => (address, mask),
                _ => return Err(Malformed::value(part, "not an address and a mask")),
            }
        }
        _ => return Err(Malformed::value(part, "not an address and a mask")),
    };
    let bits = match mask {
        IpAddr::V4(mask) => u128::from(mask.to_bits()) << 96,
        IpAddr::V6(mask) => mask.to_bits(),
    };
    if bits.leading_ones() + bits.trailing_zeros() < 128 {
        return Err(Malformed::value(part, "the mask has a one after a zero"));
    }
    Ok(Subtree::Ip { address, mask })
}

impl ExtensionValue for NameConstraints {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.30");

    fn to_value(&self) -> Vec<u8> {
        let write = |number: u8, subtrees: &[Subtree]| {
            let der: Vec<u8> = subtrees.iter().flat_map(Subtree::to_der).collect();
            (!subtrees.is_empty()).then(|| asn1::element(tag::context_constructed(number), &der))
        };
        let members = [write(0, &self.permitted), write(1, &self.excluded)];
        asn1::sequence(&members.into_iter().flatten().collect::<Vec<_>>())
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let part = "NameConstraints";
        let mut members = asn1::only(part, value, tag::SEQUENCE)?.members(part);
        let mut subtrees = |number| {
            let Some(list) = members.optional(tag::context_constructed(number))? else {
                return Ok(Vec::new());
            };
            let list = list.members("GeneralSubtrees").collect_all(MAX_SUBTREES)?;
            if list.is_empty() {
                return Err(Malformed { part: "GeneralSubtrees", problem: Problem::Missing });
            }
            let read = |element: Element<'_>| match element.tag {
                tag::SEQUENCE => Subtree::read(element),
                found => {
                    let problem = Problem::Tag { expected: tag::SEQUENCE, found };
                    Err(Malformed { part: "GeneralSubtree", problem })
                }
            };
            list.into_iter().map(read).collect::<Result<Vec<_>, _>>()
        };
        let constraints = Self { permitted: subtrees(0)?, excluded: subtrees(1)? };
        members.finish()?;
        if constraints.is_empty() {
            return Err(Malformed { part, problem: Problem::Missing });
        }
        Ok(constraints)
    }
}

/// The form, a colon, the base.
impl core::fmt::Display for Subtree {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Dns(text) => write!(f, "dns:{}", text.escape_debug()),
            Self::Email(text) => write!(f, "email:{}", text.escape_debug()),
            Self::Uri(text) => write!(f, "uri:{}", text.escape_debug()),
            Self::Ip { address, mask } => write!(f, "ip:{address}/{mask}"),
            Self::Directory(name) => write!(f, "directory:{name}"),
            Self::Other { tag, oid: Some(oid), .. } => write!(f, "other:{oid} ({tag:02x})"),
            Self::Other { tag, oid: None, content } => write!(f, "raw:{tag:02x}:{}", hex::encode(content)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::testing::name;

    #[test]
    fn every_form_is_read_back() {
        let ip = |address: &str, mask: &str| Subtree::Ip {
            address: address.parse().unwrap(),
            mask: mask.parse().unwrap(),
        };
        let constraints = NameConstraints {
            permitted: vec![
                Subtree::Dns("example.org".into()),
                Subtree::Email(".example.org".into()),
                Subtree::Directory(name("any")),
            ],
            excluded: vec![
                Subtree::Uri("host.example".into()),
                ip("10.0.0.0", "255.0.0.0"),
                ip("2001:db8::", "ffff:ffff::"),
            ],
        };
        assert_eq!(NameConstraints::from_value(&constraints.to_value()), Ok(constraints));
    }

    #[test]
    fn what_rfc_5280_does_not_allow_is_refused() {
        let permitted = |subtree: &[u8]| {
            let list = asn1::element(tag::context_constructed(0), subtree);
            NameConstraints::from_value(&asn1::sequence(&[list]))
        };
        assert!(permitted(&asn1::sequence(&[asn1::element(0x82, b"a")])).is_ok());
        for subtree in [
            vec![],
            asn1::sequence::<Vec<u8>>(&[]),
            asn1::sequence(&[asn1::element(0x82, b"a"), asn1::element(0x80, &[1])]),
            asn1::sequence(&[asn1::element(0x82, "ä".as_bytes())]),
            asn1::sequence(&[asn1::element(0x87, &[10, 0, 0, 0])]),
            asn1::sequence(&[asn1::element(0x87, &[10, 0, 0, 0, 255, 0, 255, 0])]),
            asn1::sequence(&[asn1::element(0x04, b"a")]),
        ] {
            assert!(permitted(&subtree).is_err(), "{subtree:02x?}");
        }
        assert!(NameConstraints::from_value(&[0x30, 0]).is_err());
    }
}
