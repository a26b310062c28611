//! `ca api`.

use std::path::Path;

use super::Context;
use crate::args::ApiArgs;
use crate::client::{Body, Server};
use crate::failure::{Exit, Failure};
use crate::input;
use crate::report::{Outcome, Report};

/// Sends a signed request and gives the answer's body as it is.
pub(super) fn run(args: ApiArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if args.data.is_some() && !matches!(args.method.as_str(), "POST" | "PUT" | "PATCH") {
        return Err(Failure::usage("body-not-allowed", format!("a {} request has no body", args.method)));
    }
    let body = match args.data.as_deref() {
        None => None,
        Some("-") => Some(input::read(Path::new("-"))?.to_vec()),
        Some(text) => Some(match text.strip_prefix('@') {
            Some(file) => input::read(Path::new(file))?.to_vec(),
            None => text.as_bytes().to_vec(),
        }),
    };
    let body = body.map(|bytes| Body { content_type: args.content_type, bytes });
    let server = Server::open(context)?;
    let response = server.call(context, &args.method, &args.path, body, args.idempotency_key.as_deref())?;
    let exit = if response.is_success() { Exit::Done } else { Exit::Refused };
    Ok(Outcome { report: Report::Raw(response.into_body()), exit, warnings: Vec::new() })
}
