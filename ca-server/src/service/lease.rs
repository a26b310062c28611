//! Work that one server does at a time.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use rand_core::Rng as _;
use uuid::Uuid;

use crate::port::store::Lease;
use crate::port::{Act, Ports, StoreError, fault};

/// How long a lease is held without being kept: more than any work under one takes, and what others wait for where
/// its holder died.
const DURATION: SignedDuration = SignedDuration::from_secs(30);

/// Between two looks at a lease that another holds.
const PAUSE: Duration = Duration::from_millis(20);

/// The lease under which the CRLs of an authority are published.
pub(super) fn of_crls(authority: Uuid) -> String {
    format!("crl:{authority}")
}

/// A lease that is given back when dropped.
pub(super) struct Held<'a> {
    ports: &'a Ports,
    lease: Lease,
}

impl Held<'_> {
    /// The act, whose changes are refused once another took the lease.
    pub(super) fn fence(&self, act: &Act) -> Act {
        Act { lease: Some(self.lease.clone()), ..act.clone() }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.ports.store.give_back_lease(&self.lease) {
            tracing::warn!(lease = self.lease.name, %error, "a lease was not given back; it runs out by itself");
        }
    }
}

/// Takes a lease, waiting for its holder as long as `patience`; none where it is still held then.
pub(super) fn take<'a>(
    ports: &'a Ports,
    name: &str,
    patience: Duration,
) -> Result<Option<Held<'a>>, StoreError> {
    let mut random = [0; 16];
    ports.randomness.generator().fill_bytes(&mut random);
    let holder = uuid::Builder::from_random_bytes(random).into_uuid();
    let begun = Instant::now();
    loop {
        if let Some(lease) = ports.store.take_lease(name, holder, fault::lease(DURATION))? {
            return Ok(Some(Held { ports, lease }));
        }
        if begun.elapsed() >= patience {
            return Ok(None);
        }
        std::thread::sleep(PAUSE);
    }
}
