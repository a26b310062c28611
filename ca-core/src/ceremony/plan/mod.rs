//! The plan of a ceremony: one strict TOML file that says, before anybody meets, what will be done.
//!
//! Everything that is signed follows from the plan and its material, but for what must be random: keys, serial numbers,
//! signatures. Times stand in the plan, so that the clock of a machine that is never connected decides nothing.
//!
//! ```
//! use ca_core::ceremony::{Kind, Plan};
//!
//! let text = Plan::example(Kind::Crl);
//! let plan = Plan::from_toml(text.as_bytes())?;
//! assert_eq!(plan.kind(), Kind::Crl);
//! println!("{}", plan.digest().groups());
//! # Ok::<(), ca_core::ceremony::plan::PlanError>(())
//! ```

mod check;
mod defaults;
mod digits;
mod document;
mod error;
mod example;
mod field;
mod kind;
mod limits;
mod render;
mod structure;
mod table;

pub use check::{Checked, Material};
pub use digits::{Digits, DigitsError};
pub use document::{Document, Person, Shares};
pub use error::{PlanError, PlanProblem, PlanRefused};
pub use example::EXAMPLE_MARK;
pub use field::{KeyKind, MaybeDigest, PathLength, Subject};
pub use kind::{Custody, Kind, Mode, Role};
pub use render::Sentence;
pub use table::{
    CrlPlanTable, CrossPlan, IssuerPlan, MappingPlan, RenewalPlan, RevokedPlan, RolloverPlan, RootPlan,
    SubordinatePlan, Subtrees, TerminationPlan,
};

pub(crate) use check::Papers as PapersAtHand;
pub(crate) use limits::name_constraints;

use super::Digest;

/// Longest plan: one that revokes a thousand certificates has 120 KiB.
pub const MAX_PLAN_BYTES: usize = 1 << 20;

/// A plan that was read, and whose parts agree with each other. Whether they agree with the world is asked by
/// [`Plan::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    bytes: Vec<u8>,
    document: Document,
    defaults: Vec<(&'static str, String)>,
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// [`PlanError`]: too long, not TOML in UTF-8, a field that is unknown or missing, or parts that contradict each other.
    pub fn from_toml(bytes: &[u8]) -> Result<Self, PlanError> {
        if bytes.len() > MAX_PLAN_BYTES {
            return Err(PlanError::TooLong { bytes: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| PlanError::NotUtf8)?;
        let document: Document = toml::from_str(text).map_err(|error| PlanError::of_toml(&error))?;
        let problems = structure::problems(&document);
        if !problems.is_empty() {
            return Err(PlanError::Problems(PlanRefused(problems)));
        }
        let defaults = defaults::taken(text, &document);
        Ok(Self { bytes: bytes.to_vec(), document, defaults })
    }

    /// The plan as it was read.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its fields.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// What it does.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.document.kind
    }

    /// The fields that the file leaves out, with the values that hold in their place.
    #[must_use]
    pub fn defaults(&self) -> &[(&'static str, String)] {
        &self.defaults
    }

    /// SM3 of the file, byte for byte.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    /// The 24 decimal digits that are read aloud before the ceremony begins. Takes a fifth of a second, on purpose.
    #[must_use]
    pub fn digits(&self) -> Digits {
        Digits::of(&self.digest())
    }

    /// Whether it is an example, whose people have keys that nobody holds: it is refused when it is opened.
    #[must_use]
    pub fn is_example(&self) -> bool {
        self.document.people.iter().any(|person| example::is_example_key(&person.public_key.0))
    }

    /// What will happen, in sentences that a witness can follow.
    #[must_use]
    pub fn render(&self) -> Vec<Sentence> {
        render::sentences(&self.document)
    }

    /// A commented plan to start from. It is read and checked like any other, and refused when it is run.
    #[must_use]
    pub fn example(kind: Kind) -> String {
        example::text(kind)
    }
}
