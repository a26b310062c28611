//! The table of nonces, which is not audited.

use std::collections::HashSet;

use diesel::prelude::*;

use super::backend::{Connection, at_once, insert_all, on_each};
use super::convert::micros;
use super::during;
use super::schema::nonces;
use crate::port::{Act, StoreError};

#[derive(Clone, PartialEq, Eq, Hash, Queryable, Insertable)]
#[diesel(table_name = nonces)]
struct NonceRow {
    key_fingerprint: String,
    nonce: String,
    expires_at: i64,
}

at_once!(NonceRow, nonces: key_fingerprint, nonce, expires_at);

/// Uses up the nonces of acts. Gives the places of those whose nonce was used before, or earlier among them.
pub(super) fn use_up(connection: &mut Connection, acts: &[&Act]) -> Result<Vec<usize>, StoreError> {
    let signed: Vec<_> =
        acts.iter().enumerate().filter_map(|(place, act)| Some((place, act.nonce.as_ref()?))).collect();
    let Some(now) = acts.iter().filter(|act| act.nonce.is_some()).map(|act| micros(act.at)).min() else {
        return Ok(Vec::new());
    };
    diesel::delete(nonces::table.filter(nonces::expires_at.lt(now))).execute(connection)?;
    let asked: Vec<&str> = signed.iter().map(|(_, nonce)| nonce.nonce.as_str()).collect();
    let used: Vec<(String, String)> = on_each!(connection, |connection| {
        nonces::table
            .filter(nonces::nonce.eq_any(&asked))
            .select((nonces::key_fingerprint, nonces::nonce))
            .load(connection)
            .map_err(during("the nonces"))
    })?;
    let mut used: HashSet<(String, String)> = used.into_iter().collect();
    let (mut replayed, mut fresh) = (Vec::new(), Vec::new());
    for (place, nonce) in signed {
        if used.insert((nonce.key.clone(), nonce.nonce.clone())) {
            fresh.push(NonceRow {
                key_fingerprint: nonce.key.clone(),
                nonce: nonce.nonce.clone(),
                expires_at: micros(nonce.expires),
            });
        } else {
            replayed.push(place);
        }
    }
    insert_all(connection, &fresh)?;
    Ok(replayed)
}
