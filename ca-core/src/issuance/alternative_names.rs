//! The check of alternative names against a profile.

use thiserror::Error;

use crate::encoding::der::check_structure;
use crate::profile::{AlternativeNamePolicy, NameKind};
use crate::x509::extension::GeneralName;
use crate::x509::extension::alternative_name::GeneralNameError;
use crate::x509::name::NameError;
use crate::x509::oid::Oid;

/// Most alternative names of a certificate: services with more are better served by several certificates, and
/// everyone who validates reads them all.
pub const MAX_ALTERNATIVE_NAMES: usize = 100;

/// Why alternative names are refused.
#[derive(Debug, Error)]
pub enum AlternativeNameRefusal {
    /// A kind that the profile does not take.
    #[error("the alternative name {name} is of a kind that this profile does not take; it takes: {taken}")]
    Kind {
        /// The name.
        name: String,
        /// The kinds taken, separated by commas.
        taken: String,
    },
    /// Alternative names in the certification request.
    #[error("the request holds alternative names, which this profile does not take from requests")]
    NotFromRequest,
    /// None of the required kinds.
    #[error("an alternative name is required: {required}")]
    Missing {
        /// The kinds of which one is required.
        required: String,
    },
    /// More than [`MAX_ALTERNATIVE_NAMES`].
    #[error("{names} alternative names, more than {MAX_ALTERNATIVE_NAMES}")]
    TooMany {
        /// How many there are.
        names: usize,
    },
    /// Not in the syntax of its kind.
    #[error("{0}")]
    Syntax(#[from] GeneralNameError),
    /// An IPv4 address, or what may be taken for one, as a DNS name.
    #[error("{name:?} ends with a number and is no DNS name; an address is written as ip:")]
    NumericDns {
        /// The name.
        name: String,
    },
    /// A wildcard where the profile takes none.
    #[error(
        "{name:?} is a wildcard, which this profile does not take, or stands for more than one label below a domain"
    )]
    Wildcard {
        /// The name.
        name: String,
    },
    /// A directory name that cannot be certified.
    #[error("a directory name cannot be certified: {0}")]
    Directory(#[from] NameError),
}

impl AlternativeNameRefusal {
    /// A stable code of the refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind { .. } => "alternative-name-kind-not-taken",
            Self::NotFromRequest => "alternative-names-not-from-request",
            Self::Missing { .. } => "alternative-name-missing",
            Self::TooMany { .. } => "alternative-names-too-many",
            Self::Wildcard { .. } => "alternative-name-wildcard",
            Self::Syntax(error) => error.code(),
            Self::NumericDns { .. } => "alternative-name-dns",
            Self::Directory(error) => error.code(),
        }
    }
}

/// Checks names against the policy; gives them typed strictly, each once, in their order.
pub(super) fn check(
    policy: &AlternativeNamePolicy,
    names: Vec<GeneralName>,
) -> Result<Vec<GeneralName>, AlternativeNameRefusal> {
    if names.len() > MAX_ALTERNATIVE_NAMES {
        return Err(AlternativeNameRefusal::TooMany { names: names.len() });
    }
    let mut checked: Vec<GeneralName> = Vec::with_capacity(names.len());
    let mut kinds = Vec::with_capacity(names.len());
    for name in names {
        let Some(kind) = kind(&name).filter(|kind| policy.kinds.contains(kind)) else {
            return Err(AlternativeNameRefusal::Kind { name: name.to_string(), taken: list(&policy.kinds) });
        };
        let name = one(policy, name)?;
        kinds.push(kind);
        if !checked.contains(&name) {
            checked.push(name);
        }
    }
    let required = &policy.required_one_of;
    if !required.is_empty() && !kinds.iter().any(|kind| required.contains(kind)) {
        return Err(AlternativeNameRefusal::Missing { required: list(required) });
    }
    Ok(checked)
}

fn list<'a>(kinds: impl IntoIterator<Item = &'a NameKind>) -> String {
    let kinds: Vec<String> = kinds.into_iter().map(ToString::to_string).collect();
    if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") }
}

fn kind(name: &GeneralName) -> Option<NameKind> {
    match name {
        GeneralName::Dns(_) => Some(NameKind::Dns),
        GeneralName::Email(_) => Some(NameKind::Email),
        GeneralName::Uri(_) => Some(NameKind::Uri),
        GeneralName::Ip(_) => Some(NameKind::Ip),
        GeneralName::Directory(_) => Some(NameKind::Directory),
        GeneralName::RegisteredId(_) => Some(NameKind::RegisteredId),
        GeneralName::Other { .. } => Some(NameKind::Other),
        GeneralName::Raw { .. } => None,
    }
}

/// A name of a kind that is taken, typed anew.
fn one(policy: &AlternativeNamePolicy, name: GeneralName) -> Result<GeneralName, AlternativeNameRefusal> {
    match name {
        GeneralName::Dns(text) => dns(policy, &text),
        GeneralName::Email(text) => Ok(GeneralName::email(&text)?),
        GeneralName::Uri(text) => Ok(GeneralName::uri(&text)?),
        GeneralName::Directory(name) => Ok(GeneralName::Directory(name.revalidate()?)),
        GeneralName::Other { oid, value } => other(policy, oid, value),
        other => Ok(other),
    }
}

/// A name of another kind: the value is one DER element.
fn other(
    policy: &AlternativeNamePolicy,
    oid: Oid,
    value: Vec<u8>,
) -> Result<GeneralName, AlternativeNameRefusal> {
    if !policy.other_names.contains(&oid) || check_structure(&value).is_err() {
        let taken =
            policy.other_names.iter().map(|oid| format!("other:{oid}")).collect::<Vec<_>>().join(", ");
        return Err(AlternativeNameRefusal::Kind { name: format!("other:{oid}"), taken });
    }
    Ok(GeneralName::Other { oid, value })
}

fn dns(policy: &AlternativeNamePolicy, text: &str) -> Result<GeneralName, AlternativeNameRefusal> {
    let name = GeneralName::dns(text)?;
    // A wildcard stands for one label below a domain of at least two (RFC 9525 section 6.3).
    if text.strip_prefix("*.").is_some_and(|domain| !policy.wildcards || !domain.contains('.')) {
        return Err(AlternativeNameRefusal::Wildcard { name: text.to_owned() });
    }
    let last = text.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AlternativeNameRefusal::NumericDns { name: text.to_owned() });
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::name::{AttributeKind, Name};

    fn policy(kinds: &[NameKind]) -> AlternativeNamePolicy {
        AlternativeNamePolicy {
            kinds: kinds.iter().copied().collect(),
            from_request: true,
            ..AlternativeNamePolicy::default()
        }
    }

    fn code(policy: &AlternativeNamePolicy, name: GeneralName) -> &'static str {
        check(policy, vec![name]).unwrap_err().code()
    }

    #[test]
    fn kinds_that_are_not_taken_are_refused() {
        let dns_only = policy(&[NameKind::Dns]);
        assert!(check(&dns_only, vec![GeneralName::Dns("a.cn".into())]).is_ok());
        let oid: Oid = "1.3.6.1.4.1.311.20.2.3".parse().unwrap();
        for name in [
            GeneralName::Ip("10.0.0.1".parse().unwrap()),
            GeneralName::Email("a@b.cn".into()),
            GeneralName::Uri("urn:x".into()),
            GeneralName::Directory(Name::empty()),
            GeneralName::RegisteredId(oid.clone()),
            GeneralName::Other { oid, value: vec![5, 0] },
            GeneralName::Raw { tag: 0x82, content: vec![0xff] },
        ] {
            assert_eq!(code(&dns_only, name), "alternative-name-kind-not-taken");
        }
    }

    #[test]
    fn names_are_typed_anew() {
        let all = policy(&[NameKind::Dns, NameKind::Email, NameKind::Uri, NameKind::Directory]);
        for (name, expected) in [
            (GeneralName::Dns("a b".into()), "alternative-name-dns"),
            (GeneralName::Dns("10.0.0.1".into()), "alternative-name-dns"),
            (GeneralName::Dns("*.a.cn".into()), "alternative-name-wildcard"),
            (GeneralName::Email("a".into()), "alternative-name-email"),
            (GeneralName::Uri("http://a\nb".into()), "alternative-name-uri"),
        ] {
            assert_eq!(code(&all, name.clone()), expected, "{name}");
        }
        let mixed = vec![GeneralName::Dns("A.cn".into()), GeneralName::Dns("a.CN".into())];
        assert_eq!(check(&all, mixed).unwrap(), [GeneralName::Dns("a.cn".into())]);
        let name = Name::from_parts(&[(AttributeKind::CommonName, "a".into())]).unwrap();
        assert!(check(&all, vec![GeneralName::Directory(name)]).is_ok());
    }

    #[test]
    fn other_names_are_taken_by_their_kind() {
        let oid = |text: &str| text.parse::<Oid>().unwrap();
        let policy = AlternativeNamePolicy {
            other_names: [oid("1.3.6.1.4.1.311.20.2.3")].into(),
            ..policy(&[NameKind::Other, NameKind::RegisteredId])
        };
        let other = |kind: &str, value: &[u8]| GeneralName::Other { oid: oid(kind), value: value.to_vec() };
        assert!(check(&policy, vec![other("1.3.6.1.4.1.311.20.2.3", b"\x0c\x01a")]).is_ok());
        assert!(check(&policy, vec![GeneralName::RegisteredId(oid("1.2.3"))]).is_ok());
        for name in [other("1.2.3", b"\x0c\x01a"), other("1.3.6.1.4.1.311.20.2.3", b"a")] {
            assert_eq!(code(&policy, name), "alternative-name-kind-not-taken");
        }
    }

    #[test]
    fn wildcards_stand_for_one_label_where_taken() {
        let wildcards = AlternativeNamePolicy { wildcards: true, ..policy(&[NameKind::Dns]) };
        assert!(check(&wildcards, vec![GeneralName::Dns("*.a.cn".into())]).is_ok());
        for name in ["*.cn", "*", "a.*.cn", "*.*.cn"] {
            assert!(check(&wildcards, vec![GeneralName::Dns(name.into())]).is_err(), "{name}");
        }
    }

    #[test]
    fn one_of_the_required_kinds_has_to_be_there() {
        let required = AlternativeNamePolicy {
            required_one_of: [NameKind::Dns, NameKind::Ip].into(),
            ..policy(&[NameKind::Dns, NameKind::Ip, NameKind::Uri])
        };
        assert!(check(&required, vec![GeneralName::Ip("::1".parse().unwrap())]).is_ok());
        assert_eq!(code(&required, GeneralName::Uri("urn:x".into())), "alternative-name-missing");
        assert_eq!(check(&required, vec![]).unwrap_err().code(), "alternative-name-missing");
    }

    #[test]
    fn more_names_than_the_bound_are_refused() {
        let names =
            |count: usize| (0..count).map(|n| GeneralName::Dns(format!("h{n}.cn"))).collect::<Vec<_>>();
        assert!(check(&policy(&[NameKind::Dns]), names(MAX_ALTERNATIVE_NAMES)).is_ok());
        let error = check(&policy(&[NameKind::Dns]), names(MAX_ALTERNATIVE_NAMES + 1)).unwrap_err();
        assert_eq!(error.code(), "alternative-names-too-many");
    }
}
