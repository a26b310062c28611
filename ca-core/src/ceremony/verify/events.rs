//! Each record against the plan.

use std::collections::BTreeSet;

use crate::ceremony::Digest;
use crate::ceremony::plan::{Checked, Document, Plan, Role};
use crate::ceremony::session::{State, enough_present};
use crate::ceremony::share::ShareSet;
use crate::ceremony::transcript::{Event, Slot};

/// What contradicts the plan in a record that came in its order. `state` is that after it.
pub(super) fn check(plan: &Plan, checked: &Checked, state: &State, event: &Event) -> Result<(), String> {
    let document = plan.document();
    let watcher = [Role::Witness, Role::Auditor];
    match event {
        Event::Opened { shares: Some(set), .. } => {
            set.check().map_err(|error| error.to_string())?;
            let root = checked.issuer().map(|issuer| Digest::of(issuer.spki_der()));
            require(root == Some(set.key), "the shares are of another key than the root's")
        }
        Event::DigitsConfirmed { by } => has_role(document, by, &[Role::Administrator]),
        Event::TimeConfirmed { time, by, witness } => {
            has_role(document, by, &[Role::Administrator])?;
            has_role(document, witness, &watcher)?;
            let apart = time.as_second().abs_diff(document.time.as_second());
            require(
                apart <= u64::from(document.time_tolerance_minutes) * 60,
                "the time is too far from the plan's",
            )
        }
        Event::Attendance { present } => {
            let names: BTreeSet<&str> = present.iter().map(String::as_str).collect();
            require(names.len() == present.len(), "somebody is written down twice")?;
            let all_known = present.iter().all(|name| document.person(name).is_some());
            require(all_known, "somebody is not in the plan")?;
            let spoken = state.spoken.iter().all(|name| names.contains(name.as_str()));
            require(spoken, "somebody who read or confirmed is not among those present")?;
            enough_present(document, state.existing_set.as_ref(), &names).map_err(|error| error.to_string())
        }
        Event::KeyCreated { public_key, device, sealed_key, shares } => {
            let planned = document.root.as_ref().map(|root| root.key.0);
            require(planned == Some(public_key.0.spec()), "the key is not of the kind that was planned")?;
            let sealed = sealed_key.is_some() && shares.is_some() && device.is_none();
            let in_device = sealed_key.is_none() && shares.is_none() && device.is_some();
            let file = document.custody == crate::ceremony::plan::Custody::File;
            require(if file { sealed } else { in_device }, "the key is not kept as was planned")?;
            shares.as_ref().map_or(Ok(()), |set| shared_as_planned(plan, state, set, public_key.digest(), 1))
        }
        Event::Resealed { shares, .. } => {
            let Some(before) = state.existing_set.as_ref().map(|set| set.generation) else {
                // In a rehearsal with a stand-in, a key that stands for the root's is sealed.
                return require(state.stand_in.is_some(), "it is not known what was sealed before");
            };
            let key = checked.issuer().map(|issuer| Digest::of(issuer.spki_der())).unwrap_or(shares.key);
            shared_as_planned(plan, state, shares, key, before.saturating_add(1))
        }
        Event::KeyReady { slot, key, .. } => {
            let expected = match slot {
                Slot::Existing => checked.issuer().map(|issuer| Digest::of(issuer.spki_der())),
                Slot::New => {
                    state.created.as_ref().and_then(|made| made.public_key.as_ref()).map(|key| key.digest())
                }
            };
            require(expected == Some(*key), "the key is not the root's")
        }
        Event::Confirmed { by, .. } | Event::Destroyed { witness: by, .. } => {
            require(state.present.contains(by), "somebody agreed who was not present")?;
            has_role(document, by, &watcher)
        }
        Event::Resumed { by, .. } | Event::Remark { by, .. } | Event::Voided { by, .. } => {
            require(document.person(by).is_some(), "somebody is not in the plan")
        }
        _ => Ok(()),
    }
}

fn require(right: bool, otherwise: &str) -> Result<(), String> {
    if right { Ok(()) } else { Err(otherwise.to_owned()) }
}

fn has_role(plan: &Document, name: &str, roles: &[Role]) -> Result<(), String> {
    let right = plan.person(name).is_some_and(|person| roles.contains(&person.role));
    require(right, &format!("{name} has no part in this step"))
}

fn shared_as_planned(
    plan: &Plan,
    state: &State,
    set: &ShareSet,
    key: Digest,
    generation: u32,
) -> Result<(), String> {
    set.check().map_err(|error| error.to_string())?;
    let document = plan.document();
    let officers = document.with_role(Role::KeyOfficer).map(|person| person.name.as_str());
    let same_officers = officers.eq(set.holders.iter().map(|holder| holder.officer.as_str()));
    require(same_officers, "the shares are not those of the officers")?;
    require(set.threshold == document.shares.threshold, "the threshold is not the plan's")?;
    require(set.key == key, "the shares are of another key")?;
    require(set.ceremony == plan.digest(), "the shares are of another ceremony")?;
    require(Some(set.mode) == state.mode, "real shares in a rehearsal, or the other way round")?;
    require(set.generation == generation, "the generation of the shares does not follow")
}
