//! What happened, derived again from the papers, by anybody and without a network.
//!
//! Nothing is believed that can be computed: the steps are taken again in their order, the outputs are built again from the
//! plan and compared with what was signed, signatures are verified with the keys that the plan pins, certificates by path
//! validation. What must be believed is that the people who signed say what they saw.

mod error;
mod events;
mod outputs;

pub use error::VerifyError;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rand_core::CryptoRng;

use super::plan::{Kind, Material, Mode, PapersAtHand, Plan, Role};
use super::session::State;
use super::share::ShareSet;
use super::transcript::{self, Event, NamedFile, Slot, Transcript};
use super::{Digest, rehearsal};
use crate::x509::extension::{CrlNumber, ExtensionValue};
use crate::x509::{Certificate, CertificateList};

/// The papers of a ceremony.
#[derive(Debug, Clone, Default)]
pub struct Papers {
    /// The plan.
    pub plan: Vec<u8>,
    /// The transcript.
    pub transcript: Vec<u8>,
    /// The files that the plan names; the sealed key need not be there.
    pub material: Material,
    /// Outputs as they are used, by their names (`root`, `issuing`, `crl` …), in DER: they must be those of the transcript. None
    /// need be given.
    pub outputs: Vec<(String, Vec<u8>)>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the ceremony is called.
    pub title: String,
    /// What it did.
    pub kind: Kind,
    /// Its number.
    pub sequence: u64,
    /// Whether it counts.
    pub mode: Mode,
    /// The digest of its plan.
    pub plan: Digest,
    /// The digest of its transcript, to which the next one chains.
    pub digest: Digest,
    /// The digest of the transcript before.
    pub previous: Option<Digest>,
    /// Whether it was voided: then nothing that it made counts.
    pub voided: Option<String>,
    /// When it was held, as read aloud and confirmed.
    pub time: Option<Timestamp>,
    /// Who was present and signed.
    pub present: Vec<(String, Role)>,
    /// What it made, with its digests.
    pub outputs: Vec<NamedFile>,
    /// What it signed, in DER, by name.
    pub documents: Vec<(String, Vec<u8>)>,
    /// The sealed key that it used.
    pub used: Option<Digest>,
    /// Who gave a share of the sealed key that it used, and who of the one that it made.
    pub given: BTreeSet<(Slot, String)>,
    /// The sealed key that it made, and who holds the shares.
    pub made: Option<(Digest, ShareSet)>,
    /// Refusals that are on the record: step, code, text.
    pub refusals: Vec<(String, String, String)>,
    /// How often it was cut and taken up again.
    pub interruptions: usize,
}

/// Derives again what a ceremony did.
///
/// # Errors
/// The first [`VerifyError`]; then nothing that the ceremony made is to be believed.
pub fn verify(papers: &Papers, rng: &mut dyn CryptoRng) -> Result<Report, VerifyError> {
    let plan = Plan::from_toml(&papers.plan)?;
    let transcript = Transcript::from_bytes(&papers.transcript)?;
    let document = plan.document();
    let Some(Event::Opened { kind, title, sequence, mode, shares, .. }) = transcript.events().next() else {
        return Err(VerifyError::NotOver);
    };
    transcript.require_plan(&plan)?;
    if (*kind, title, *sequence) != (document.kind, &document.title, document.sequence) {
        return Err(VerifyError::Opening);
    }
    if document.mode == Mode::Rehearsal && *mode == Mode::Real {
        return Err(VerifyError::Opening);
    }
    let mut checked = plan.check_as(&papers.material, *mode, PapersAtHand::Public, rng)?;
    if let (Some(sealed), Some(shares)) = (checked.sealed_key(), shares)
        && sealed.set() != shares
    {
        return Err(VerifyError::Shares {
            what: "the shares at the opening are not those of the sealed key",
        });
    }
    let state = replay(&plan, &transcript, &mut checked)?;
    let digest = transcript.digest().ok_or(VerifyError::NotOver)?;
    signatures(&plan, &transcript, &state, digest)?;
    if !state.voided {
        outputs::rebuild(&checked, &state, rng)?;
        outputs::closing(&transcript, &state)?;
    }
    for (name, der) in &papers.outputs {
        match state.issued.get(name) {
            Some(issued) if issued == der && !state.voided => {}
            Some(_) => return Err(VerifyError::OtherOutput { output: name.clone() }),
            None => return Err(VerifyError::NoSuchOutput { output: name.clone() }),
        }
    }
    Ok(report(&plan, &transcript, state, digest, *mode))
}

/// Takes every step again.
fn replay(
    plan: &Plan,
    transcript: &Transcript,
    checked: &mut super::plan::Checked,
) -> Result<State, VerifyError> {
    let mut state = State::default();
    for (at, event) in transcript.events().enumerate() {
        let line = at + 1;
        state
            .apply(plan.document(), event)
            .map_err(|error| VerifyError::Order { line, reason: error.to_string() })?;
        if let Event::StandIn { certificate } = event {
            let standing = Certificate::from_der(certificate)
                .ok()
                .filter(|stand_in| rehearsal::is_marked(stand_in.subject()))
                .filter(|stand_in| {
                    stand_in.public_key().is_ok_and(|key| stand_in.verify_signed_by(&key).is_ok())
                })
                .ok_or(VerifyError::StandIn)?;
            checked.stand_in(standing);
        }
        events::check(plan, checked, &state, event).map_err(|reason| VerifyError::Step { line, reason })?;
    }
    Ok(state)
}

/// Everybody who was present has signed, with the key that the plan pins.
fn signatures(
    plan: &Plan,
    transcript: &Transcript,
    state: &State,
    digest: Digest,
) -> Result<(), VerifyError> {
    for event in transcript.events() {
        let Event::Signed { by, signature } = event else { continue };
        let name = by.clone();
        let person = plan.document().person(by).ok_or_else(|| VerifyError::Unknown { name: name.clone() })?;
        transcript::verify(&person.public_key.0, &transcript::signed_bytes(&digest, by), signature)
            .map_err(|reason| VerifyError::Signature { name, reason })?;
    }
    match state.present.iter().find(|name| !state.signed.contains(*name)) {
        Some(name) => Err(VerifyError::Unsigned { name: name.clone() }),
        None => Ok(()),
    }
}

fn report(plan: &Plan, transcript: &Transcript, state: State, digest: Digest, mode: Mode) -> Report {
    let document = plan.document();
    let role = |name: &String| document.person(name).map(|person| (name.clone(), person.role));
    let mut refusals = Vec::new();
    let (mut interruptions, mut voided, mut outputs) = (0, None, Vec::new());
    for event in transcript.events() {
        match event {
            Event::Refused { step, code, text } => refusals.push((step.clone(), code.clone(), text.clone())),
            Event::Resumed { .. } => interruptions += 1,
            Event::Voided { reason, .. } => voided = Some(reason.clone()),
            Event::Closed { outputs: closed } => outputs.clone_from(closed),
            _ => {}
        }
    }
    let given = given_ever(transcript);
    let made = state.resealed.as_ref().or(state.created.as_ref());
    let made = made.and_then(|made| Some((made.sealed_key?, made.shares.clone()?)));
    Report {
        title: document.title.clone(),
        kind: document.kind,
        sequence: document.sequence,
        mode,
        plan: plan.digest(),
        digest,
        previous: transcript.previous(),
        voided,
        time: state.time,
        present: state.present.iter().filter_map(role).collect(),
        outputs,
        documents: state.issued.into_iter().collect(),
        given,
        used: document.issuer.as_ref().and_then(|issuer| issuer.sealed_key),
        made,
        refusals,
        interruptions,
    }
}

/// Who gave shares, also before an interruption, after which others may have given theirs.
fn given_ever(transcript: &Transcript) -> BTreeSet<(Slot, String)> {
    let given = |event: &Event| match event {
        Event::ShareGiven { slot, officer } => Some((*slot, officer.clone())),
        _ => None,
    };
    transcript.events().filter_map(given).collect()
}

/// Whether ceremonies follow each other: numbers, digests, lists whose numbers rise, and no sealed key that was destroyed.
///
/// # Errors
/// [`VerifyError::Follows`], which names the ceremony.
pub fn follow(reports: &[Report]) -> Result<(), VerifyError> {
    let mut ended = BTreeSet::new();
    let mut lists: BTreeMap<Vec<u8>, (CrlNumber, Timestamp)> = BTreeMap::new();
    for (at, report) in reports.iter().enumerate() {
        let fault = |reason| VerifyError::Follows { sequence: report.sequence, reason };
        let (before, sequence) = match at.checked_sub(1).and_then(|before| reports.get(before)) {
            Some(before) => (Some(before.digest), before.sequence.checked_add(1)),
            None => (report.previous, Some(report.sequence)),
        };
        if report.previous != before {
            return Err(fault("it does not chain to the transcript before"));
        }
        if Some(report.sequence) != sequence {
            return Err(fault("its number does not follow"));
        }
        // Also a list of a voided ceremony may have been seen: no other has its number.
        for list in report.documents.iter().filter_map(|(_, der)| CertificateList::from_der(der).ok()) {
            let key = list.authority_key_identifier().ok().flatten().map(|key| key.to_value());
            let issuer = [list.issuer().as_der(), &key.unwrap_or_default()].concat();
            let number = list.number().ok().flatten().ok_or_else(|| fault("its list has no number"))?;
            let now = (number.clone(), list.this_update());
            if lists.get(&issuer).is_some_and(|before| before.0 >= now.0 || before.1 > now.1) {
                return Err(fault("its list does not rise above the one before"));
            }
            lists.insert(issuer, now);
        }
        if report.voided.is_some() {
            continue;
        }
        if let Some(used) = report.used {
            if ended.contains(&used) {
                return Err(fault("it uses a sealed key that was destroyed"));
            }
            if report.kind == Kind::ShareRenewal || report.kind == Kind::Termination {
                ended.insert(used);
            }
        }
    }
    Ok(())
}
