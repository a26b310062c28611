//! The table of administrators.

use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::convert::{micros, optional_uuid, time, uuid, version};
use super::schema::administrators;
use super::transaction::audited;
use super::{SqlStore, during};
use crate::port::record::AdministratorRecord;
use crate::port::store::AdministratorStore;
use crate::port::{Act, StoreError};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = administrators)]
pub(super) struct AdministratorRow {
    id: String,
    name: String,
    key_fingerprint: String,
    spki: Vec<u8>,
    certificate_id: Option<String>,
    active: bool,
    created_at: i64,
    version: i32,
}

audited!(AdministratorRow, "administrators", |row| json!({
    "name": row.name,
    "key_fingerprint": row.key_fingerprint,
    "spki": hex::encode(&row.spki),
    "certificate_id": row.certificate_id,
    "active": row.active,
    "created_at": row.created_at,
}));

impl TryFrom<AdministratorRow> for AdministratorRecord {
    type Error = StoreError;

    fn try_from(row: AdministratorRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: uuid(&row.id)?,
            name: row.name,
            key_fingerprint: row.key_fingerprint,
            spki: row.spki,
            certificate: optional_uuid(row.certificate_id.as_deref())?,
            active: row.active,
            created_at: time(row.created_at)?,
            version: version(row.version)?,
        })
    }
}

impl AdministratorStore for SqlStore {
    fn add_administrator(&self, act: &Act, administrator: &AdministratorRecord) -> Result<(), StoreError> {
        let row = AdministratorRow {
            id: administrator.id.to_string(),
            name: administrator.name.clone(),
            key_fingerprint: administrator.key_fingerprint.clone(),
            spki: administrator.spki.clone(),
            certificate_id: administrator.certificate.map(|id| id.to_string()),
            active: administrator.active,
            created_at: micros(administrator.created_at),
            version: 1,
        };
        self.write(act, |transaction| {
            diesel::insert_into(administrators::table)
                .values(&row)
                .execute(transaction.connection)
                .map_err(during("an administrator"))?;
            transaction.record("administrator.create", &row)
        })
    }

    fn administrator(&self, key_fingerprint: &str) -> Result<Option<AdministratorRecord>, StoreError> {
        let row: Option<AdministratorRow> = self.read(|connection| {
            administrators::table
                .filter(administrators::key_fingerprint.eq(key_fingerprint))
                .select(AdministratorRow::as_select())
                .first(connection)
                .optional()
                .map_err(during("an administrator"))
        })?;
        row.map(AdministratorRecord::try_from).transpose()
    }

    fn administrators(&self) -> Result<Vec<AdministratorRecord>, StoreError> {
        let rows: Vec<AdministratorRow> = self.read(|connection| {
            administrators::table
                .order(administrators::id)
                .select(AdministratorRow::as_select())
                .load(connection)
                .map_err(during("the administrators"))
        })?;
        rows.into_iter().map(AdministratorRecord::try_from).collect()
    }

    fn deactivate_administrator(&self, act: &Act, administrator: Uuid) -> Result<(), StoreError> {
        let id = administrator.to_string();
        self.write(act, |transaction| {
            let changed = diesel::update(
                administrators::table
                    .filter(administrators::id.eq(&id))
                    .filter(administrators::active.eq(true)),
            )
            .set((administrators::active.eq(false), administrators::version.eq(administrators::version + 1)))
            .execute(transaction.connection)
            .map_err(during("an administrator"))?;
            let row: AdministratorRow = administrators::table
                .find(&id)
                .select(AdministratorRow::as_select())
                .first(transaction.connection)
                .map_err(during("an administrator"))?;
            if changed == 0 {
                return Err(StoreError::Conflict { what: "the administrator's registration" });
            }
            transaction.record("administrator.deactivate", &row)
        })
    }
}
