//! What people do: read aloud, be there, agree, sign.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rand_core::CryptoRng;

use super::{Journal, Session, Step, StepError, check_text};
use crate::algorithm::Signer;
use crate::ceremony::plan::{Custody, Document, Person, Role};
use crate::ceremony::share::ShareSet;
use crate::ceremony::transcript::{self, Event};

impl Session {
    /// The administrator typed the digits of the plan as they were read aloud.
    ///
    /// # Errors
    /// Digits that were misread, or are those of another plan.
    pub fn confirm_digits(
        &mut self,
        typed: &str,
        by: &str,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::ConfirmDigits)?;
            session.require_role(by, &[Role::Administrator], "the administrator")?;
            session.checked.plan().digits().confirm(typed)?;
            session.record(&Event::DigitsConfirmed { by: by.to_owned() }, journal)
        })
    }

    /// The time was read aloud by one and confirmed by a witness or auditor.
    ///
    /// # Errors
    /// A time too far from the plan's; a witness who is none.
    pub fn confirm_time(
        &mut self,
        time: Timestamp,
        by: &str,
        witness: &str,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::ConfirmTime)?;
            session.require_role(by, &[Role::Administrator], "the administrator")?;
            session.require_role(witness, &[Role::Witness, Role::Auditor], "a witness or auditor")?;
            let (planned, minutes) = (session.plan().time, session.plan().time_tolerance_minutes);
            if time.as_second().abs_diff(planned.as_second()) > u64::from(minutes) * 60 {
                return Err(StepError::Time { time, planned, minutes });
            }
            let event = Event::TimeConfirmed { time, by: by.to_owned(), witness: witness.to_owned() };
            session.record(&event, journal)
        })
    }

    /// Who is there. All who are written down sign the transcript at the end.
    ///
    /// # Errors
    /// Somebody who is not in the plan or stands twice; too few officers, no witness, no auditor.
    pub fn take_attendance(&mut self, present: &[&str], journal: &mut dyn Journal) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::TakeAttendance)?;
            let mut names = BTreeSet::new();
            for name in present {
                session.require_person(name)?;
                if !names.insert(*name) {
                    return Err(StepError::PresentTwice { name: (*name).to_owned() });
                }
            }
            if let Some(name) = session.state.spoken.iter().find(|name| !names.contains(name.as_str())) {
                return Err(StepError::Absent { name: name.clone() });
            }
            enough_present(session.plan(), session.state.existing_set.as_ref(), &names)?;
            let present = present.iter().map(|name| (*name).to_owned()).collect();
            session.record(&Event::Attendance { present }, journal)
        })
    }

    /// What was shown on the screen is agreed to by a witness or auditor who is present.
    ///
    /// # Errors
    /// Somebody who is absent or has no part in this.
    pub fn confirm(&mut self, by: &str, journal: &mut dyn Journal) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::Confirm { output: "" })?;
            session.require_present(by)?;
            session.require_role(by, &[Role::Witness, Role::Auditor], "a witness or auditor")?;
            let Step::Confirm { output } = session.next() else { return Ok(()) };
            let Some(intent) = session.state.prepared.get(output) else { return Ok(()) };
            let event = Event::Confirmed { output: output.to_owned(), tbs: intent.tbs, by: by.to_owned() };
            session.record(&event, journal)
        })
    }

    /// Something was destroyed before the eyes of a witness or auditor who is present.
    ///
    /// # Errors
    /// Somebody who is absent or has no part in this.
    pub fn destroyed(
        &mut self,
        how: &str,
        witness: &str,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::Destroy { what: "" })?;
            session.require_present(witness)?;
            session.require_role(witness, &[Role::Witness, Role::Auditor], "a witness or auditor")?;
            check_text("how", how)?;
            let Step::Destroy { what } = session.next() else { return Ok(()) };
            let event =
                Event::Destroyed { what: what.to_owned(), how: how.to_owned(), witness: witness.to_owned() };
            session.record(&event, journal)
        })
    }

    /// What a person who is present signs at the end; None while the ceremony goes on. For keys on devices of their own.
    #[must_use]
    pub fn transcript_to_sign(&self, person: &str) -> Option<Vec<u8>> {
        self.ending.map(|digest| transcript::signed_bytes(&digest, person))
    }

    /// A person signs the transcript with the key that the plan pins.
    ///
    /// # Errors
    /// The ceremony goes on; a person who was not present or has signed; a signature that does not hold.
    pub fn sign_transcript(
        &mut self,
        person: &str,
        signer: &dyn Signer,
        rng: &mut dyn CryptoRng,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        let pinned = self.require_person(person)?.public_key.0.clone();
        if *signer.public_key() != pinned {
            return Err(StepError::NotPinned { name: person.to_owned() });
        }
        let bytes = self.transcript_to_sign(person).ok_or_else(|| self.not_over())?;
        let signature = signer.sign(&bytes, rng)?;
        self.add_signature(person, &signature, journal)
    }

    /// Adds a signature that was made elsewhere over [`Self::transcript_to_sign`].
    ///
    /// # Errors
    /// As [`Self::sign_transcript`].
    pub fn add_signature(
        &mut self,
        person: &str,
        signature: &[u8],
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        let bytes = self.transcript_to_sign(person).ok_or_else(|| self.not_over())?;
        let key = self.require_person(person)?.public_key.0.clone();
        self.require_present(person)?;
        let name = person.to_owned();
        if self.state.signed.contains(person) {
            return Err(StepError::SignedTwice { name });
        }
        transcript::verify(&key, &bytes, signature)
            .map_err(|reason| StepError::Signature { name: name.clone(), reason })?;
        self.record(&Event::Signed { by: name, signature: signature.to_vec() }, journal)
    }

    fn not_over(&self) -> StepError {
        let found = Step::SignTranscript { person: String::new() }.name().to_owned();
        super::OutOfOrder { found, expected: self.next().to_string() }.into()
    }

    pub(super) fn require_person(&self, name: &str) -> Result<&Person, StepError> {
        let unknown = || StepError::Unknown { name: name.chars().take(64).collect() };
        self.plan().person(name).ok_or_else(unknown)
    }

    pub(super) fn require_present(&self, name: &str) -> Result<(), StepError> {
        self.require_person(name)?;
        if self.state.present.iter().any(|present| present == name) {
            return Ok(());
        }
        Err(StepError::Absent { name: name.to_owned() })
    }

    fn require_role(&self, name: &str, roles: &[Role], expected: &'static str) -> Result<(), StepError> {
        let person = self.require_person(name)?;
        if roles.contains(&person.role) {
            return Ok(());
        }
        Err(StepError::NotTheirs { name: person.name.clone(), role: person.role, expected })
    }
}

/// Whether enough people are there for what is planned; `set` holds the shares of the key that is used.
pub(crate) fn enough_present(
    plan: &Document,
    set: Option<&ShareSet>,
    names: &BTreeSet<&str>,
) -> Result<(), StepError> {
    let present = |role| plan.with_role(role).filter(|person| names.contains(person.name.as_str())).count();
    let officers = plan.with_role(Role::KeyOfficer).count();
    let all = plan.kind.makes_shares() && plan.custody == Custody::File;
    let quorum = match set {
        _ if all => officers,
        // Who holds the shares that open the key is known from the sealed key.
        Some(_) => 0,
        None => usize::from(plan.shares.threshold).min(officers),
    };
    for (role, needed) in
        [(Role::Administrator, 1), (Role::KeyOfficer, quorum), (Role::Witness, 1), (Role::Auditor, 1)]
    {
        if present(role) < needed {
            return Err(StepError::TooFew { role, present: present(role), needed });
        }
    }
    if let Some(set) = set {
        let holds = |name: &&&str| {
            let officer = plan
                .person(name)
                .is_some_and(|person| matches!(person.role, Role::KeyOfficer | Role::FormerKeyOfficer));
            officer && set.index_of(name).is_some()
        };
        let (holders, needed) = (names.iter().filter(holds).count(), usize::from(set.threshold));
        if holders < needed {
            return Err(StepError::TooFew { role: Role::KeyOfficer, present: holders, needed });
        }
    }
    Ok(())
}
