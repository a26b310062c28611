//! `ca lint`.

use ca_core::lint::{self, Finding, Severity};

use super::Context;
use crate::args::{FailOn, LintArgs};
use crate::failure::{Exit, Failure};
use crate::input::{Found, Kind, Object, Passwords, objects};
use crate::report::{LintReport, Linted, Notice, Outcome, Report, Rules, UnreadableObject};
use crate::view::{self, Issuers, RuleDetails};

/// Holds the certificates and revocation lists of files against all rules.
pub(super) fn run(args: &LintArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if args.list {
        let rules = lint::rules().map(RuleDetails::of).collect();
        return Ok(Outcome::done(Report::Rules(Rules { rules })));
    }
    let mut passwords = Passwords::new(None, context.person);
    let mut read = |files: &[std::path::PathBuf]| -> Result<Vec<Found>, Failure> {
        let mut found = Vec::new();
        for file in files {
            found.extend(objects(file, &mut passwords)?);
        }
        Ok(found)
    };
    let (found, issuers) = (read(&args.files)?, read(&args.issuer)?);
    let known = Issuers::among(issuers.iter().chain(&found));
    let mut judged = Judged::default();
    for found in &found {
        judged.judge(found, &known);
    }
    judged.outcome(args)
}

#[derive(Default)]
struct Judged {
    objects: Vec<Linted>,
    unreadable: Vec<UnreadableObject>,
    severities: Vec<Severity>,
    warnings: Vec<Notice>,
}

impl Judged {
    fn judge(&mut self, found: &Found, known: &Issuers<'_>) {
        let object = match &found.object {
            Ok(object) => object,
            Err(unreadable) => return self.unreadable.push(UnreadableObject::of(found, unreadable)),
        };
        let (kind, name, issuer) = match object {
            Object::Certificate(certificate) => (
                Kind::Certificate,
                certificate.subject().to_string(),
                Some(certificate.issuer()).filter(|_| !certificate.is_self_issued()),
            ),
            Object::Crl(crl) => (Kind::Crl, crl.issuer().to_string(), Some(crl.issuer())),
            Object::Request(request) => (Kind::Request, request.subject().to_string(), None),
            Object::OcspRequest(_) => (Kind::OcspRequest, String::new(), None),
            Object::OcspResponse(response) if response.basic().is_some() => {
                (Kind::OcspResponse, String::new(), None)
            }
            _ => {
                let detail = format!("{} #{} has no rules for its kind", found.file, found.position);
                return self.warnings.push(Notice { code: "no-rules".to_owned(), detail });
            }
        };
        let findings: Vec<Finding> = view::findings(object, known).unwrap_or_default();
        self.severities.extend(findings.iter().map(|finding| finding.severity));
        self.objects.push(Linted {
            source: found.file.clone(),
            position: found.position,
            kind,
            name,
            issuer_known: issuer.is_none_or(|issuer| !known.named(issuer).is_empty()),
            findings: view::finding_details(findings),
        });
    }

    fn outcome(self, args: &LintArgs) -> Result<Outcome, Failure> {
        if self.objects.is_empty() && self.unreadable.is_empty() {
            let files: Vec<String> = args.files.iter().map(|file| file.display().to_string()).collect();
            let detail = format!("{} holds nothing that there are rules for", files.join(", "));
            return Err(Failure::refused("nothing-to-lint", detail));
        }
        let count = |wanted| self.severities.iter().filter(|severity| **severity == wanted).count();
        let worst = self.severities.iter().max();
        let failed = match args.fail_on {
            FailOn::Error => worst >= Some(&Severity::Error),
            FailOn::Warning => worst >= Some(&Severity::Warning),
            FailOn::Notice => worst >= Some(&Severity::Notice),
            FailOn::Never => false,
        };
        let exit = if failed || !self.unreadable.is_empty() { Exit::Refused } else { Exit::Done };
        let report = Report::Linted(LintReport {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notices: count(Severity::Notice),
            objects: self.objects,
            unreadable: self.unreadable,
        });
        Ok(Outcome { report, exit, warnings: self.warnings })
    }
}
