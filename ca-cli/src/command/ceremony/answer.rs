//! `ca ceremony answer`: the offline side answers a request with what a ceremony made.

use ca_core::algorithm::Sm2Parameters;
use ca_core::ceremony::exchange::{Package, Pending};
use ca_core::ceremony::transcript::{Event, Transcript};
use ca_core::ceremony::{Digest, Mode};
use ca_core::encoding::time::whole_seconds;
use ca_core::keystore::file::{Access, write_new};

use super::Context;
use super::accept::{certificate, list, public_key};
use crate::args::CeremonyAnswerArgs;
use crate::failure::Failure;
use crate::input::{Passwords, load_private_key, read_file};
use crate::report::{CeremonyReport, Exchanged, Outcome, Report};

/// Checks the request and what was made, and signs the answer.
pub(super) fn run(args: &CeremonyAnswerArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let root = certificate(&args.root)?;
    let request = Package::open(&read_file(&args.request)?, &[public_key(&args.sender)?])?;
    let pending = Pending::receive(&request, &root, args.last)?;
    let transcript = Transcript::from_bytes(&read_file(&args.transcript)?)?;
    let open =
        || Failure::refused("transcript-open", "the transcript is not closed: the ceremony is not over");
    let digest = transcript.digest().ok_or_else(open)?;
    let plan = transcript.events().find_map(|event| match event {
        Event::Opened { plan, mode, .. } => Some((*plan, *mode)),
        _ => None,
    });
    let (plan, mode): (Digest, Mode) = plan.ok_or_else(open)?;
    if mode != pending.request().mode {
        let detail = format!("the ceremony was {mode}, the request is {}", pending.request().mode);
        return Err(Failure::refused("rehearsal-mixed-with-real", detail));
    }
    let issued = certificate(&args.certificate)?;
    let made =
        transcript.events().any(|event| matches!(event, Event::Issued { der, .. } if der == issued.der()));
    if !made {
        let detail = format!("{} was not made in the ceremony of the transcript", args.certificate.display());
        return Err(Failure::refused("certificate-not-of-the-ceremony", detail));
    }
    let list = args.crl.as_deref().map(list).transpose()?;
    let mut passwords = Passwords::new(args.password_file.as_deref(), context.person);
    let signer = load_private_key(&args.key, &mut passwords)?.into_signer(Sm2Parameters::Absent);
    let certificates = vec![issued.der().to_vec()];
    let now = whole_seconds((context.clock)());
    let answer = pending.answer(now, plan, digest, certificates, list, &signer, context.rng)?;
    write_new(&args.out, answer.text().as_bytes(), Access::Public)?;
    Ok(Outcome::done(Report::Ceremony(CeremonyReport::Answered(Exchanged {
        authority: pending.request().authority.to_string(),
        sequence: pending.request().sequence,
        digest: answer.digest().to_string(),
        transcript: Some(digest.to_string()),
        files: vec![args.out.display().to_string()],
    }))))
}
