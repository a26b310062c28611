//! What keeps the service from forgetting: clock, quarantine, off-host log, backups; and the keys it signs with.

use jiff::SignedDuration;

use super::Inner;
use super::finding::{Finding, Unit};
use crate::service::safeguards::Halt;

/// Entries of the audit that may not be told yet while all is well: they are told each second.
const UNTOLD: u64 = 100_000;

/// Whether the clock is believed.
pub(super) fn clock(inner: &Inner) -> Vec<Finding> {
    let bound = inner.services.settings.clock_bound;
    let store = &inner.services.ports.store;
    let compares = inner.services.settings.compare_clocks && store.is_shared();
    let peers = inner.services.ports.peers.as_ref().map(|peers| peers.agreeing());
    let sources = i64::from(compares) + i64::try_from(peers.unwrap_or(0)).unwrap_or(i64::MAX);
    let finding =
        Finding::well("clock").seconds("bound", bound).figure("second-sources", sources, Unit::Count);
    vec![match inner.services.safeguards.clock() {
        Some(fault) => finding.critical(fault.code(), fault),
        None if peers == Some(0) => {
            finding.warning("clock-peers-silent", "no peers tell a time on which most of them agree")
        }
        None => finding,
    }]
}

/// Whether the store is known to have gone back in time.
pub(super) fn quarantine(inner: &Inner) -> Vec<Finding> {
    let (finding, safeguards) = (Finding::well("quarantine"), &inner.services.safeguards);
    vec![match safeguards.quarantine() {
        Some(quarantine) => finding.critical("quarantined", quarantine),
        None if !safeguards.is_compared() => finding.critical(Halt::Compared.code(), Halt::Compared),
        None => finding,
    }]
}

/// Whether the off-host log takes what happens.
pub(super) fn off_host(inner: &Inner) -> Vec<Finding> {
    let (finding, safeguards) = (Finding::well("off-host-log"), &inner.services.safeguards);
    let Some((place, told)) = safeguards.told() else {
        let finding = if inner.is_dev() {
            finding
        } else {
            finding.warning("off-host-not-configured", "nothing is told off this host")
        };
        return vec![finding];
    };
    let finding = finding.about(place);
    let finding = match inner.services.ports.store.audit_head() {
        Err(error) => finding.critical(error.code(), error),
        Ok(head) => {
            let behind = head.sequence.saturating_sub(told.sequence);
            let finding = finding
                .figure("untold", i64::try_from(behind).unwrap_or(i64::MAX), Unit::Count)
                .bounds(i64::try_from(UNTOLD).ok(), None);
            if behind > UNTOLD {
                finding.warning("off-host-behind", "much of what happened is not told yet")
            } else {
                finding
            }
        }
    };
    vec![match safeguards.untold() {
        None => finding,
        Some(detail) => finding.critical("off-host-unanswered", detail),
    }]
}

/// How old the newest backup is.
pub(super) fn backup(inner: &Inner) -> Vec<Finding> {
    let finding = Finding::well("backup");
    let Some(schedule) = &inner.surroundings.backups else {
        // Of several servers over a database one makes them.
        let elsewhere = inner.services.ports.store.is_shared() || inner.is_dev();
        return vec![if elsewhere {
            finding
        } else {
            finding.warning("backup-not-configured", "this server makes no backups by itself")
        }];
    };
    let finding = finding.about(schedule.folder.display().to_string()).seconds("interval", schedule.every);
    vec![match schedule.newest() {
        Err(error) => finding.critical(error.code(), error),
        Ok(None) => finding.warning("backup-missing", "there is none yet"),
        Ok(Some(newest)) => {
            let age = inner.now().duration_since(newest);
            let times = |count: i32| schedule.every.saturating_mul(count);
            let finding =
                finding.seconds("age", age).bounds(Some(times(2).as_secs()), Some(times(4).as_secs()));
            let old = |age: SignedDuration| format!("the newest is {} hours old", age.as_hours());
            match age {
                age if age > times(4) => finding.critical("backup-old", old(age)),
                age if age > times(2) => finding.warning("backup-old", old(age)),
                _ => finding,
            }
        }
    }]
}

/// Whether what signs is there: the isolated signer, or the custody of the keys.
pub(super) fn signer(inner: &Inner) -> Vec<Finding> {
    let (finding, keys) = (Finding::well("signer"), &inner.services.settings.keys);
    vec![match &keys.signer {
        Some(signer) => {
            let checked = signer.greet().map_err(|error| (error.code(), error.to_string()));
            checked.map_or_else(|(code, detail)| finding.clone().critical(code, detail), |()| finding.clone())
        }
        None => match keys.authorities.check() {
            Ok(()) => finding,
            Err(error) => finding.critical(error.code(), error),
        },
    }]
}
