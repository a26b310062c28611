//! `ca show` as text.

mod certificate;
mod crl;
mod ocsp;

use jiff::Timestamp;
use schemas::rest::{CertificateStatus, CertificateView};

use super::layout::{Colour, Page, printable};
use super::text::{Label, Phrase};
use super::{Style, time};
use crate::report::ShowReport;
use crate::view::{Details, Fingerprints, Identifier, KeyDetails, PrivateKeyDetails, Shown};

/// All objects, and what could not be read.
pub(super) fn text(report: &ShowReport, style: &Style) -> String {
    let mut blocks: Vec<String> = report.objects.iter().map(|shown| object(shown, style)).collect();
    let error = Colour::Red.paint(style.language.words().phrase(Phrase::Error), style);
    blocks.extend(report.unreadable.iter().map(|unreadable| {
        let place = printable(&place(&unreadable.file, unreadable.position));
        format!("{place}: {error}: {} [{}]\n", printable(&unreadable.notice.detail), unreadable.notice.code)
    }));
    blocks.join("\n")
}

fn object(shown: &Shown, style: &Style) -> String {
    let label = match &shown.details {
        Details::Certificate(_) => Label::Certificate,
        Details::Request(_) => Label::Request,
        Details::Crl(_) => Label::RevocationList,
        Details::PrivateKey(_) => Label::PrivateKey,
        Details::PublicKey(_) => Label::PublicKey,
        Details::OcspResponse(_) => Label::OcspResponse,
    };
    let name = style.language.words().label(label);
    let mut page = Page::new(format!("{name} · {}", place(&shown.source, shown.position)), style);
    if let Some(record) = &shown.record {
        page.field(Label::IssuedBy, &record.view.authority)
            .field(Label::Profile, &record.view.profile)
            .field(Label::IssuedAt, time::full(record.view.issued_at, style));
        status_fields(&mut page, &record.view, style);
    }
    match &shown.details {
        Details::Certificate(details) => certificate::certificate(&mut page, details, style),
        Details::Request(details) => certificate::request(&mut page, details, style),
        Details::Crl(details) => crl::fields(&mut page, details, style),
        Details::PrivateKey(details) => private_key(&mut page, details, style),
        Details::PublicKey(details) => key_fields(&mut page, details, style),
        Details::OcspResponse(details) => ocsp::fields(&mut page, details, style),
    }
    page.finish()
}

fn place(file: &str, position: usize) -> String {
    if position == 1 { file.to_owned() } else { format!("{file} #{position}") }
}

/// A name, or that there is none.
pub(super) fn name(text: &str, style: &Style) -> String {
    if text.is_empty() { style.language.words().phrase(Phrase::NoName).to_owned() } else { text.to_owned() }
}

/// From when to when, and how far that is; red once it is over or before it begins.
pub(super) fn validity(not_before: Timestamp, not_after: Timestamp, style: &Style) -> (String, Colour) {
    let words = style.language.words();
    let (state, colour) = if style.now < not_before {
        (words.begins(&time::relative(not_before, style)), Colour::Red)
    } else if style.now > not_after {
        (words.ended(&time::relative(not_after, style)), Colour::Red)
    } else {
        (words.ends(&time::relative(not_after, style)), Colour::Plain)
    };
    (format!("{} – {} ({state})", time::absolute(not_before), time::absolute(not_after)), colour)
}

/// Status, since when, and why.
pub(super) fn status_fields(page: &mut Page<'_>, view: &CertificateView, style: &Style) {
    let colour = match view.status {
        CertificateStatus::Good => Colour::Green,
        CertificateStatus::Held => Colour::Yellow,
        CertificateStatus::Revoked => Colour::Red,
    };
    let status = style.language.words().status(view.status);
    let status = match view.revoked_at {
        Some(at) => format!("{status}, {}", time::full(at, style)),
        None => status.to_owned(),
    };
    page.coloured(Label::Status, colour, status)
        .optional(Label::Reason, view.reason.map(|reason| reason.as_str()))
        .optional(Label::InvalidityDate, view.invalidity_date.map(|at| time::full(at, style)));
}

fn private_key(page: &mut Page<'_>, details: &PrivateKeyDetails, style: &Style) {
    let phrase = if details.encrypted { Phrase::EncryptedKey } else { Phrase::PlainKey };
    page.field(Label::Protection, style.language.words().phrase(phrase));
    key_fields(page, &details.public_key, style);
}

fn key_fields(page: &mut Page<'_>, details: &KeyDetails, style: &Style) {
    page.field(Label::Key, key(details, style))
        .field(Label::Fingerprint, &details.fingerprint)
        .field(Label::SubjectKeyIdentifier, &details.key_identifier);
}

fn key(details: &KeyDetails, style: &Style) -> String {
    let name = match details.algorithm.as_str() {
        "sm2" => "SM2",
        "p256" => "ECDSA P-256",
        "p384" => "ECDSA P-384",
        "ed25519" => "Ed25519",
        "rsa" => "RSA",
        other => other,
    };
    format!("{name}, {}", style.language.words().bits(details.bits))
}

fn identifier(identifier: &Identifier) -> &str {
    identifier.name.unwrap_or(&identifier.oid)
}

fn fingerprints(page: &mut Page<'_>, fingerprints: &Fingerprints) {
    page.field(Label::Sha256, &fingerprints.sha256).field(Label::Sm3, &fingerprints.sm3);
}
