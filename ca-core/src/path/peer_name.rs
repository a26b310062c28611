//! Whom a certificate has to be for: names of services by RFC 9525, mailboxes by RFC 5280 §7.5.
//!
//! Only subjectAltName is looked at. A common name that looks like a host name means nothing (RFC 9525 §2), and where
//! there are no alternative names a certificate is for nobody.

use crate::x509::extension::GeneralName;
use core::{fmt, net::IpAddr};

/// A name that is looked for in a certificate: RFC 9525's reference identifier, or a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PeerName(Kind);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// In lower case, without the final dot.
    Dns(String),
    Ip(IpAddr),
    Email {
        local: String,
        /// In lower case.
        host: String,
    },
}

/// Why text is no name that can be looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeerNameError {
    /// Not a domain name.
    #[error(
        "{0:?} is not a domain name to look for: labels of ASCII letters, digits and hyphens, no wildcard, international ones in their xn-- form"
    )]
    Dns(String),
    /// An address where a domain name belongs.
    #[error("{0:?} is an IP address, and those are no domain names (RFC 9525 §3)")]
    Address(String),
    /// Not a mailbox.
    #[error("{0:?} is not a mailbox in ASCII (RFC 5321)")]
    Email(String),
}

impl PeerNameError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Dns(_) => "peer-name-dns",
            Self::Address(_) => "peer-name-address",
            Self::Email(_) => "peer-name-email",
        }
    }
}

impl PeerName {
    /// The domain name of a service (DNS-ID). A final dot is left out: in certificates there is none.
    ///
    /// # Errors
    /// Text that is no domain name in ASCII, has a wildcard, or is an IP address.
    pub fn dns(text: &str) -> Result<Self, PeerNameError> {
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.parse::<IpAddr>().is_ok() {
            return Err(PeerNameError::Address(shown(text)));
        }
        match GeneralName::dns(name) {
            Ok(GeneralName::Dns(name)) if !name.contains('*') => Ok(Self(Kind::Dns(name))),
            _ => Err(PeerNameError::Dns(shown(text))),
        }
    }

    /// The address of a service (IP-ID).
    pub fn ip(address: IpAddr) -> Self {
        Self(Kind::Ip(address))
    }

    /// A mailbox.
    ///
    /// # Errors
    /// Text that is not `local@domain` in ASCII.
    pub fn email(text: &str) -> Result<Self, PeerNameError> {
        let fail = || PeerNameError::Email(shown(text));
        GeneralName::email(text).map_err(|_| fail())?;
        let (local, host) = text.rsplit_once('@').ok_or_else(fail)?;
        Ok(Self(Kind::Email { local: local.to_owned(), host: host.to_ascii_lowercase() }))
    }

    /// Whether it is among the alternative names of a certificate.
    pub fn is_among(&self, names: &[GeneralName]) -> bool {
        names.iter().any(|name| self.is_presented_by(name))
    }

    /// Whether a name of a certificate is this one, RFC 9525 §6.
    pub fn is_presented_by(&self, name: &GeneralName) -> bool {
        match (&self.0, name) {
            (Kind::Dns(wanted), GeneralName::Dns(presented)) => dns_matches(presented, wanted),
            (Kind::Ip(wanted), GeneralName::Ip(presented)) => wanted == presented,
            (Kind::Email { local, host }, GeneralName::Email(presented)) => {
                presented.rsplit_once('@').is_some_and(|(presented_local, presented_host)| {
                    presented_local == local && presented_host.eq_ignore_ascii_case(host)
                })
            }
            _ => false,
        }
    }
}

/// A presented name that is not in the preferred syntax of RFC 1034 §3.5 (RFC 5280 §4.2.1.6) matches nothing, so that no
/// wildcard can stand but as the whole leftmost label, for exactly one label (RFC 9525 §6.3).
fn dns_matches(presented: &str, wanted: &str) -> bool {
    if GeneralName::dns(presented).is_err() {
        return false;
    }
    match presented.strip_prefix("*.") {
        None => presented.eq_ignore_ascii_case(wanted),
        Some(parent) => wanted.split_once('.').is_some_and(|(_, rest)| parent.eq_ignore_ascii_case(rest)),
    }
}

fn shown(text: &str) -> String {
    text.chars().take(128).collect()
}

/// The kind, a colon, the value: `dns:example.org`.
impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Dns(name) => write!(f, "dns:{name}"),
            Kind::Ip(address) => write!(f, "ip:{address}"),
            Kind::Email { local, host } => write!(f, "email:{local}@{host}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dns(presented: &str, wanted: &str) -> bool {
        PeerName::dns(wanted).unwrap().is_presented_by(&GeneralName::Dns(presented.to_owned()))
    }

    #[test]
    fn a_domain_name_has_no_letter_case_and_no_final_dot() {
        assert!(dns("a.example", "A.Example") && dns("A.EXAMPLE", "a.example."));
        assert!(!dns("b.example", "a.example") && !dns("a.example", "example"));
    }

    #[test]
    fn a_wildcard_stands_for_one_whole_leftmost_label() {
        assert!(dns("*.example", "a.example") && dns("*.EXAMPLE", "xn--fiq228c.example"));
        for (presented, wanted) in [
            ("*.example", "example"),
            ("*.example", "a.b.example"),
            ("a*.example", "ab.example"),
            ("*a.example", "ba.example"),
            ("xn--*.example", "xn--fiq228c.example"),
            ("a.*.example", "a.b.example"),
            ("*.*.example", "a.b.example"),
            ("*", "localhost"),
            ("*.", "localhost"),
        ] {
            assert!(!dns(presented, wanted), "{presented} {wanted}");
        }
    }

    #[test]
    fn presented_names_out_of_syntax_match_nothing() {
        for presented in ["a_b.example", ".example", "example.", "-a.example", ""] {
            let name = PeerName(Kind::Dns(presented.to_owned()));
            assert!(!name.is_presented_by(&GeneralName::Dns(presented.to_owned())), "{presented}");
        }
    }

    #[test]
    fn names_that_cannot_be_looked_for_are_refused() {
        for (text, code) in [
            ("*.example", "peer-name-dns"),
            ("", "peer-name-dns"),
            ("示范.example", "peer-name-dns"),
            ("a_b.example", "peer-name-dns"),
            ("8.8.8.8", "peer-name-address"),
            ("::1", "peer-name-address"),
        ] {
            assert_eq!(PeerName::dns(text).unwrap_err().code(), code, "{text}");
        }
        for text in ["", "example.org", "@example.org", "a@", "李@example.org"] {
            assert_eq!(PeerName::email(text).unwrap_err().code(), "peer-name-email", "{text}");
        }
    }

    #[test]
    fn kinds_of_names_do_not_stand_for_each_other() {
        let address = PeerName::ip("8.8.8.8".parse().unwrap());
        assert!(address.is_presented_by(&GeneralName::Ip("8.8.8.8".parse().unwrap())));
        assert!(!address.is_presented_by(&GeneralName::Dns("8.8.8.8".to_owned())));
        assert!(!address.is_presented_by(&GeneralName::Ip("::ffff:8.8.8.8".parse().unwrap())));
        let host = PeerName::dns("a.example").unwrap();
        assert!(!host.is_presented_by(&GeneralName::Uri("https://a.example".to_owned())));
    }

    #[test]
    fn the_host_of_a_mailbox_has_no_letter_case_its_local_part_has() {
        let name = |text: &str| GeneralName::Email(text.to_owned());
        let wanted = PeerName::email("Li@Example.org").unwrap();
        assert!(wanted.is_presented_by(&name("Li@example.ORG")));
        assert!(!wanted.is_presented_by(&name("li@example.org")));
        assert!(!wanted.is_presented_by(&name("example.org")));
        assert!(!PeerName::email("a@example.org").unwrap().is_presented_by(&name("*@example.org")));
    }
}
