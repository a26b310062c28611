//! `ca ceremony verify`: anybody, anywhere, from the papers alone.

use std::path::{Path, PathBuf};

use ca_core::ceremony::act;
use ca_core::ceremony::transcript::Event;
use ca_core::ceremony::verify::{Papers, Report as Found, follow, verify};
use ca_core::ceremony::{Plan, Transcript};
use ca_core::encoding::pem;
use rand_core::CryptoRng;

use super::folder::{MATERIAL, PLAN};
use super::{Context, fault, material};
use crate::args::{CeremonyVerifyArgs, PapersArgs};
use crate::failure::Failure;
use crate::input::read_file;
use crate::report::{CeremonyReport, CeremonyVerified, Made, Outcome, Report};

/// Derives again what ceremonies did, and whether they follow each other.
pub(super) fn run(args: &CeremonyVerifyArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if args.plan.is_some() && args.papers.transcripts.len() > 1 {
        return Err(Failure::usage("one-plan", "--plan is for one transcript"));
    }
    let found = reports(&args.papers, args.plan.as_deref(), context.rng)?;
    Ok(Outcome::done(Report::Ceremony(CeremonyReport::Verified(found.iter().map(shown).collect()))))
}

/// The reports of all ceremonies, in their order.
pub(super) fn reports(
    args: &PapersArgs,
    plan: Option<&Path>,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for transcript in &args.transcripts {
        let one = papers(transcript, plan, &args.material).and_then(|papers| Ok(verify(&papers, rng)?));
        found.push(one.map_err(|mut failure| {
            failure.detail = format!("{}: {}", transcript.display(), failure.detail);
            failure
        })?);
    }
    follow(&found)?;
    Ok(found)
}

/// The papers as a ceremony leaves them in its folder.
fn papers(transcript: &Path, plan: Option<&Path>, places: &[PathBuf]) -> Result<Papers, Failure> {
    let folder =
        transcript.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let plan = plan.map_or_else(|| folder.join(PLAN), Path::to_owned);
    let bytes = read_file(&plan)?;
    let read = Plan::from_toml(&bytes).map_err(|error| fault::unreadable(&error))?;
    let mut places = places.to_vec();
    let kept = folder.join(MATERIAL);
    if places.is_empty() && kept.is_dir() {
        places.push(kept);
    }
    let record = read_file(transcript)?;
    let voided = Transcript::from_bytes(&record)?.events().any(|event| matches!(event, Event::Voided { .. }));
    let mut outputs = Vec::new();
    // What a voided ceremony left counts for nothing, whatever it is.
    for name in act::outputs(read.kind()).iter().filter(|_| !voided) {
        let file = folder.join(format!("{name}.pem"));
        if file.exists() {
            let text = read_file(&file)?;
            let malformed =
                || Failure::refused("output-not-pem", format!("{} is not one object in PEM", file.display()));
            let objects = pem::read_all(&text).map_err(|_| malformed())?;
            let [object] = objects.as_slice() else { return Err(malformed()) };
            outputs.push(((*name).to_owned(), object.der.clone()));
        }
    }
    Ok(Papers {
        plan: bytes.to_vec(),
        transcript: record.to_vec(),
        material: material::find(&read, &places)?,
        outputs,
    })
}

fn shown(found: &Found) -> CeremonyVerified {
    CeremonyVerified {
        title: found.title.clone(),
        kind: found.kind.to_string(),
        sequence: found.sequence,
        mode: found.mode.to_string(),
        voided: found.voided.clone(),
        digest: found.digest.to_string(),
        plan: found.plan.to_string(),
        previous: found.previous.map(|digest| digest.to_string()),
        signed: found.present.iter().map(|(name, role)| format!("{name} ({role})")).collect(),
        outputs: found
            .outputs
            .iter()
            .map(|file| Made { name: file.name.clone(), digest: file.digest.to_string() })
            .collect(),
        interruptions: found.interruptions,
        refusals: found.refusals.iter().map(|(_, code, text)| format!("{code}: {text}")).collect(),
    }
}
