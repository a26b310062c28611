//! Ceremonies: what the key of an offline root does, in a room, before witnesses.
//!
//! [`plan`] says beforehand, in one strict file, what will be done; [`plan::Plan::check`] holds it against the material that
//! it names. [`session::Session`] leads through the steps that follow from the plan and writes each into a
//! [`transcript`], which ends with the signatures of those who were present. [`verify`] derives everything again from the
//! papers. The root key is kept sealed under a key that is [`share`]d among officers; what crosses the air gap crosses as
//! an [`exchange`] package; [`due`] lists what comes when.
//!
//! Nothing here reads a file, a clock or a terminal: bytes, times and passphrases are arguments, and what must be on
//! durable storage before the next step goes through [`session::Journal`].

pub mod act;
pub mod due;
pub mod exchange;
pub mod plan;
pub mod rehearsal;
pub mod session;
pub mod share;
pub mod transcript;
mod value;
pub mod verify;

pub use plan::{Kind, Mode, Plan, Role};
pub use session::{Journal, Session, Step};
pub use transcript::Transcript;
pub use value::{Digest, DigestError, PinnedKey};

#[cfg(test)]
mod tests;
