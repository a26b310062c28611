//! Leases: work that must happen once among the servers over one store.

use jiff::SignedDuration;
use uuid::Uuid;

use super::StoreError;

/// A lease as it was taken. Whoever takes it next gets a higher fencing number, and from then on nothing is written
/// under this one: a server that was paused past its lease cannot do harm when it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The work.
    pub name: String,
    /// This taking: random, so that it is told from another one whatever became of the store's counter.
    pub holder: Uuid,
    /// Rises with each taking.
    pub fencing: u64,
}

/// Leases. They are not in the audit: they say who works, not what was done. Times are those of the store's clock,
/// so that servers need not agree on theirs.
///
/// Taking and giving back are ordered with all other changes. An [`Act`](crate::port::Act) with a lease is refused
/// with [`StoreError::LeaseLost`] once the lease was taken by another; that it ran out does not matter until then.
pub trait LeaseStore {
    /// Whether other servers may work on the store at the same time.
    fn is_shared(&self) -> bool;

    /// A number that rises with each change that this process makes, but for the intents and certificates by which it issues. It
    /// has risen before the change is answered: what was read under the same number was not changed by this process since.
    fn changes(&self) -> u64;

    /// Takes a lease that nobody holds, or whose holder's time ran out. None where it is held. `holder` must be random.
    ///
    /// # Errors
    /// [`StoreError`].
    fn take_lease(
        &self,
        name: &str,
        holder: Uuid,
        duration: SignedDuration,
    ) -> Result<Option<Lease>, StoreError>;

    /// Lets every lease run out now, for who begins on a store that nobody else works on: those that held them ended.
    /// What somebody holds all the same is theirs until another takes it.
    ///
    /// # Errors
    /// [`StoreError`].
    fn void_leases(&self) -> Result<(), StoreError>;

    /// Holds a lease for another while from now on.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] where another took it; [`StoreError`] otherwise.
    fn keep_lease(&self, lease: &Lease, duration: SignedDuration) -> Result<(), StoreError>;

    /// Gives a lease back. One that another took is left alone.
    ///
    /// # Errors
    /// [`StoreError`].
    fn give_back_lease(&self, lease: &Lease) -> Result<(), StoreError>;
}
