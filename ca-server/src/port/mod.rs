//! What the services need of the outside world, as traits that say what an implementer owes, and the records
//! that pass through them. Nothing here knows of a database, of HTTP or of a file layout.

mod act;
mod clock;
pub(crate) mod fault;
pub(crate) mod off_host;
mod publisher;
mod randomness;
pub mod record;
mod signer;
pub mod store;

pub use act::{Act, Actor, SignedNonce};
pub use clock::{Clock, PeerClocks, SystemClock};
pub use off_host::{MAX_APPEND, OffHost};
pub use publisher::{Document, Publisher, Staged, Write};
pub use randomness::{Randomness, SystemRandomness, new_record_id, new_subject_id};
pub use signer::{Octets, Signer, SignerError};
pub use store::{Store, StoreError};

use std::sync::Arc;

/// The ports that every service works through. Cloning shares them.
#[derive(Clone)]
pub struct Ports {
    /// The durable store.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub randomness: Arc<dyn Randomness>,
    /// Where lists are published.
    pub publisher: Arc<dyn Publisher>,
    /// Where is told what must not be forgotten; none where there is no such place.
    pub off_host: Option<Arc<dyn OffHost>>,
    /// Clocks to compare with; none where none are named.
    pub peers: Option<Arc<dyn PeerClocks>>,
}
