//! The whole store, row by row.

use std::ops::ControlFlow;

use ca_core::audit::Head;

use super::StoreError;

/// A part of the store as it is given out, in this order: what state it is in, then table by table its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The state that all rows are of.
    State {
        /// The migrations that its tables went through, in their order.
        schema: Vec<String>,
        /// The end of its audit.
        head: Head,
    },
    /// A row.
    Row {
        /// The name of its table.
        table: &'static str,
        /// Its columns as a JSON object: octets in lower-case hexadecimal digits, numbers and text as such.
        json: String,
    },
}

/// Giving all rows out. Nonces, leases and the keys of orders stay: they hold for hours at most, and for servers that run.
pub trait BackupStore {
    /// Gives every row of one state of the store, while others go on writing. It ends early where `give` breaks.
    ///
    /// # Errors
    /// [`StoreError`].
    fn dump(&self, give: &mut dyn FnMut(Part) -> ControlFlow<()>) -> Result<(), StoreError>;
}
