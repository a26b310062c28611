//! The tables of a backup, and their rows as JSON in the words of each database.

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use crate::port::StoreError;
use crate::store::backend::{self, Connection};

/// How the rows of a table are ordered and told apart: by a column, or an expression in the words of both databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Key {
    Text(&'static str),
    Number(&'static str),
}

/// Every table that is backed up, those that others refer to first.
pub(in crate::store) const TABLES: &[(&str, Key)] = &[
    ("authorities", Key::Text("id")),
    ("authority_requests", Key::Text("id")),
    ("subjects", Key::Text("id")),
    ("intents", Key::Text("id")),
    ("certificates", Key::Text("id")),
    ("crls", Key::Text("id")),
    // Its key is of two columns: the second is made to sort as text.
    ("crl_parts", Key::Text("(crl_id || '/' || (1000000000 + part))")),
    ("ocsp_signers", Key::Text("id")),
    ("administrators", Key::Text("id")),
    ("enrollment_credentials", Key::Text("id")),
    ("blocked_keys", Key::Text("id")),
    ("recovered_statuses", Key::Text("id")),
    ("settings", Key::Text("name")),
    ("audit_entries", Key::Number("sequence")),
];

/// Tables that are not: what they hold is over before a backup is restored.
#[cfg(test)]
pub(in crate::store) const LEFT_OUT: &[&str] = &["idempotency_keys", "leases", "nonces"];

/// Tables whose rows may be of megabytes.
const LARGE: &[&str] = &["crls", "crl_parts"];

/// Rows of a table that are read or written by one statement: what memory they take is bounded.
pub(super) fn page_of(table: &str) -> usize {
    if LARGE.contains(&table) { 1 } else { 500 }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Flag,
    Octets,
}

struct Column {
    name: String,
    kind: Kind,
}

#[derive(QueryableByName)]
struct Described {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

/// A row as JSON, with its key.
#[derive(QueryableByName)]
pub(super) struct Line {
    #[diesel(sql_type = Text)]
    pub(super) json: String,
    #[diesel(sql_type = Text)]
    key: String,
}

fn columns(connection: &mut Connection, table: &str) -> Result<Vec<Column>, StoreError> {
    // The names of tables are ours.
    let described: Vec<Described> = match connection {
        Connection::Sqlite(connection) => {
            sql_query(format!("SELECT name, lower(type) AS kind FROM pragma_table_info('{table}')"))
                .load(connection)
        }
        Connection::Postgresql(connection) => sql_query(format!(
            "SELECT attname::text AS name, format_type(atttypid, NULL) AS kind FROM pg_attribute \
             WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        ))
        .load(connection),
    }
    .map_err(|error| backend::store_error("the schema", error))?;
    let column = |Described { name, kind }| {
        let kind = match kind.as_str() {
            "text" => Kind::Text,
            "integer" | "bigint" => Kind::Number,
            "boolean" => Kind::Flag,
            "blob" | "bytea" => Kind::Octets,
            other => {
                let detail = format!("{table}.{name} has the type {other}, which a backup does not know");
                return Err(StoreError::Damaged { detail });
            }
        };
        Ok(Column { name, kind })
    };
    described.into_iter().map(column).collect()
}

/// The statements that read and write a table.
pub(super) struct Statements {
    read: String,
    write: String,
    key: Key,
}

impl Statements {
    pub(super) fn of(connection: &mut Connection, table: &str, key: Key) -> Result<Self, StoreError> {
        let columns = columns(connection, table)?;
        let postgresql = matches!(connection, Connection::Postgresql(_));
        let list = |each: &dyn Fn(&Column) -> String| columns.iter().map(each).collect::<Vec<_>>().join(", ");
        let page = page_of(table);
        let names = list(&|column| column.name.clone());
        let (Key::Text(by) | Key::Number(by)) = key;
        Ok(if postgresql {
            let members = list(&|Column { name, kind }| match kind {
                Kind::Text | Kind::Number => format!("'{name}', {name}"),
                Kind::Flag => format!("'{name}', {name}::int"),
                Kind::Octets => format!("'{name}', encode({name}, 'hex')"),
            });
            let values = list(&|Column { name, kind }| match kind {
                Kind::Text => format!("e->>'{name}'"),
                Kind::Number => format!("(e->>'{name}')::bigint"),
                Kind::Flag => format!("(e->>'{name}')::int::boolean"),
                Kind::Octets => format!("decode(e->>'{name}', 'hex')"),
            });
            Self {
                read: format!(
                    "SELECT json_build_object({members})::text AS json, {by}::text AS key FROM {table} \
                     WHERE {by} > $1 ORDER BY {by} LIMIT {page}"
                ),
                write: format!(
                    "INSERT INTO {table} ({names}) SELECT {values} FROM json_array_elements($1::json) e"
                ),
                key,
            }
        } else {
            let members = list(&|Column { name, kind }| match kind {
                Kind::Text | Kind::Number | Kind::Flag => format!("'{name}', {name}"),
                Kind::Octets => format!("'{name}', iif({name} IS NULL, NULL, lower(hex({name})))"),
            });
            let values = list(&|Column { name, kind }| match kind {
                Kind::Text | Kind::Number | Kind::Flag => format!("value ->> '{name}'"),
                Kind::Octets => format!("unhex(value ->> '{name}')"),
            });
            Self {
                read: format!(
                    "SELECT json_object({members}) AS json, CAST({by} AS TEXT) AS key FROM {table} \
                     WHERE {by} > ? ORDER BY {by} LIMIT {page}"
                ),
                write: format!("INSERT INTO {table} ({names}) SELECT {values} FROM json_each(?)"),
                key,
            }
        })
    }

    /// The next rows after a key; the first ones after none.
    pub(super) fn page(
        &self,
        connection: &mut Connection,
        after: Option<&str>,
    ) -> Result<Vec<Line>, StoreError> {
        let query = sql_query(&self.read);
        let result = match self.key {
            Key::Text(_) => {
                let query = query.bind::<Text, _>(after.unwrap_or_default().to_owned());
                match connection {
                    Connection::Sqlite(connection) => query.load(connection),
                    Connection::Postgresql(connection) => query.load(connection),
                }
            }
            Key::Number(_) => {
                let after = after.and_then(|key| key.parse::<i64>().ok()).unwrap_or(i64::MIN);
                let query = query.bind::<BigInt, _>(after);
                match connection {
                    Connection::Sqlite(connection) => query.load(connection),
                    Connection::Postgresql(connection) => query.load(connection),
                }
            }
        };
        result.map_err(|error| backend::store_error("the rows of a backup", error))
    }

    /// Writes rows: their JSON objects in a JSON array.
    pub(super) fn insert(&self, connection: &mut Connection, array: String) -> Result<usize, StoreError> {
        let query = sql_query(&self.write).bind::<Text, _>(array);
        match connection {
            Connection::Sqlite(connection) => query.execute(connection),
            Connection::Postgresql(connection) => query.execute(connection),
        }
        .map_err(|error| backend::store_error("the rows of a backup", error))
    }
}

impl Line {
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}
