//! `ca ceremony publish`: a later list of a root whose key is offline.

use ca_core::encoding::pem;
use schemas::rest::{AuthorityView, PublishCrl};

use super::Context;
use super::accept::list;
use crate::args::CeremonyPublishArgs;
use crate::client::{Body, Server};
use crate::failure::Failure;
use crate::report::{CeremonyReport, Outcome, Published, Report};

/// Has the server check and publish the list.
pub(super) fn run(args: &CeremonyPublishArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let body = PublishCrl { crl: pem::write("X509 CRL", &list(&args.list)?) };
    let server = Server::open(context)?;
    let path = format!("/api/v1/authorities/{}/crl", args.authority);
    let view: AuthorityView = server.call(context, "PUT", &path, Some(Body::json(&body)?), None)?.json()?;
    Ok(Outcome::done(Report::Ceremony(CeremonyReport::Published(Published {
        authority: view.name,
        number: view.crl_number,
        next_update: view.crl_next_update,
    }))))
}
