//! What extensions say that have no member of their own.

use ca_core::encoding::{dump, hex};
use ca_core::x509::extension::{
    CertificatePolicies, Decoded, DistributionPoint, DistributionPointName, GeneralName, IdentityNumber,
    NameConstraints, PolicyQualifier, QualifiedStatement, SignedTimestamp, StatementMeaning, Subtree,
};
use ca_core::x509::{Extension, Oid};
use jiff::Timestamp;
use serde::Serialize;

use super::Identifier;
use crate::report::Notice;

/// The content of an extension, by its kind.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Meaning {
    /// A number of GM/T 0015.
    IdentityNumber {
        /// What is numbered, such as `organization-code`.
        numbered: &'static str,
        number: String,
        /// Why it is not formed as its kind asks.
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<Notice>,
    },
    QualifiedStatements {
        statements: Vec<StatementDetails>,
    },
    SignedTimestamps {
        timestamps: Vec<LoggedDetails>,
    },
    /// Policies that people are told more about.
    Policies {
        policies: Vec<PolicyDetails>,
    },
    PolicyMappings {
        pairs: Vec<MappingDetails>,
    },
    /// After how many more certificates something begins to hold.
    PolicyConstraints {
        #[serde(skip_serializing_if = "Option::is_none")]
        require_explicit_policy: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        inhibit_policy_mapping: Option<u32>,
    },
    InhibitAnyPolicy {
        skip_certificates: u32,
    },
    NameConstraints {
        permitted: Vec<String>,
        excluded: Vec<String>,
    },
    PrivateKeyUsagePeriod {
        #[serde(skip_serializing_if = "Option::is_none")]
        not_before: Option<Timestamp>,
        #[serde(skip_serializing_if = "Option::is_none")]
        not_after: Option<Timestamp>,
    },
    SubjectInformationAccess {
        services: Vec<ServiceDetails>,
    },
    /// Names of places of delta CRLs.
    FreshestCrl {
        places: Vec<String>,
    },
    /// Places of CRLs that are no URI.
    DistributionPoints {
        places: Vec<String>,
    },
    IssuingDistributionPoint {
        places: Vec<String>,
        /// Certificates of which holders the list is about, where not of all: `end_entities`, `authorities` or `attributes`.
        #[serde(skip_serializing_if = "Option::is_none")]
        only: Option<&'static str>,
        /// Whether it is about some reasons only.
        some_reasons: bool,
        /// Whether it is about certificates of others than its issuer too.
        indirect: bool,
    },
    DeltaCrlIndicator {
        /// The number of the list that this one adds to.
        base: String,
    },
    IssuerAlternativeNames {
        names: Vec<String>,
    },
    /// Numbers of extensions of TLS.
    TlsFeatures {
        features: Vec<u16>,
    },
}

/// A statement of a qualified certificate.
#[derive(Serialize)]
pub(crate) struct StatementDetails {
    pub(crate) statement: Identifier,
    /// What it says, where it is one of ETSI EN 319 412-5 or RFC 3739.
    #[serde(flatten)]
    pub(crate) says: StatementSays,
}

/// What a statement says.
#[derive(Default, Serialize)]
pub(crate) struct StatementSays {
    /// `compliance`, `secure_device`, `limit`, `retention`, `disclosure`, `types`, `legislation`, `syntax` or `other`.
    pub(crate) meaning: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
    /// The limit is `amount · 10^exponent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exponent: Option<u64>,
    /// Years for which documents are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) years: Option<u64>,
    /// Addresses of disclosure statements, countries, or types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<String>,
}

/// A promise of a transparency log.
#[derive(Serialize)]
pub(crate) struct LoggedDetails {
    /// Of the structure, from 1; the first octet of those that are not known is one below it.
    pub(crate) version: u16,
    /// SHA-256 of the public key of the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<Timestamp>,
    /// Numbers of hash and signature algorithm, RFC 5246 §7.4.1.4.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) algorithms: Option<(u8, u8)>,
}

/// A policy with its qualifiers.
#[derive(Serialize)]
pub(crate) struct PolicyDetails {
    pub(crate) policy: Identifier,
    pub(crate) practice_statements: Vec<String>,
    pub(crate) notices: Vec<String>,
}

/// Policies that count as one.
#[derive(Serialize)]
pub(crate) struct MappingDetails {
    pub(crate) issuer: Identifier,
    pub(crate) subject: Identifier,
}

/// A service of the subject.
#[derive(Serialize)]
pub(crate) struct ServiceDetails {
    pub(crate) method: Identifier,
    pub(crate) location: String,
}

impl Meaning {
    /// None for extensions that say nothing more, have members of their own, or cannot be read.
    pub(super) fn of(extension: &Extension) -> Option<Self> {
        Some(match extension.decoded() {
            Decoded::Identity(number) => identity(&number),
            Decoded::QualifiedStatements(statements) => Self::QualifiedStatements {
                statements: statements.0.iter().map(StatementDetails::of).collect(),
            },
            Decoded::SignedTimestamps(promises) => Self::SignedTimestamps {
                timestamps: promises.timestamps().iter().map(LoggedDetails::of).collect(),
            },
            Decoded::CertificatePolicies(policies) => return self::policies(&policies),
            Decoded::PolicyMappings(mappings) => {
                let pair = |pair: &ca_core::x509::extension::PolicyMapping| MappingDetails {
                    issuer: Identifier::of(&pair.issuer),
                    subject: Identifier::of(&pair.subject),
                };
                Self::PolicyMappings { pairs: mappings.0.iter().map(pair).collect() }
            }
            Decoded::PolicyConstraints(constraints) => Self::PolicyConstraints {
                require_explicit_policy: constraints.require_explicit_policy,
                inhibit_policy_mapping: constraints.inhibit_policy_mapping,
            },
            Decoded::InhibitAnyPolicy(inhibit) => Self::InhibitAnyPolicy { skip_certificates: inhibit.0 },
            Decoded::NameConstraints(constraints) => names(&constraints),
            Decoded::PrivateKeyUsagePeriod(period) => {
                Self::PrivateKeyUsagePeriod { not_before: period.not_before, not_after: period.not_after }
            }
            Decoded::SubjectInformationAccess(access) => {
                let service = |description: &ca_core::x509::extension::AccessDescription| ServiceDetails {
                    method: Identifier::of(&description.method),
                    location: place(&description.location),
                };
                Self::SubjectInformationAccess { services: access.0.iter().map(service).collect() }
            }
            Decoded::FreshestCrl(points) => {
                Self::FreshestCrl { places: points.0.iter().flat_map(places).collect() }
            }
            Decoded::CrlDistributionPoints(points) => {
                let others = |place: &String| !place.contains("://");
                let places: Vec<String> = points.0.iter().flat_map(places).filter(others).collect();
                if places.is_empty() {
                    return None;
                }
                Self::DistributionPoints { places }
            }
            Decoded::IssuingDistributionPoint(point) => Self::IssuingDistributionPoint {
                places: point.name.iter().flat_map(named).collect(),
                only: match () {
                    () if point.only_user_certificates => Some("end_entities"),
                    () if point.only_ca_certificates => Some("authorities"),
                    () if point.only_attribute_certificates => Some("attributes"),
                    () => None,
                },
                some_reasons: point.only_some_reasons.is_some(),
                indirect: point.indirect,
            },
            Decoded::DeltaCrlIndicator(base) => Self::DeltaCrlIndicator { base: base.0.to_string() },
            Decoded::IssuerAlternativeName(names) => {
                Self::IssuerAlternativeNames { names: names.0.iter().map(ToString::to_string).collect() }
            }
            Decoded::TlsFeature(features) => Self::TlsFeatures { features: features.0 },
            _ => return None,
        })
    }
}

fn identity(number: &IdentityNumber) -> Meaning {
    let problem = number.check().err();
    Meaning::IdentityNumber {
        numbered: number.kind().name(),
        number: number.text().into_owned(),
        problem: problem.map(|error| Notice { code: error.code().to_owned(), detail: error.to_string() }),
    }
}

fn policies(policies: &CertificatePolicies) -> Option<Meaning> {
    let mut details = Vec::new();
    for policy in &policies.0 {
        let (mut practice_statements, mut notices) = (Vec::new(), Vec::new());
        for qualifier in policy.read_qualifiers().unwrap_or_default() {
            match qualifier {
                PolicyQualifier::Cps(uri) => practice_statements.push(uri),
                PolicyQualifier::UserNotice { reference, text } => {
                    let refers = reference.map(|(organisation, numbers)| {
                        let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
                        format!("{organisation} {}", numbers.join(", "))
                    });
                    notices.extend(text.into_iter().chain(refers));
                }
                _ => {}
            }
        }
        if !practice_statements.is_empty() || !notices.is_empty() {
            let policy = Identifier::of(&policy.policy);
            details.push(PolicyDetails { policy, practice_statements, notices });
        }
    }
    (!details.is_empty()).then_some(Meaning::Policies { policies: details })
}

fn names(constraints: &NameConstraints) -> Meaning {
    let all = |subtrees: &[Subtree]| subtrees.iter().map(subtree).collect();
    Meaning::NameConstraints { permitted: all(&constraints.permitted), excluded: all(&constraints.excluded) }
}

fn subtree(subtree: &Subtree) -> String {
    match subtree {
        Subtree::Dns(text) => format!("dns:{text}"),
        Subtree::Email(text) => format!("email:{text}"),
        Subtree::Uri(text) => format!("uri:{text}"),
        Subtree::Ip { address, mask } => {
            let ones = match mask {
                std::net::IpAddr::V4(mask) => mask.to_bits().leading_ones(),
                std::net::IpAddr::V6(mask) => mask.to_bits().leading_ones(),
            };
            format!("ip:{address}/{ones}")
        }
        Subtree::Directory(name) => format!("directory:{name}"),
        Subtree::Other { tag, content, .. } => format!("raw:{tag:02x}:{}", hex::encode(content)),
        _ => "other".to_owned(),
    }
}

/// Where a list is: URIs as they stand, other names with their kind.
fn places(point: &DistributionPoint) -> Vec<String> {
    let issuers = point.crl_issuer.iter().map(place);
    point.name.iter().flat_map(named).chain(issuers).collect()
}

fn named(name: &DistributionPointName) -> Vec<String> {
    match name {
        DistributionPointName::Full(names) => names.iter().map(place).collect(),
        DistributionPointName::Relative(relative) => vec![format!("relative:{}", hex::encode(relative))],
    }
}

fn place(name: &GeneralName) -> String {
    match name {
        GeneralName::Uri(uri) => uri.clone(),
        name => name.to_string(),
    }
}

impl StatementDetails {
    fn of(statement: &QualifiedStatement) -> Self {
        let blank = StatementSays::default();
        let says = match statement.meaning() {
            StatementMeaning::Compliance => StatementSays { meaning: "compliance", ..blank },
            StatementMeaning::SecureDevice => StatementSays { meaning: "secure_device", ..blank },
            StatementMeaning::Limit { currency, amount, exponent } => StatementSays {
                meaning: "limit",
                currency: Some(currency),
                amount: Some(amount),
                exponent: Some(exponent),
                ..blank
            },
            StatementMeaning::RetentionYears(years) => {
                StatementSays { meaning: "retention", years: Some(years), ..blank }
            }
            StatementMeaning::Disclosure(places) => {
                let values =
                    places.into_iter().map(|(url, language)| format!("{url} ({language})")).collect();
                StatementSays { meaning: "disclosure", values, ..blank }
            }
            StatementMeaning::Types(types) => StatementSays {
                meaning: "types",
                values: types.iter().map(qualified_type).collect(),
                ..blank
            },
            StatementMeaning::Legislation(countries) => {
                StatementSays { meaning: "legislation", values: countries, ..blank }
            }
            StatementMeaning::Syntax(_) => StatementSays { meaning: "syntax", ..blank },
            _ => StatementSays { meaning: "other", ..blank },
        };
        Self { statement: Identifier::of(&statement.statement), says }
    }
}

/// Types of ETSI EN 319 412-5 section 4.2.3 by name.
fn qualified_type(oid: &Oid) -> String {
    oid.to_object_identifier().and_then(dump::name).map_or_else(|| oid.to_string(), str::to_owned)
}

impl LoggedDetails {
    fn of(promise: &SignedTimestamp) -> Self {
        match promise {
            SignedTimestamp::V1 { log, hash, algorithm, .. } => Self {
                version: 1,
                log: Some(hex::encode(log)),
                time: promise.time(),
                algorithms: Some((*hash, *algorithm)),
            },
            SignedTimestamp::Other(bytes) => {
                let version = u16::from(bytes.first().copied().unwrap_or_default()) + 1;
                Self { version, log: None, time: None, algorithms: None }
            }
        }
    }
}
