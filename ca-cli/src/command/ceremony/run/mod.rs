//! `ca ceremony run`: leads through the steps of a ceremony.

mod device;
mod keys;
mod outputs;
mod steps;

use std::path::{Path, PathBuf};

use ca_core::ceremony::plan::Role;
use ca_core::ceremony::session::{Session, Step, StepError};
use ca_core::ceremony::{Mode, Plan, Transcript};
use ca_core::keystore::file::{Access, write_new};
use rand_core::CryptoRng;

use device::Device;

use super::folder::{self, MATERIAL, PLAN, TRANSCRIPT, new_folder};
use super::journal::FileJournal;
use super::{Context, ask, fault, material};
use crate::args::{Allowance, RunArgs};
use crate::command::Person;
use crate::failure::Failure;
use crate::input::read_file;
use crate::report::{CeremonyReport, Held, Outcome, Report};
use crate::room::{Room, fill, harden, machine_facts};

/// The file of the sealed key.
const SEALED_KEY: &str = "sealed-key.pem";

/// Everything that a step needs.
struct Stage<'a> {
    session: Session,
    journal: FileJournal,
    folder: PathBuf,
    room: &'a dyn Room,
    person: &'a dyn Person,
    rng: &'a mut dyn CryptoRng,
    /// The token or device that holds the key, where the plan says so.
    device: Option<Device>,
    /// Files that were written, in their order.
    written: Vec<PathBuf>,
}

/// Holds a ceremony, or goes on with one.
pub(super) fn run(args: &RunArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if !context.person.is_present() {
        return Err(Failure::usage("terminal-required", "a ceremony is held at a terminal"));
    }
    let room = context.room;
    let hardening = harden(args.allow.contains(&Allowance::Swap), args.allow.contains(&Allowance::Network))?;
    let machine = machine_facts(&hardening);
    let plan = material::read_plan(&args.plan)?;
    let mut places = args.material.material.clone();
    if args.resume {
        places.push(args.out.join(MATERIAL));
    }
    let (checked, found) = material::check(&plan, &args.plan, &places, args.rehearse, context.rng)?;
    let mode = checked.mode();
    let planned = plan.document().custody;
    let device = args.device.as_deref().map(|file| Device::configured(file, planned)).transpose()?;
    ask::say(room, &heading(&plan, mode, room))?;
    let transcript = args.out.join(TRANSCRIPT);
    let (session, journal) = if args.resume {
        resume(checked, &args.out, machine, room)?
    } else {
        new_folder(&args.out)?;
        write_new(&args.out.join(PLAN), plan.bytes(), Access::Public)?;
        material::keep(&found, &args.out.join(MATERIAL))?;
        let mut journal = FileJournal::create(&transcript)?;
        (Session::open(checked, machine, &mut journal)?, journal)
    };
    let mut stage = Stage {
        session,
        journal,
        folder: args.out.clone(),
        room,
        person: context.person,
        rng: context.rng,
        device,
        written: Vec::new(),
    };
    stage.write_issued()?;
    stage.lead()?;
    finish(&stage, &transcript)
}

/// What is going to happen, without the digits: these are on paper.
fn heading(plan: &Plan, mode: Mode, room: &dyn Room) -> String {
    let texts = room.texts();
    let mut lines = Vec::new();
    if mode == Mode::Rehearsal {
        lines.push(texts.rehearsal_mark.to_owned());
    }
    let document = plan.document();
    lines
        .push(fill(texts.held_now, &[&document.title, document.kind.name(), &document.sequence.to_string()]));
    lines.extend(material::sentences(plan, texts));
    lines.join("\n")
}

fn resume(
    checked: ca_core::ceremony::plan::Checked,
    folder: &Path,
    machine: std::collections::BTreeMap<String, String>,
    room: &dyn Room,
) -> Result<(Session, FileJournal), Failure> {
    let path = folder.join(TRANSCRIPT);
    let bytes = read_file(&path)?;
    let whole = Transcript::whole_lines(&bytes);
    // What is refused here is refused before the file is touched.
    let session = Session::read(checked, whole)?;
    let mut journal = FileJournal::reopen(&path, whole.len() as u64)?;
    if session.is_over() {
        return Ok((session, journal));
    }
    let texts = room.texts();
    ask::say(room, &fill(texts.resumes_at, &[&session.next().to_string()]))?;
    let by = administrator(&session);
    let reason = ask::line(room, texts.ask_interruption)?;
    let time = ask::time(room, texts.ask_time)?;
    let sealed = read_file(&folder.join(SEALED_KEY)).ok();
    let sealed = sealed.as_ref().map(|bytes| bytes.as_slice());
    let checked = session.checked().clone();
    let session = Session::resume(checked, whole, sealed, &reason, time, &by, machine, &mut journal)?;
    Ok((session, journal))
}

/// Who leads the ceremony: each plan has one.
fn administrator(session: &Session) -> String {
    let document = session.checked().plan().document();
    document.with_role(Role::Administrator).next().map(|person| person.name.clone()).unwrap_or_default()
}

impl Stage<'_> {
    /// Goes from step to step. What is refused is on the record, and can be tried again.
    fn lead(&mut self) -> Result<(), Failure> {
        let mut announced = None;
        loop {
            let step = self.session.next();
            if step == Step::Finished {
                return Ok(());
            }
            if announced.as_ref() != Some(&step) {
                self.announce(&step)?;
                announced = Some(step.clone());
            }
            match self.step(&step)? {
                Ok(()) => {}
                Err(StepError::Journal(error)) => return Err(fault::journal(&error)),
                Err(error) => self.after_refusal(error)?,
            }
        }
    }

    fn announce(&self, step: &Step) -> Result<(), Failure> {
        let texts = self.room.texts();
        let whose = self.session.whose(step).join(", ");
        ask::say(self.room, &format!("\n== {} ({whose})", texts.step_in_words(step)))
    }

    /// Tries again, stops to go on another time, or gives the ceremony up.
    fn after_refusal(&mut self, error: StepError) -> Result<(), Failure> {
        let texts = self.room.texts();
        ask::say(self.room, &fill(texts.step_refused, &[&error.to_string(), error.code()]))?;
        loop {
            let answer = self.room.ask(texts.ask_after_refusal).map_err(fault::terminal)?;
            match answer.as_str() {
                "again" | "a" => return Ok(()),
                "stop" | "s" => return Err(error.into()),
                "void" | "v" if !self.session.is_over() => {
                    let reason = ask::line(self.room, texts.ask_void_reason)?;
                    let by = administrator(&self.session);
                    self.session.void(&reason, &by, &mut self.journal)?;
                    return Ok(());
                }
                _ => ask::say(self.room, texts.choice_needed)?,
            }
        }
    }
}

fn finish(stage: &Stage<'_>, transcript: &Path) -> Result<Outcome, Failure> {
    let read = Transcript::from_bytes(&read_file(transcript)?)?;
    let digest = read.digest().map(|digest| digest.to_string()).unwrap_or_default();
    let mut files = folder::files_of(&stage.folder)?;
    files.extend(stage.written.iter().filter(|file| file.parent() != Some(&stage.folder)).cloned());
    let voided = stage.session.is_voided();
    let mut outcome = Outcome::done(Report::Ceremony(CeremonyReport::Held(Held {
        folder: stage.folder.display().to_string(),
        transcript: transcript.display().to_string(),
        digest,
        voided,
        files: files.iter().map(|file| file.display().to_string()).collect(),
    })));
    if voided {
        outcome.exit = crate::failure::Exit::Refused;
    }
    Ok(outcome)
}
