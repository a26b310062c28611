//! Where a ceremony stands, derived from its records alone: while it runs, when it is taken up again, and when it is
//! verified.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Step;
use crate::ceremony::act;
use crate::ceremony::plan::{Custody, Document, Kind, Mode, Role};
use crate::ceremony::share::ShareSet;
use crate::ceremony::transcript::{Event, Slot};
use crate::ceremony::{Digest, PinnedKey};
use crate::x509::SerialNumber;

/// A record that does not follow from those before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found} where {expected} comes next")]
pub struct OutOfOrder {
    /// What was recorded.
    pub found: String,
    /// The step that comes next.
    pub expected: String,
}

impl OutOfOrder {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "ceremony-out-of-order"
    }
}

/// What is to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Intent {
    pub(crate) serial: Option<SerialNumber>,
    pub(crate) tbs: Digest,
}

/// A key that this ceremony made or sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyMade {
    pub(crate) public_key: Option<PinnedKey>,
    pub(crate) sealed_key: Option<Digest>,
    pub(crate) shares: Option<ShareSet>,
}

/// Where a ceremony stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) mode: Option<Mode>,
    pub(crate) stand_in_needed: bool,
    /// Who holds shares of the existing key, and how many are needed; none where it is not known.
    pub(crate) existing_set: Option<ShareSet>,
    pub(crate) digits: bool,
    pub(crate) time: Option<Timestamp>,
    /// Who has spoken before attendance was taken, and so must be there.
    pub(crate) spoken: BTreeSet<String>,
    pub(crate) present: Vec<String>,
    pub(crate) stand_in: Option<Vec<u8>>,
    pub(crate) created: Option<KeyMade>,
    pub(crate) resealed: Option<KeyMade>,
    pub(crate) checked: BTreeSet<String>,
    pub(crate) given: BTreeMap<Slot, Vec<String>>,
    pub(crate) ready: BTreeMap<Slot, Digest>,
    pub(crate) prepared: BTreeMap<String, Intent>,
    pub(crate) confirmed: BTreeSet<String>,
    pub(crate) issued: BTreeMap<String, Vec<u8>>,
    pub(crate) destroyed: BTreeSet<String>,
    pub(crate) closed: bool,
    pub(crate) voided: bool,
    pub(crate) signed: BTreeSet<String>,
}

/// What is destroyed at the end.
pub(crate) fn to_destroy(plan: &Document) -> &'static [&'static str] {
    match (plan.kind, plan.custody) {
        (Kind::ShareRenewal, _) => &["old-sealed-key", "old-shares"],
        (Kind::Termination, Custody::File) => &["sealed-key", "shares"],
        (Kind::Termination, _) => &["key-in-device"],
        _ => &[],
    }
}

impl State {
    /// How many shares restore a key.
    pub(crate) fn threshold(&self, plan: &Document, slot: Slot) -> u8 {
        let set = match slot {
            Slot::Existing => self.existing_set.as_ref(),
            Slot::New => self.created.as_ref().and_then(|made| made.shares.as_ref()),
        };
        set.map_or(plan.shares.threshold, |set| set.threshold)
    }

    /// Who is present and may give a share of a key.
    fn givers(&self, plan: &Document, slot: Slot) -> Vec<String> {
        let set = match slot {
            Slot::Existing => self.existing_set.as_ref(),
            Slot::New => self.created.as_ref().and_then(|made| made.shares.as_ref()),
        };
        let is_officer = |name: &&String| {
            plan.person(name)
                .is_some_and(|person| matches!(person.role, Role::KeyOfficer | Role::FormerKeyOfficer))
        };
        let holds = |name: &&String| set.is_none_or(|set| set.index_of(name).is_some());
        self.present.iter().filter(is_officer).filter(holds).cloned().collect()
    }

    fn ready_step(&self, plan: &Document, slot: Slot) -> Option<Step> {
        if self.ready.contains_key(&slot) {
            return None;
        }
        if slot == Slot::Existing && self.stand_in_needed {
            return Some(Step::MakeStandIn);
        }
        if plan.custody != Custody::File {
            return Some(Step::OpenDevice { slot });
        }
        let given = self.given.get(&slot).map_or(&[][..], Vec::as_slice);
        let officers = self.givers(plan, slot).into_iter().filter(|name| !given.contains(name)).collect();
        let missing = self.threshold(plan, slot).saturating_sub(u8::try_from(given.len()).unwrap_or(u8::MAX));
        Some(Step::GiveShare { slot, officers, missing })
    }

    fn check_step(&self, made: Option<&KeyMade>) -> Option<Step> {
        let set = made?.shares.as_ref()?;
        let left = set.holders.iter().find(|holder| !self.checked.contains(&holder.officer))?;
        Some(Step::CheckShare { officer: left.officer.clone() })
    }

    /// The step that comes next.
    pub(crate) fn next(&self, plan: &Document) -> Step {
        if self.closed || self.voided {
            let left = self.present.iter().find(|name| !self.signed.contains(*name));
            return left.map_or(Step::Finished, |name| Step::SignTranscript { person: name.clone() });
        }
        if !self.digits {
            return Step::ConfirmDigits;
        }
        if self.time.is_none() {
            return Step::ConfirmTime;
        }
        if self.present.is_empty() {
            return Step::TakeAttendance;
        }
        self.next_of_act(plan).unwrap_or(Step::Close)
    }

    fn next_of_act(&self, plan: &Document) -> Option<Step> {
        if plan.kind == Kind::ShareRenewal && self.resealed.is_none() {
            return Some(self.ready_step(plan, Slot::Existing).unwrap_or(Step::Reseal));
        }
        if let Some(step) = self.check_step(self.resealed.as_ref()) {
            return Some(step);
        }
        if matches!(plan.kind, Kind::Root | Kind::Rollover) {
            if self.created.is_none() {
                return Some(Step::CreateKey);
            }
            if let Some(step) = self.check_step(self.created.as_ref()) {
                return Some(step);
            }
        }
        if let Some(output) =
            act::outputs(plan.kind).iter().find(|output| !self.issued.contains_key(**output))
        {
            let ready = self.ready_step(plan, act::slot(plan.kind, output));
            return Some(ready.unwrap_or_else(|| self.output_step(output)));
        }
        let left = to_destroy(plan).iter().find(|what| !self.destroyed.contains(**what));
        left.map(|what| Step::Destroy { what })
    }

    fn output_step(&self, output: &'static str) -> Step {
        if !self.prepared.contains_key(output) {
            Step::Prepare { output }
        } else if !self.confirmed.contains(output) {
            Step::Confirm { output }
        } else {
            Step::Sign { output }
        }
    }

    /// Takes in the next record.
    pub(crate) fn apply(&mut self, plan: &Document, event: &Event) -> Result<(), OutOfOrder> {
        let step = self.next(plan);
        let fail = |found: &str| Err(OutOfOrder { found: found.to_owned(), expected: step.to_string() });
        let ended = self.closed || self.voided;
        match (event, &step) {
            (Event::Opened { mode, shares, .. }, _) if self.mode.is_none() => {
                self.mode = Some(*mode);
                self.existing_set.clone_from(shares);
                self.stand_in_needed =
                    *mode == Mode::Rehearsal && plan.mode == Mode::Real && plan.kind.uses_key();
            }
            (Event::DigitsConfirmed { by }, Step::ConfirmDigits) => {
                self.digits = true;
                self.spoken.insert(by.clone());
            }
            (Event::TimeConfirmed { time, by, witness }, Step::ConfirmTime) => {
                self.time = Some(*time);
                self.spoken.extend([by.clone(), witness.clone()]);
            }
            (Event::Attendance { present }, Step::TakeAttendance) => self.present.clone_from(present),
            (Event::KeyCreated { public_key, sealed_key, shares, .. }, Step::CreateKey) => {
                self.ready.insert(Slot::New, public_key.digest());
                self.created = Some(KeyMade {
                    public_key: Some(public_key.clone()),
                    sealed_key: *sealed_key,
                    shares: shares.clone(),
                });
            }
            (Event::StandIn { certificate }, Step::MakeStandIn) => {
                self.stand_in = Some(certificate.clone());
                self.ready.insert(Slot::Existing, Digest([0; 32]));
            }
            (Event::Resealed { sealed_key, shares }, Step::Reseal) => {
                self.resealed = Some(KeyMade {
                    public_key: None,
                    sealed_key: Some(*sealed_key),
                    shares: Some(shares.clone()),
                });
            }
            (Event::ShareChecked { officer }, Step::CheckShare { officer: expected })
                if officer == expected =>
            {
                self.checked.insert(officer.clone());
            }
            (Event::ShareGiven { slot, officer }, Step::GiveShare { slot: expected, officers, missing })
                if slot == expected && officers.contains(officer) && *missing > 0 =>
            {
                self.given.entry(*slot).or_default().push(officer.clone());
            }
            (
                Event::KeyReady { slot, key, device: None },
                Step::GiveShare { slot: expected, missing: 0, .. },
            )
            | (Event::KeyReady { slot, key, device: Some(_) }, Step::OpenDevice { slot: expected })
                if slot == expected =>
            {
                self.ready.insert(*slot, *key);
            }
            (Event::Prepared { output, serial, tbs }, Step::Prepare { output: expected })
                if output == expected =>
            {
                self.prepared.insert(output.clone(), Intent { serial: serial.clone(), tbs: *tbs });
            }
            (Event::Confirmed { output, tbs, .. }, Step::Confirm { output: expected })
                if output == expected
                    && self.prepared.get(output).is_some_and(|intent| intent.tbs == *tbs) =>
            {
                self.confirmed.insert(output.clone());
            }
            (Event::Issued { output, der }, Step::Sign { output: expected }) if output == expected => {
                self.issued.insert(output.clone(), der.clone());
            }
            (Event::Destroyed { what, .. }, Step::Destroy { what: expected }) if what == expected => {
                self.destroyed.insert(what.clone());
            }
            (Event::Closed { .. }, Step::Close) => self.closed = true,
            (Event::Voided { by, .. }, _) if self.mode.is_some() && !ended => {
                self.voided = true;
                if self.present.is_empty() {
                    self.present.push(by.clone());
                }
            }
            (Event::Refused { .. } | Event::Remark { .. }, _) if self.mode.is_some() && !ended => {}
            (Event::Resumed { .. }, _) if self.mode.is_some() && !ended && self.stand_in.is_none() => {
                // What was in memory is gone.
                self.ready.clear();
                self.given.clear();
            }
            (Event::Signed { by, .. }, _)
                if ended && self.present.contains(by) && !self.signed.contains(by) =>
            {
                self.signed.insert(by.clone());
            }
            (other, _) => return fail(name(other)),
        }
        Ok(())
    }
}

/// The name of a record.
fn name(event: &Event) -> &'static str {
    match event {
        Event::Opened { .. } => "opened",
        Event::DigitsConfirmed { .. } => "digits-confirmed",
        Event::TimeConfirmed { .. } => "time-confirmed",
        Event::Attendance { .. } => "attendance",
        Event::KeyCreated { .. } => "key-created",
        Event::StandIn { .. } => "stand-in",
        Event::Resealed { .. } => "resealed",
        Event::ShareChecked { .. } => "share-checked",
        Event::ShareGiven { .. } => "share-given",
        Event::KeyReady { .. } => "key-ready",
        Event::Prepared { .. } => "prepared",
        Event::Confirmed { .. } => "confirmed",
        Event::Issued { .. } => "issued",
        Event::Destroyed { .. } => "destroyed",
        Event::Refused { .. } => "refused",
        Event::Resumed { .. } => "resumed",
        Event::Remark { .. } => "remark",
        Event::Voided { .. } => "voided",
        Event::Closed { .. } => "closed",
        Event::Signed { .. } => "signed",
    }
}
