//! `ca ceremony check-share`: the yearly check by one officer alone.

use ca_core::ceremony::Digest;
use ca_core::ceremony::share::{Passphrase, SealedKey, Share, ShareSet};
use ca_core::ceremony::transcript::{Event, Transcript};
use zeroize::Zeroizing;

use super::Context;
use super::fault::terminal;
use crate::args::{Allowance, CheckShareArgs};
use crate::failure::Failure;
use crate::input::{read, read_file};
use crate::report::{CeremonyReport, Outcome, Report, ShareChecked};
use crate::room::harden;

/// Opens a share alone and compares it with its commitment.
pub(super) fn run(args: &CheckShareArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let _ = harden(args.allow.contains(&Allowance::Swap), true)?;
    let share = Share::read(&read(&args.share)?)?;
    let set = match (&args.transcript, &args.sealed_key) {
        (Some(file), _) => set_of(&Transcript::from_bytes(&read_file(file)?)?, &share)?,
        (None, Some(file)) => SealedKey::from_pem(&read_file(file)?)?.set().clone(),
        (None, None) => return Err(Failure::usage("no-transcript", "name the transcript or the sealed key")),
    };
    let typed = match &args.passphrase_file {
        Some(file) => Zeroizing::new(
            std::str::from_utf8(&read(file)?)
                .map_err(|_| Failure::usage("password-file", "the passphrase is no text in UTF-8"))?
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        ),
        None if context.person.is_present() => {
            let texts = context.room.texts();
            let question = crate::room::fill(texts.ask_passphrase, &[share.officer()]);
            context.room.secret(&question).map_err(terminal)?
        }
        None => {
            return Err(Failure::usage(
                "password-required",
                "there is no terminal to ask for the passphrase",
            ));
        }
    };
    share.open(&set, &Passphrase::new(&typed)?)?;
    Ok(Outcome::done(Report::Ceremony(CeremonyReport::ShareChecked(ShareChecked {
        officer: share.officer().to_owned(),
        share: share.index(),
        of: set.holders.len(),
        threshold: set.threshold,
        generation: set.generation,
        mode: set.mode.to_string(),
        key: set.key.to_string(),
        digest: Digest::of(&share.to_bytes()).to_string(),
    }))))
}

/// The last set that a transcript commits to, which a share of an older sealing is compared with, so that it is named.
fn set_of(transcript: &Transcript, share: &Share) -> Result<ShareSet, Failure> {
    let sets = transcript.events().filter_map(|event| match event {
        Event::KeyCreated { shares, .. } => shares.as_ref(),
        Event::Resealed { shares, .. } => Some(shares),
        _ => None,
    });
    let none = || {
        Failure::refused(
            "transcript-without-shares",
            format!("the transcript made no shares, and none for {}", share.officer()),
        )
    };
    sets.last().cloned().ok_or_else(none)
}
