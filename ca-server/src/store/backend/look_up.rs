//! Rows of several tables that PostgreSQL looks up at once: one round trip, and one statement that is planned once.

use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Binary, Integer, Nullable, Text};
use diesel::{QueryResult, RunQueryDsl};

use super::store_error;
use crate::port::StoreError;
use crate::store::intent::IntentRow;
use crate::store::schema::intents;

/// What is looked up: each by what finds it.
pub(in crate::store) struct LookUp<'a> {
    /// The name of a setting.
    pub(in crate::store) setting: &'a str,
    /// Names of settings, from one to another.
    pub(in crate::store) settings: (String, String),
    /// Normalised keys that may be blocked.
    pub(in crate::store) keys: Vec<&'a [u8]>,
    /// Scopes of orders.
    pub(in crate::store) scopes: Vec<&'a [u8]>,
    /// Hashes of the names of subjects.
    pub(in crate::store) names: Vec<Vec<u8>>,
    /// Ids of intents, of which those that are open are found.
    pub(in crate::store) intents: &'a [String],
}

/// A row that was found.
pub(in crate::store) enum Found {
    /// The end of the audit.
    Head { sequence: i64, hash: Vec<u8> },
    /// A setting.
    Setting { name: String, value: String },
    /// A key that is blocked.
    Blocked { key: Vec<u8> },
    /// An order.
    Order { scope: Vec<u8>, request_hash: Vec<u8>, intent_id: String, expires_at: i64 },
    /// A subject.
    Subject { id: String, name_hash: Vec<u8> },
    /// An intent that is open.
    Intent(Box<IntentRow>),
}

/// Which row it is, the columns of any, and those of an intent.
type Columns = (
    Integer,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Binary>,
    Nullable<Binary>,
    Nullable<intents::SqlType>,
);
type Row =
    (i32, Option<i64>, Option<String>, Option<String>, Option<Vec<u8>>, Option<Vec<u8>>, Option<IntentRow>);

/// The columns of an intent where there is none.
const NO_INTENT: &str = "NULL::text, NULL::text, NULL::text, NULL::bytea, NULL::bigint, NULL::bytea, NULL::bytea, NULL::text, \
     NULL::bytea, NULL::text, NULL::text, NULL::text, NULL::bigint, NULL::bigint, NULL::bigint, NULL::integer";

impl QueryFragment<Pg> for LookUp<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("(SELECT 0, sequence, NULL, NULL, hash, NULL::bytea, ");
        pass.push_sql(NO_INTENT);
        pass.push_sql(" FROM audit_entries ORDER BY sequence DESC LIMIT 1) UNION ALL SELECT 1, NULL, name, value, NULL, NULL, ");
        pass.push_sql(NO_INTENT);
        pass.push_sql(" FROM settings WHERE name = ");
        pass.push_bind_param::<Text, _>(self.setting)?;
        pass.push_sql(" OR name BETWEEN ");
        pass.push_bind_param::<Text, _>(&self.settings.0)?;
        pass.push_sql(" AND ");
        pass.push_bind_param::<Text, _>(&self.settings.1)?;
        pass.push_sql(" UNION ALL SELECT 2, NULL, NULL, NULL, key, NULL, ");
        pass.push_sql(NO_INTENT);
        pass.push_sql(" FROM blocked_keys WHERE key = ANY(");
        pass.push_bind_param::<Array<Binary>, _>(&self.keys)?;
        pass.push_sql(") UNION ALL SELECT 3, expires_at, intent_id, NULL, scope, request_hash, ");
        pass.push_sql(NO_INTENT);
        pass.push_sql(" FROM idempotency_keys WHERE scope = ANY(");
        pass.push_bind_param::<Array<Binary>, _>(&self.scopes)?;
        pass.push_sql(") UNION ALL SELECT 4, NULL, id, NULL, name_hash, NULL, ");
        pass.push_sql(NO_INTENT);
        pass.push_sql(" FROM subjects WHERE name_hash = ANY(");
        pass.push_bind_param::<Array<Binary>, _>(&self.names)?;
        pass.push_sql(") UNION ALL SELECT 5, NULL, NULL, NULL, NULL, NULL, ");
        QueryFragment::<Pg>::walk_ast(&intents::all_columns, pass.reborrow())?;
        pass.push_sql(" FROM intents WHERE state = 'open' AND id = ANY(");
        pass.push_bind_param::<Array<Text>, _>(self.intents)?;
        pass.push_sql(")");
        Ok(())
    }
}

impl QueryId for LookUp<'_> {
    /// Known by its type: the text is always the same.
    type QueryId = LookUp<'static>;
}

impl Query for LookUp<'_> {
    type SqlType = Columns;
}

impl RunQueryDsl<PgConnection> for LookUp<'_> {}

/// Looks up the end of the audit and what else is asked for.
pub(in crate::store) fn look_up(
    connection: &mut PgConnection,
    asked: LookUp<'_>,
) -> Result<Vec<Found>, StoreError> {
    let rows: Vec<Row> = asked.load(connection).map_err(|error| store_error("what stands", error))?;
    let found = rows.into_iter().map(|row| {
        Some(match row {
            (0, Some(sequence), _, _, Some(hash), ..) => Found::Head { sequence, hash },
            (1, _, Some(name), Some(value), ..) => Found::Setting { name, value },
            (2, _, _, _, Some(key), ..) => Found::Blocked { key },
            (3, Some(expires_at), Some(intent_id), _, Some(scope), Some(request_hash), _) => {
                Found::Order { scope, request_hash, intent_id, expires_at }
            }
            (4, _, Some(id), _, Some(name_hash), ..) => Found::Subject { id, name_hash },
            (5, .., Some(intent)) => Found::Intent(Box::new(intent)),
            _ => return None,
        })
    });
    // The schema has no other: each column that is asked for is never null.
    found
        .collect::<Option<_>>()
        .ok_or_else(|| StoreError::Damaged { detail: "a row without its columns".to_owned() })
}
