//! A server from its parts to its end: what `dev` and `serve` have in common.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::System;
use ca_core::custody::{Custody, CustodyError, FileCustody, Kind};
use ca_core::profile::{ProfileError, ProfileSet};
use jiff::{SignedDuration, Timestamp};
use rustls::ServerConfig;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::Failure;
use super::stop::StopSignals;
use crate::clock_peers::HttpPeers;
use crate::config::{self, Config, ConfigError};
use crate::folder::Folder;
use crate::http::server::Listeners;
use crate::http::{Api, KeptAnswers, server};
use crate::job::{Timer, back_up, follow, renew};
use crate::off_host::{LogFile, LogUrl, Sink};
use crate::port::{Act, OffHost, PeerClocks, Ports, StoreError, SystemClock, SystemRandomness};
use crate::service::Services;
use crate::service::authorities::Keys;
use crate::service::health::{Health, Surroundings};
use crate::service::off_host::LogError;
use crate::service::safeguards::{Quarantine, Sign};
use crate::store::{Location, PostgresqlOptions, SqlStore};

/// How often other processes' changes of status are asked for.
const FEED_INTERVAL: Duration = Duration::from_secs(1);

/// Between two times at which others are asked for the time.
const PEERS_INTERVAL: Duration = Duration::from_secs(60);

/// Between two looks whether a backup is due.
const BACKUP_CHECK: Duration = Duration::from_secs(60);

/// All that a server is made of, ready to serve.
pub(super) struct Instance {
    pub(super) config: Config,
    pub(super) ports: Ports,
    pub(super) services: Services,
    pub(super) listeners: Listeners,
    pub(super) tls: ServerConfig,
    /// From when until when its certificate is valid.
    pub(super) https: Option<(Timestamp, Timestamp)>,
    /// The authorities under which signed requests may address this server.
    pub(super) authorities: Vec<String>,
}

/// Where the store of a configuration is.
pub(super) fn location(config: &Config) -> Result<Location, ConfigError> {
    let Some(url) = &config.database else { return Ok(Location::file(config.data.join("cityca.sqlite"))) };
    let options = PostgresqlOptions {
        connect_timeout: Duration::from_secs(config.store.connect_timeout_seconds),
        statement_timeout: Duration::from_secs(config.store.statement_timeout_seconds),
        allow_plaintext: config.store.allow_plaintext,
    };
    Location::parse(url, options)
        .map_err(|error| ConfigError::Value { setting: "database", reason: error.to_string() })
}

/// The ports of this process over the store of a configuration, which is made where it is not there.
pub(super) fn ports(config: &Config) -> Result<Ports, Failure> {
    let (place, reads) = (location(config)?, config.store.connections);
    let (store, behind) = match SqlStore::open_with(place, reads) {
        Err(StoreError::WentBack { had, has, .. }) => {
            (SqlStore::open_behind(location(config)?, reads)?, Some((had, has)))
        }
        opened => (opened?, None),
    };
    let ports = Ports {
        store: Arc::new(store),
        clock: Arc::new(SystemClock),
        randomness: Arc::new(SystemRandomness),
        publisher: Arc::new(Folder::open(config.data.join("publication"))?),
        off_host: None,
        peers: None,
    };
    if let Some((had, has)) = behind {
        let since = ports.clock.now();
        let quarantine =
            Quarantine { since, sign: Sign::WitnessAhead, has, had: Some(had), floors: BTreeSet::new() };
        quarantine.put(&ports, &Act::system("quarantine", Uuid::nil(), since))?;
        tracing::error!(outcome = "quarantined", %quarantine, "ALARM: the store went back in time");
    }
    Ok(ports)
}

/// The off-host log of a configuration, for this process alone.
pub(super) fn off_host(config: &Config) -> Result<Option<Arc<dyn OffHost>>, Failure> {
    let Some(off_host) = &config.off_host else { return Ok(None) };
    if let Some(path) = &off_host.file {
        let log = LogFile::open(path).map_err(|source| Failure::OffHost { path: path.clone(), source })?;
        return Ok(Some(Arc::new(log)));
    }
    let url = off_host.url.as_deref().map(|url| log_at(off_host, url)).transpose()?;
    Ok(url.map(|log| Arc::new(log) as Arc<dyn OffHost>))
}

/// The log at a URL, reached as the configuration says.
fn log_at(off_host: &config::OffHost, url: &str) -> Result<LogUrl, Failure> {
    let config::OffHost { trust, token_file, .. } = off_host.clone();
    LogUrl::open(&Sink { url: url.to_owned(), trust, token_file })
        .map_err(|source| Failure::OffHostUrl { url: url.to_owned(), source })
}

/// A log that is only read, beside the server that may append to it: `named`, or that of the configuration.
pub(super) fn log_to_read(config: &Config, named: Option<&str>) -> Result<Option<Box<dyn OffHost>>, Failure> {
    let off_host = config.off_host.clone().unwrap_or_default();
    let is_url = |named: &&str| named.starts_with("https://") || named.starts_with("http://");
    let url = named.filter(is_url).or(off_host.url.as_deref().filter(|_| named.is_none()));
    if let Some(url) = url {
        config::check_url("--log", url, off_host.trust.is_some())?;
        return Ok(Some(Box::new(log_at(&off_host, url)?)));
    }
    let Some(path) = named.map(Path::new).or(off_host.file.as_deref()) else { return Ok(None) };
    let log = LogFile::open_to_read(path)
        .map_err(|source| LogError::Unreadable { place: path.display().to_string(), source })?;
    Ok(Some(Box::new(log)))
}

/// The clocks elsewhere that a configuration names, asked for the first time.
pub(super) fn peers(config: &Config) -> Option<Arc<dyn PeerClocks>> {
    if config.clock.peers.is_empty() {
        return None;
    }
    let bound = SignedDuration::from_secs(config.clock.bound_seconds.into());
    let peers = HttpPeers::new(config.clock.peers.clone(), bound);
    peers.ask();
    Some(Arc::new(peers))
}

/// The custody of the keys that the configuration names; `folder` is where files are unless it says otherwise. The keys of
/// OCSP signers live for days and are made by the server itself: where authorities' keys are in a device, they are files.
pub(super) fn keys(config: &Config, folder: &Path) -> Result<Keys, CustodyError> {
    let opened = ca_custody::open(&config.keys, folder, ca_custody::secret(&config.keys)?)?;
    opened.check()?;
    let authorities: Arc<dyn Custody> = Arc::from(opened);
    let responders: Arc<dyn Custody> = match config.keys.kind() {
        Kind::File => Arc::clone(&authorities),
        Kind::Pkcs11 | Kind::Sdf => Arc::new(FileCustody::new(folder.to_owned(), None)),
    };
    Ok(Keys { authorities, responders, signer: None })
}

/// The folders that have to have room.
fn folders(config: &Config) -> Vec<PathBuf> {
    let of = |file: &Path| match file.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        parent => parent.unwrap_or(file).to_owned(),
    };
    let mut folders = vec![config.data.clone()];
    if let Ok(Location::Sqlite(file)) = location(config) {
        folders.push(of(&file));
    }
    folders.extend(config.backup.as_ref().and_then(|backup| backup.folder.clone()));
    folders.extend(config.off_host.as_ref().and_then(|off_host| off_host.file.as_deref()).map(of));
    let mut seen = BTreeSet::new();
    folders.retain(|folder| seen.insert(folder.clone()));
    folders
}

/// The profiles that come with the program.
pub(super) fn profiles() -> Result<Arc<ProfileSet>, ProfileError> {
    ProfileSet::load(schemas::profiles::DEFAULT.iter().copied()).map(Arc::new)
}

impl Instance {
    /// Renews what is due, serves until a signal asks to stop, and lets requests under way end. `ready` is called
    /// when requests are answered.
    pub(super) fn run(self, ready: impl FnOnce()) -> Result<(), Failure> {
        let Self { config, ports, services, listeners, tls, https, authorities } = self;
        let failures = renew(&services);
        if failures > 0 {
            tracing::warn!(failures, "not all that was due could be renewed; /readyz says what is missing");
        }
        let roles = services.roles();
        let schedule = super::backup::schedule(&config, &ports)?.filter(|_| roles.issue);
        let surroundings = Surroundings {
            folders: folders(&config),
            room: config.health.room(),
            https,
            backups: schedule.clone(),
        };
        let peers = ports.peers.clone();
        let api = Api {
            services: services.clone(),
            health: Arc::new(Health::new(&services, surroundings)),
            ports,
            authorities: authorities.into(),
            body_timeout: config.limits.body_timeout(),
            kept: KeptAnswers::new(config.limits.kept_answers_mebibytes << 20),
            issuing: Arc::new(Semaphore::new(config.limits.max_issuing)),
        };
        let interval = Duration::from_secs(config.status.renewal_check_seconds);
        System::new().block_on(async move {
            // Before the listeners: a signal that comes early is not lost.
            let stop = StopSignals::take_over()?;
            let (http, https) = (listeners.http.local_addr()?, listeners.https.local_addr()?);
            let followed = services.clone();
            // Before the first question comes.
            follow(&followed);
            let running = server::start(&api, &config.limits, listeners, tls)?;
            let feed = Timer::start("status-feed", FEED_INTERVAL, move || follow(&followed))?;
            let peers = peers
                .map(|peers| Timer::start("clock-peers", PEERS_INTERVAL, move || peers.ask()))
                .transpose()?;
            let backups = schedule
                .map(|schedule| Timer::start("backup", BACKUP_CHECK, move || back_up(&schedule)))
                .transpose()?;
            let timer = Timer::start("renewal", interval, move || {
                renew(&services);
                server::keep_up();
            })?;
            let handle = running.handle();
            let stopping = actix_web::rt::spawn(async move {
                stop.come().await;
                tracing::info!(outcome = "stopping", "stopping: requests under way are answered");
                handle.stop().await;
            });
            tracing::info!(%http, %https, outcome = "ready", "ready");
            ready();
            let result = running.wait().await;
            stopping.abort();
            drop((timer, feed, peers, backups));
            tracing::info!(outcome = "stopped", "stopped");
            Ok(result?)
        })
    }
}
