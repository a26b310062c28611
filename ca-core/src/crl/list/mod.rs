//! Lists of any length on their way to a signature, in constant memory: the entries go to a [`Scratch`], which is a file
//! where there are many, and everything after reads them from there.
//!
//! [`ListPlan`] (rises above the one before) → [`ListDraft`] (takes the entries in their order) → [`PreparedList`] (signed by
//! a throwaway key, read back, linted) → [`CommittedList`] (the intent is on durable storage) → [`SignedList`] (signed,
//! compared, verified). It is the way of [`CrlPlan`](super::CrlPlan), which holds its entries, and gives the same octets.

mod compare;
mod draft;
mod plan;
mod prepare;
mod scan;
mod scratch;
mod sign;

#[cfg(test)]
mod tests;

pub use compare::{CompareError, Gone, compare};
pub use draft::{DraftError, ListDraft};
pub use plan::{ListKind, ListPlan};
pub use prepare::{CommittedList, ListFacts, PreparedList};
pub use scan::{MAX_ENTRY, ScanError, Scanned, Scanner};
pub use scratch::{Scratch, ScratchReader};
pub use sign::{SignListError, SignedList, outer_header};
