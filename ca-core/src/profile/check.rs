//! The checks of a whole profile, part by part.

use std::str::FromStr;

use super::document::{Document, Kind};
use super::subject::{MAX_SUBJECT_PARTS, PartRule, SubjectPolicy};
use super::validity::{MAX_BACKDATE_MINUTES, MAX_DAYS};
use super::{NameKind, ProfileProblem, Purpose, Service, is_served_by};
use crate::algorithm::KeyAlgorithm;
use crate::x509::extension::policies::MAX_NOTICE;
use crate::x509::extension::{GeneralName, KeyUsage};
use crate::x509::name::AttributeKind;

/// The longest validity of an OCSP responder, in days: with ocsp-nocheck it cannot be revoked, so that it has
/// to end soon (RFC 6960 section 4.2.2.2.1).
const MAX_OCSP_DAYS: u32 = 31;

/// The longest title, in characters.
const MAX_TITLE: usize = 200;

/// The RSA sizes, in bits, that the project certifies at all.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=8192;

type Checked = Result<(), ProfileProblem>;

/// Checks that the parts of a profile agree with each other and with the standards.
pub(super) fn document(document: &Document) -> Checked {
    title(&document.title)?;
    subject(document)?;
    key(document)?;
    validity(document)?;
    key_usage(document)?;
    purposes(document)?;
    alternative_names(document)?;
    extensions(document)?;
    qualifiers(document)?;
    places(document)?;
    services(document)?;
    qualified(document)?;
    identity(document)
}

fn require(condition: bool, problem: ProfileProblem) -> Checked {
    if condition { Ok(()) } else { Err(problem) }
}

fn title(title: &str) -> Checked {
    let length = title.chars().count();
    require((1..=MAX_TITLE).contains(&length) && !title.chars().any(char::is_control), ProfileProblem::Title)
}

fn subject(document: &Document) -> Checked {
    let SubjectPolicy { parts, .. } = &document.subject;
    require(parts.len() <= MAX_SUBJECT_PARTS, ProfileProblem::TooManyParts)?;
    for (part, rule) in parts {
        let kind =
            AttributeKind::from_str(part).map_err(|_| ProfileProblem::UnknownPart { part: part.clone() })?;
        let spelled = kind.to_string();
        require(spelled == *part, ProfileProblem::PartSpelling { part: part.clone(), spelled })?;
        if matches!(rule, PartRule::Fixed(_)) {
            require(
                SubjectPolicy::can_be_fixed(&kind),
                ProfileProblem::CannotBeFixed { part: part.clone() },
            )?;
        }
    }
    let present = |rule: &PartRule| matches!(rule, PartRule::Required | PartRule::Fixed(_));
    require(parts.values().any(present), ProfileProblem::NothingRequired)?;
    if document.kind.is_authority() {
        require(
            document.subject.rule(&AttributeKind::CommonName).is_some_and(present),
            ProfileProblem::AuthorityWithoutCommonName,
        )?;
    }
    document.subject.check_fixed()
}

fn key(document: &Document) -> Checked {
    let key = &document.key;
    require(!key.algorithms.is_empty(), ProfileProblem::NoAlgorithm)?;
    require(
        key.algorithms.contains(&KeyAlgorithm::Rsa) == key.rsa_bits.is_some(),
        ProfileProblem::RsaBitsMismatch,
    )?;
    key.rsa_bits.map_or(Ok(()), |bits| {
        let fits = bits.min <= bits.max && RSA_BITS.contains(&bits.min) && RSA_BITS.contains(&bits.max);
        require(fits, ProfileProblem::RsaBitsRange { min: bits.min, max: bits.max })
    })
}

fn validity(document: &Document) -> Checked {
    let validity = &document.validity;
    let limit = if document.kind == Kind::Ocsp { MAX_OCSP_DAYS } else { MAX_DAYS };
    let ordered = 1 <= validity.default_days
        && validity.default_days <= validity.max_days
        && validity.max_days <= limit;
    require(ordered, ProfileProblem::Days { limit })?;
    require(
        validity.backdate_minutes <= MAX_BACKDATE_MINUTES,
        ProfileProblem::Backdate { minutes: validity.backdate_minutes },
    )
}

fn key_usage(document: &Document) -> Checked {
    use KeyUsage::{CrlSign, DecipherOnly, DigitalSignature, EncipherOnly, KeyAgreement, KeyCertSign};

    let (kind, usage) = (document.kind, &document.usage);
    require(!usage.key_usage.0.is_empty(), ProfileProblem::NoKeyUsage)?;
    let needed: &[KeyUsage] = match kind {
        Kind::Root | Kind::Authority => &[KeyCertSign, CrlSign],
        Kind::Ocsp => &[DigitalSignature],
        Kind::EndEntity => &[],
    };
    if let Some(missing) = needed.iter().find(|name| !usage.key_usage.0.contains(name)) {
        return Err(ProfileProblem::UsageNeeded { usage: *missing, kind });
    }
    for algorithm in usage.added_for.keys() {
        require(
            document.key.algorithms.contains(algorithm),
            ProfileProblem::AddedForOther { algorithm: *algorithm },
        )?;
    }
    for algorithm in &document.key.algorithms {
        let names = usage.key_usage_for(*algorithm);
        for name in &names {
            let fits_kind = match kind {
                Kind::Root | Kind::Authority => matches!(name, KeyCertSign | CrlSign | DigitalSignature),
                Kind::EndEntity => !matches!(name, KeyCertSign | CrlSign),
                Kind::Ocsp => *name == DigitalSignature,
            };
            require(fits_kind, ProfileProblem::UsageForKind { usage: *name, kind })?;
            require(
                is_served_by(*name, *algorithm),
                ProfileProblem::UsageForAlgorithm { usage: *name, algorithm: *algorithm },
            )?;
            if matches!(name, EncipherOnly | DecipherOnly) {
                require(
                    names.contains(&KeyAgreement),
                    ProfileProblem::UsageWithoutAgreement { usage: *name },
                )?;
            }
        }
    }
    Ok(())
}

fn purposes(document: &Document) -> Checked {
    let (kind, purposes) = (document.kind, &document.usage.extended_key_usage);
    if kind == Kind::Ocsp {
        require(
            purposes.len() == 1 && purposes.contains(&Purpose::OcspSigning),
            ProfileProblem::OcspPurpose,
        )?;
    }
    for purpose in purposes {
        let fits = match kind {
            Kind::Root | Kind::Authority => false,
            Kind::EndEntity => ![Purpose::OcspSigning, Purpose::Any].contains(purpose),
            Kind::Ocsp => true,
        };
        require(fits, ProfileProblem::PurposeForKind { purpose: purpose.clone(), kind })?;
        for algorithm in &document.key.algorithms {
            let names = document.usage.key_usage_for(*algorithm);
            let needed = purpose.needed_usage();
            require(
                needed.is_empty() || needed.iter().any(|name| names.contains(name)),
                ProfileProblem::PurposeWithoutUsage {
                    purpose: purpose.clone(),
                    needed: "a key usage by which it can be served (RFC 5280 section 4.2.1.12)",
                },
            )?;
        }
    }
    let required = &document.alternative_names.required_one_of;
    let names_a_server =
        !required.is_empty() && required.iter().all(|kind| matches!(kind, NameKind::Dns | NameKind::Ip));
    require(!purposes.contains(&Purpose::ServerAuth) || names_a_server, ProfileProblem::ServerWithoutName)
}

fn alternative_names(document: &Document) -> Checked {
    let names = &document.alternative_names;
    let chosen = document.requester.alternative_names;
    if document.kind != Kind::EndEntity {
        let none = names.kinds.is_empty() && !names.from_request && !chosen;
        require(none, ProfileProblem::NamesForKind { kind: document.kind })?;
    }
    require(names.kinds.is_empty() != (names.from_request || chosen), ProfileProblem::NamesFromNowhere)?;
    if let Some(kind) = names.required_one_of.iter().find(|kind| !names.kinds.contains(kind)) {
        return Err(ProfileProblem::RequiredKindNotTaken { kind: *kind });
    }
    require(
        names.kinds.contains(&NameKind::Other) != names.other_names.is_empty(),
        ProfileProblem::OtherNames,
    )?;
    require(!names.wildcards || names.kinds.contains(&NameKind::Dns), ProfileProblem::WildcardsWithoutDns)
}

fn extensions(document: &Document) -> Checked {
    let extensions = &document.extensions;
    let pointers = extensions.crl_distribution_point || extensions.ocsp || extensions.ca_issuers;
    require(extensions.path_length.is_none() || document.kind.is_authority(), ProfileProblem::PathLength)?;
    match document.kind {
        Kind::Root => require(!pointers, ProfileProblem::PointersOfRoot)?,
        Kind::Ocsp => {
            require(!pointers && extensions.ocsp_no_check, ProfileProblem::PointersOfResponder)?;
        }
        Kind::Authority | Kind::EndEntity => {}
    }
    require(!extensions.ocsp_no_check || document.kind == Kind::Ocsp, ProfileProblem::NoCheck)
}

fn qualifiers(document: &Document) -> Checked {
    let extensions = &document.extensions;
    let qualified = extensions.practice_statement.is_some() || extensions.notice.is_some();
    require(!qualified || !extensions.policies.is_empty(), ProfileProblem::QualifiersWithoutPolicies)?;
    if let Some(uri) = &extensions.practice_statement {
        let web = uri.starts_with("http://") || uri.starts_with("https://");
        require(
            web && GeneralName::uri(uri).is_ok(),
            ProfileProblem::PracticeStatement { uri: uri.clone() },
        )?;
    }
    extensions.notice.as_ref().map_or(Ok(()), |notice| {
        let length = notice.chars().count();
        let fits = (1..=MAX_NOTICE).contains(&length) && !notice.chars().any(char::is_control);
        require(fits, ProfileProblem::Notice)
    })
}

fn places(document: &Document) -> Checked {
    let extensions = &document.extensions;
    let more = extensions.crl_directory_name || !extensions.crl_mirrors.is_empty();
    require(!more || extensions.crl_distribution_point, ProfileProblem::MirrorsWithoutPoint)?;
    for uri in &extensions.crl_mirrors {
        let fetched = uri.starts_with("http://") || uri.starts_with("ldap://");
        require(fetched && GeneralName::uri(uri).is_ok(), ProfileProblem::Mirror { uri: uri.clone() })?;
    }
    require(!extensions.delta_crl || extensions.crl_distribution_point, ProfileProblem::DeltaWithoutPoint)?;
    if let Some(days) = extensions.private_key_days {
        let fits = (1..=document.validity.default_days).contains(&days);
        require(fits, ProfileProblem::PrivateKeyDays)?;
    }
    let server = document.usage.extended_key_usage.contains(&Purpose::ServerAuth);
    require(!extensions.must_staple || (server && extensions.ocsp), ProfileProblem::MustStaple)
}

fn services(document: &Document) -> Checked {
    let stamps = document.usage.extended_key_usage.contains(&Purpose::TimeStamping);
    for (service, uri) in &document.extensions.services {
        let wrong = |reason| Err(ProfileProblem::Service { service: service.clone(), reason });
        match service {
            Service::CaRepository if !document.kind.is_authority() => {
                return wrong("only an authority has one");
            }
            Service::TimeStamping if !stamps => {
                return wrong("only a certificate for timeStamping has one");
            }
            _ => {}
        }
        let reached = ["http://", "https://", "ldap://"].iter().any(|scheme| uri.starts_with(scheme));
        if !reached || GeneralName::uri(uri).is_err() {
            return wrong("an http, https or ldap URI is needed");
        }
    }
    Ok(())
}

fn qualified(document: &Document) -> Checked {
    let policy = &document.extensions.qualified;
    let reason = match document.kind {
        Kind::EndEntity => policy.fault(),
        _ if super::is_default(policy) => None,
        _ => Some("only for kind = \"end-entity\""),
    };
    reason.map_or(Ok(()), |reason| Err(ProfileProblem::Qualified { reason }))
}

fn identity(document: &Document) -> Checked {
    let (kind, policy) = (document.kind, &document.identity);
    require(kind == Kind::EndEntity || policy.kinds.is_empty(), ProfileProblem::IdentityForKind { kind })?;
    if let Some(kind) = policy.required.iter().find(|kind| !policy.kinds.contains(kind)) {
        return Err(ProfileProblem::RequiredIdentityNotTaken { kind: *kind });
    }
    let form = policy.form;
    match policy.kinds.iter().find(|kind| !form.holds(**kind)) {
        Some(kind) => Err(ProfileProblem::IdentityNotInForm { kind: *kind, form }),
        None => Ok(()),
    }
}
