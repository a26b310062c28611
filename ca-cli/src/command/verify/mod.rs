//! `ca verify`.

mod depth;
mod names;
mod purpose;

use std::path::{Path, PathBuf};

use ca_core::path::plain::Accepted;
use ca_core::x509::{Certificate, CertificateList};
use jiff::Timestamp;

use super::{Context, Person};
use crate::args::VerifyArgs;
use crate::failure::{Exit, Failure};
use crate::input::{Found, Object, Passwords, objects};
use crate::report::{Notice, Outcome, Question, Report, Verdict};

/// Judges a certificate. A file that cannot be opened is a failure; every other answer is a verdict.
pub(super) fn run(args: &VerifyArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    refuse_what_is_not_judged(args)?;
    let time = args.time.unwrap_or_else(|| (context.clock)());
    let mut warnings = Vec::new();
    let anchors = certificates(&args.trust, &mut warnings)?;
    let intermediates = certificates(&args.untrusted, &mut warnings)?;
    let crls = if args.crls.is_empty() { None } else { Some(lists(&args.crls, &mut warnings)?) };
    let verdict = match end_entity(&args.certificate)? {
        Err(reason) => verdict(None, Err(reason), time),
        Ok(certificate) => {
            let result = judge(&certificate, &anchors, intermediates, crls.as_deref(), time, args);
            verdict(Some(&certificate), result, time)
        }
    };
    let exit = if verdict.accepted { Exit::Done } else { Exit::Refused };
    Ok(Outcome { report: Report::Verdict(verdict), exit, warnings })
}

/// Options whose answer would not be right are not taken.
fn refuse_what_is_not_judged(args: &VerifyArgs) -> Result<(), Failure> {
    let options = [
        ("--policy", !args.policy.is_empty()),
        ("--explicit-policy", args.explicit_policy),
        ("--inhibit-mapping", args.inhibit_mapping),
        ("--inhibit-any", args.inhibit_any),
    ];
    match options.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Failure::usage(
            "unsupported-option",
            format!("certificate policies are not judged yet: {option}"),
        )),
        None => Ok(()),
    }
}

fn judge(
    certificate: &Certificate,
    anchors: &[Certificate],
    mut intermediates: Vec<Certificate>,
    crls: Option<&[CertificateList]>,
    time: Timestamp,
    args: &VerifyArgs,
) -> Result<Accepted, Notice> {
    if let Some(purpose) = args.purpose {
        purpose::check_end_entity(certificate, purpose)?;
        intermediates.retain(|intermediate| purpose::allows(intermediate, purpose));
    }
    let accepted = depth::verify(certificate, anchors, &intermediates, crls, time, args.max_depth)?;
    names::check(certificate, &args.dns, &args.ip, &args.email)?;
    Ok(accepted)
}

fn verdict(certificate: Option<&Certificate>, result: Result<Accepted, Notice>, time: Timestamp) -> Verdict {
    let subject = certificate.map(|certificate| certificate.subject().to_string());
    match result {
        Ok(accepted) => Verdict {
            accepted: true,
            time,
            subject,
            reason: None,
            path: accepted.path().iter().map(|certificate| certificate.subject().to_string()).collect(),
        },
        Err(reason) => Verdict { accepted: false, time, subject, reason: Some(reason), path: Vec::new() },
    }
}

/// Nobody is asked for passwords: keys have no place in these files and are skipped.
struct Nobody;

impl Person for Nobody {
    fn is_present(&self) -> bool {
        false
    }

    fn confirm(&self, _: &Question) -> std::io::Result<bool> {
        Ok(false)
    }

    fn password(&self, _: bool) -> std::io::Result<zeroize::Zeroizing<String>> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

fn read(file: &Path) -> Result<Vec<Found>, Failure> {
    objects(file, &mut Passwords::new(None, &Nobody))
}

/// The first object of the file; where it is no certificate that reads, the verdict is no.
fn end_entity(file: &Path) -> Result<Result<Certificate, Notice>, Failure> {
    let reason = |code: &str, detail: String| Err(Notice { code: code.to_owned(), detail });
    Ok(match read(file)?.into_iter().next().map(|found| found.object) {
        Some(Ok(Object::Certificate(certificate))) => Ok(*certificate),
        Some(Ok(_)) => reason("no-certificate", format!("{} begins with another object", file.display())),
        Some(Err(unreadable)) => reason(&unreadable.code, unreadable.detail),
        None => reason("no-certificate", format!("{} holds no certificate", file.display())),
    })
}

fn certificates(files: &[PathBuf], warnings: &mut Vec<Notice>) -> Result<Vec<Certificate>, Failure> {
    collect(files, warnings, |object| match object {
        Object::Certificate(certificate) => Some(*certificate),
        _ => None,
    })
}

fn lists(files: &[PathBuf], warnings: &mut Vec<Notice>) -> Result<Vec<CertificateList>, Failure> {
    collect(files, warnings, |object| match object {
        Object::Crl(crl) => Some(*crl),
        _ => None,
    })
}

/// The objects of one kind; the others are skipped with a warning.
fn collect<T>(
    files: &[PathBuf],
    warnings: &mut Vec<Notice>,
    wanted: impl Fn(Object) -> Option<T>,
) -> Result<Vec<T>, Failure> {
    let mut all = Vec::new();
    for file in files {
        for found in read(file)? {
            let place = format!("{} #{}", found.file, found.position);
            let skipped = match found.object.map(&wanted) {
                Ok(Some(object)) => {
                    all.push(object);
                    continue;
                }
                Ok(None) => ("skipped-object", format!("{place} is of another kind and was skipped")),
                Err(unreadable) => ("skipped-object", format!("{place} was skipped: {}", unreadable.detail)),
            };
            warnings.push(Notice { code: skipped.0.to_owned(), detail: skipped.1 });
        }
    }
    Ok(all)
}
