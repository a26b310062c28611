//! `ca revoke`, `ca hold` and `ca release`.

use std::path::Path;

use schemas::rest::{CertificateView, RevokeRequest};

use super::Context;
use super::locate::{self, Target};
use crate::args::ChangeArgs;
use crate::client::{Body, Server};
use crate::failure::Failure;
use crate::report::{Change, Changed, Outcome, Question, Report};

/// Changes the status of a certificate, after the person has seen whose it is and said yes.
pub(super) fn run(change: Change, args: &ChangeArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if !args.yes && !args.dry_run && !context.person.is_present() {
        return Err(Failure::usage(
            "confirmation-required",
            "there is no terminal to ask at whether to go on",
        ));
    }
    let server = Server::open(context)?;
    let authority = args.authority.as_deref();
    let certificate = match locate::target(&args.target) {
        Target::File => locate::by_file(Path::new(&args.target), authority, &server, context)?,
        Target::Serial(serial) => locate::by_serial(&serial, authority, &server, context)?,
    };
    if args.dry_run {
        return Ok(Outcome::done(Report::Changed(Changed { change, done: false, certificate })));
    }
    if !args.yes {
        let question = Question { change, certificate: certificate.clone() };
        let answer = context.person.confirm(&question);
        if !answer.map_err(|error| Failure::usage("terminal", error.to_string()))? {
            return Err(Failure::refused("not-confirmed", "nothing was changed"));
        }
    }
    let (verb, body) = match change {
        Change::Revoke { reason, invalidity_date } => {
            ("revoke", Some(Body::json(&RevokeRequest { reason, invalidity_date })?))
        }
        Change::Hold => ("hold", None),
        Change::Release => ("release", None),
    };
    let path = format!("{}/{verb}", locate::path_of(&certificate));
    let certificate: CertificateView = server.post(context, &path, body, None)?;
    Ok(Outcome::done(Report::Changed(Changed { change, done: true, certificate })))
}
