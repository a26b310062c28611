//! OCSP responses as text.

use super::{fingerprints, identifier};
use crate::output::layout::Page;
use crate::output::text::Label;
use crate::output::{Style, time};
use crate::view::{CertIdDetails, OcspDetails, OcspRequestDetails, SingleDetails};

pub(super) fn request(page: &mut Page<'_>, details: &OcspRequestDetails) {
    let question = |id: &CertIdDetails| {
        format!("{}, {} {} {}", id.serial, id.hash_algorithm, id.issuer_name_hash, id.issuer_key_hash)
    };
    page.lines(Label::AsksAbout, details.questions.iter().map(question))
        .optional(Label::Nonce, details.nonce.as_deref());
    fingerprints(page, &details.fingerprints);
}

pub(super) fn fields(page: &mut Page<'_>, details: &OcspDetails, style: &Style) {
    page.field(Label::Status, details.response_status)
        .optional(Label::Responder, details.responder.as_deref())
        .optional(Label::Produced, details.produced_at.map(|at| time::full(at, style)))
        .optional(Label::SignedWith, details.signature_algorithm.as_ref().map(identifier))
        .lines(Label::Answers, details.answers.iter().map(|answer| single(answer, style)));
}

fn single(answer: &SingleDetails, style: &Style) -> String {
    let mut text = format!("{}: {}", answer.serial, answer.status);
    if let Some(at) = answer.revoked_at {
        text.push_str(&format!(", {}", time::absolute(at)));
    }
    if let Some(reason) = answer.reason {
        text.push_str(&format!(", {reason}"));
    }
    let words = style.language.words();
    text.push_str(&format!("; {} {}", words.label(Label::ThisUpdate), time::absolute(answer.this_update)));
    if let Some(next) = answer.next_update {
        text.push_str(&format!(", {} {}", words.label(Label::NextUpdate), time::absolute(next)));
    }
    text
}
