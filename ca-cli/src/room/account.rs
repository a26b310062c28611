//! What a line of a transcript says, in words.

use ca_core::ceremony::Digest;
use ca_core::ceremony::share::ShareSet;
use ca_core::ceremony::transcript::{Event, NamedFile, Slot};
use ca_core::x509::Certificate;

use super::text::Texts;

/// A line: its heading, and names with values.
pub(crate) struct Line {
    /// What happened.
    pub(crate) heading: &'static str,
    /// The particulars.
    pub(crate) facts: Vec<(&'static str, String)>,
}

/// The line of an event.
pub(crate) fn tell(event: &Event, texts: &'static Texts) -> Line {
    let line = |heading, facts| Line { heading, facts };
    let slot = |slot: &Slot| match slot {
        Slot::Existing => texts.slot_existing.to_owned(),
        Slot::New => texts.slot_new.to_owned(),
    };
    match event {
        Event::Opened { plan, kind, title, sequence, mode, machine, files, .. } => {
            let machine = machine.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>();
            line(
                texts.event_opened,
                vec![
                    (texts.ceremony, title.clone()),
                    (texts.kind, kind.to_string()),
                    (texts.sequence, sequence.to_string()),
                    (texts.mode, mode.to_string()),
                    (texts.plan_digest, plan.groups()),
                    (texts.machine, machine.join("\n")),
                    (texts.files, named(files, texts)),
                ],
            )
        }
        Event::DigitsConfirmed { by } => line(texts.event_digits, vec![(texts.by, by.clone())]),
        Event::TimeConfirmed { time, by, witness } => line(
            texts.event_time,
            vec![(texts.time, time.to_string()), (texts.by, by.clone()), (texts.witness, witness.clone())],
        ),
        Event::Attendance { present } => {
            line(texts.event_attendance, vec![(texts.present, present.join("\n"))])
        }
        Event::KeyCreated { public_key, device, sealed_key, shares } => {
            let mut facts = vec![(texts.public_key, public_key.digest().groups())];
            facts.extend(device.iter().map(|device| (texts.device, device.clone())));
            facts.extend(sealed_key.iter().map(|digest| (texts.sealed_key, digest.groups())));
            facts.extend(shares.iter().map(|set| (texts.shares, holders(set))));
            line(texts.event_key_created, facts)
        }
        Event::StandIn { certificate } => line(texts.event_stand_in, document(certificate, texts)),
        Event::Resealed { sealed_key, shares } => line(
            texts.event_resealed,
            vec![
                (texts.sealed_key, sealed_key.groups()),
                (texts.share_generation, shares.generation.to_string()),
                (texts.shares, holders(shares)),
            ],
        ),
        Event::ShareChecked { officer } => {
            line(texts.event_share_checked, vec![(texts.officer, officer.clone())])
        }
        Event::ShareGiven { slot: key, officer } => {
            line(texts.event_share_given, vec![(texts.officer, officer.clone()), (texts.output, slot(key))])
        }
        Event::KeyReady { slot: which, key, device } => {
            let mut facts = vec![(texts.output, slot(which)), (texts.public_key, key.groups())];
            facts.extend(device.iter().map(|device| (texts.device, device.clone())));
            line(texts.event_key_ready, facts)
        }
        Event::Prepared { output, serial, tbs } => {
            let mut facts = vec![(texts.output, output.clone())];
            facts.extend(serial.iter().map(|serial| (texts.serial, serial.to_string())));
            facts.push((texts.tbs, tbs.groups()));
            line(texts.event_prepared, facts)
        }
        Event::Confirmed { output, tbs, by } => line(
            texts.event_confirmed,
            vec![(texts.output, output.clone()), (texts.tbs, tbs.groups()), (texts.by, by.clone())],
        ),
        Event::Issued { output, der } => {
            let mut facts = vec![(texts.output, output.clone())];
            facts.extend(document(der, texts));
            line(texts.event_issued, facts)
        }
        Event::Destroyed { what, how, witness } => line(
            texts.event_destroyed,
            vec![(texts.output, what.clone()), (texts.how, how.clone()), (texts.witness, witness.clone())],
        ),
        Event::Refused { step, code, text } => line(
            texts.event_refused,
            vec![(texts.step, step.clone()), (texts.code, code.clone()), (texts.reason, text.clone())],
        ),
        Event::Resumed { reason, time, by, machine } => {
            let machine = machine.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>();
            line(
                texts.event_resumed,
                vec![
                    (texts.reason, reason.clone()),
                    (texts.time, time.to_string()),
                    (texts.by, by.clone()),
                    (texts.machine, machine.join("\n")),
                ],
            )
        }
        Event::Remark { by, text } => {
            line(texts.event_remark, vec![(texts.by, by.clone()), (texts.value, text.clone())])
        }
        Event::Voided { reason, by } => {
            line(texts.event_voided, vec![(texts.reason, reason.clone()), (texts.by, by.clone())])
        }
        Event::Closed { outputs } => line(texts.event_closed, vec![(texts.outputs, named(outputs, texts))]),
        Event::Signed { by, signature } => line(
            texts.event_signed,
            vec![(texts.by, by.clone()), (texts.signature, Digest::of(signature).groups())],
        ),
    }
}

fn named(files: &[NamedFile], texts: &Texts) -> String {
    if files.is_empty() {
        return texts.none.to_owned();
    }
    files.iter().map(|file| format!("{}: {}", file.name, file.digest.groups())).collect::<Vec<_>>().join("\n")
}

fn holders(set: &ShareSet) -> String {
    let head = format!("{} / {}", set.threshold, set.holders.len());
    let lines = set.holders.iter().enumerate().map(|(at, holder)| format!("{}: {}", at + 1, holder.officer));
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}

fn document(der: &[u8], texts: &'static Texts) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Ok(certificate) = Certificate::from_der(der) {
        facts.push((texts.certificate_subject, certificate.subject().to_string()));
        facts.push((texts.serial, certificate.serial().to_string()));
    }
    facts.push((texts.document, Digest::of(der).groups()));
    facts
}
