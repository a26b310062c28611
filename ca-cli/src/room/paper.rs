//! What is printed: the page of a share, for the officer's safe, and the report of a ceremony.

use ca_core::ceremony::Digest;
use ca_core::ceremony::plan::Mode;
use ca_core::ceremony::share::{Share, ShareSet, write_words};
use ca_core::ceremony::transcript::{Event, Transcript};

use super::account::tell;
use super::html::{escape, facts, page};
use super::qr;
use super::text::Texts;

/// Everything of a share on one page: QR, words, check sum, whose it is, of which ceremony. It is encrypted under the
/// officer's passphrase, which stands nowhere.
pub(crate) fn share_page(share: &Share, set: &ShareSet, title: &str, texts: &Texts) -> String {
    let mut body = String::new();
    if set.mode == Mode::Rehearsal {
        body.push_str(&format!("<div class=\"mark\">{}</div>\n", escape(texts.rehearsal_mark)));
    }
    body.push_str(&format!("<h1>{}: {}</h1>\n", escape(texts.share_of), escape(share.officer())));
    let holders = set.holders.len();
    let table = facts([
        (texts.share_number, format!("{} / {holders}", share.index())),
        (texts.share_needed, format!("{} / {holders}", set.threshold)),
        (texts.share_generation, set.generation.to_string()),
        (texts.ceremony, title.to_owned()),
        (texts.plan_digest, set.ceremony.groups()),
        (texts.key_digest, set.key.groups()),
        (texts.share_digest, Digest::of(&share.to_bytes()).groups()),
    ]);
    let code = qr::svg(share.to_qr().as_bytes()).unwrap_or_default();
    body.push_str(&format!("<div class=\"side\">{code}<div>{table}</div></div>\n"));
    body.push_str(&format!(
        "<h2>{}</h2>\n<p class=\"small\">{}</p>\n",
        escape(texts.share_words),
        escape(texts.share_words_how)
    ));
    body.push_str(&format!("<pre class=\"words\">{}</pre>\n", escape(&write_words(share).join("\n"))));
    body.push_str(&format!(
        "<h2>{}</h2>\n<p>{}</p>\n",
        escape(texts.share_keep),
        escape(texts.share_keep_how)
    ));
    page(texts.html_language, &format!("{}: {}", texts.share_of, share.officer()), &body)
}

/// A transcript as a page that can be read and filed.
pub(crate) fn report_page(transcript: &Transcript, texts: &'static Texts) -> String {
    let mut body = String::new();
    let (title, mode) = match transcript.events().next() {
        Some(Event::Opened { title, mode, .. }) => (title.as_str(), *mode),
        _ => ("", Mode::Real),
    };
    if mode == Mode::Rehearsal {
        body.push_str(&format!("<div class=\"mark\">{}</div>\n", escape(texts.rehearsal_mark)));
    }
    body.push_str(&format!("<h1>{}: {}</h1>\n", escape(texts.report), escape(title)));
    body.push_str(&format!("<p class=\"small\">{}</p>\n", escape(texts.report_intro)));
    let digest = transcript.digest().map_or_else(|| texts.report_open.to_owned(), |digest| digest.groups());
    let previous = transcript.previous().map_or_else(|| texts.none.to_owned(), |digest| digest.groups());
    body.push_str(&facts([(texts.report_digest, digest), (texts.previous, previous)]));
    body.push_str(&format!("<h2>{}</h2>\n<table class=\"log\">\n", escape(texts.report_lines)));
    let mut signatures = String::new();
    for record in transcript.records() {
        let line = tell(&record.what, texts);
        if let Event::Signed { by, signature } = &record.what {
            let code = escape(&Digest::of(signature).groups());
            signatures.push_str(&format!("<tr><th>{}</th><td><code>{code}</code></td></tr>\n", escape(by)));
            continue;
        }
        let facts: String = line
            .facts
            .iter()
            .map(|(name, value)| {
                let value = escape(value).replace('\n', "<br>");
                format!("<div class=\"fact\"><b>{}</b><span>{value}</span></div>", escape(name))
            })
            .collect();
        body.push_str(&format!(
            "<tr><td>{}</td><th>{}</th><td>{facts}</td></tr>\n",
            record.number,
            escape(line.heading)
        ));
    }
    body.push_str(&format!("</table>\n<h2>{}</h2>\n", escape(texts.report_signatures)));
    if signatures.is_empty() {
        body.push_str(&format!("<p>{}</p>\n", escape(texts.report_no_signatures)));
    } else {
        body.push_str(&format!("<table class=\"sign\">\n{signatures}</table>\n"));
    }
    page(texts.html_language, &format!("{}: {title}", texts.report), &body)
}
