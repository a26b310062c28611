//! Statuses and CRL numbers back into the store.

use std::collections::BTreeMap;

use ca_core::issuance::AuthorityName;
use ca_core::revocation::Status;
use ca_core::x509::serial::SerialNumber;
use uuid::Uuid;

use super::Found;
use crate::port::record::{KeyPlace, RecoveredRecord, StatusChange, crl_floor};
use crate::port::{Act, Ports, StoreError, new_record_id};

/// Certificates that are changed in one transaction.
const STEP: usize = 500;

/// What was put back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Certificates that are revoked again.
    pub revoked: u64,
    /// Certificates that are held again.
    pub held: u64,
    /// Certificates that are not in the store, newly known by their serial.
    pub by_serial: u64,
    /// CRL numbers that were raised: from, to.
    pub numbers: Vec<(AuthorityName, u64, u64)>,
    /// Lists out of ceremonies that are to be published again.
    pub offline: Vec<(AuthorityName, u64)>,
}

/// What is to be put back.
#[derive(Default)]
pub(super) struct Missing {
    revoked: Vec<(Uuid, u32, Status)>,
    held: Vec<(Uuid, u32, Status)>,
    by_serial: Vec<(Uuid, SerialNumber, Status)>,
    numbers: Vec<(Uuid, AuthorityName, u64, u64)>,
    offline: Vec<(AuthorityName, u64)>,
}

impl Missing {
    pub(super) fn summary(&self) -> Replayed {
        Replayed {
            revoked: self.revoked.len() as u64,
            held: self.held.len() as u64,
            by_serial: self.by_serial.len() as u64,
            numbers: self.numbers.iter().map(|(_, name, from, to)| (name.clone(), *from, *to)).collect(),
            offline: self.offline.clone(),
        }
    }
}

/// What was found and the store does not have.
pub(super) fn plan(ports: &Ports, found: &Found) -> Result<Missing, StoreError> {
    let store = &ports.store;
    let authorities = store.authorities()?;
    let mut missing = Missing::default();
    let mut wanted: BTreeMap<(Uuid, SerialNumber), Status> = BTreeMap::new();
    let mut floors: BTreeMap<Uuid, u64> = BTreeMap::new();
    let told = found.told.as_ref();
    for list in &found.lists {
        let is_newer = list.number >= store.next_crl_number(list.authority)?;
        if list.offline {
            // It is published again under its number.
            if is_newer {
                missing.offline.push((list.name.clone(), list.number));
            }
        } else {
            let floor = floors.entry(list.authority).or_default();
            *floor = list.number.max(*floor);
        }
        for (serial, status) in &list.entries {
            let is_told =
                told.is_some_and(|told| told.statuses.contains_key(&(list.name.clone(), serial.clone())));
            // A hold may have been released since, which the log or the store itself knows.
            if matches!(status, Status::Revoked { .. }) || (is_newer && !is_told) {
                stronger(&mut wanted, (list.authority, serial.clone()), *status);
            }
        }
    }
    for authority in &authorities {
        let Some(told) = told else { break };
        if matches!(authority.key, KeyPlace::Offline) {
            continue;
        }
        if let Some(number) = told.floors.get(&authority.name) {
            let floor = floors.entry(authority.id).or_default();
            *floor = (*number).max(*floor);
        }
    }
    for ((name, serial), status) in told.iter().flat_map(|told| &told.statuses) {
        let Some(authority) = authorities.iter().find(|authority| authority.name == *name) else {
            continue;
        };
        if *status != Status::Good {
            stronger(&mut wanted, (authority.id, serial.clone()), *status);
        }
    }
    for ((authority, serial), status) in wanted {
        let name = authorities.iter().find(|known| known.id == authority).map(|known| &known.name);
        let Some(name) = name else { continue };
        match store.certificate(name, &serial)? {
            Some(record) => match (record.status, status) {
                (Status::Revoked { .. }, _) | (Status::Held { .. }, Status::Held { .. }) => {}
                (_, Status::Revoked { .. }) => missing.revoked.push((record.id, record.version, status)),
                (_, status) => missing.held.push((record.id, record.version, status)),
            },
            None => match (store.recovered(authority, &serial)?, status) {
                (Some(Status::Revoked { .. }), _) | (Some(_), Status::Held { .. }) => {}
                _ => missing.by_serial.push((authority, serial, status)),
            },
        }
    }
    for authority in authorities {
        let used = store.next_crl_number(authority.id)?.saturating_sub(1);
        if let Some(floor) = floors.get(&authority.id).filter(|floor| **floor > used) {
            missing.numbers.push((authority.id, authority.name, used, *floor));
        }
    }
    Ok(missing)
}

/// What was revoked is not made held.
fn stronger(
    wanted: &mut BTreeMap<(Uuid, SerialNumber), Status>,
    certificate: (Uuid, SerialNumber),
    status: Status,
) {
    let known = wanted.entry(certificate).or_insert(status);
    if matches!((*known, status), (Status::Held { .. }, Status::Revoked { .. })) {
        *known = status;
    }
}

/// Puts back what was found and the store does not have.
///
/// # Errors
/// [`StoreError`]; what was put back until then stays.
pub(in crate::service) fn replay(ports: &Ports, act: &Act, found: &Found) -> Result<Replayed, StoreError> {
    let missing = plan(ports, found)?;
    let act = act.continued(act.at);
    let store = &ports.store;
    // First the numbers: a list may be published from now on.
    for (authority, _, _, number) in &missing.numbers {
        store.put_setting(&act, &crl_floor(authority), &number.to_string())?;
    }
    for (changes, change) in [(&missing.revoked, StatusChange::Revoke), (&missing.held, StatusChange::Hold)] {
        for changes in changes.chunks(STEP) {
            match store.change_statuses(&act, changes, change) {
                // Someone else changed one of them meanwhile: each by itself, and what they changed stands.
                Err(StoreError::Conflict { .. }) => {
                    for one in changes {
                        match store.change_statuses(&act, std::slice::from_ref(one), change) {
                            Ok(()) => {}
                            Err(StoreError::Conflict { .. }) => again(ports, &act, one, change)?,
                            Err(error) => return Err(error),
                        }
                    }
                }
                other => other?,
            }
        }
    }
    let mut rng = ports.randomness.generator();
    let records: Vec<RecoveredRecord> = missing
        .by_serial
        .iter()
        .map(|(authority, serial, status)| RecoveredRecord {
            id: new_record_id(act.at, &mut *rng),
            authority: *authority,
            serial: serial.clone(),
            status: *status,
        })
        .collect();
    for records in records.chunks(STEP) {
        store.add_recovered(&act, records)?;
    }
    Ok(missing.summary())
}

/// A certificate that somebody changed meanwhile, unless they revoked it, or held what is to be held.
fn again(
    ports: &Ports,
    act: &Act,
    (id, _, status): &(Uuid, u32, Status),
    change: StatusChange,
) -> Result<(), StoreError> {
    let Some(record) = ports.store.certificate_by_id(*id)? else { return Ok(()) };
    match (record.status, status) {
        (Status::Revoked { .. }, _) | (Status::Held { .. }, Status::Held { .. }) => Ok(()),
        _ => ports.store.change_status(act, *id, record.version, status, change).map(drop),
    }
}
