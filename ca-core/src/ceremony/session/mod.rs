//! A ceremony while it runs: each step is checked, done and recorded, in the order that follows from the plan.
//!
//! [`Session::next`] says which step comes next and [`Session::whose`] who does it. A method that is refused leaves
//! everything as it was, with the refusal on the record. What was recorded has happened: after a power failure
//! [`Session::resume`] goes on behind the last record, and keys that were in memory are restored from shares once more.
//! What was not recorded has not left the machine.

mod error;
mod keys;
mod outputs;
mod people;
mod state;
mod step;

pub use error::{JournalError, StepError};
pub use state::OutOfOrder;
pub use step::Step;

pub(crate) use people::enough_present;
pub(crate) use state::State;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Digest;
use super::act::PreparedOutput;
use super::plan::{Checked, Document, Role};
use super::share::{Collection, SealedKey};
use super::transcript::{Chain, Event, FORMAT, NamedFile, Record, Slot, Transcript};
use crate::algorithm::Signer;
use crate::key::PrivateKey;

/// Longest text of a record that people type.
const MAX_TEXT: usize = 2000;
/// Most facts about a machine.
const MAX_FACTS: usize = 64;

/// Where records go. What `append` returned Ok for is on durable storage (written and synchronised), behind all lines before
/// it; after an Err the ceremony does not go on until it is taken up again from what is there.
pub trait Journal {
    /// Appends a line, with its end.
    ///
    /// # Errors
    /// [`JournalError`] where the line is not on durable storage.
    fn append(&mut self, line: &[u8]) -> Result<(), JournalError>;
}

/// A journal in memory, for rehearsing in a program.
impl Journal for Vec<u8> {
    fn append(&mut self, line: &[u8]) -> Result<(), JournalError> {
        self.extend_from_slice(line);
        Ok(())
    }
}

/// A ceremony while it runs.
pub struct Session {
    checked: Checked,
    state: State,
    chain: Chain,
    existing: Option<Arc<dyn Signer>>,
    new: Option<Arc<dyn Signer>>,
    /// The root key itself, where it is to be sealed anew.
    bare: Option<PrivateKey>,
    collections: BTreeMap<Slot, Collection>,
    /// What this ceremony sealed.
    sealed: Option<SealedKey>,
    prepared: Option<(&'static str, PreparedOutput)>,
    /// The hash of the line that closed or voided the ceremony.
    ending: Option<Digest>,
}

impl Session {
    /// Opens a ceremony. `machine` holds facts worth recording, such as the version of the program, its digest, the machine's
    /// serial number.
    ///
    /// # Errors
    /// [`StepError::Journal`]; an example plan.
    pub fn open(
        checked: Checked,
        machine: BTreeMap<String, String>,
        journal: &mut dyn Journal,
    ) -> Result<Self, StepError> {
        checked.refuse_example()?;
        check_machine(&machine)?;
        let plan = checked.plan();
        let document = plan.document();
        let opened = Event::Opened {
            format: FORMAT.to_owned(),
            plan: plan.digest(),
            kind: document.kind,
            title: document.title.clone(),
            sequence: document.sequence,
            mode: checked.mode(),
            machine,
            files: checked.files().to_vec(),
            shares: checked.sealed_key().map(|sealed| sealed.set().clone()),
        };
        let chain = Chain::after(document.previous.0);
        let mut session = Self::new(checked, chain);
        session.record(&opened, journal)?;
        Ok(session)
    }

    fn new(checked: Checked, chain: Chain) -> Self {
        Self {
            checked,
            state: State::default(),
            chain,
            existing: None,
            new: None,
            bare: None,
            collections: BTreeMap::new(),
            sealed: None,
            prepared: None,
            ending: None,
        }
    }

    /// Reads where an interrupted ceremony stands, without going on: for `status`.
    ///
    /// # Errors
    /// A transcript that is not one, is of another plan, or whose records do not follow from each other.
    pub fn read(checked: Checked, transcript: &[u8]) -> Result<Self, StepError> {
        let transcript = Transcript::from_bytes(Transcript::whole_lines(transcript))?;
        transcript.require_plan(checked.plan())?;
        let expected = checked.mode();
        if let Some(Event::Opened { mode: found, .. }) = transcript.events().next()
            && *found != expected
        {
            return Err(StepError::Mixed { found: *found, expected });
        }
        let mut session = Self::new(checked, transcript.chain());
        session.ending = transcript.digest();
        for event in transcript.events() {
            session.state.apply(session.checked.plan().document(), event)?;
        }
        Ok(session)
    }

    /// Goes on with an interrupted ceremony behind its last whole record. `sealed_key` is the file that this ceremony made,
    /// where it had come so far. The file of the transcript must be cut to [`Transcript::whole_lines`] before.
    ///
    /// # Errors
    /// As [`Self::read`]; [`StepError::Over`]; [`StepError::StandInGone`]; a sealed key that is missing or another.
    #[allow(clippy::too_many_arguments)]
    pub fn resume(
        checked: Checked,
        transcript: &[u8],
        sealed_key: Option<&[u8]>,
        reason: &str,
        time: Timestamp,
        by: &str,
        machine: BTreeMap<String, String>,
        journal: &mut dyn Journal,
    ) -> Result<Self, StepError> {
        check_machine(&machine)?;
        let mut session = Self::read(checked, transcript)?;
        session.require_person(by)?;
        check_text("reason", reason)?;
        if session.is_over() {
            return Err(StepError::Over);
        }
        if session.state.stand_in.is_some() {
            return Err(StepError::StandInGone);
        }
        let made = session.state.resealed.as_ref().or(session.state.created.as_ref());
        if let Some(expected) = made.and_then(|made| made.sealed_key) {
            let sealed = SealedKey::from_pem(sealed_key.ok_or(StepError::SealedKeyNeeded)?)?;
            let found = sealed.digest()?;
            if found != expected {
                return Err(StepError::OtherSealedKey { found, expected });
            }
            session.sealed = Some(sealed);
        }
        let resumed = Event::Resumed { reason: reason.to_owned(), time, by: by.to_owned(), machine };
        session.record(&resumed, journal)?;
        Ok(session)
    }

    /// The step that comes next.
    #[must_use]
    pub fn next(&self) -> Step {
        self.state.next(self.plan())
    }

    /// Who does a step: names of people of the plan.
    #[must_use]
    pub fn whose(&self, step: &Step) -> Vec<String> {
        let of = |role| self.plan().with_role(role).map(|person| person.name.clone()).collect::<Vec<_>>();
        match step {
            Step::CheckShare { officer } => vec![officer.clone()],
            Step::GiveShare { officers, missing, .. } if *missing > 0 => officers.clone(),
            Step::CreateKey | Step::Reseal => of(Role::KeyOfficer),
            Step::ConfirmTime | Step::Destroy { .. } => [of(Role::Administrator), of(Role::Witness)].concat(),
            Step::Confirm { .. } => [of(Role::Witness), of(Role::Auditor)].concat(),
            Step::SignTranscript { person } => vec![person.clone()],
            Step::Finished => Vec::new(),
            _ => of(Role::Administrator),
        }
    }

    /// The plan with its material.
    #[must_use]
    pub const fn checked(&self) -> &Checked {
        &self.checked
    }

    /// Whether it is closed or voided: only signatures are missing, if any.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.state.closed || self.state.voided
    }

    /// Whether it was voided.
    #[must_use]
    pub const fn is_voided(&self) -> bool {
        self.state.voided
    }

    /// Who is present.
    #[must_use]
    pub fn present(&self) -> &[String] {
        &self.state.present
    }

    /// What was issued, by its name and in DER.
    pub fn issued(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.state.issued.iter().map(|(name, der)| (name.as_str(), der.as_slice()))
    }

    /// The key that this ceremony sealed.
    #[must_use]
    pub const fn sealed_key(&self) -> Option<&SealedKey> {
        self.sealed.as_ref()
    }

    /// Gives the ceremony up. What it made must not be used; the record stays, and those who are present sign it.
    ///
    /// # Errors
    /// [`StepError::Over`], and what every record may meet.
    pub fn void(&mut self, reason: &str, by: &str, journal: &mut dyn Journal) -> Result<(), StepError> {
        if self.is_over() {
            return Err(StepError::Over);
        }
        self.require_person(by)?;
        check_text("reason", reason)?;
        self.forget_keys();
        self.record(&Event::Voided { reason: reason.to_owned(), by: by.to_owned() }, journal)
    }

    /// Records something worth noting.
    ///
    /// # Errors
    /// [`StepError::Over`], and what every record may meet.
    pub fn remark(&mut self, by: &str, text: &str, journal: &mut dyn Journal) -> Result<(), StepError> {
        if self.is_over() {
            return Err(StepError::Over);
        }
        self.require_person(by)?;
        check_text("remark", text)?;
        self.record(&Event::Remark { by: by.to_owned(), text: text.to_owned() }, journal)
    }

    /// Closes the ceremony: from here on only signatures follow.
    ///
    /// # Errors
    /// Where another step comes next.
    pub fn close(&mut self, journal: &mut dyn Journal) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::Close)?;
            let named =
                |(name, der): (&str, &[u8])| NamedFile { name: name.to_owned(), digest: Digest::of(der) };
            let mut outputs: Vec<NamedFile> = session.issued().map(named).collect();
            let made = [session.state.created.as_ref(), session.state.resealed.as_ref()];
            outputs.extend(
                made.into_iter()
                    .flatten()
                    .filter_map(|made| made.sealed_key)
                    .map(|digest| NamedFile { name: "sealed-key".to_owned(), digest }),
            );
            session.forget_keys();
            session.record(&Event::Closed { outputs }, journal)
        })
    }

    fn forget_keys(&mut self) {
        (self.existing, self.new, self.bare, self.prepared) = (None, None, None, None);
        self.collections.clear();
    }

    const fn plan(&self) -> &Document {
        self.checked.plan().document()
    }

    /// Brings a record to durable storage, and takes it in.
    fn record(&mut self, event: &Event, journal: &mut dyn Journal) -> Result<(), StepError> {
        let mut after = self.state.clone();
        after.apply(self.checked.plan().document(), event)?;
        let (line, _, chain): (Vec<u8>, Record, Chain) =
            self.chain.line(event).map_err(|_| StepError::Encoding)?;
        journal.append(&line)?;
        (self.chain, self.state) = (chain, after);
        if matches!(event, Event::Closed { .. } | Event::Voided { .. }) {
            self.ending = Some(chain.head());
        }
        Ok(())
    }

    /// Does a step; what refuses it goes on the record.
    fn attempt<T>(
        &mut self,
        journal: &mut dyn Journal,
        step: impl FnOnce(&mut Self, &mut dyn Journal) -> Result<T, StepError>,
    ) -> Result<T, StepError> {
        match step(self, journal) {
            Err(error) if !matches!(error, StepError::Journal(_)) => {
                self.refuse(&error, journal)?;
                Err(error)
            }
            other => other,
        }
    }

    fn refuse(&mut self, error: &StepError, journal: &mut dyn Journal) -> Result<(), StepError> {
        if self.is_over() {
            return Ok(());
        }
        let text: String = error.to_string().chars().take(MAX_TEXT).collect();
        let refused =
            Event::Refused { step: self.next().name().to_owned(), code: error.code().to_owned(), text };
        self.record(&refused, journal)
    }

    fn require_step(&self, expected: &Step) -> Result<(), StepError> {
        let next = self.next();
        if next.name() == expected.name() {
            return Ok(());
        }
        Err(OutOfOrder { found: expected.to_string(), expected: next.to_string() }.into())
    }
}

fn check_text(field: &'static str, text: &str) -> Result<(), StepError> {
    let plain = (1..=MAX_TEXT).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if plain { Ok(()) } else { Err(StepError::Text { field }) }
}

fn check_machine(machine: &BTreeMap<String, String>) -> Result<(), StepError> {
    if machine.len() > MAX_FACTS {
        return Err(StepError::Text { field: "machine" });
    }
    machine.iter().try_for_each(|(name, fact)| {
        check_text("machine", name)?;
        check_text("machine", fact)
    })
}
