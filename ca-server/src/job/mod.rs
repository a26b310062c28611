//! What happens on a timer: CRLs and OCSP signers are renewed well before they end.

mod backup;
mod feed;
mod renewal;
mod timer;

pub use backup::back_up;
pub use feed::follow;
pub use renewal::renew;
pub use timer::Timer;
