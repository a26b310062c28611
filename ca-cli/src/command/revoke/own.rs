//! Revoking one's own certificate: its key is all that is needed.

use std::path::PathBuf;

use ca_core::x509::Certificate;
use schemas::rest::{CertificateView, RevokeOwnRequest};

use super::plan::What;
use crate::args::OwnArgs;
use crate::client::{Body, Server};
use crate::command::{Context, confirm};
use crate::failure::Failure;
use crate::report::{Change, Changed, Outcome, Question, Report};

/// Revokes the certificate in a file by its key in another.
pub(super) fn run(
    args: OwnArgs,
    key: Option<String>,
    what: What,
    yes: bool,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let (Some(file), Some(key)) = (args.certificate, key.map(PathBuf::from)) else {
        return Err(Failure::usage("files-missing", "--possession needs --certificate and --key"));
    };
    confirm::possible(yes, context)?;
    let server = Server::open_as(&file, &key, args.password_file.as_deref(), context)?;
    let certificate = server.certificate().map(Certificate::to_pem).ok_or_else(|| {
        Failure::usage("no-certificate", format!("{} holds no certificate", file.display()))
    })?;
    let change = Change::Revoke { reason: what.reason, invalidity_date: what.invalidity_date };
    if !yes {
        let own = server.certificate().map(|it| (it.subject().to_string(), it.serial().to_string()));
        let (subject, serial) = own.unwrap_or_default();
        confirm::ask(&Question::Own { change, subject, serial }, context)?;
    }
    let request =
        RevokeOwnRequest { certificate, reason: what.reason, invalidity_date: what.invalidity_date };
    let certificate: CertificateView =
        server.post(context, "/api/v1/revocations", Some(Body::json(&request)?), None)?;
    Ok(Outcome::done(Report::Changed(Changed { change, done: true, certificate })))
}
