//! Certificates and requests as text.

use super::{fingerprints, identifier, key, meaning, name, odd, signature, validity};
use crate::output::Style;
use crate::output::layout::{Colour, Page};
use crate::output::text::{Label, Phrase};
use crate::view::{CertificateDetails, ExtensionDetails, Meaning, Purposes, RequestDetails};

/// Extensions that have a field of their own.
const SHOWN: [&str; 9] = [
    "subjectKeyIdentifier",
    "keyUsage",
    "subjectAltName",
    "basicConstraints",
    "cRLDistributionPoints",
    "certificatePolicies",
    "authorityKeyIdentifier",
    "extKeyUsage",
    "authorityInfoAccess",
];

pub(super) fn certificate(page: &mut Page<'_>, details: &CertificateDetails, style: &Style) {
    let words = style.language.words();
    let (valid, colour) = validity(details.not_before, details.not_after, style);
    page.field(Label::Subject, name(&details.subject.text, style))
        .lines(Label::AlternativeNames, &details.purposes.alternative_names);
    if details.self_issued {
        page.field(Label::Issuer, words.phrase(Phrase::SelfIssued));
    } else {
        page.field(Label::Issuer, name(&details.issuer.text, style));
    }
    page.field(Label::Serial, &details.serial)
        .coloured(Label::Validity, colour, valid)
        .optional(Label::Key, details.public_key.as_ref().map(|details| key(details, style)));
    if let Some(error) = &details.public_key_error {
        page.coloured(Label::KeyProblem, Colour::Red, error);
    }
    page.field(Label::SignedWith, identifier(&details.signature_algorithm));
    signature(page, &details.signature, style);
    purposes(page, &details.purposes, style);
    odd(page, &details.odd, style);
    page.optional(Label::SubjectKeyIdentifier, details.subject_key_identifier.as_deref())
        .optional(Label::AuthorityKeyIdentifier, details.authority_key_identifier.as_deref());
    fingerprints(page, &details.fingerprints);
}

pub(super) fn request(page: &mut Page<'_>, details: &RequestDetails, style: &Style) {
    page.field(Label::Subject, name(&details.subject.text, style))
        .lines(Label::AlternativeNames, &details.purposes.alternative_names)
        .optional(Label::Key, details.public_key.as_ref().map(|details| key(details, style)));
    if let Some(error) = &details.public_key_error {
        page.coloured(Label::KeyProblem, Colour::Red, error);
    }
    page.field(Label::SignedWith, identifier(&details.signature_algorithm));
    match &details.problem {
        None => page.field(Label::Possession, style.language.words().phrase(Phrase::Proven)),
        Some(problem) => {
            page.coloured(Label::Possession, Colour::Red, format!("{} [{}]", problem.detail, problem.code))
        }
    };
    purposes(page, &details.purposes, style);
    odd(page, &details.odd, style);
    fingerprints(page, &details.fingerprints);
}

/// What the subject may do, and where to ask about it.
fn purposes(page: &mut Page<'_>, purposes: &Purposes, style: &Style) {
    let words = style.language.words();
    let authority = match (purposes.is_authority, purposes.path_length) {
        (Some(true), Some(length)) => Some(words.path_length(length)),
        (Some(true), None) => Some(words.phrase(Phrase::IsAuthority).to_owned()),
        (Some(false), _) => Some(words.phrase(Phrase::NotAnAuthority).to_owned()),
        (None, _) => None,
    };
    page.optional(Label::Authority, authority);
    let usage: Vec<&str> = purposes.key_usage.iter().map(|name| words.key_usage(name)).collect();
    page.optional(Label::KeyUsage, Some(usage.join(", ")).filter(|text| !text.is_empty()));
    let extended: Vec<&str> = purposes
        .extended_key_usage
        .iter()
        .map(|usage| usage.name.map_or(usage.oid.as_str(), |name| words.extended_key_usage(name)))
        .collect();
    page.optional(Label::ExtendedKeyUsage, Some(extended.join(", ")).filter(|text| !text.is_empty()))
        .lines(Label::Policies, purposes.policies.iter().map(identifier));
    meaning::fields(page, &purposes.extensions, style, meaning::is_of_policies);
    page.lines(Label::CrlAt, &purposes.crl_urls);
    meaning::fields(page, &purposes.extensions, style, meaning::is_of_points);
    page.lines(Label::OcspAt, &purposes.ocsp_urls).lines(Label::IssuerAt, &purposes.issuer_urls);
    let rest = |it: &Meaning| !meaning::is_of_policies(it) && !meaning::is_of_points(it);
    meaning::fields(page, &purposes.extensions, style, rest);
    page.lines(Label::OtherExtensions, others(&purposes.extensions, style));
}

pub(super) fn others(extensions: &[ExtensionDetails], style: &Style) -> Vec<String> {
    let critical = style.language.words().label(Label::Critical);
    extensions
        .iter()
        .filter(|extension| !extension.kind.name.is_some_and(|name| SHOWN.contains(&name)))
        .filter(|extension| extension.meaning.is_none())
        .map(|extension| match extension.critical {
            true => format!("{} ({critical})", identifier(&extension.kind)),
            false => identifier(&extension.kind).to_owned(),
        })
        .collect()
}
