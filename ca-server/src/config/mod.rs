//! What the server was told: by file, by environment, by flags; later ones override earlier ones.

mod load;
mod off_host;
mod redact;
mod role;
mod signer;
mod values;

pub use load::{ConfigError, Overrides, load};
pub use off_host::{OffHost, check_url};
pub use redact::in_force;
pub use role::Role;
pub use signer::{SignerConfig, SigningAuthority};
pub use values::{
    Backup, Ceremony, Config, Health, Http, Https, Limits, Log, LogFormat, Status, StoreConfig,
};
