//! Carrying a plan out. The server takes a revocation that was made before as done, so that whoever was interrupted begins
//! again: what stands is counted and left as it is.

use std::path::Path;
use std::time::Duration;

use schemas::rest::{MAX_REVOCATIONS, RevocationOutcome, RevokeManyRequest, RevokedMany};

use super::plan::{OfAuthority, Plan};
use crate::client::{Body, Server};
use crate::command::{Context, Stage, authority, confirm};
use crate::failure::{Exit, Failure};
use crate::report::{Outcome, Question, Report, RevokedByPlan};

/// How often a batch is sent again that nobody answered. The pauses between double, and so last half a minute together.
const MAX_TRIES: u32 = 6;

/// The pause before the first retry.
const PAUSE: Duration = Duration::from_millis(500);

/// Codes of failures after which the same may be asked for again and done.
const PASSING: [&str; 6] = [
    "server-unreachable",
    "server-timeout",
    "connection-failed",
    "tls-failure",
    "store-unavailable",
    "overloaded",
];

/// Carries out the plan in a file.
pub(super) fn run(
    file: &Path,
    yes: bool,
    dry_run: bool,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let plan = Plan::read(file)?;
    if dry_run {
        return Ok(Outcome::done(Report::RevokedByPlan(beginning(&plan, file, false))));
    }
    confirm::possible(yes, context)?;
    let server = Server::open(context)?;
    if server.address() != plan.server {
        let detail = format!("the plan is for {}, the configuration for {}", plan.server, server.address());
        return Err(Failure::usage("plan-of-other-server", detail));
    }
    if !yes {
        confirm::ask(&Question::Plan(plan.view(file)), context)?;
    }
    let mut report = beginning(&plan, file, true);
    let mut warnings = Vec::new();
    for group in &plan.certificates {
        if let Err(failure) = revoke(group, &plan, &server, context, &mut report) {
            warnings.push(failure.into());
            break;
        }
    }
    let whole = warnings.is_empty() && report.unknown.is_empty();
    let exit = if whole { Exit::Done } else { Exit::Refused };
    Ok(Outcome { report: Report::RevokedByPlan(report), exit, warnings })
}

fn beginning(plan: &Plan, file: &Path, done: bool) -> RevokedByPlan {
    RevokedByPlan {
        file: file.display().to_string(),
        digest: plan.digest.clone(),
        reason: plan.reason,
        done,
        total: plan.total(),
        revoked: 0,
        already_revoked: 0,
        unknown: Vec::new(),
        not_reached: plan.total(),
    }
}

/// Revokes the certificates of one authority.
fn revoke(
    group: &OfAuthority,
    plan: &Plan,
    server: &Server,
    context: &mut Context<'_>,
    report: &mut RevokedByPlan,
) -> Result<(), Failure> {
    let path = format!("{}/revocations", authority::path(&group.authority)?);
    for (number, batch) in group.serials.chunks(MAX_REVOCATIONS).enumerate() {
        let request = RevokeManyRequest {
            serials: batch.to_vec(),
            reason: plan.reason,
            invalidity_date: plan.invalidity_date,
            dry_run: false,
        };
        // Signed with the request, and so in the evidence: which plan it was.
        let name = format!("{}-{number}", plan.digest);
        let answer = send(&path, &request, &name, server, context)?;
        for (serial, outcome) in batch.iter().zip(&answer.outcomes) {
            match outcome {
                RevocationOutcome::Revoked => report.revoked += 1,
                RevocationOutcome::AlreadyRevoked => report.already_revoked += 1,
                RevocationOutcome::UnknownCertificate => report.unknown.push(serial.clone()),
            }
            report.not_reached -= 1;
        }
        context.watcher.progress(Stage::Revoking, report.total - report.not_reached, Some(report.total));
    }
    Ok(())
}

fn send(
    path: &str,
    request: &RevokeManyRequest,
    name: &str,
    server: &Server,
    context: &mut Context<'_>,
) -> Result<RevokedMany, Failure> {
    let mut pause = PAUSE;
    let mut tries = 1;
    loop {
        match server.post(context, path, Some(Body::json(request)?), Some(name)) {
            Err(failure) if tries < MAX_TRIES && PASSING.contains(&failure.code.as_str()) => {
                std::thread::sleep(pause);
                pause *= 2;
                tries += 1;
            }
            answer => return answer,
        }
    }
}
