//! `ca ceremony`.

use std::path::PathBuf;

use ca_core::algorithm::KeySpec;
use ca_core::custody::KeyName;
use ca_core::issuance::AuthorityName;
use ca_core::x509::name::AttributeKind;
use clap::{Args, Subcommand, ValueEnum};

/// What to do about ceremonies.
#[derive(Debug, Subcommand)]
pub(crate) enum CeremonyCommand {
    /// Print a commented plan to start from
    Example(ExampleArgs),
    /// Say in words what a plan will do, check it, and show its digest and digits
    Plan(PlanArgs),
    /// Hold the ceremony of a plan, or go on with one that was interrupted
    Run(RunArgs),
    /// Say which step of a ceremony is next, and whose
    Status(FolderArgs),
    /// Ask for the certificate of an authority: the server makes key and request, which go to a ceremony
    Request(CeremonyRequestArgs),
    /// Answer a request with what a ceremony made, on the machine of the ceremony
    Answer(CeremonyAnswerArgs),
    /// Install what a ceremony answered: everything is checked, the certificate goes to work, the list is published
    Accept(CeremonyAcceptArgs),
    /// Publish a list of the root that a ceremony made, before the one before it ends
    Publish(CeremonyPublishArgs),
    /// Put on the record that an interrupted ceremony does not count
    Void(VoidArgs),
    /// Check that one officer's share is whole and opens with the passphrase
    CheckShare(CheckShareArgs),
    /// Try a token or device before it is relied on: what it is, that it works, and that its keys sign
    CheckDevice(CheckDeviceArgs),
    /// Check ceremonies from their papers, offline: every step, signature and output is derived again
    Verify(CeremonyVerifyArgs),
    /// Write the report of a ceremony as a page to print
    Report(ReportArgs),
    /// List what is to be done when: revocation lists, rollovers, share checks
    Due(DueArgs),
    /// Make the folder for the memory stick: this program, the plans, their digests, how to check them
    Kit(KitArgs),
}

/// Options of `ca ceremony request`.
#[derive(Args, Debug)]
pub(crate) struct CeremonyRequestArgs {
    /// The authority: a to z, 0 to 9 and -
    #[arg(long, value_name = "NAME")]
    pub(crate) authority: AuthorityName,
    /// A part of its name, in order, such as C=CN, O=…, CN=…; repeat it for each part
    /// [default: an authority that waits for its certificate asks again, as before]
    #[arg(long, value_name = "TYPE=VALUE", value_parser = super::value::name_part)]
    pub(crate) subject: Vec<(AttributeKind, String)>,
    /// The kind of its key: sm2, p256, p384, rsa-3072 or rsa-4096
    #[arg(long, value_name = "ALGORITHM", default_value = "sm2")]
    pub(crate) algorithm: KeySpec,
    /// The certificate of the root that is asked
    #[arg(long, value_name = "FILE")]
    pub(crate) root: PathBuf,
    /// The file for the signed request; one that exists is not touched
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The file for the certification request that the plan names [default: that of --out, ending in .csr]
    #[arg(long, value_name = "FILE")]
    pub(crate) csr: Option<PathBuf>,
}

/// Options of `ca ceremony answer`.
#[derive(Args, Debug)]
pub(crate) struct CeremonyAnswerArgs {
    /// The public key of the online administrator who signed the request, or a certificate of it
    #[arg(long, value_name = "FILE")]
    pub(crate) sender: PathBuf,
    /// The certificate of the root
    #[arg(long, value_name = "FILE")]
    pub(crate) root: PathBuf,
    /// The transcript of the ceremony
    #[arg(long, value_name = "FILE")]
    pub(crate) transcript: PathBuf,
    /// The certificate that the ceremony made
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: PathBuf,
    /// The newest list of the root, to go with it
    #[arg(long, value_name = "FILE")]
    pub(crate) crl: Option<PathBuf>,
    /// The private key of the ceremony's administrator, which signs the answer
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The password of the key, on the first line of a file [default: it is asked for]
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// The number of the last request of this authority that was answered; one not above it is refused
    #[arg(long, value_name = "NUMBER")]
    pub(crate) last: Option<u64>,
    /// The file for the signed answer; one that exists is not touched
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The signed request
    #[arg(value_name = "REQUEST")]
    pub(crate) request: PathBuf,
}

/// Options of `ca ceremony accept`.
#[derive(Args, Debug)]
pub(crate) struct CeremonyAcceptArgs {
    /// The signed request that is answered
    #[arg(long, value_name = "FILE")]
    pub(crate) request: PathBuf,
    /// The public key of the ceremony's administrator who signed the answer, or a certificate of it
    #[arg(long, value_name = "FILE")]
    pub(crate) signer: PathBuf,
    /// The certificate of the root
    #[arg(long, value_name = "FILE")]
    pub(crate) root: PathBuf,
    /// The name that the root has in addresses and commands
    #[arg(long, value_name = "NAME", default_value = "root")]
    pub(crate) root_name: AuthorityName,
    /// The newest list of the root, where the answer holds none
    #[arg(long, value_name = "FILE")]
    pub(crate) crl: Option<PathBuf>,
    /// The signed answer
    #[arg(value_name = "ANSWER")]
    pub(crate) answer: PathBuf,
}

/// Options of `ca ceremony publish`.
#[derive(Args, Debug)]
pub(crate) struct CeremonyPublishArgs {
    /// The name that the root has in addresses and commands
    #[arg(long, value_name = "NAME", default_value = "root")]
    pub(crate) authority: AuthorityName,
    /// The list, in PEM
    #[arg(value_name = "FILE")]
    pub(crate) list: PathBuf,
}

/// Options of `ca ceremony example`.
#[derive(Args, Debug)]
pub(crate) struct ExampleArgs {
    /// List the kinds of ceremonies, one a line
    #[arg(long, conflicts_with = "kind")]
    pub(crate) list: bool,
    /// The kind of ceremony
    #[arg(value_name = "KIND", required_unless_present = "list")]
    pub(crate) kind: Option<String>,
}

/// The files that a plan names by their digests.
#[derive(Args, Debug)]
pub(crate) struct MaterialArgs {
    /// A file that the plan names by its digest, or a folder that holds such files; may be repeated
    /// [default: the folder of the plan]
    #[arg(long, value_name = "PATH")]
    pub(crate) material: Vec<PathBuf>,
}

/// Options of `ca ceremony plan`.
#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) material: MaterialArgs,
    /// Take the plan as that of a rehearsal: the digits differ from those of the real one
    #[arg(long)]
    pub(crate) rehearse: bool,
    /// The plan
    #[arg(value_name = "FILE")]
    pub(crate) plan: PathBuf,
}

/// Options of `ca ceremony run`.
#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) material: MaterialArgs,
    /// The folder for everything that the ceremony makes: new or empty, unless a ceremony goes on there
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// Hold the ceremony with throwaway keys; everything it makes says so
    #[arg(long)]
    pub(crate) rehearse: bool,
    /// The settings of the token or device that holds the key, in a TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) device: Option<PathBuf>,
    /// Go on with the ceremony that was interrupted in the folder
    #[arg(long)]
    pub(crate) resume: bool,
    /// Do without a protection of the machine, on the record; may be repeated
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) allow: Vec<Allowance>,
    /// The plan
    #[arg(value_name = "FILE")]
    pub(crate) plan: PathBuf,
}

/// Protections of the machine that can be done without, on the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Allowance {
    /// Memory that may be written to a swap area
    Swap,
    /// A network interface that is up
    Network,
}

/// The folder of a ceremony.
#[derive(Args, Debug)]
pub(crate) struct FolderArgs {
    /// The folder of the ceremony
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
}

/// Options of `ca ceremony void`.
#[derive(Args, Debug)]
pub(crate) struct VoidArgs {
    /// Why it does not count, in words
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

/// Options of `ca ceremony check-share`.
#[derive(Args, Debug)]
pub(crate) struct CheckShareArgs {
    /// The passphrase on the first line of a file [default: it is asked for]
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The transcript of the ceremony that made the share, which commits to it
    #[arg(long, value_name = "FILE", required_unless_present = "sealed_key")]
    pub(crate) transcript: Option<PathBuf>,
    /// The sealed key that the share belongs to, which commits to it likewise
    #[arg(long, value_name = "FILE", conflicts_with = "transcript")]
    pub(crate) sealed_key: Option<PathBuf>,
    /// Do without a protection of the machine; may be repeated
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) allow: Vec<Allowance>,
    /// The share: its file, or a text file with the words or the QR code of its page
    #[arg(value_name = "SHARE")]
    pub(crate) share: PathBuf,
}

/// Options of `ca ceremony check-device`.
#[derive(Args, Debug)]
pub(crate) struct CheckDeviceArgs {
    /// A key that is to sign a test; may be repeated [default: those that the settings of an SDF device name]
    #[arg(long, value_name = "NAME")]
    pub(crate) key: Vec<KeyName>,
    /// The settings of the token or device, in a TOML file
    #[arg(value_name = "FILE")]
    pub(crate) device: PathBuf,
}

/// The papers of ceremonies that were held.
#[derive(Args, Debug)]
pub(crate) struct PapersArgs {
    /// A file that a plan names by its digest, or a folder that holds such files; may be repeated
    /// [default: the folder `material` beside each transcript]
    #[arg(long, value_name = "PATH")]
    pub(crate) material: Vec<PathBuf>,
    /// Transcripts in the order of their ceremonies, each beside its `plan.toml` and what it made
    #[arg(value_name = "TRANSCRIPT", required = true)]
    pub(crate) transcripts: Vec<PathBuf>,
}

/// Options of `ca ceremony verify`.
#[derive(Args, Debug)]
pub(crate) struct CeremonyVerifyArgs {
    /// The plan of a single ceremony [default: `plan.toml` beside the transcript]
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) papers: PapersArgs,
}

/// Options of `ca ceremony due`.
#[derive(Args, Debug)]
pub(crate) struct DueArgs {
    /// What to tell the dates from [default: now]
    #[arg(long, value_name = "RFC3339")]
    pub(crate) time: Option<jiff::Timestamp>,
    /// When an officer last checked the share; may be repeated
    #[arg(long, value_name = "OFFICER=RFC3339", value_parser = share_check)]
    pub(crate) checked: Vec<(String, jiff::Timestamp)>,
    #[command(flatten)]
    pub(crate) papers: PapersArgs,
}

fn share_check(text: &str) -> Result<(String, jiff::Timestamp), String> {
    let (officer, time) = text.split_once('=').ok_or("expected OFFICER=TIME")?;
    Ok((officer.to_owned(), time.parse().map_err(|error| format!("{error}"))?))
}

/// Options of `ca ceremony report`.
#[derive(Args, Debug)]
pub(crate) struct ReportArgs {
    /// The page to make; one that exists is not touched
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The transcript
    #[arg(value_name = "TRANSCRIPT")]
    pub(crate) transcript: PathBuf,
}

/// Options of `ca ceremony kit`.
#[derive(Args, Debug)]
pub(crate) struct KitArgs {
    /// The folder to make: new or empty
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// Plans, requests, transcripts and other files to take along
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}
