//! Puts back into a store that went back in time what is known from elsewhere: from the off-host log, and from lists that were
//! published.

mod found;
mod replay;

use std::collections::BTreeSet;

use ca_core::issuance::AuthorityName;
use jiff::Timestamp;

pub use found::{Found, FoundList, ListError};
pub use replay::Replayed;
pub(super) use replay::replay;

use super::safeguards::{NEWEST_TIME, Quarantine};
use crate::port::record::{AuthorityRecord, KeyPlace, crl_floor};
use crate::port::{Act, Ports, StoreError};

/// The setting with the entry of the audit up to which an off-host log was recovered from: that the store does not hold it is
/// known.
const RECOVERED: &str = "recovered";

/// By how much CRL numbers are raised where nobody knows which were used: more than any authority publishes in the life of a
/// backup.
const LEAP: u64 = 1_000_000;

/// How a recovery is done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan {
    /// Only say what would be done.
    pub dry_run: bool,
    /// Go on though it is not known what was revoked since.
    pub accept_loss: bool,
    /// Take the clock as it is for right, whatever was recorded.
    pub accept_clock: bool,
}

/// What came of a recovery.
#[derive(Debug)]
pub struct Recovered {
    /// What was put back.
    pub replayed: Replayed,
    /// The quarantine that was lifted, where there was one.
    pub lifted: Option<Quarantine>,
    /// The first and the last entry of the audit that are lost, where a log tells of them.
    pub lost: Option<(u64, u64)>,
    /// Lists from which was recovered without a log: what was revoked after their thisUpdate is not known.
    pub until: Vec<(AuthorityName, u64, Timestamp)>,
    /// Authorities of which nothing is known: their CRL numbers leapt.
    pub leapt: Vec<(AuthorityName, u64)>,
    /// Certificates that are known by their serial alone.
    pub by_serial: u64,
}

/// Why nothing was recovered. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// It is not known which lists an authority published.
    #[error(
        "of authority {} neither an off-host log nor its newest list is at hand: give them with --log or --crl, or say \
         --accept-loss", names.iter().map(AuthorityName::as_str).collect::<Vec<_>>().join(" and ")
    )]
    Incomplete {
        /// Which.
        names: Vec<AuthorityName>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RecoveryError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Incomplete { .. } => "recovery-incomplete",
            Self::Store(error) => error.code(),
        }
    }
}

/// Puts back what was found, and ends the quarantine.
///
/// # Errors
/// [`RecoveryError`].
pub fn recover(ports: &Ports, act: &Act, found: &Found, plan: Plan) -> Result<Recovered, RecoveryError> {
    let quarantine = Quarantine::of(ports)?;
    let mut known = found.known_floors();
    known.extend(quarantine.iter().flat_map(|quarantine| quarantine.floors.iter().cloned()));
    let unknown = unknown(ports, &known)?;
    if quarantine.is_some() && !unknown.is_empty() && !plan.accept_loss {
        let names = unknown.into_iter().map(|authority| authority.name).collect();
        return Err(RecoveryError::Incomplete { names });
    }
    let lost = lost(ports, found, quarantine.as_ref())?;
    let replayed = if plan.dry_run {
        replay::plan(ports, found)?.summary()
    } else {
        replay(ports, &act.continued(act.at), found)?
    };
    let leapt = match &quarantine {
        Some(_) => leap(ports, act, &unknown, plan.dry_run)?,
        None => Vec::new(),
    };
    let until = match &found.told {
        Some(_) => Vec::new(),
        None => found.lists.iter().map(|list| (list.name.clone(), list.number, list.this_update)).collect(),
    };
    if !plan.dry_run {
        end(ports, act, found, plan, quarantine.is_some())?;
    }
    let by_serial = ports.store.count_recovered()?;
    Ok(Recovered { replayed, lifted: quarantine, lost, until, leapt, by_serial })
}

fn end(ports: &Ports, act: &Act, found: &Found, plan: Plan, lift: bool) -> Result<(), StoreError> {
    let put = |name: &str, value: &str| ports.store.put_setting(&act.continued(act.at), name, value);
    if let Some(told) = &found.told {
        put(RECOVERED, &entry(told.head()))?;
    }
    if plan.accept_clock {
        put(NEWEST_TIME, &act.at.to_string())?;
    } else if let Some(newest) = found.newest {
        put(NEWEST_TIME, &newest.to_string())?;
    }
    if lift {
        Quarantine::lift(ports, &act.continued(act.at))?;
    }
    Ok(())
}

/// An entry of the audit as the setting names it.
fn entry(head: ca_core::audit::Head) -> String {
    format!("{} {}", head.sequence, hex::encode(head.hash))
}

/// The authorities whose lists are made here and of which it is not known how far they were.
fn unknown(ports: &Ports, known: &BTreeSet<AuthorityName>) -> Result<Vec<AuthorityRecord>, StoreError> {
    let makes_lists = |authority: &AuthorityRecord| {
        authority.certificate.is_some() && !matches!(authority.key, KeyPlace::Offline)
    };
    let mut all = ports.store.authorities()?;
    all.retain(|authority| makes_lists(authority) && !known.contains(&authority.name));
    Ok(all)
}

fn leap(
    ports: &Ports,
    act: &Act,
    unknown: &[AuthorityRecord],
    dry_run: bool,
) -> Result<Vec<(AuthorityName, u64)>, StoreError> {
    let mut leapt = Vec::new();
    for authority in unknown {
        let number = ports.store.next_crl_number(authority.id)?.saturating_add(LEAP);
        if !dry_run {
            let act = act.continued(act.at);
            ports.store.put_setting(&act, &crl_floor(authority.id), &number.to_string())?;
        }
        leapt.push((authority.name.clone(), number));
    }
    Ok(leapt)
}

fn lost(
    ports: &Ports,
    found: &Found,
    quarantine: Option<&Quarantine>,
) -> Result<Option<(u64, u64)>, StoreError> {
    let of_quarantine = quarantine.and_then(|quarantine| Some((quarantine.has + 1, quarantine.had?)));
    let Some(told) = found.told.as_ref().map(super::off_host::Told::head) else { return Ok(of_quarantine) };
    if ports.store.holds(told)? {
        return Ok(of_quarantine);
    }
    let has = quarantine.map_or(ports.store.audit_head()?.sequence, |quarantine| quarantine.has);
    Ok((told.sequence > has).then_some((has + 1, told.sequence)).or(of_quarantine))
}
