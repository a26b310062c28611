//! Reports as text.

use schemas::rest::CertificateView;

use super::layout::{Page, printable};
use super::text::{Label, Phrase};
use super::{Style, ceremony, health, monitor, operation, show, table, verdict};
use crate::report::{Changed, Converted, Issued, KeyMade, Report, RequestMade};

pub(super) fn text(report: &Report, style: &Style) -> String {
    match report {
        Report::KeyMade(made) => key_made(made, style),
        Report::RequestMade(made) => request_made(made, style),
        Report::Shown(report) => show::text(report, style),
        Report::Converted(converted) => self::converted(converted, style),
        Report::Linted(report) => show::lint_report(report, style),
        Report::Rules(rules) => show::rules(rules, style),
        Report::Verdict(verdict) => verdict::text(verdict, style),
        Report::Issued(issued) => self::issued(issued, style),
        Report::Listed(listed) => table::text(listed, style),
        Report::Changed(changed) => self::changed(changed, style),
        Report::Authorities(list) => operation::authorities(list, style),
        Report::AuthorityChanged(changed) => operation::changed(changed, style),
        Report::ListsPublished(published) => operation::lists(published, style),
        Report::Planned(plan) => operation::planned(plan, style),
        Report::RevokedByPlan(report) => operation::revoked(report, style),
        Report::Health(view) => health::text(view, style),
        Report::Watched(watched) => monitor::text(watched, style),
        Report::Ceremony(report) => ceremony::text(report, style),
        Report::Written(written) => {
            written.files.iter().map(|file| format!("{}\n", printable(file))).collect()
        }
        Report::Raw(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn key_made(made: &KeyMade, style: &Style) -> String {
    let words = style.language.words();
    let protection = if made.encrypted { Phrase::EncryptedKey } else { Phrase::PlainKey };
    Page::new(words.phrase(Phrase::KeyMade), style)
        .field(Label::File, &made.file)
        .field(Label::Key, &made.algorithm)
        .field(Label::Fingerprint, &made.fingerprint)
        .field(Label::PublicKey, &made.public_key)
        .field(Label::Protection, words.phrase(protection))
        .finish()
}

fn converted(converted: &Converted, style: &Style) -> String {
    let words = style.language.words();
    let mut page = Page::new(words.phrase(Phrase::Converted), style);
    page.field(Label::File, &converted.file)
        .field(Label::Format, converted.format)
        .field(Label::Objects, converted.objects.to_string());
    if converted.private_keys > 0 {
        let phrase = if converted.encrypted { Phrase::EncryptedKey } else { Phrase::PlainKey };
        page.field(Label::PrivateKeys, converted.private_keys.to_string())
            .field(Label::Protection, words.phrase(phrase));
    }
    page.finish()
}

/// Without a file the request itself is the output, fit for a pipe.
fn request_made(made: &RequestMade, style: &Style) -> String {
    match &made.file {
        None => made.pem.clone(),
        Some(file) => Page::new(style.language.words().phrase(Phrase::RequestMade), style)
            .field(Label::File, file)
            .field(Label::Subject, show::name(&made.subject, style))
            .finish(),
    }
}

/// Without a file the certificate itself is the output, fit for a pipe.
fn issued(issued: &Issued, style: &Style) -> String {
    match &issued.file {
        None => issued.certificate.pem.clone(),
        Some(file) => {
            let mut page = Page::new(style.language.words().phrase(Phrase::Issued), style);
            page.field(Label::File, file);
            certificate_fields(&mut page, &issued.certificate, style);
            page.finish()
        }
    }
}

fn changed(changed: &Changed, style: &Style) -> String {
    let words = style.language.words();
    let heading = if changed.done { words.done(&changed.change) } else { words.would(&changed.change) };
    let mut page = Page::new(heading, style);
    certificate_fields(&mut page, &changed.certificate, style);
    page.finish()
}

/// What a person must see of a certificate before and after it changes.
pub(super) fn certificate_fields(page: &mut Page<'_>, view: &CertificateView, style: &Style) {
    page.field(Label::Subject, show::name(&view.subject, style))
        .field(Label::Serial, &view.serial)
        .field(Label::IssuedBy, &view.authority)
        .field(Label::Profile, &view.profile)
        .field(Label::Validity, show::validity(view.not_before, view.not_after, style).0);
    show::status_fields(page, view, style);
}
