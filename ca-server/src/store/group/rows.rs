//! What jobs write once they are decided.

use ca_core::audit::Head;

use crate::port::StoreError;
use crate::store::audit::AuditRow;
use crate::store::backend::{AtOnce, Closings, Connection, Insert, Together, insert_all};
use crate::store::certificate::CertificateRow;
use crate::store::idempotency::{self, OrderRow};
use crate::store::intent::{self, IntentRow};
use crate::store::subject::SubjectRow;

/// New rows, by their tables, and what gives way to them.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) closings: Closings,
    pub(super) intents: Vec<IntentRow>,
    /// Scopes of orders that do not stand any more, which others take.
    pub(super) replaced: Vec<Vec<u8>>,
    pub(super) orders: Vec<OrderRow>,
    pub(super) subjects: Vec<SubjectRow>,
    pub(super) certificates: Vec<CertificateRow>,
    /// The audit of all that is changed.
    pub(super) audit: Vec<AuditRow>,
}

impl Rows {
    /// Writes them within a transaction.
    pub(super) fn write(&self, connection: &mut Connection) -> Result<(), StoreError> {
        idempotency::remove(connection, &self.replaced)?;
        if let Connection::Postgresql(connection) = connection {
            return self.together(None).run(connection).map(drop);
        }
        intent::close_all(connection, &self.closings)?;
        insert_all(connection, &self.intents)?;
        insert_all(connection, &self.orders)?;
        insert_all(connection, &self.subjects)?;
        insert_all(connection, &self.certificates)?;
        insert_all(connection, &self.audit)
    }

    /// The statement that writes them, where none is replaced.
    pub(super) fn together(&self, after: Option<Head>) -> Together<'_> {
        let Self { intents, orders, subjects, certificates, audit, .. } = self;
        let inserts = [of(intents), of(orders), of(subjects), of(certificates), of(audit)];
        Together {
            after,
            closings: Some(&self.closings).filter(|closings| !closings.ids.is_empty()),
            inserts: inserts.into_iter().flatten().collect(),
        }
    }
}

/// The statement that inserts rows, where there are some.
fn of<R: AtOnce>(rows: &[R]) -> Option<Insert<'_>> {
    (!rows.is_empty()).then(|| R::statement(rows))
}
