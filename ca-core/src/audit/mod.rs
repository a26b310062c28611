//! The audit: entries chained by SM3 from the first one on.
//!
//! An entry's hash covers all its fields and the hash of the entry before it, so that no entry can be changed, removed,
//! inserted or moved without breaking the chain from there on. Whoever knows the newest [`Head`] can tell that all that
//! led to it is unchanged.

mod canonical;
mod chain;
mod entry;

pub use canonical::canonical_json;
pub use chain::{Chain, ChainError, Head};
pub use entry::{Draft, Entry};
