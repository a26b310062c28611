//! `ca-server serve`

use std::net::SocketAddr;

use serde_json::json;

use super::arguments::Configured;
use super::folder::Folder;
use super::instance::{self, Instance};
use super::{Failure, logging, public_key, sign};
use crate::config::{self, Config, ConfigError};
use crate::http::server::Listeners;
use crate::http::tls::{self, OwnTls};
use crate::port::Ports;
use crate::service::authorities::Keys;
use crate::service::bootstrap::PUBLIC_URL;
use crate::service::settings::Mode;
use crate::service::{Services, Settings};
use crate::store::Location;

pub(super) fn run(arguments: &Configured) -> Result<(), Failure> {
    let config = load(arguments)?;
    logging::start(&config.log);
    if config.is_signer() {
        return sign::run(&config);
    }
    let authorities = authorities(&config)?;
    let location = instance::location(&config)?;
    let place = location.to_string();
    if let Location::Sqlite(path) = &location
        && !path.exists()
    {
        return Err(Failure::NoStore { place });
    }
    // Where the keys of authorities are elsewhere, those that are here are this process's own, which makes them.
    let folder = Folder::open(&config.data, config.has_remote_signer())?;
    let mut ports = instance::ports(&config)?;
    ports.off_host = instance::off_host(&config)?;
    ports.peers = instance::peers(&config);
    let public_url = public_url(&config, &ports)?;
    let keys = if config.has_remote_signer() {
        sign::remote_keys(&config, Keys::in_folder(folder.keys.clone()))?
    } else {
        instance::keys(&config, &folder.keys)?
    };
    let mut settings = Settings::new(Mode::Serve, keys, public_url);
    settings.roles = config.roles();
    config.status.apply(&mut settings);
    config.store.apply(&mut settings);
    config.clock.apply(&mut settings);
    settings.ceremony_signers = public_key::ceremony_signers(&config)?;
    let services = Services::start(ports.clone(), settings, instance::profiles()?)?;
    for missing in services.readiness.missing() {
        tracing::warn!(outcome = "missing", "{missing}");
    }
    let listeners = Listeners::bind(config.http.listen, config.https.listen)?;
    let (tls, certificate) = match (&config.https.certificate, &config.https.key) {
        (Some(certificate), Some(key)) => (tls::server_config(certificate, key)?, certificate.clone()),
        _ => {
            let hosts: Vec<String> = authorities.iter().map(|authority| host(authority).to_owned()).collect();
            let own = OwnTls::ensure(&folder.path, &folder.keys, &hosts, ports.clock.now())?;
            (tls::server_config(&own.certificate, &own.key)?, own.certificate)
        }
    };
    let https = tls::validity(&certificate);
    Instance { config, ports, services, listeners, tls, https, authorities }.run(|| {})
}

/// Reads and checks the configuration of the arguments.
pub(super) fn load(arguments: &Configured) -> Result<Config, ConfigError> {
    let overrides = arguments.listeners.overrides(arguments.data.as_ref());
    config::load(json!({}), Some(&arguments.config), &overrides)
}

/// The names by which clients may address the HTTPS listener.
pub(super) fn authorities(config: &Config) -> Result<Vec<String>, ConfigError> {
    if !config.https.authorities.is_empty() {
        return Ok(config.https.authorities.clone());
    }
    let address: SocketAddr = config.https.listen;
    if address.ip().is_unspecified() {
        return Err(ConfigError::Value {
            setting: "https.authorities",
            reason: format!(
                "name the hosts by which clients address {address}, such as [\"ca.example:8443\"]"
            ),
        });
    }
    Ok(vec![address.to_string()])
}

fn public_url(config: &Config, ports: &Ports) -> Result<String, Failure> {
    if let Some(url) = &config.public_url {
        return Ok(url.clone());
    }
    ports.store.setting(PUBLIC_URL)?.ok_or_else(|| {
        Failure::Config(ConfigError::Value {
            setting: "public_url",
            reason: "is not set: give the URL under which relying parties reach plain HTTP".to_owned(),
        })
    })
}

/// The host of `host:port`, without the brackets of an IPv6 address.
fn host(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    authority.split(':').next().unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_host_of_an_authority_is_what_a_certificate_names() {
        assert_eq!(host("ca.example:8443"), "ca.example");
        assert_eq!(host("ca.example"), "ca.example");
        assert_eq!(host("[::1]:8443"), "::1");
    }
}
