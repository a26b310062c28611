//! `ca show` as text.

mod asn1;
mod certificate;
mod cms;
mod container;
mod crl;
mod lint;
mod meaning;
mod ocsp;
mod short;

use jiff::Timestamp;
use schemas::rest::{CertificateStatus, CertificateView};

use super::layout::{Colour, Page, printable};
use super::text::{Label, Phrase};
use super::{Style, time};
use crate::input::Kind;
use crate::report::{ShowReport, UnreadableObject};
use crate::view::{
    Asn1Details, Details, Fingerprints, Form, Identifier, KeyDetails, Oddity, PrivateKeyDetails, Shown,
    SignatureDetails,
};

pub(super) use lint::{report as lint_report, rules};

/// All objects, and what could not be read.
pub(super) fn text(report: &ShowReport, style: &Style) -> String {
    let object = |shown: &Shown| match report.form {
        Form::Pages => page(shown, style),
        Form::Short => short::line(shown, style),
        Form::Elements => elements(&heading(shown, style), shown.asn1.as_ref(), style),
    };
    let mut blocks: Vec<String> = report.objects.iter().map(object).collect();
    blocks.extend(report.unreadable.iter().map(|object| unreadable(object, style)));
    blocks.join(if report.form == Form::Short { "" } else { "\n" })
}

/// What cannot be read, why, and where.
pub(super) fn unreadable(object: &UnreadableObject, style: &Style) -> String {
    let words = style.language.words();
    let error = Colour::Red.paint(words.phrase(Phrase::Error), style);
    let place = printable(&place(&object.file, object.position));
    let detail = printable(&object.notice.detail);
    let mut text = format!("{place}: {error}: {detail} [{}]\n", printable(&object.notice.code));
    if let (Some(path), Some(offset)) = (&object.path, object.offset) {
        text.push_str(&format!("  {}\n", Colour::Dim.paint(&printable(&words.place(path, offset)), style)));
    }
    if let Some(elements) = &object.asn1 {
        text.push_str(&asn1::listing(elements, style));
    }
    text
}

fn elements(heading: &str, elements: Option<&Asn1Details>, style: &Style) -> String {
    let heading = Colour::Bold.paint(&printable(heading), style);
    format!("{heading}\n{}", elements.map_or_else(String::new, |elements| asn1::listing(elements, style)))
}

/// What an object is.
fn kind(details: &Details) -> Kind {
    match details {
        Details::Certificate(_) => Kind::Certificate,
        Details::Request(_) => Kind::Request,
        Details::Crl(_) => Kind::Crl,
        Details::PrivateKey(_) => Kind::PrivateKey,
        Details::PublicKey(_) => Kind::PublicKey,
        Details::OcspRequest(_) => Kind::OcspRequest,
        Details::OcspResponse(_) => Kind::OcspResponse,
        Details::Cms(_) => Kind::Cms,
        Details::Pkcs12(_) => Kind::Pkcs12,
        Details::CfcaContainer(_) => Kind::CfcaContainer,
        Details::TimeStampRequest(_) => Kind::TimeStampRequest,
        Details::TimeStampResponse(_) => Kind::TimeStampResponse,
        Details::Asn1(details) => details.kind,
    }
}

fn heading(shown: &Shown, style: &Style) -> String {
    let name = style.language.words().kind(kind(&shown.details));
    format!("{name} · {}", place(&shown.source, shown.position))
}

fn page(shown: &Shown, style: &Style) -> String {
    let mut page = Page::new(heading(shown, style), style);
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
        Details::OcspRequest(details) => ocsp::request(&mut page, details),
        Details::OcspResponse(details) => ocsp::fields(&mut page, details, style),
        Details::Cms(details) => cms::fields(&mut page, details, style),
        Details::Pkcs12(details) => container::pkcs12(&mut page, details, style),
        Details::CfcaContainer(details) => container::cfca(&mut page, details, style),
        Details::TimeStampRequest(details) => container::time_stamp_request(&mut page, details),
        Details::TimeStampResponse(details) => container::time_stamp_response(&mut page, details, style),
        Details::Asn1(details) => fingerprints(&mut page, &details.fingerprints),
    }
    if let Some(found) = &shown.lint {
        lint::fields(&mut page, found, style);
    }
    let mut text = page.finish();
    if let Details::Asn1(details) = &shown.details {
        text.push_str(&asn1::listing(&details.elements, style));
    }
    text
}

/// Whether the issuer signed it.
fn signature(page: &mut Page<'_>, details: &SignatureDetails, style: &Style) {
    let words = style.language.words();
    match (&details.problem, details.state) {
        (Some(problem), _) => {
            page.coloured(Label::Signature, Colour::Red, format!("{} [{}]", problem.detail, problem.code))
        }
        (None, "valid") => page.field(Label::Signature, words.phrase(Phrase::SignatureValid)),
        (None, _) => page.coloured(Label::Signature, Colour::Dim, words.phrase(Phrase::SignatureUnchecked)),
    };
}

/// What is odd about it.
fn odd(page: &mut Page<'_>, odd: &[Oddity], style: &Style) {
    let words = style.language.words();
    let line = |odd: &Oddity| words.oddity(odd.code, odd.value.as_deref().unwrap_or_default());
    page.coloured_lines(Label::Odd, Colour::Yellow, odd.iter().map(line));
}

pub(super) fn place(file: &str, position: usize) -> String {
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
    let words = style.language.words();
    let phrase = if details.encrypted { Phrase::EncryptedKey } else { Phrase::PlainKey };
    page.field(Label::Protection, words.phrase(phrase))
        .optional(Label::Encryption, details.encryption.as_deref());
    match &details.public_key {
        Some(key) => key_fields(page, key, style),
        None => {
            page.coloured(Label::Key, Colour::Dim, words.phrase(Phrase::NotOpened));
        }
    }
}

fn key_fields(page: &mut Page<'_>, details: &KeyDetails, style: &Style) {
    page.field(Label::Key, key(details, style))
        .field(Label::Fingerprint, &details.fingerprint)
        .field(Label::SubjectKeyIdentifier, &details.key_identifier);
}

pub(super) fn key(details: &KeyDetails, style: &Style) -> String {
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
