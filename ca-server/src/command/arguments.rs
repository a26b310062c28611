//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{LogFormat, Overrides};

/// The service of City CA: a certificate authority for people, organisations, devices and things.
#[derive(Debug, Parser)]
#[command(name = "ca-server", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a root and an issuing authority on this machine the first time, then serve on loopback
    Dev(Dev),
    /// Write configuration and systemd units of a production server into an empty folder
    Init(Init),
    /// Serve the authorities of a store
    Serve(Configured),
    /// Show the configuration that is in force, or what is wrong with it
    CheckConfig(Configured),
    /// Bring the store up to the schema of this program
    Migrate(Migrate),
    /// Write all that the store holds into a file, encrypted to a key
    Backup(Backup),
    /// Fill an empty place with the store of a backup
    Restore(Restore),
    /// Put back what a store forgot that went back in time, and let it issue again; beside the server where it is running
    Recover(Recover),
    /// Keep the off-host log of a server that runs on another machine
    Witness(Witness),
    /// Say who may administer; for the server's own host, beside the server where it is running
    #[command(subcommand)]
    Administrator(Administrator),
    /// Make user and password for enrolment; for the server's own host
    #[command(subcommand)]
    Credential(Credential),
}

#[derive(Debug, Subcommand)]
pub(super) enum Administrator {
    /// Register an administrator by public key
    Add(AdministratorAdd),
    /// List who is and was registered
    List(Configured),
    /// Take a registration out of force
    Deactivate(AdministratorDeactivate),
}

#[derive(Debug, Args)]
pub(super) struct AdministratorAdd {
    #[command(flatten)]
    pub(super) configured: Configured,
    /// The name under which the administrator is registered
    #[arg(long, value_name = "NAME")]
    pub(super) name: String,
    /// The public key, in PEM: SM2, P-256 or Ed25519; a certificate is taken for its key
    #[arg(long, value_name = "FILE")]
    pub(super) public_key: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct AdministratorDeactivate {
    #[command(flatten)]
    pub(super) configured: Configured,
    /// The name, or the fingerprint of the key
    #[arg(long, value_name = "NAME")]
    pub(super) name: String,
}

#[derive(Debug, Subcommand)]
pub(super) enum Credential {
    /// Make user and password for enrolment over EST
    Add(CredentialAdd),
}

#[derive(Debug, Args)]
pub(super) struct CredentialAdd {
    #[command(flatten)]
    pub(super) configured: Configured,
    /// The user name
    #[arg(long, value_name = "NAME")]
    pub(super) user: String,
    /// A profile that the user may enrol under; repeat it for each [default: all of end entities]
    #[arg(long, value_name = "PROFILE")]
    pub(super) profile: Vec<String>,
    /// The file that gets user:password; one that exists is not touched
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The database: sqlite:PATH, or postgresql://USER@HOST/DATABASE
    #[arg(long, value_name = "URL", default_value = "sqlite:/var/lib/cityca/cityca.sqlite")]
    pub(super) db: String,
    /// The folder that is written; one that holds something is not touched
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// The base of the URLs inside certificates
    #[arg(long, value_name = "URL", default_value = "http://pki.city.example")]
    pub(super) public_url: String,
}

#[derive(Debug, Args)]
pub(super) struct Dev {
    /// The folder of keys, certificates and store; made where it is not there
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    #[command(flatten)]
    pub(super) listeners: Listeners,
}

#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    pub(super) configured: Configured,
    /// Say what would be done, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Backup {
    #[command(subcommand)]
    pub(super) command: Option<BackupCommand>,
    /// The file of the backup; one that exists is not touched
    #[arg(value_name = "FILE", required = true)]
    pub(super) file: Option<PathBuf>,
    /// The configuration, in TOML
    #[arg(long, value_name = "FILE", required = true)]
    pub(super) config: Option<PathBuf>,
    /// The folder of keys and store
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// The SM2 public key that it is encrypted to, in PEM; a certificate is taken for its key [default: backup.recipient of
    /// the configuration]
    #[arg(long, value_name = "FILE")]
    pub(super) to: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum BackupCommand {
    /// Check that a backup is whole; with its key, also all that it holds
    Verify(BackupVerify),
}

#[derive(Debug, Args)]
pub(super) struct BackupVerify {
    /// The file of the backup
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) key: BackupKey,
}

#[derive(Debug, Args)]
pub(super) struct BackupKey {
    /// The private key that opens it, in PEM
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// The file that holds the key's password
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(super) password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    pub(super) configured: Configured,
    /// The file of the backup
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) key: BackupKey,
}

#[derive(Debug, Args)]
pub(super) struct Recover {
    #[command(flatten)]
    pub(super) configured: Configured,
    /// The off-host log, a file or a URL [default: off_host of the configuration]
    #[arg(long, value_name = "FILE|URL")]
    pub(super) log: Option<String>,
    /// A list that was published, in DER or PEM; repeat it for each
    #[arg(long, value_name = "FILE")]
    pub(super) crl: Vec<PathBuf>,
    /// Say what would be put back, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Go on though it is not known what was revoked and which CRL numbers were used: these leap
    #[arg(long)]
    pub(super) accept_loss: bool,
    /// Take the clock as it is now for right, though a later time was recorded
    #[arg(long)]
    pub(super) accept_clock: bool,
}

#[derive(Debug, Args)]
pub(super) struct Witness {
    /// The log, which has to be there; a new one is an empty file
    #[arg(long, value_name = "FILE")]
    pub(super) file: PathBuf,
    /// The address to listen on; others than those of this machine need a certificate
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) listen: SocketAddr,
    /// The certificate chain of HTTPS, in PEM
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(super) certificate: Option<PathBuf>,
    /// The private key of the certificate, PKCS#8 in PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub(super) key: Option<PathBuf>,
    /// The file whose first line is the token that the server has to show
    #[arg(long, value_name = "FILE")]
    pub(super) token_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Configured {
    /// The configuration, in TOML
    #[arg(long, value_name = "FILE")]
    pub(super) config: PathBuf,
    /// The folder of keys and store
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    #[command(flatten)]
    pub(super) listeners: Listeners,
}

#[derive(Debug, Default, Args)]
pub(super) struct Listeners {
    /// Address of plain HTTP: OCSP, CRLs, CA certificates [dev: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<SocketAddr>,
    /// Address of HTTPS: EST, REST and all that plain HTTP has [dev: 127.0.0.1:8443]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) listen_tls: Option<SocketAddr>,
    /// The base of the URLs inside certificates; it is fixed at the first run and changed by this
    #[arg(long, value_name = "URL")]
    pub(super) public_url: Option<String>,
    /// The form of the log, which goes to standard error
    #[arg(long, value_name = "FORMAT")]
    pub(super) log_format: Option<LogFormat>,
}

impl Listeners {
    /// What the flags say, with the folder.
    pub(super) fn overrides(&self, data: Option<&PathBuf>) -> Overrides {
        Overrides {
            data: data.cloned(),
            listen: self.listen,
            listen_tls: self.listen_tls,
            public_url: self.public_url.clone(),
            log_format: self.log_format,
        }
    }
}
