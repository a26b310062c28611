//! `ca crl publish`.

use schemas::rest::{AuthorityState, CrlView};

use super::Context;
use crate::client::Server;
use crate::failure::{Exit, Failure};
use crate::report::{ListsPublished, NotPublished, Outcome, Report};

/// Has the server publish the next list of one authority, or of all whose keys it has.
pub(super) fn publish(authority: Option<&str>, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let server = Server::open(context)?;
    if let Some(name) = authority {
        let list = one(name, &server, context)?;
        let report = ListsPublished { lists: vec![list], failed: Vec::new() };
        return Ok(Outcome::done(Report::ListsPublished(report)));
    }
    let known = super::authority::list(&server, context)?;
    let (mut lists, mut failed) = (Vec::new(), Vec::new());
    for authority in known.items {
        if authority.offline || authority.state != AuthorityState::Certified {
            continue;
        }
        match one(&authority.name, &server, context) {
            Ok(list) => lists.push(list),
            // The others are not to wait for it.
            Err(failure) => {
                failed.push(NotPublished { authority: authority.name, reason: failure.into() });
            }
        }
    }
    let exit = if failed.is_empty() { Exit::Done } else { Exit::Refused };
    Ok(Outcome {
        report: Report::ListsPublished(ListsPublished { lists, failed }),
        exit,
        warnings: Vec::new(),
    })
}

fn one(name: &str, server: &Server, context: &mut Context<'_>) -> Result<CrlView, Failure> {
    server.post(context, &format!("{}/crl", super::authority::path(name)?), None, None)
}
