//! What a monitor looks at.

use std::path::{Path, PathBuf};

use ca_core::x509::{Certificate, SerialNumber};
use figment::Figment;
use figment::providers::{Format as _, Toml};
use figment::value::magic::RelativePathBuf;
use serde::Deserialize;

use crate::args::MonitorArgs;
use crate::failure::Failure;
use crate::input;

/// What one authority publishes.
pub(super) struct Target {
    pub(super) issuer: Certificate,
    pub(super) lists: Vec<String>,
    pub(super) deltas: Vec<String>,
    pub(super) responders: Vec<String>,
    /// What responders are asked about.
    pub(super) serials: Vec<SerialNumber>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    authority: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    issuer: RelativePathBuf,
    #[serde(default)]
    crl: Vec<String>,
    #[serde(default)]
    delta: Vec<String>,
    #[serde(default)]
    ocsp: Vec<String>,
    #[serde(default)]
    certificate: Vec<RelativePathBuf>,
    #[serde(default)]
    serial: Vec<String>,
}

/// The targets that a file or options name.
pub(super) fn read(args: &MonitorArgs) -> Result<Vec<Target>, Failure> {
    match &args.file {
        Some(file) => of_file(file),
        None => {
            let issuer = args
                .issuer
                .as_deref()
                .ok_or_else(|| Failure::usage("issuer-missing", "--issuer names who signs all of this"))?;
            let of_files = serials(&args.certificate, issuer)?;
            Ok(vec![complete(Target {
                issuer: certificate(issuer)?,
                lists: args.crl.clone(),
                deltas: args.delta.clone(),
                responders: args.ocsp.clone(),
                serials: [of_files, args.serial.clone()].concat(),
            })?])
        }
    }
}

fn of_file(file: &Path) -> Result<Vec<Target>, Failure> {
    let wrong = |detail: String| Failure::usage("invalid-targets", format!("{}: {detail}", file.display()));
    if !file.is_file() {
        return Err(wrong("it is not there".to_owned()));
    }
    let document: Document =
        Figment::from(Toml::file_exact(file)).extract().map_err(|error| wrong(error.to_string()))?;
    let entries = document.authority.into_iter().map(|entry| {
        let issuer = entry.issuer.relative();
        let files: Vec<PathBuf> = entry.certificate.iter().map(RelativePathBuf::relative).collect();
        let mut serials = serials(&files, &issuer)?;
        for text in &entry.serial {
            serials.push(text.parse().map_err(|error| wrong(format!("{text:?} is no serial: {error}")))?);
        }
        complete(Target {
            issuer: certificate(&issuer)?,
            lists: entry.crl,
            deltas: entry.delta,
            responders: entry.ocsp,
            serials,
        })
    });
    let targets = entries.collect::<Result<Vec<_>, Failure>>()?;
    if targets.is_empty() { Err(wrong("it names no [[authority]]".to_owned())) } else { Ok(targets) }
}

/// A responder without a question would be taken for watched.
fn complete(target: Target) -> Result<Target, Failure> {
    if !target.responders.is_empty() && target.serials.is_empty() {
        let detail = format!("{} is asked about no certificate", target.responders.join(", "));
        return Err(Failure::usage("nothing-to-ask", detail));
    }
    Ok(target)
}

fn certificate(file: &Path) -> Result<Certificate, Failure> {
    let bytes = input::read_file(file)?;
    input::first_certificate(&bytes)
        .ok_or_else(|| Failure::usage("no-certificate", format!("{} holds no certificate", file.display())))
}

/// The serials of certificates that are the issuer's.
fn serials(files: &[PathBuf], issuer: &Path) -> Result<Vec<SerialNumber>, Failure> {
    let files = files.iter().map(|file| {
        let certificate = certificate(file)?;
        if !certificate.issuer().matches(self::certificate(issuer)?.subject()) {
            let detail = format!("{} is not by {}", file.display(), issuer.display());
            return Err(Failure::usage("certificate-of-other-issuer", detail));
        }
        Ok(certificate.serial().clone())
    });
    files.collect()
}
