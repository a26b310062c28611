//! Certificate revocation lists on their way from a plan to a signed one, by the same steps as certificates.
//!
//! [`CrlPlan`] (rises above the one before) → [`PreparedCrl`] (built, signed by a throwaway key, linted) →
//! [`CommittedCrl`] (the intent is on durable storage) → [`IssuedCrl`] (signed, compared, verified). Lists of any length take
//! the same way in constant memory: [`list`].

mod issue;
pub mod list;
mod plan;

#[cfg(test)]
mod tests;

pub use issue::{CommittedCrl, CrlFacts, IssuedCrl, PrepareCrlError, PreparedCrl, sign};
pub use plan::{CrlPlan, CrlPlanError, PreviousCrl, RevokedEntry};
