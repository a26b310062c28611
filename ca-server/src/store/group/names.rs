//! The names of authorities, by id. They never change, and authorities are few.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::known::Known;
use crate::port::StoreError;
use crate::store::backend::{Connection, on_each};
use crate::store::during;
use crate::store::schema::authorities;

/// Those that were met.
#[derive(Default)]
pub(in crate::store) struct Names(HashMap<String, String>);

impl Names {
    /// Reads those of the intents that are not known yet.
    pub(super) fn learn(&mut self, connection: &mut Connection, known: &Known) -> Result<(), StoreError> {
        let ids = known.intents.values().map(|intent| intent.authority_id.as_str());
        let unknown: HashSet<&str> = ids.filter(|id| !self.0.contains_key(*id)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let pairs: Vec<(String, String)> = on_each!(connection, |connection| {
            authorities::table
                .filter(authorities::id.eq_any(&unknown))
                .select((authorities::id, authorities::name))
                .load(connection)
                .map_err(during("an authority"))
        })?;
        self.0.extend(pairs);
        Ok(())
    }

    /// The name of one that was learnt.
    pub(super) fn of(&self, id: &str) -> String {
        self.0.get(id).cloned().unwrap_or_default()
    }
}
