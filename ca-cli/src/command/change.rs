//! `ca revoke`, `ca hold` and `ca release` of one certificate.

use std::path::Path;

use schemas::rest::{CertificateView, RevokeRequest};

use super::locate::{self, Target};
use super::{Context, confirm};
use crate::args::ChangeArgs;
use crate::client::{Body, Server};
use crate::failure::Failure;
use crate::report::{Change, Changed, Outcome, Question, Report};

/// Changes the status of a certificate, after the person has seen whose it is and said yes.
pub(super) fn run(change: Change, args: &ChangeArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if !args.dry_run {
        confirm::possible(args.yes, context)?;
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
        confirm::ask(&Question::Certificate { change, certificate: certificate.clone() }, context)?;
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
