//! The objects that a verdict is made of. What does not parse is skipped with a warning, but for the end entity's.

use std::path::{Path, PathBuf};

use ca_core::ocsp::BasicResponse;
use ca_core::path::TrustAnchor;
use ca_core::path::revocation::{Evidence, Mode};
use ca_core::x509::Certificate;
use zeroize::Zeroizing;

use crate::args::VerifyArgs;
use crate::command::Person;
use crate::failure::Failure;
use crate::input::{Found, Object, Passwords, objects};
use crate::report::{Notice, Question};

/// What a certificate is judged by.
pub(super) struct Pool {
    pub(super) anchors: Vec<TrustAnchor>,
    pub(super) intermediates: Vec<Certificate>,
    /// Nothing where revocation is not asked.
    pub(super) evidence: Option<Evidence>,
}

impl Pool {
    pub(super) fn read(args: &VerifyArgs, warnings: &mut Vec<Notice>) -> Result<Self, Failure> {
        let anchors = collect(&args.trust, warnings, |object| match object {
            Object::Certificate(certificate) => Some(
                TrustAnchor::from_certificate(&certificate)
                    .map_err(|error| format!("{}: {error}", certificate.subject())),
            ),
            _ => None,
        })?;
        let intermediates = collect(&args.untrusted, warnings, certificate)?;
        let evidence = if args.crls.is_empty() && args.ocsp.is_empty() {
            None
        } else {
            let crls = collect(&args.crls, warnings, |object| match object {
                Object::Crl(crl) => Some(Ok(*crl)),
                _ => None,
            })?;
            let responses = collect(&args.ocsp, warnings, response)?;
            let mode = if args.soft_fail { Mode::Soft } else { Mode::Hard };
            Some(Evidence { crls, responses, mode, ..Evidence::default() })
        };
        Ok(Self { anchors, intermediates, evidence })
    }
}

fn certificate(object: Object) -> Option<Result<Certificate, String>> {
    match object {
        Object::Certificate(certificate) => Some(Ok(*certificate)),
        _ => None,
    }
}

fn response(object: Object) -> Option<Result<BasicResponse, String>> {
    match object {
        Object::OcspResponse(response) => {
            let status = response.status();
            Some(response.basic().cloned().ok_or_else(|| format!("it answers nothing: {status:?}")))
        }
        _ => None,
    }
}

/// The first object of the file; where it is no certificate that reads, the verdict is no.
pub(super) fn end_entity(file: &Path) -> Result<Result<Certificate, Notice>, Failure> {
    let reason = |code: &str, detail: String| Err(Notice { code: code.to_owned(), detail });
    Ok(match read(file)?.into_iter().next().map(|found| found.object) {
        Some(Ok(Object::Certificate(certificate))) => Ok(*certificate),
        Some(Ok(_)) => reason("no-certificate", format!("{} begins with another object", file.display())),
        Some(Err(unreadable)) => reason(&unreadable.code, unreadable.detail),
        None => reason("no-certificate", format!("{} holds no certificate", file.display())),
    })
}

/// The objects of one kind. `wanted` says nothing of other kinds, and of its own what makes one unusable.
fn collect<T>(
    files: &[PathBuf],
    warnings: &mut Vec<Notice>,
    wanted: impl Fn(Object) -> Option<Result<T, String>>,
) -> Result<Vec<T>, Failure> {
    let mut all = Vec::new();
    for file in files {
        for found in read(file)? {
            let place = format!("{} #{}", found.file, found.position);
            let skipped = match found.object.map(&wanted) {
                Ok(Some(Ok(object))) => {
                    all.push(object);
                    continue;
                }
                Ok(Some(Err(why))) => format!("{place} was skipped: {why}"),
                Ok(None) => format!("{place} is of another kind and was skipped"),
                Err(unreadable) => format!("{place} was skipped: {}", unreadable.detail),
            };
            warnings.push(Notice { code: "skipped-object".to_owned(), detail: skipped });
        }
    }
    Ok(all)
}

fn read(file: &Path) -> Result<Vec<Found>, Failure> {
    objects(file, &mut Passwords::new(None, &Nobody))
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

    fn password(&self, _: bool) -> std::io::Result<Zeroizing<String>> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}
