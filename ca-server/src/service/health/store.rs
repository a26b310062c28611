//! Whether the store answers, and what lies in it that should not.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::finding::{Finding, Unit};
use super::{Inner, State};
use crate::port::StoreError;
use crate::port::store::Part;
use crate::service::status::HEARD_WITHIN;

/// A read of one row, or a write, that takes longer is slow.
const SLOW: Duration = Duration::from_millis(500);
/// Open intents that are counted at most.
const MAX_INTENTS: u32 = 1_000;
/// How many times as long as until it is taken over an intent may be open.
const LEFT: i32 = 2;
/// After how many times as long nobody finishes it.
const FORGOTTEN: i32 = 20;
/// Word of other servers' changes is a second old at most where all is well.
const FEED: SignedDuration = SignedDuration::from_secs(5);

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn took(finding: Finding, time: Duration) -> Finding {
    let finding =
        finding.figure("time", milliseconds(time), Unit::Milliseconds).bounds(Some(milliseconds(SLOW)), None);
    if time < SLOW { finding } else { finding.warning("database-slow", "it takes long to answer") }
}

/// Whether it can be read.
pub(super) fn database(inner: &Inner) -> Vec<Finding> {
    let (finding, begun) = (Finding::well("database"), Instant::now());
    let finding = match inner.services.ports.store.audit_head() {
        Ok(head) => took(finding, begun.elapsed()).figure(
            "audit-entries",
            i64::try_from(head.sequence).unwrap_or(i64::MAX),
            Unit::Count,
        ),
        Err(error) => finding.critical(error.code(), error),
    };
    vec![finding]
}

/// Whether it could be written; none where it did not answer in time.
pub(super) fn writing(
    written: Option<Result<Duration, StoreError>>,
    limit: Duration,
) -> Result<Finding, StoreError> {
    let finding = Finding::well("database-write");
    match written {
        Some(Ok(time)) => Ok(took(finding, time)),
        Some(Err(error @ StoreError::NonceReplayed)) => Err(error),
        Some(Err(error)) => Ok(finding.critical(error.code(), error)),
        None => {
            let detail = format!("it takes no changes, since {} ms", limit.as_millis());
            Ok(finding.critical("check-unanswered", detail))
        }
    }
}

/// The migrations that the store went through.
fn migrations(inner: &Inner) -> Result<Vec<String>, StoreError> {
    let mut schema = Vec::new();
    inner.services.ports.store.dump(&mut |part| {
        if let Part::State { schema: of, .. } = part {
            schema = of;
        }
        ControlFlow::Break(())
    })?;
    Ok(schema)
}

/// Whether the schema is one that this program knows.
pub(super) fn schema(inner: &Inner) -> Vec<Finding> {
    let finding = Finding::well("schema");
    vec![match migrations(inner) {
        Ok(schema) => {
            let count = i64::try_from(schema.len()).unwrap_or(i64::MAX);
            let newest = schema.last().map_or("none", String::as_str);
            finding.about(newest).figure("migrations", count, Unit::Count)
        }
        // It works on, and would not start again.
        Err(error @ StoreError::SchemaFromFuture { .. }) => finding.warning(error.code(), error),
        Err(error) => finding.critical(error.code(), error),
    }]
}

/// Whether intents are left open.
pub(super) fn intents(inner: &Inner) -> Vec<Finding> {
    let (finding, now) = (Finding::well("intents"), inner.now());
    let open = match inner.services.ports.store.open_intents(now, MAX_INTENTS) {
        Ok(open) => open,
        Err(error) => return vec![finding.critical(error.code(), error)],
    };
    let take_over = inner.services.settings.take_over_after;
    let oldest = open.iter().map(|intent| intent.created_at).min();
    let age = oldest.map_or(SignedDuration::ZERO, |oldest| now.duration_since(oldest));
    let count = i64::try_from(open.len()).unwrap_or(i64::MAX);
    let (left, forgotten) = (take_over.saturating_mul(LEFT), take_over.saturating_mul(FORGOTTEN));
    let finding = finding
        .figure("open", count, Unit::Count)
        .seconds("oldest", age)
        .bounds(Some(left.as_secs()), Some(forgotten.as_secs()));
    let state = match age {
        age if age > forgotten => State::Critical,
        age if age > left => State::Warning,
        _ => State::Ok,
    };
    vec![finding.fault(state, "intents-left-open", "what was begun is not finished")]
}

/// Whether changes of status that other servers make are heard of.
pub(super) fn feed(inner: &Inner) -> Vec<Finding> {
    let (changes, now) = (inner.services.status.changes(), inner.now());
    let age = changes.silent(now);
    let finding = Finding::well("status-feed")
        .seconds("age", age)
        .bounds(Some(FEED.as_secs()), Some(HEARD_WITHIN.as_secs()));
    vec![match changes.is_informed(now) {
        false => {
            finding.critical("status-feed-silent", "nothing is known of newer statuses: OCSP says tryLater")
        }
        true if age > FEED => finding.warning("status-feed-slow", "changes of status are heard of late"),
        true => finding,
    }]
}
