//! `ca verify`.

mod objects;

use std::path::Path;

use ca_core::keystore::file::{Access, replace};
use ca_core::path::{Answer, Limits, PeerName, PeerNameError, PolicyInputs, Purpose, Question, judge};
use ca_core::x509::extension::CertificatePolicies;
use ca_core::x509::{Certificate, Oid};
use jiff::Timestamp;

use super::Context;
use crate::args::{self, VerifyArgs};
use crate::drawing::{self, Form, Graph};
use crate::failure::{Exit, Failure};
use crate::report::{Notice, Outcome, Report, Verdict};
use crate::view::{Findings, graph_of};
use objects::Pool;

/// Judges a certificate. A file that cannot be opened is a failure; every other answer is a verdict.
pub(super) fn run(args: &VerifyArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let forms = args.explain.iter().map(|file| form(file)).collect::<Result<Vec<_>, _>>()?;
    let time = args.time.unwrap_or_else(|| (context.clock)());
    let mut warnings = Vec::new();
    let pool = Pool::read(args, &mut warnings)?;
    let (mut verdict, graph) = match objects::end_entity(&args.certificate)? {
        Err(reason) => (Verdict::refused(None, time, reason), Graph::default()),
        Ok(certificate) => judged(&certificate, &pool, time, args),
    };
    for (file, form) in args.explain.iter().zip(forms) {
        replace(file, drawing::draw(&graph, form).as_bytes(), Access::Public)?;
        verdict.drawings.push(file.display().to_string());
    }
    let exit = if verdict.accepted { Exit::Done } else { Exit::Refused };
    Ok(Outcome { report: Report::Verdict(verdict), exit, warnings })
}

fn judged(certificate: &Certificate, pool: &Pool, time: Timestamp, args: &VerifyArgs) -> (Verdict, Graph) {
    let subject = certificate.subject().to_string();
    let peer_names = match peer_names(args) {
        Ok(names) => names,
        // No certificate is for what is no name.
        Err(error) => {
            let reason = Notice { code: error.code().to_owned(), detail: error.to_string() };
            return (Verdict::refused(Some(subject), time, reason), Graph::default());
        }
    };
    let policy = policy_inputs(args);
    let question = Question {
        end_entity: certificate,
        anchors: &pool.anchors,
        intermediates: &pool.intermediates,
        evidence: pool.evidence.as_ref(),
        at: time,
        policy: &policy,
        purpose: args.purpose.map(purpose),
        peer_names: &peer_names,
        max_intermediates: args.max_depth,
        limits: Limits::default(),
    };
    let answer = judge(&question);
    let verdict = match &answer {
        Answer::Accepted(accepted) => Verdict {
            accepted: true,
            time,
            subject: Some(subject),
            reason: None,
            rule: None,
            path: path(accepted.path(), &accepted.anchor().name),
            findings: Findings::of_accepted(accepted),
            drawings: Vec::new(),
        },
        Answer::Refused(refused) => {
            let reason =
                Notice { code: refused.code().to_owned(), detail: Findings::fault(refused.decisive()) };
            Verdict {
                rule: Some(refused.cause().rule().to_owned()),
                findings: Findings::of_refused(refused),
                ..Verdict::refused(Some(subject), time, reason)
            }
        }
    };
    (verdict, graph_of(certificate, &answer))
}

/// Subjects up to the anchor's, which ends the path also where it came without a certificate.
fn path(certificates: &[&Certificate], anchor: &ca_core::x509::Name) -> Vec<String> {
    certificates
        .iter()
        .map(|certificate| certificate.subject().to_string())
        .chain([anchor.to_string()])
        .collect()
}

fn form(file: &Path) -> Result<Form, Failure> {
    Form::of(file).ok_or_else(|| {
        Failure::usage("unknown-picture", format!("{} ends neither in .svg nor in .dot", file.display()))
    })
}

fn peer_names(args: &VerifyArgs) -> Result<Vec<PeerName>, PeerNameError> {
    let dns = args.dns.iter().map(|name| PeerName::dns(name));
    let ip = args.ip.iter().map(|address| Ok(PeerName::ip(*address)));
    let email = args.email.iter().map(|mailbox| PeerName::email(mailbox));
    dns.chain(ip).chain(email).collect()
}

/// anyPolicy among those that are acceptable makes all acceptable (RFC 5280 §6.1.1 (c)).
fn policy_inputs(args: &VerifyArgs) -> PolicyInputs {
    let any = Oid::from(CertificatePolicies::ANY);
    let is_any = args.policy.is_empty() || args.policy.contains(&any);
    PolicyInputs {
        initial: (!is_any).then(|| args.policy.clone()),
        explicit: args.explicit_policy,
        inhibit_mapping: args.inhibit_mapping,
        inhibit_any: args.inhibit_any,
    }
}

fn purpose(purpose: args::Purpose) -> Purpose {
    match purpose {
        args::Purpose::Server => Purpose::Server,
        args::Purpose::Client => Purpose::Client,
    }
}
