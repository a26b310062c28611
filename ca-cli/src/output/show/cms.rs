//! Messages as text.

use super::{fingerprints, identifier};
use crate::output::layout::{Colour, Page};
use crate::output::text::{Label, Phrase};
use crate::output::{Style, time};
use crate::view::{CertificateSummary, CmsDetails, OpenedDetails, SignerDetails};

/// How many certificates of a container a person reads; JSON has all.
const MAX_LISTED: usize = 20;

pub(super) fn fields(page: &mut Page<'_>, details: &CmsDetails, style: &Style) {
    let words = style.language.words();
    let family = match details.family {
        Some("gmt0010") => " (GM/T 0010)",
        Some(_) => " (PKCS #7, CMS)",
        None => "",
    };
    let ber = if details.ber { ", BER" } else { "" };
    page.field(Label::Type, format!("{}{family}{ber}", identifier(&details.content_type)));
    // A message that only carries certificates has no content to speak of.
    let carries = details.signers.is_empty() && !details.certificates.is_empty();
    if let Some(content) = details.content.as_ref().filter(|content| !carries || content.length.is_some()) {
        let length =
            content.length.map_or_else(|| words.phrase(Phrase::Elsewhere).to_owned(), |it| words.bytes(it));
        page.field(Label::Content, format!("{}, {length}", identifier(&content.content_type)));
    }
    page.optional(Label::Encryption, details.encryption.as_ref().map(identifier));
    if let Some(opened) = &details.opened {
        inside(page, opened, style);
    }
    if let Some(stamp) = &details.time_stamp {
        super::container::time_stamp(page, stamp, style);
    }
    let mut label = Label::SignedBy;
    for signer in &details.signers {
        for (colour, line) in lines(signer, style) {
            page.coloured_lines(label, colour, [line]);
            label = Label::Blank;
        }
    }
    page.lines(
        Label::Recipients,
        details.recipients.iter().map(|recipient| match &recipient.algorithm {
            Some(algorithm) => format!("{} ({})", recipient.recipient, identifier(algorithm)),
            None => recipient.recipient.clone(),
        }),
    );
    certificates(page, &details.certificates, style);
    if details.crl_count > 0 {
        page.field(Label::Lists, details.crl_count.to_string());
    }
    fingerprints(page, &details.fingerprints);
}

/// What a key opened.
fn inside(page: &mut Page<'_>, opened: &OpenedDetails, style: &Style) {
    let words = style.language.words();
    if let Some(problem) = &opened.problem {
        page.coloured(Label::Opened, Colour::Red, format!("{} [{}]", problem.detail, problem.code));
        return;
    }
    let mut parts: Vec<String> = opened.objects.iter().map(|kind| words.kind(*kind).to_owned()).collect();
    parts.extend(opened.text.as_ref().map(|_| style.language.meanings().a_text().to_owned()));
    parts.extend(opened.length.map(|length| words.bytes(length)));
    parts.extend(opened.sha256.as_ref().map(|hash| format!("SHA-256 {hash}")));
    page.coloured(Label::Opened, Colour::Green, parts.join(", "))
        .lines(Label::Blank, opened.text.iter().flat_map(|text| text.lines()));
}

fn lines(signer: &SignerDetails, style: &Style) -> Vec<(Colour, String)> {
    let words = style.language.words();
    let mut who = signer.subject.clone().unwrap_or_else(|| signer.signer.clone());
    if let Some(at) = signer.signing_time {
        who.push_str(&format!(", {}", time::full(at, style)));
    }
    let how =
        format!("{}, {}", identifier(&signer.digest_algorithm), identifier(&signer.signature_algorithm));
    let verdict = match (&signer.problem, signer.state) {
        (_, "valid") => (Colour::Green, words.phrase(Phrase::SignerValid).to_owned()),
        (Some(problem), state) => {
            let colour = if state == "invalid" { Colour::Red } else { Colour::Dim };
            (colour, format!("{} [{}]", problem.detail, problem.code))
        }
        (None, _) => (Colour::Dim, words.phrase(Phrase::SignerUnchecked).to_owned()),
    };
    vec![(Colour::Plain, who), (Colour::Plain, how), verdict]
}

/// Certificates in a container, a line each.
pub(super) fn certificates(page: &mut Page<'_>, all: &[CertificateSummary], style: &Style) {
    let words = style.language.words();
    let line = |summary: &CertificateSummary| {
        let end = time::relative(summary.not_after, style);
        let end = if summary.not_after < style.now { words.ended(&end) } else { words.ends(&end) };
        format!("{}; {}; {end}", super::name(&summary.subject, style), summary.serial)
    };
    let mut lines: Vec<String> = all.iter().take(MAX_LISTED).map(line).collect();
    if all.len() > MAX_LISTED {
        lines.push(words.more(all.len() - MAX_LISTED));
    }
    page.lines(Label::Certificates, lines);
}
