//! Intents that PostgreSQL closes at once: by a statement that is planned once for a connection, which those that Diesel builds
//! for changes are not.

use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Text};
use diesel::{QueryResult, RunQueryDsl};

use crate::store::schema::intents;

/// `UPDATE … RETURNING` of the intents that are open under a fencing number.
pub(in crate::store) struct Close<'a> {
    /// Which may be closed.
    pub(in crate::store) ids: &'a [String],
    /// Their fencing number.
    pub(in crate::store) fencing: i64,
    /// When, in microseconds.
    pub(in crate::store) at: i64,
}

impl QueryFragment<Pg> for Close<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("UPDATE intents SET state = 'done', version = version + 1, closed_at = ");
        pass.push_bind_param::<BigInt, _>(&self.at)?;
        pass.push_sql(" WHERE state = 'open' AND fencing = ");
        pass.push_bind_param::<BigInt, _>(&self.fencing)?;
        pass.push_sql(" AND id = ANY(");
        pass.push_bind_param::<Array<Text>, _>(self.ids)?;
        pass.push_sql(") RETURNING ");
        QueryFragment::<Pg>::walk_ast(&intents::all_columns, pass)
    }
}

impl QueryId for Close<'_> {
    /// Known by its type: the text is always the same.
    type QueryId = Close<'static>;
}

impl Query for Close<'_> {
    type SqlType = intents::SqlType;
}

impl RunQueryDsl<PgConnection> for Close<'_> {}
