//! `ca list`.

use schemas::rest::{CertificatePage, CertificateQuery, CertificateStatus, MAX_PAGE};

use super::Context;
use crate::args::{ListArgs, StatusFilter};
use crate::client::Server;
use crate::failure::Failure;
use crate::report::{Listed, Outcome, Report};

/// Lists certificates of the server, page by page until there are enough.
pub(super) fn run(args: ListArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut query = CertificateQuery {
        authority: args.authority,
        profile: args.profile,
        status: args.status.map(status),
        subject: args.subject,
        serial: args.serial.map(|serial| serial.to_string()),
        key: args.key,
        expires_before: args.expires_before,
        expires_after: args.expires_after,
        issued_after: args.issued_after,
        issued_before: args.issued_before,
        limit: None,
        cursor: args.cursor,
    };
    let wanted = if args.all { usize::MAX } else { args.limit as usize };
    let server = Server::open(context)?;
    let mut items = Vec::new();
    loop {
        let missing = wanted - items.len();
        query.limit = Some(u32::try_from(missing).unwrap_or(MAX_PAGE).min(MAX_PAGE));
        let path = format!("/api/v1/certificates?{}", query.to_query_string());
        let page: CertificatePage = server.get(context, &path)?;
        // A page without items ends the list even where a cursor comes with it: each round makes progress.
        let ended = page.next.is_none() || page.items.is_empty();
        items.extend(page.items);
        if ended || items.len() >= wanted {
            return Ok(Outcome::done(Report::Listed(Listed { items, next: page.next })));
        }
        query.cursor = page.next;
    }
}

fn status(filter: StatusFilter) -> CertificateStatus {
    match filter {
        StatusFilter::Good => CertificateStatus::Good,
        StatusFilter::Held => CertificateStatus::Held,
        StatusFilter::Revoked => CertificateStatus::Revoked,
    }
}
