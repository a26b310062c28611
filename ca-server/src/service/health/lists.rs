//! Whether the lists that relying parties fetch are in force.

use jiff::Timestamp;

use super::finding::{Finding, Unit};
use super::{Inner, State};
use crate::port::StoreError;
use crate::port::record::{CrlSummary, ListScope};
use crate::service::authorities::Authority;

/// Of what a list is valid for, the part that is left when it should have been renewed for some time: that is done when a third
/// is left.
const PART: i32 = 4;

/// All lists: of each authority the one of the whole, its delta, and the worst of its shards.
pub(super) fn look(inner: &Inner) -> Vec<Finding> {
    let mut findings = Vec::new();
    // No list of an authority that ended counts any more.
    let ended = |authority: &Authority| authority.certificate().validity().not_after <= inner.now();
    for authority in inner.authorities().into_iter().filter(|authority| !ended(authority)) {
        match of_authority(inner, &authority) {
            Ok(found) => findings.extend(found),
            Err(error) => {
                let finding = Finding::well("crl").about(authority.name().to_string());
                findings.push(finding.critical(error.code(), error));
            }
        }
    }
    for (name, code, detail) in inner.services.publications.alarms().standing() {
        findings.push(Finding::well("crl").about(name.to_string()).critical(code, detail));
    }
    findings
}

fn of_authority(inner: &Inner, authority: &Authority) -> Result<Vec<Finding>, StoreError> {
    let name = authority.name();
    let mut findings = Vec::new();
    let mut worst: Option<Finding> = None;
    let mut shards = 0;
    for scope in inner.services.crl.scopes(authority)? {
        let about = match scope.shard {
            None => name.to_string(),
            Some(shard) => format!("{name}/{}", shard.number()),
        };
        let of_scope = lists(inner, authority, scope, &about)?;
        if scope.shard.is_none() {
            findings.extend(of_scope);
            continue;
        }
        shards += 1;
        for finding in of_scope {
            if worst.as_ref().is_none_or(|worst| finding.state > worst.state) {
                worst = Some(finding);
            }
        }
    }
    findings.extend(worst.map(|worst| worst.figure("shards", shards, Unit::Count)));
    Ok(findings)
}

/// The full list of a scope and its delta, where there are deltas.
fn lists(
    inner: &Inner,
    authority: &Authority,
    scope: ListScope,
    about: &str,
) -> Result<Vec<Finding>, StoreError> {
    let (store, now) = (&inner.services.ports.store, inner.now());
    let full = store.newest_crl(scope, false)?;
    let mut findings = vec![judge(about.to_owned(), full.as_ref(), now)];
    if inner.services.settings.lists_of(authority.name()).deltas
        && !authority.is_offline()
        && let Some(delta) = store.newest_delta(scope)?
        // A newer full list says all that the delta did.
        && full.is_none_or(|full| full.number <= delta.number)
    {
        findings.push(judge(format!("{about}/delta"), Some(&delta), now));
    }
    Ok(findings)
}

fn judge(about: String, list: Option<&CrlSummary>, now: Timestamp) -> Finding {
    let finding = Finding::well("crl").about(about);
    let Some(list) = list else { return finding.critical("crl-missing", "there is none yet") };
    let (end, valid) = (list.next_update, list.next_update.duration_since(list.this_update));
    let finding = finding
        .seconds("age", now.duration_since(list.this_update))
        .until("left", end, now)
        .bounds(Some((valid / PART).as_secs()), Some(0))
        .figure("entries", i64::try_from(list.entries).unwrap_or(i64::MAX), Unit::Count);
    match end.duration_since(now) {
        left if !left.is_positive() => finding.critical("crl-ended", format!("it ended at {end}")),
        left if left < valid / PART => {
            finding.fault(State::Warning, "crl-ends-soon", format!("it ends at {end}"))
        }
        _ => finding,
    }
}
