//! What happens on a timer: CRLs and OCSP signers are renewed well before they end.

mod feed;
mod renewal;
mod timer;

pub use feed::follow;
pub use renewal::renew;
pub use timer::Timer;
