//! The steps that people take: reading aloud, being there, agreeing, signing.

use ca_core::algorithm::Sm2Parameters;
use ca_core::ceremony::plan::Role;
use ca_core::ceremony::session::{Step, StepError};

use super::{Stage, administrator};
use crate::command::ceremony::{ask, material};
use crate::failure::Failure;
use crate::input::{Passwords, load_private_key};
use crate::room::fill;

/// A step: a failure ends the program, a refusal is shown.
pub(super) type Done = Result<Result<(), StepError>, Failure>;

impl Stage<'_> {
    /// Does a step.
    pub(super) fn step(&mut self, step: &Step) -> Done {
        match step {
            Step::ConfirmDigits => self.confirm_digits(),
            Step::ConfirmTime => self.confirm_time(),
            Step::TakeAttendance => self.take_attendance(),
            Step::MakeStandIn => Ok(self.session.make_stand_in(self.rng, &mut self.journal)),
            Step::CreateKey => self.create_key(),
            Step::Reseal => self.reseal(),
            Step::CheckShare { officer } => self.check_share(officer),
            Step::GiveShare { officers, missing, .. } => self.give_share(officers, *missing),
            Step::OpenDevice { .. } => self.open_device(),
            Step::Prepare { .. } => self.prepare(),
            Step::Confirm { output } => self.confirm(output),
            Step::Sign { .. } => self.sign(),
            Step::Destroy { what } => self.destroy(what),
            Step::Close => self.close(),
            Step::SignTranscript { person } => self.sign_transcript(person),
            Step::Finished => Ok(Ok(())),
        }
    }

    fn confirm_digits(&mut self) -> Done {
        let typed = ask::line(self.room, self.room.texts().ask_digits)?;
        let by = administrator(&self.session);
        Ok(self.session.confirm_digits(&typed, &by, &mut self.journal))
    }

    fn confirm_time(&mut self) -> Done {
        let texts = self.room.texts();
        let time = ask::time(self.room, texts.ask_time)?;
        let witness = ask::choose(self.room, texts.ask_time_witness, &self.observers(false))?;
        let by = administrator(&self.session);
        Ok(self.session.confirm_time(time, &by, &witness, &mut self.journal))
    }

    fn take_attendance(&mut self) -> Done {
        let texts = self.room.texts();
        let document = self.session.checked().plan().document().clone();
        let mut present = Vec::new();
        for person in &document.people {
            let question = fill(texts.ask_present, &[&person.name, texts.role(person.role)]);
            if ask::yes(self.room, &question)? {
                present.push(person.name.as_str());
            }
        }
        Ok(self.session.take_attendance(&present, &mut self.journal))
    }

    /// Witnesses and auditors, of those who are present where that is known.
    fn observers(&self, present: bool) -> Vec<String> {
        let document = self.session.checked().plan().document();
        let observes = |role| matches!(role, Role::Witness | Role::Auditor);
        document
            .people
            .iter()
            .filter(|person| observes(person.role))
            .filter(|person| !present || self.session.present().contains(&person.name))
            .map(|person| person.name.clone())
            .collect()
    }

    fn confirm(&mut self, output: &str) -> Done {
        let texts = self.room.texts();
        let prepared = match self.session.prepared(self.rng) {
            Ok(prepared) => super::outputs::describe(prepared, output, texts),
            Err(error) => return Ok(Err(error)),
        };
        let words = material::sentences(self.session.checked().plan(), texts).join("\n");
        ask::say(self.room, &format!("{words}\n{prepared}"))?;
        let by = ask::choose(self.room, texts.ask_agree, &self.observers(true))?;
        if !ask::yes(self.room, &fill(texts.ask_agree_yes, &[&by, output]))? {
            return self.disagree(&by, output);
        }
        Ok(self.session.confirm(&by, &mut self.journal))
    }

    /// Somebody does not agree: it stands on the record, and the ceremony stops here.
    fn disagree(&mut self, by: &str, output: &str) -> Done {
        let text = format!("does not agree to {output}");
        if let Err(error) = self.session.remark(by, &text, &mut self.journal) {
            return Ok(Err(error));
        }
        Err(Failure::refused("not-agreed", format!("{by} does not agree to {output}")))
    }

    fn destroy(&mut self, what: &str) -> Done {
        let texts = self.room.texts();
        ask::say(self.room, texts.destroy_in_words(what))?;
        if what == "key-in-device" {
            self.destroy_in_device()?;
        }
        let how = ask::line(self.room, texts.ask_destroyed_how)?;
        let witness = ask::choose(self.room, texts.ask_destroyed_witness, &self.observers(true))?;
        if !ask::yes(self.room, &fill(texts.ask_destroyed_yes, &[&witness]))? {
            return Err(Failure::refused("not-destroyed", format!("{what} is not destroyed")));
        }
        Ok(self.session.destroyed(&how, &witness, &mut self.journal))
    }

    fn close(&mut self) -> Done {
        if !ask::yes(self.room, self.room.texts().ask_close)? {
            return Err(Failure::refused("not-closed", "the ceremony is still open"));
        }
        Ok(self.session.close(&mut self.journal))
    }

    /// Each person signs with the key that the plan pins, in a file on the person's own medium.
    fn sign_transcript(&mut self, person: &str) -> Done {
        let question = fill(self.room.texts().ask_signing_key, &[person]);
        let file = ask::line(self.room, &question)?;
        let mut passwords = Passwords::new(None, self.person);
        let key = match load_private_key(file.as_ref(), &mut passwords) {
            Ok(key) => key,
            Err(failure) => {
                // A wrong path or password is nobody's refusal: it is asked once more.
                ask::say(self.room, &format!("{} [{}]", failure.detail, failure.code))?;
                return Ok(Ok(()));
            }
        };
        let signer = key.into_signer(Sm2Parameters::Absent);
        Ok(self.session.sign_transcript(person, &signer, self.rng, &mut self.journal))
    }
}
