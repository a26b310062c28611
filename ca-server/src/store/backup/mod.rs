//! The whole store out of a database and into an empty one, the same or the other kind.

pub(super) mod tables;

use std::ops::ControlFlow;

use tables::{Statements, TABLES, page_of};

use super::backend::{self, Connection};
use super::{Location, SqlStore, journal};
use crate::port::StoreError;
use crate::port::store::{BackupStore, Part};

impl BackupStore for SqlStore {
    fn dump(&self, give: &mut dyn FnMut(Part) -> ControlFlow<()>) -> Result<(), StoreError> {
        self.read(|connection| backend::snapshot(connection, |connection| dump(connection, give)))
    }
}

fn dump(
    connection: &mut Connection,
    give: &mut dyn FnMut(Part) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    // The first read fixes the state.
    let head = journal::head(connection)?;
    let schema = backend::applied(connection)?;
    if give(Part::State { schema, head }).is_break() {
        return Ok(());
    }
    for (table, key) in TABLES {
        let statements = Statements::of(connection, table, *key)?;
        let mut after: Option<String> = None;
        loop {
            let page = statements.page(connection, after.as_deref())?;
            let whole = page.len() == page_of(table);
            after = page.last().map(|line| line.key().to_owned());
            for line in page {
                if give(Part::Row { table, json: line.json }).is_break() {
                    return Ok(());
                }
            }
            if !whole {
                break;
            }
        }
    }
    Ok(())
}

/// A row to restore: the name of its table, and its columns as [`Part::Row`] has them.
pub type Row = (String, String);

impl SqlStore {
    /// Fills an empty place with the rows of a backup, in one transaction, and brings its schema up to this program's.
    /// `next` gives the rows in the order of [`BackupStore::dump`]; where it fails, nothing is kept.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] where there is a store; [`StoreError::SchemaFromFuture`] where a newer program made
    /// the backup; [`StoreError::Damaged`] where the rows do not fit; what `next` and [`SqlStore::open`] fail with.
    pub fn restore(
        location: &Location,
        schema: &[String],
        next: &mut dyn FnMut() -> Result<Option<Row>, StoreError>,
    ) -> Result<u64, StoreError> {
        match location {
            Location::Postgresql(_) => fill(location, schema, next),
            Location::Sqlite(path) => {
                if path.exists() {
                    return Err(StoreError::NotEmpty { place: location.to_string() });
                }
                // Under another name until it is whole: a cut leaves no store that looks like one.
                let mut unfinished = path.as_os_str().to_owned();
                unfinished.push("-restoring");
                let unfinished = std::path::PathBuf::from(unfinished);
                let failed = |error: std::io::Error| StoreError::CannotOpen {
                    path: unfinished.display().to_string(),
                    detail: error.to_string(),
                };
                if unfinished.exists() {
                    std::fs::remove_file(&unfinished).map_err(failed)?;
                }
                let filled = fill(&Location::file(unfinished.clone()), schema, next);
                if filled.is_err() {
                    // What could not be removed is removed by the next try.
                    let _ = std::fs::remove_file(&unfinished);
                    return filled;
                }
                std::fs::rename(&unfinished, path).map_err(failed)?;
                filled
            }
        }
    }
}

fn fill(
    location: &Location,
    schema: &[String],
    next: &mut dyn FnMut() -> Result<Option<Row>, StoreError>,
) -> Result<u64, StoreError> {
    let mut connection = backend::prepare_as(location, schema)?;
    let rows = backend::write(&mut connection, |connection| {
        if journal::head(connection)?.sequence > 0 {
            return Err(StoreError::NotEmpty { place: location.to_string() });
        }
        load(connection, next)
    })?;
    drop(connection);
    // Only now the migrations that are newer than the backup.
    backend::prepare(location)?;
    Ok(rows)
}

fn load(
    connection: &mut Connection,
    next: &mut dyn FnMut() -> Result<Option<Row>, StoreError>,
) -> Result<u64, StoreError> {
    let mut place = 0;
    let mut rows = 0;
    let mut batch: Vec<String> = Vec::new();
    loop {
        let row = next()?;
        let table = TABLES.get(place).map(|(table, _)| *table);
        let ends = row.as_ref().is_none_or(|(name, _)| Some(name.as_str()) != table);
        if ends || table.is_some_and(|table| batch.len() == page_of(table)) {
            rows += insert(connection, place, &mut batch)?;
        }
        let Some((name, json)) = row else { break };
        while TABLES.get(place).is_some_and(|(table, _)| *table != name) {
            place += 1;
        }
        if place == TABLES.len() {
            return Err(StoreError::Damaged {
                detail: format!("a backup has the table {name:?} in no place"),
            });
        }
        batch.push(json);
    }
    Ok(rows)
}

fn insert(connection: &mut Connection, place: usize, batch: &mut Vec<String>) -> Result<u64, StoreError> {
    let Some((table, key)) = TABLES.get(place).filter(|_| !batch.is_empty()) else { return Ok(0) };
    let statements = Statements::of(connection, table, *key)?;
    let written = statements.insert(connection, format!("[{}]", batch.join(",")))?;
    if written != batch.len() {
        return Err(StoreError::Damaged {
            detail: format!("{written} of {} rows of {table} were restored", batch.len()),
        });
    }
    batch.clear();
    Ok(written as u64)
}
