//! The settings, their units and their defaults.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ca_core::custody;
use ca_core::issuance::AuthorityName;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::off_host::OffHost;
use super::role::{self, Role};
use super::signer::SignerConfig;
use crate::service::Settings;
use crate::service::health::Room;
use crate::service::settings::{Lists, Roles};

/// Every setting of a server. Unknown settings are refused, so that a misspelt one is not silently a default.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of keys and, where SQLite is used, of the database.
    pub data: PathBuf,
    /// What this process does; absent: everything. `["sign"]` alone is the isolated signer, and whoever does not sign asks it.
    #[serde(default = "role::all")]
    pub roles: Vec<Role>,
    /// The isolated signer; none where keys are in the process that uses them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<SignerConfig>,
    /// The URL under which relying parties reach the plain HTTP listener; it stands in every certificate.
    /// Absent: the one that was fixed at the first run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// The plain HTTP listener.
    pub http: Http,
    /// The HTTPS listener.
    pub https: Https,
    /// `sqlite:PATH` or `postgresql://user@host/database`. Absent: `cityca.sqlite` in `data`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// How the database is used.
    #[serde(default)]
    pub store: StoreConfig,
    /// Where the keys of authorities are.
    #[serde(default = "files")]
    pub keys: custody::Settings,
    /// What is logged and how.
    #[serde(default)]
    pub log: Log,
    /// Bounds on clients.
    #[serde(default)]
    pub limits: Limits,
    /// Lifetimes of CRLs and OCSP answers.
    #[serde(default)]
    pub status: Status,
    /// Whose answers are taken from ceremonies.
    #[serde(default)]
    pub ceremony: Ceremony,
    /// Where is told what must not be forgotten; nowhere where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_host: Option<OffHost>,
    /// Whether the clock is believed.
    #[serde(default)]
    pub clock: Clock,
    /// Backups that are made by themselves; none where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<Backup>,
    /// What `ca health` warns of.
    #[serde(default)]
    pub health: Health,
}

impl Config {
    /// Whether this process is the isolated signer.
    pub fn is_signer(&self) -> bool {
        role::is_signer(&self.roles)
    }

    /// Whether the keys of authorities are in another process.
    pub fn has_remote_signer(&self) -> bool {
        !self.roles.contains(&Role::Sign)
    }

    /// What the services of this process do.
    pub fn roles(&self) -> Roles {
        role::of_services(&self.roles)
    }
}

/// What `ca health` warns of.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Health {
    /// Fewer mebibytes free on a disk are a warning. Absent: a tenth of the disk, 10 GiB at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_warning_mebibytes: Option<u64>,
    /// Fewer are critical. Absent: three hundredths of the disk, 1 GiB at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_critical_mebibytes: Option<u64>,
}

impl Health {
    /// The same for the service.
    pub fn room(&self) -> Room {
        let octets = |mebibytes: Option<u64>| mebibytes.map(|mebibytes| mebibytes.saturating_mul(1 << 20));
        Room { warning: octets(self.disk_warning_mebibytes), critical: octets(self.disk_critical_mebibytes) }
    }
}

/// Whose answers are taken from ceremonies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ceremony {
    /// Files with the public keys of the ceremonies' administrators, or certificates of them, in PEM. Without any, no
    /// authority is certified.
    pub signers: Vec<PathBuf>,
}

/// Plain files under `data`.
fn files() -> custody::Settings {
    custody::Settings::File { folder: None, password_file: None }
}

/// The plain HTTP listener: OCSP, CRLs, CA certificates, health.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Address and port to listen on.
    pub listen: SocketAddr,
}

/// The HTTPS listener: everything, EST and REST included.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Https {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The authorities (`host` or `host:port`) by which clients may address this listener in signed requests.
    /// A request that was signed for another one is refused.
    #[serde(default)]
    pub authorities: Vec<String>,
    /// The certificate chain in PEM. Absent: one is made under `data` by an own TLS authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// The private key of `certificate`, PKCS#8 in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
}

/// How the database is used.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// Seconds until a connection to PostgreSQL must stand.
    pub connect_timeout_seconds: u64,
    /// Seconds until PostgreSQL must have answered a statement, waiting for other servers' writes included.
    pub statement_timeout_seconds: u64,
    /// Seconds for which an intent to issue is open before it is taken for left behind and finished, by any server.
    pub take_over_seconds: u64,
    /// Reads that may run at once.
    pub connections: u32,
    /// Whether a PostgreSQL server on another machine may be used without TLS that proves whom it is.
    pub allow_plaintext: bool,
}

impl StoreConfig {
    /// Puts what was chosen into the settings of the services.
    pub fn apply(&self, settings: &mut Settings) {
        settings.take_over_after =
            SignedDuration::from_secs(i64::try_from(self.take_over_seconds).unwrap_or(i64::MAX));
    }
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            connect_timeout_seconds: 5,
            statement_timeout_seconds: 10,
            take_over_seconds: 30,
            connections: 8,
            allow_plaintext: false,
        }
    }
}

/// Whether the clock is believed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Clock {
    /// Seconds by which it may be behind what was recorded, or differ from the clock of PostgreSQL and from those of the peers,
    /// before nothing is signed.
    pub bound_seconds: u32,
    /// Addresses (`http://…`) of others whose answers tell the time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<String>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { bound_seconds: 120, peers: Vec::new() }
    }
}

impl Clock {
    /// Puts what was chosen into the settings of the services.
    pub fn apply(&self, settings: &mut Settings) {
        settings.clock_bound = SignedDuration::from_secs(self.bound_seconds.into());
        settings.compare_clocks = true;
    }
}

/// Backups that are made by themselves. Of several servers over one database one makes them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// The SM2 public key that they are encrypted to, in PEM; a certificate is taken for its key.
    pub recipient: PathBuf,
    /// The folder that they are written into: not on the store's own disk. Absent: none are made by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// Hours between two.
    #[serde(default = "Backup::every_hours")]
    pub every_hours: u32,
    /// How many are kept.
    #[serde(default = "Backup::keep")]
    pub keep: usize,
}

impl Backup {
    fn every_hours() -> u32 {
        24
    }

    fn keep() -> usize {
        14
    }
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One line of text an event.
    #[default]
    Text,
    /// One JSON object an event.
    Json,
}

/// The HTTP library tells of its threads at `info`.
const DEFAULT_FILTER: &str = "info,actix_server=warn";

/// What is logged, to standard error.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Text or JSON.
    pub format: LogFormat,
    /// Directives of `tracing-subscriber`, such as `info` or `ca_server=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: DEFAULT_FILTER.to_owned() }
    }
}

/// Bounds on what clients may take.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections at once, for each listener.
    pub max_connections: usize,
    /// Requests that issue at once; more are refused with 503 and Retry-After.
    pub max_issuing: usize,
    /// Seconds until the head of a request must be there.
    pub header_timeout_seconds: u64,
    /// Seconds until the body of a request must be there.
    pub body_timeout_seconds: u64,
    /// Seconds for which a client may take nothing of an answer.
    pub write_timeout_seconds: u32,
    /// Seconds for which an idle connection is kept.
    pub keep_alive_seconds: u64,
    /// Seconds that requests under way get when the server stops.
    pub shutdown_timeout_seconds: u64,
    /// Threads of each listener that parse and answer.
    pub workers: usize,
    /// Mebibytes of OCSP answers that are kept to be given again.
    pub kept_answers_mebibytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 4096,
            max_issuing: 512,
            header_timeout_seconds: 5,
            body_timeout_seconds: 10,
            write_timeout_seconds: 20,
            keep_alive_seconds: 15,
            shutdown_timeout_seconds: 10,
            workers: 2,
            kept_answers_mebibytes: 64,
        }
    }
}

impl Limits {
    /// Time until the body of a request must be there.
    pub fn body_timeout(&self) -> Duration {
        Duration::from_secs(self.body_timeout_seconds)
    }
}

/// How long what the server says about certificates holds. What is absent is as
/// [`Settings::new`](crate::service::Settings::new) says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Status {
    /// Hours from thisUpdate to nextUpdate of an issuing authority's CRL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crl_validity_hours: Option<u32>,
    /// The same of a root's CRL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_crl_validity_hours: Option<u32>,
    /// Seconds until a CRL lists a revocation, at the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crl_delay_seconds: Option<u32>,
    /// Up to how many entries a CRL is published anew before a change of status is acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crl_prompt_entries: Option<u64>,
    /// How authorities publish lists, by their names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<AuthorityName, ListConfig>,
    /// Minutes from thisUpdate to nextUpdate of an OCSP answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ocsp_validity_minutes: Option<u32>,
    /// Seconds between two looks at what has to be renewed.
    pub renewal_check_seconds: u64,
}

/// How an authority publishes statuses in lists.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListConfig {
    /// Whether changes between the full lists of the regular series are published in deltas.
    pub deltas: bool,
    /// Whether certificates stay listed after they expired.
    pub keep_expired: bool,
    /// How many shards new certificates are put into, each with a list of its own. Those that were issued before stay in
    /// theirs.
    pub shards: u16,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            crl_validity_hours: None,
            root_crl_validity_hours: None,
            crl_delay_seconds: None,
            crl_prompt_entries: None,
            lists: BTreeMap::new(),
            ocsp_validity_minutes: None,
            renewal_check_seconds: 5,
        }
    }
}

impl Status {
    /// Puts what was chosen into the settings of the services.
    pub fn apply(&self, settings: &mut Settings) {
        let hours = |hours: u32| SignedDuration::from_hours(hours.into());
        settings.crl_validity = self.crl_validity_hours.map_or(settings.crl_validity, hours);
        settings.root_crl_validity = self.root_crl_validity_hours.map_or(settings.root_crl_validity, hours);
        if let Some(seconds) = self.crl_delay_seconds {
            settings.crl_delay = SignedDuration::from_secs(seconds.into());
        }
        settings.crl_prompt_entries = self.crl_prompt_entries.unwrap_or(settings.crl_prompt_entries);
        settings.lists = self
            .lists
            .iter()
            .map(|(name, lists)| {
                let ListConfig { deltas, keep_expired, shards } = *lists;
                (name.clone(), Lists { deltas, keep_expired, shards })
            })
            .collect();
        if let Some(minutes) = self.ocsp_validity_minutes {
            settings.ocsp_validity = SignedDuration::from_mins(minutes.into());
        }
    }
}
