//! `ca-server check-config`

use super::arguments::Configured;
use super::{Failure, instance, print, public_key, serve};
use crate::config;
use crate::http::tls;

/// Shows what is in force; what the configuration names in files is read too.
pub(super) fn run(arguments: &Configured) -> Result<(), Failure> {
    let mut config = serve::load(arguments)?;
    config.https.authorities = serve::authorities(&config)?;
    instance::location(&config)?;
    instance::profiles()?;
    if let (Some(certificate), Some(key)) = (&config.https.certificate, &config.https.key) {
        tls::server_config(certificate, key)?;
    }
    public_key::ceremony_signers(&config)?;
    print(&config::in_force(&config));
    Ok(())
}
