//! The schema of each database, embedded, and how a store comes to it.

use diesel::QueryableByName;
use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationVersion};
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::port::StoreError;

pub(super) const SQLITE: EmbeddedMigrations = embed_migrations!("../schemas/sql/sqlite");
pub(super) const POSTGRESQL: EmbeddedMigrations = embed_migrations!("../schemas/sql/postgresql");

/// Migrations of one database.
pub(super) type Migrations<DB> = Vec<Box<dyn Migration<DB>>>;

/// The migrations of these that are still to be run, in their order. `applied` is what the database says of those
/// that were.
pub(super) fn pending<DB: Backend>(
    known: Migrations<DB>,
    applied: &[MigrationVersion<'_>],
) -> Result<Migrations<DB>, StoreError> {
    let mut known = known;
    known.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
    let versions: Vec<MigrationVersion<'_>> =
        known.iter().map(|migration| migration.name().version()).collect();
    if let Some(found) = applied.iter().filter(|version| !versions.contains(version)).max() {
        let newest = versions.last().map(ToString::to_string).unwrap_or_default();
        return Err(StoreError::SchemaFromFuture { found: found.to_string(), known: newest });
    }
    Ok(known.into_iter().filter(|migration| !applied.contains(&migration.name().version())).collect())
}

/// Brings the schema up to this program's.
pub(super) fn run<DB: Backend, C: MigrationHarness<DB>>(
    connection: &mut C,
    known: Migrations<DB>,
    failed: impl Fn(String) -> StoreError,
) -> Result<(), StoreError> {
    let applied = connection.applied_migrations().map_err(|error| failed(error.to_string()))?;
    for migration in pending(known, &applied)? {
        connection
            .run_migration(&migration)
            .map_err(|error| failed(format!("migration {}: {error}", migration.name())))?;
    }
    Ok(())
}

/// Those of these migrations that are named.
pub(super) fn only<DB: Backend>(
    known: Migrations<DB>,
    wanted: &[String],
) -> Result<Migrations<DB>, StoreError> {
    let names = names(&known);
    if let Some(found) = wanted.iter().find(|name| !names.contains(name)) {
        let newest = names.last().cloned().unwrap_or_default();
        return Err(StoreError::SchemaFromFuture { found: found.clone(), known: newest });
    }
    Ok(known.into_iter().filter(|migration| wanted.contains(&migration.name().to_string())).collect())
}

/// The names of those of these migrations that the database says were run, in their order.
pub(super) fn applied<DB: Backend>(
    known: Migrations<DB>,
    applied: Vec<Applied>,
) -> Result<Vec<String>, StoreError> {
    let applied: Vec<MigrationVersion<'_>> = applied.into_iter().map(Into::into).collect();
    let mut all = names(&known);
    let open = names(&pending(known, &applied)?);
    all.retain(|name| !open.contains(name));
    Ok(all)
}

/// A version that the database names.
#[derive(QueryableByName)]
pub(super) struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The query for them, which unlike the harness does not make the table where there is none.
pub(super) const APPLIED: &str = "SELECT version FROM __diesel_schema_migrations";

impl From<Applied> for MigrationVersion<'static> {
    fn from(applied: Applied) -> Self {
        Self::from(applied.version)
    }
}

/// What people call these migrations, in their order.
pub(super) fn names<DB: Backend>(migrations: &Migrations<DB>) -> Vec<String> {
    let mut names: Vec<String> = migrations.iter().map(|migration| migration.name().to_string()).collect();
    names.sort();
    names
}
