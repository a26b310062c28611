//! The table of settings.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::backend::Connection;
use super::during;
use super::schema::settings;
use super::transaction::{Audited, Transaction};
use crate::port::StoreError;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = settings)]
pub(super) struct SettingRow {
    name: String,
    value: String,
    changed_at: i64,
    version: i32,
}

impl Audited for SettingRow {
    const TABLE: &'static str = "settings";
    fn id(&self) -> &str {
        &self.name
    }
    fn version(&self) -> i32 {
        self.version
    }
    fn detail(&self) -> Value {
        json!({ "value": self.value, "changed_at": self.changed_at })
    }
}

fn load(connection: &mut Connection, name: &str) -> Result<Option<SettingRow>, StoreError> {
    settings::table
        .find(name)
        .select(SettingRow::as_select())
        .first(connection)
        .optional()
        .map_err(during("a setting"))
}

pub(super) fn get(connection: &mut Connection, name: &str) -> Result<Option<String>, StoreError> {
    Ok(load(connection, name)?.map(|row| row.value))
}

pub(super) fn put(transaction: &mut Transaction<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    let changed_at = transaction.at();
    let old = load(transaction.connection, name)?;
    let version = match &old {
        Some(row) if row.value == value => return Ok(()),
        Some(row) => row.version + 1,
        None => 1,
    };
    let row = SettingRow { name: name.to_owned(), value: value.to_owned(), changed_at, version };
    if old.is_some() {
        diesel::update(settings::table.find(name))
            .set((
                settings::value.eq(&row.value),
                settings::changed_at.eq(row.changed_at),
                settings::version.eq(row.version),
            ))
            .execute(transaction.connection)
            .map_err(during("a setting"))?;
    } else {
        diesel::insert_into(settings::table)
            .values(&row)
            .execute(transaction.connection)
            .map_err(during("a setting"))?;
    }
    transaction.record("setting.put", &row)
}
