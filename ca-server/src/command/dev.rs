//! `ca-server dev`

use std::net::SocketAddr;
use std::path::Path;

use ca_core::keystore::file::{self, Access};
use serde_json::json;

use super::arguments::Dev;
use super::folder::Folder;
use super::instance::{self, Instance};
use super::try_it::{self, Place};
use super::{Failure, logging, print, public_key};
use crate::config;
use crate::http::server::Listeners;
use crate::http::tls::{self, OwnTls};
use crate::service::Services;
use crate::service::bootstrap::{self, DevPlan};

/// Where everything goes when nothing is said.
const DATA: &str = "./cityca-data";

pub(super) fn run(arguments: &Dev) -> Result<(), Failure> {
    let defaults = json!({
        "data": DATA,
        "http": { "listen": "127.0.0.1:8080" },
        "https": { "listen": "127.0.0.1:8443" },
    });
    let overrides = arguments.listeners.overrides(arguments.data.as_ref());
    let config = config::load(defaults, None, &overrides)?;
    for address in [config.http.listen, config.https.listen] {
        if !address.ip().is_loopback() {
            return Err(Failure::NotLoopback { address });
        }
    }
    logging::start(&config.log);

    let folder = Folder::open(&config.data, true)?;
    let listeners = Listeners::bind(config.http.listen, config.https.listen)?;
    let (http, https) = (listeners.http.local_addr()?, listeners.https.local_addr()?);
    let mut ports = instance::ports(&config)?;
    ports.off_host = instance::off_host(&config)?;
    ports.peers = instance::peers(&config);
    let profiles = instance::profiles()?;
    let plan = DevPlan {
        data: folder.path.clone(),
        public_url: config.public_url.clone(),
        default_public_url: format!("http://{http}"),
    };
    let state = bootstrap::dev(&ports, &plan, &profiles)?;
    let own = OwnTls::ensure(&folder.path, &folder.keys, &[], ports.clock.now())?;
    let server_config = tls::server_config(&own.certificate, &own.key)?;
    write_cli_config(&folder.path, https)?;
    let mut settings = state.settings.clone();
    config.status.apply(&mut settings);
    config.store.apply(&mut settings);
    config.clock.apply(&mut settings);
    settings.ceremony_signers = public_key::ceremony_signers(&config)?;
    let services = Services::start(ports.clone(), settings, profiles)?;

    let text = try_it::text(&Place { data: &folder.path, http, https, state: &state, tls: &own });
    let mut authorities = loopback_authorities(https);
    authorities.extend(config.https.authorities.iter().cloned());
    let https = tls::validity(&own.certificate);
    let instance = Instance { config, ports, services, listeners, tls: server_config, https, authorities };
    instance.run(|| print(&text))
}

/// The names by which a client on this machine may address the HTTPS listener.
fn loopback_authorities(address: SocketAddr) -> Vec<String> {
    let mut authorities = vec![address.to_string()];
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let authority = format!("{host}:{}", address.port());
        if !authorities.contains(&authority) {
            authorities.push(authority);
        }
    }
    authorities
}

/// Writes `cli.toml`, or brings it up to date where the server moved to another port.
fn write_cli_config(data: &Path, https: SocketAddr) -> Result<(), Failure> {
    const MAX_FILE: u64 = 64 * 1024;
    let path = data.join("cli.toml");
    let server = format!("server = \"https://{https}\"");
    if !path.exists() {
        let text = format!(
            "# Where the `ca` command finds this server, and which key signs its requests. Paths are relative to \
             this file.\n{server}\ntrust = \"tls-ca.pem\"\ncertificate = \"admin.pem\"\nkey = \"admin.key\"\n"
        );
        file::write_new(&path, text.as_bytes(), Access::Public)?;
        return Ok(());
    }
    let old = file::read_bounded(&path, MAX_FILE)?;
    let old = String::from_utf8_lossy(&old);
    let is_server = |line: &str| line.split('=').next().is_some_and(|key| key.trim() == "server");
    let new: String = old
        .lines()
        .map(|line| format!("{}\n", if is_server(line) { server.as_str() } else { line }))
        .collect();
    if new != old {
        file::replace(&path, new.as_bytes(), Access::Public)?;
    }
    Ok(())
}
