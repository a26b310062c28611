//! Containers and time-stamps as text.

use super::cms::{certificates, fields};
use super::{fingerprints, identifier, key};
use crate::output::layout::{Colour, Page};
use crate::output::text::{Label, Phrase};
use crate::output::{Style, time};
use crate::view::{
    CfcaDetails, ImprintDetails, NamedKey, Pkcs12Details, TimeStampDetails, TimeStampRequestDetails,
    TimeStampResponseDetails,
};

pub(super) fn pkcs12(page: &mut Page<'_>, details: &Pkcs12Details, style: &Style) {
    let words = style.language.words();
    if let Some(mac) = &details.mac {
        page.field(Label::Protection, words.iterations(identifier(&mac.algorithm), mac.iterations));
    }
    page.lines(Label::Encryption, details.encryption.iter().map(identifier));
    if !details.opened {
        page.coloured(Label::Content, Colour::Dim, words.phrase(Phrase::NotOpened));
    }
    page.lines(
        Label::PrivateKeys,
        details.keys.iter().map(|named: &NamedKey| match &named.name {
            Some(name) => format!("{name}: {}", key(&named.key, style)),
            None => key(&named.key, style),
        }),
    );
    certificates(page, &details.certificates, style);
    if details.crl_count > 0 {
        page.field(Label::Lists, details.crl_count.to_string());
    }
    fingerprints(page, &details.fingerprints);
}

pub(super) fn cfca(page: &mut Page<'_>, details: &CfcaDetails, style: &Style) {
    let words = style.language.words();
    let (colour, phrase) = match details.opened {
        true => (Colour::Green, Phrase::KeyOfCertificate),
        false => (Colour::Dim, Phrase::NotOpened),
    };
    page.coloured(Label::Key, colour, words.phrase(phrase));
    certificates(page, std::slice::from_ref(&details.certificate), style);
    fingerprints(page, &details.fingerprints);
}

fn imprint(page: &mut Page<'_>, details: &ImprintDetails) {
    page.field(Label::Stamped, format!("{} {}", identifier(&details.hash_algorithm), details.hash));
}

pub(super) fn time_stamp_request(page: &mut Page<'_>, details: &TimeStampRequestDetails) {
    imprint(page, &details.imprint);
    page.optional(Label::Policies, details.policy.as_ref().map(identifier))
        .optional(Label::Nonce, details.nonce.as_deref());
    fingerprints(page, &details.fingerprints);
}

pub(super) fn time_stamp_response(page: &mut Page<'_>, details: &TimeStampResponseDetails, style: &Style) {
    let colour = if details.time_stamp.is_some() { Colour::Plain } else { Colour::Red };
    page.coloured(Label::Status, colour, details.status)
        .lines(Label::Reason, details.failures.iter().chain(&details.text));
    if let Some(stamp) = &details.time_stamp {
        time_stamp(page, stamp, style);
    }
    match &details.message {
        Some(message) => fields(page, message, style),
        None => fingerprints(page, &details.fingerprints),
    }
}

pub(super) fn time_stamp(page: &mut Page<'_>, details: &TimeStampDetails, style: &Style) {
    let accuracy = details.accuracy.map_or_else(String::new, |seconds| format!(", ±{seconds} s"));
    page.field(Label::Time, format!("{}{accuracy}", time::full(details.time, style)))
        .field(Label::Serial, &details.serial);
    imprint(page, &details.imprint);
    page.field(Label::Policies, identifier(&details.policy))
        .optional(Label::Issuer, details.authority.as_deref())
        .optional(Label::Nonce, details.nonce.as_deref());
    match &details.problem {
        Some(problem) => {
            page.coloured(Label::Signature, Colour::Red, format!("{} [{}]", problem.detail, problem.code))
        }
        None => page.field(Label::Signature, style.language.words().phrase(Phrase::SignerValid)),
    };
}
