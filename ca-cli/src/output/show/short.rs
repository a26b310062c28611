//! One line for each object.

use super::{identifier, key, kind, name, place};
use crate::output::layout::{Colour, printable};
use crate::output::text::Phrase;
use crate::output::{Style, time};
use crate::view::{Details, Shown, SignerDetails};

/// What it is, for whom, by whom, until when, and where it was found.
pub(super) fn line(shown: &Shown, style: &Style) -> String {
    let words = style.language.words();
    let mut colour = Colour::Plain;
    let parts: Vec<String> = match &shown.details {
        Details::Certificate(details) => {
            if style.now < details.not_before || style.now > details.not_after {
                colour = Colour::Red;
            }
            let issuer = if details.self_issued {
                words.phrase(Phrase::SelfIssued).to_owned()
            } else {
                name(&details.issuer.text, style)
            };
            let end = if style.now > details.not_after {
                words.ended(&time::relative(details.not_after, style))
            } else {
                words.ends(&time::relative(details.not_after, style))
            };
            vec![name(&details.subject.text, style), issuer, end, details.serial.clone()]
        }
        Details::Request(details) => {
            let proof = match &details.problem {
                None => identifier(&details.signature_algorithm).to_owned(),
                Some(problem) => {
                    colour = Colour::Red;
                    problem.code.clone()
                }
            };
            vec![name(&details.subject.text, style), proof]
        }
        Details::Crl(details) => {
            let next = details.next_update.map_or_else(String::new, |next| {
                if next < style.now {
                    colour = Colour::Red;
                    words.ended(&time::relative(next, style))
                } else {
                    words.ends(&time::relative(next, style))
                }
            });
            vec![name(&details.issuer.text, style), words.revoked(details.revoked_count), next]
        }
        Details::PrivateKey(details) => {
            let phrase = if details.encrypted { Phrase::EncryptedKey } else { Phrase::PlainKey };
            let public = details.public_key.as_ref();
            let key = public.map_or_else(String::new, |details| key(details, style));
            vec![key, words.phrase(phrase).to_owned()]
        }
        Details::PublicKey(details) => vec![key(details, style), details.fingerprint.clone()],
        Details::OcspRequest(details) => {
            details.questions.iter().map(|question| question.serial.clone()).collect()
        }
        Details::OcspResponse(details) => std::iter::once(details.response_status.to_owned())
            .chain(details.answers.iter().map(|answer| format!("{} {}", answer.serial, answer.status)))
            .collect(),
        Details::Cms(details) => {
            if details.signers.iter().any(|signer| signer.state == "invalid") {
                colour = Colour::Red;
            }
            let signer = |signer: &SignerDetails| signer.subject.as_ref().unwrap_or(&signer.signer).clone();
            let mut parts = vec![identifier(&details.content_type).to_owned()];
            parts.extend(details.signers.iter().map(signer));
            parts.extend(details.certificates.iter().map(|summary| summary.subject.clone()).take(1));
            parts.dedup();
            parts
        }
        Details::Pkcs12(details) => {
            let closed = (!details.opened).then(|| words.phrase(Phrase::NotOpened).to_owned());
            let subjects = details.certificates.iter().map(|summary| summary.subject.clone());
            closed.into_iter().chain(subjects).collect()
        }
        Details::CfcaContainer(details) => vec![details.certificate.subject.clone()],
        Details::TimeStampRequest(details) => vec![details.imprint.hash.clone()],
        Details::TimeStampResponse(details) => {
            let stamp = details.time_stamp.as_ref();
            let time = stamp.map_or_else(String::new, |stamp| time::full(stamp.time, style));
            vec![details.status.to_owned(), time]
        }
        Details::Asn1(details) => vec![details.fingerprints.sha256.clone()],
    };
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let place = printable(&place(&shown.source, shown.position));
    let text = format!("{}: {}", words.kind(kind(&shown.details)), parts.join("; "));
    format!("{place}: {}\n", colour.paint(&printable(&text), style))
}
