//! Both databases have one schema.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl as _, sql_query};

use crate::store::backend::{self, Connection, Purpose};
use crate::store::testing::{Kind, Postgresql, Sqlite};

/// What a schema says, one fact a line.
type Facts = BTreeSet<String>;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(connection: &mut Connection, query: &str) -> Facts {
    let lines: Vec<Line> = match connection {
        Connection::Sqlite(connection) => sql_query(query).load(connection).unwrap(),
        Connection::Postgresql(connection) => sql_query(query).load(connection).unwrap(),
    };
    lines.into_iter().map(|line| line.line).collect()
}

const SQLITE: &[&str] = &[
    // Columns: type and whether they may be null.
    "SELECT 'column ' || t.name || '.' || c.name || ' ' || lower(c.type) || CASE c.\"notnull\" WHEN 1 THEN ' not null' \
     ELSE '' END AS line FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
    // Keys and indexes: their columns in order, and which rows an index is over.
    "SELECT CASE WHEN l.\"unique\" THEN 'unique ' ELSE 'index ' END || t.name || ' (' || (SELECT group_concat(name, ', ') \
     FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) || ')' || coalesce(' where ' || substr(i.sql, \
     nullif(instr(i.sql, 'WHERE '), 0) + 6), '') AS line FROM sqlite_master t, pragma_index_list(t.name) l \
     LEFT JOIN sqlite_master i ON i.name = l.name WHERE t.type = 'table'",
    // A key of one whole number is the row's place in SQLite, without an index.
    "SELECT 'unique ' || t.name || ' (' || c.name || ')' AS line FROM sqlite_master t, pragma_table_info(t.name) c \
     WHERE t.type = 'table' AND c.pk = 1 AND c.type = 'INTEGER'",
    "SELECT 'reference ' || t.name || '.' || f.\"from\" || ' to ' || f.\"table\" || '.' || coalesce(f.\"to\", 'id') AS line \
     FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
];

const POSTGRESQL: &[&str] = &[
    "SELECT 'column ' || c.relname || '.' || a.attname || ' ' || CASE format_type(a.atttypid, NULL) \
     WHEN 'bytea' THEN 'blob' WHEN 'bigint' THEN 'integer' WHEN 'boolean' THEN 'integer' ELSE format_type(a.atttypid, NULL) \
     END || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END AS line FROM pg_class c JOIN pg_attribute a ON \
     a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relnamespace = 'public'::regnamespace \
     AND c.relkind IN ('r', 'p') AND NOT c.relispartition",
    "SELECT CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END || c.relname || ' (' || (SELECT string_agg(a.attname, \
     ', ' ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = c.oid \
     AND a.attnum = k.number) || ')' || coalesce(' where ' || translate(pg_get_expr(i.indpred, i.indrelid), '()', ''), '') \
     AS line FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace \
     AND c.relkind IN ('r', 'p') AND NOT c.relispartition",
    "SELECT 'reference ' || c.relname || '.' || (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = \
     k.conkey[1]) || ' to ' || f.relname || '.' || (SELECT attname FROM pg_attribute WHERE attrelid = f.oid AND attnum = \
     k.confkey[1]) AS line FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid \
     WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relnamespace = 'public'::regnamespace",
];

/// What only SQLite says, and what PostgreSQL says instead: the keys of a partitioned table hold the partition key,
/// and nothing refers to it.
const DIFFERENCES: [&[&str]; 2] = [
    &[
        "reference administrators.certificate_id to certificates.id",
        "unique certificates (id)",
        "unique certificates (intent_id)",
    ],
    &["unique certificates (id, serial)", "unique certificates (intent_id, serial)"],
];

fn facts(connection: &mut Connection, queries: &[&str]) -> Facts {
    let all = queries.iter().flat_map(|query| lines(connection, query));
    all.filter(|line| !line.contains("__diesel_schema_migrations") && !line.contains("sqlite_")).collect()
}

#[test]
fn both_databases_have_the_same_tables_columns_keys_and_indexes() {
    let (file, server) = (Sqlite::place(), Postgresql::place());
    drop((file.open(), server.open()));
    let mut sqlite = backend::connect(&file.location(), Purpose::Read).unwrap();
    let mut postgresql = backend::connect(&server.location(), Purpose::Read).unwrap();
    let (sqlite, postgresql) = (facts(&mut sqlite, SQLITE), facts(&mut postgresql, POSTGRESQL));
    assert!(sqlite.len() > 150, "{}", sqlite.len());
    let only = |a: &Facts, b: &Facts| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!(
        [only(&sqlite, &postgresql), only(&postgresql, &sqlite)],
        DIFFERENCES.map(|facts| facts.iter().map(ToString::to_string).collect::<Vec<_>>())
    );
}

/// The texts of the checks in a table's definition, by balanced parentheses.
fn checks(definition: &str) -> Vec<String> {
    definition
        .match_indices("CHECK (")
        .map(|(at, found)| {
            let text = &definition[at + found.len()..];
            let mut depth = 1;
            let end = text
                .find(|character| {
                    depth += match character {
                        '(' => 1,
                        ')' => -1,
                        _ => 0,
                    };
                    depth == 0
                })
                .unwrap();
            text[..end].to_owned()
        })
        .collect()
}

fn constraints(connection: &mut PgConnection, table: &str) -> Vec<String> {
    let query = format!(
        "SELECT pg_get_constraintdef(oid) AS line FROM pg_constraint WHERE contype = 'c' AND conrelid = '{table}'::regclass"
    );
    let mut lines: Vec<String> =
        sql_query(query).load::<Line>(connection).unwrap().into_iter().map(|line| line.line).collect();
    lines.sort();
    lines
}

/// PostgreSQL keeps a check as it understood it. So it is given SQLite's, and asked how it understood those.
#[test]
fn both_databases_check_the_same() {
    let (file, server) = (Sqlite::place(), Postgresql::place());
    drop((file.open(), server.open()));
    let mut sqlite = backend::connect(&file.location(), Purpose::Read).unwrap();
    let definitions: BTreeMap<String, String> =
        lines(&mut sqlite, "SELECT name || char(10) || sql AS line FROM sqlite_master WHERE type = 'table'")
            .into_iter()
            .map(|line| line.split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap())
            .filter(|(name, _)| !name.starts_with("__diesel"))
            .collect();
    let mut connection = server.postgresql().connect();
    let mut compared = 0;
    for (table, definition) in definitions {
        connection.batch_execute(&format!("CREATE TEMP TABLE copy (LIKE public.{table})")).unwrap();
        for check in checks(&definition) {
            // A truth value is a number in SQLite, and a type of its own in PostgreSQL.
            if check.ends_with(" IN (0, 1)") {
                continue;
            }
            connection.batch_execute(&format!("ALTER TABLE copy ADD CHECK ({check})")).unwrap();
            compared += 1;
        }
        let name = format!("public.{table}");
        assert_eq!(
            constraints(&mut connection, "pg_temp.copy"),
            constraints(&mut connection, &name),
            "{table}"
        );
        connection.batch_execute("DROP TABLE copy").unwrap();
    }
    assert!(compared >= 14, "{compared}");
}
