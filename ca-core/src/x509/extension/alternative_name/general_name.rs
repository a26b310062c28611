//! General names.

use crate::encoding::der::check_structure;
use crate::x509::asn1::{self, Element, Malformed, Problem, tag};
use crate::x509::{Name, Oid};
use core::{fmt, net::IpAddr, str::FromStr};

/// The most names in one list. Certificates for many hosts carry a hundred or two.
const MAX_NAMES: usize = 1_000;

/// `GeneralName`, RFC 5280 §4.2.1.6.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GeneralName {
    /// A domain name in ASCII.
    Dns(String),
    /// A mailbox in ASCII.
    Email(String),
    /// A uniform resource identifier.
    Uri(String),
    /// An address of the Internet protocol.
    Ip(IpAddr),
    /// A distinguished name.
    Directory(Name),
    /// An object identifier.
    RegisteredId(Oid),
    /// A name of a kind that its identifier says.
    Other {
        /// The kind.
        oid: Oid,
        /// The value in DER.
        value: Vec<u8>,
    },
    /// Anything else, kept as received: X.400 and EDI names, addresses with masks, strings that are not ASCII.
    Raw {
        /// The identifier octet.
        tag: u8,
        /// The content octets.
        content: Vec<u8>,
    },
}

/// Why text is no general name that may be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeneralNameError {
    /// It does not start with a kind.
    #[error(
        "{0:?} does not say its kind; write dns:NAME, ip:ADDRESS, email:MAILBOX, uri:URI, registered-id:OID or other:OID:HEX"
    )]
    NoKind(String),
    /// Not a domain name.
    #[error("{0:?} is not a domain name in ASCII (RFC 1034; international ones in their xn-- form)")]
    Dns(String),
    /// Not a mailbox.
    #[error("{0:?} is not a mailbox in ASCII (RFC 5321)")]
    Email(String),
    /// Not a URI.
    #[error("{0:?} is not an absolute URI (RFC 3986)")]
    Uri(String),
    /// Not an address.
    #[error("{0:?} is not an IPv4 or IPv6 address")]
    Ip(String),
    /// Not an object identifier.
    #[error("{0:?} is not an object identifier in dotted decimal form")]
    RegisteredId(String),
    /// Not a kind and a value.
    #[error("{0:?} is not an object identifier, a colon and DER in hexadecimal")]
    Other(String),
}

impl GeneralNameError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoKind(_) => "alternative-name-no-kind",
            Self::Dns(_) => "alternative-name-dns",
            Self::Email(_) => "alternative-name-email",
            Self::Uri(_) => "alternative-name-uri",
            Self::Ip(_) => "alternative-name-ip",
            Self::RegisteredId(_) => "alternative-name-registered-id",
            Self::Other(_) => "alternative-name-other",
        }
    }
}

/// The longest text taken, RFC 5321's longest path and RFC 1035's longest name being shorter.
const MAX_TEXT: usize = 2_048;

impl GeneralName {
    /// A domain name, written in lower case. A whole leftmost label may be `*`.
    ///
    /// # Errors
    /// Text that is not a domain name in ASCII.
    pub fn dns(text: &str) -> Result<Self, GeneralNameError> {
        if is_domain(text.strip_prefix("*.").unwrap_or(text)) && text.len() <= 253 {
            Ok(Self::Dns(text.to_ascii_lowercase()))
        } else {
            Err(GeneralNameError::Dns(shown(text)))
        }
    }

    /// A mailbox.
    ///
    /// # Errors
    /// Text that is not `local@domain` in ASCII.
    pub fn email(text: &str) -> Result<Self, GeneralNameError> {
        let fail = || GeneralNameError::Email(shown(text));
        let (local, domain) = text.rsplit_once('@').ok_or_else(fail)?;
        let allowed = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&octet);
        let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
        if local.is_empty() || local.len() > 64 || dots || !local.bytes().all(allowed) || !is_domain(domain) {
            return Err(fail());
        }
        Ok(Self::Email(text.to_owned()))
    }

    /// An absolute URI.
    ///
    /// # Errors
    /// Text without a scheme, or with characters that RFC 3986 does not have.
    pub fn uri(text: &str) -> Result<Self, GeneralNameError> {
        let fail = || GeneralNameError::Uri(shown(text));
        let (scheme, rest) = text.split_once(':').ok_or_else(fail)?;
        let scheme_ok = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet));
        let allowed =
            |octet: u8| octet.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&octet);
        if !scheme_ok || rest.is_empty() || text.len() > MAX_TEXT || !rest.bytes().all(allowed) {
            return Err(fail());
        }
        Ok(Self::Uri(text.to_owned()))
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let raw = || Self::Raw { tag: element.tag, content: element.content.to_vec() };
        let ascii =
            || element.content.is_ascii().then(|| String::from_utf8_lossy(element.content).into_owned());
        Ok(match element.tag & 0x3f {
            _ if element.tag & 0xc0 != 0x80 => {
                let problem = Problem::Tag { expected: tag::context(2), found: element.tag };
                return Err(Malformed { part: "GeneralName", problem });
            }
            0x20 => read_other(element)?,
            0x01 => ascii().map_or_else(raw, Self::Email),
            0x02 => ascii().map_or_else(raw, Self::Dns),
            0x06 => ascii().map_or_else(raw, Self::Uri),
            0x24 => Self::Directory(Name::from_der(element.content)?),
            0x07 => match (<[u8; 4]>::try_from(element.content), <[u8; 16]>::try_from(element.content)) {
                (Ok(octets), _) => Self::Ip(octets.into()),
                (_, Ok(octets)) => Self::Ip(octets.into()),
                _ => raw(),
            },
            0x08 => Self::RegisteredId(Oid::from_content(element.content)?),
            _ => raw(),
        })
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        match self {
            Self::Email(text) => asn1::element(tag::context(1), text.as_bytes()),
            Self::Dns(text) => asn1::element(tag::context(2), text.as_bytes()),
            Self::Uri(text) => asn1::element(tag::context(6), text.as_bytes()),
            Self::Ip(IpAddr::V4(address)) => asn1::element(tag::context(7), &address.octets()),
            Self::Ip(IpAddr::V6(address)) => asn1::element(tag::context(7), &address.octets()),
            Self::Directory(name) => asn1::element(tag::context_constructed(4), name.as_der()),
            Self::RegisteredId(oid) => asn1::element(tag::context(8), oid.as_bytes()),
            Self::Other { oid, value } => {
                let value = asn1::element(tag::context_constructed(0), value);
                asn1::element(tag::context_constructed(0), &[oid.to_der(), value].concat())
            }
            Self::Raw { tag, content } => asn1::element(*tag, content),
        }
    }
}

fn read_other(element: Element<'_>) -> Result<GeneralName, Malformed> {
    let mut members = element.members("OtherName");
    let oid = Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)?;
    let value = members.required(tag::context_constructed(0))?.content.to_vec();
    members.finish()?;
    Ok(GeneralName::Other { oid, value })
}

pub(crate) fn read_general_names(
    part: &'static str,
    element: Element<'_>,
) -> Result<Vec<GeneralName>, Malformed> {
    let members = element.members(part).collect_all(MAX_NAMES)?;
    if members.is_empty() {
        return Err(Malformed { part, problem: Problem::Missing });
    }
    members.into_iter().map(GeneralName::read).collect()
}

pub(crate) fn write_general_names(tag: u8, names: &[GeneralName]) -> Vec<u8> {
    asn1::element(tag, &names.iter().flat_map(GeneralName::to_der).collect::<Vec<_>>())
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

fn shown(text: &str) -> String {
    text.chars().take(128).collect()
}

/// The kind, a colon, the value: `dns:example.org`.
impl fmt::Display for GeneralName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(text) => write!(f, "dns:{}", text.escape_debug()),
            Self::Email(text) => write!(f, "email:{}", text.escape_debug()),
            Self::Uri(text) => write!(f, "uri:{}", text.escape_debug()),
            Self::Ip(address) => write!(f, "ip:{address}"),
            Self::Directory(name) => write!(f, "directory:{name}"),
            Self::RegisteredId(oid) => write!(f, "registered-id:{oid}"),
            Self::Other { oid, value } => write!(f, "other:{oid}:{}", hex::encode(value)),
            Self::Raw { tag, content } => write!(f, "raw:{tag:02x}:{}", hex::encode(content)),
        }
    }
}

/// `dns:`, `ip:`, `email:`, `uri:` or `registered-id:` and the value; `other:`, the identifier, a colon and DER in hexadecimal.
impl FromStr for GeneralName {
    type Err = GeneralNameError;

    fn from_str(text: &str) -> Result<Self, GeneralNameError> {
        let no_kind = || GeneralNameError::NoKind(shown(text));
        let (kind, value) = text.split_once(':').ok_or_else(no_kind)?;
        match kind.to_ascii_lowercase().as_str() {
            "dns" => Self::dns(value),
            "email" => Self::email(value),
            "uri" => Self::uri(value),
            "ip" => value.parse().map(Self::Ip).map_err(|_| GeneralNameError::Ip(shown(value))),
            "registered-id" => value
                .parse()
                .map(Self::RegisteredId)
                .map_err(|_| GeneralNameError::RegisteredId(shown(value))),
            "other" => {
                let fail = || GeneralNameError::Other(shown(value));
                let (oid, der) = value.split_once(':').ok_or_else(fail)?;
                let oid = oid.parse().map_err(|_| fail())?;
                let value = hex::decode(der).map_err(|_| fail())?;
                check_structure(&value).map_err(|_| fail())?;
                Ok(Self::Other { oid, value })
            }
            _ => Err(no_kind()),
        }
    }
}
