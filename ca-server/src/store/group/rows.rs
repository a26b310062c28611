//! What a transaction writes at its end.

use crate::port::StoreError;
use crate::store::audit::AuditRow;
use crate::store::backend::{AtOnce, Connection, Insert, insert_all, insert_together};
use crate::store::certificate::CertificateRow;
use crate::store::idempotency::OrderRow;
use crate::store::intent::IntentRow;
use crate::store::subject::SubjectRow;

/// New rows, by their tables.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) intents: Vec<IntentRow>,
    pub(super) orders: Vec<OrderRow>,
    pub(super) subjects: Vec<SubjectRow>,
    pub(super) certificates: Vec<CertificateRow>,
}

impl Rows {
    /// Writes them, and the audit of all that was changed.
    pub(super) fn write(&self, audit: &[AuditRow], connection: &mut Connection) -> Result<(), StoreError> {
        let Self { intents, orders, subjects, certificates } = self;
        let Connection::Postgresql(connection) = connection else {
            insert_all(connection, intents)?;
            insert_all(connection, orders)?;
            insert_all(connection, subjects)?;
            insert_all(connection, certificates)?;
            return insert_all(connection, audit);
        };
        let inserts =
            [of(intents), of(orders), of(subjects), of(certificates), of(audit)].into_iter().flatten();
        insert_together(connection, inserts.collect())
    }
}

/// The statement that inserts rows, where there are some.
fn of<R: AtOnce>(rows: &[R]) -> Option<Insert<'_>> {
    (!rows.is_empty()).then(|| R::statement(rows))
}
