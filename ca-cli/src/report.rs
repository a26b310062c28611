//! What commands have to say: data, rendered by [`crate::output`].

mod ceremony;
mod monitor;
mod operation;

use jiff::Timestamp;
use schemas::rest::{AuthorityList, AuthorityView, CertificateView, HealthView, RevocationReason};
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::input::{Found, Kind, Unreadable};
use crate::view::{Asn1Details, FindingDetails, Findings, Form, RuleDetails, Shown};

pub(crate) use ceremony::{
    CeremonyReport, CeremonyVerified, DeviceChecked, DeviceKey, DueItem, DueList, Exchanged, Held, Made,
    PlanShown, Published, ShareChecked, Standing,
};
pub(crate) use monitor::{Check, CheckKind, Health, Watched};
pub(crate) use operation::{
    AuthorityChange, AuthorityChanged, Count, LeftOut, ListsPublished, NotPublished, Planned, RevokedByPlan,
};

/// The end of a command that ran.
pub(crate) struct Outcome {
    /// What it has to say.
    pub(crate) report: Report,
    /// Its exit status.
    pub(crate) exit: Exit,
    /// What went wrong on the side.
    pub(crate) warnings: Vec<Notice>,
}

impl Outcome {
    /// All is done.
    pub(crate) fn done(report: Report) -> Self {
        Self { report, exit: Exit::Done, warnings: Vec::new() }
    }
}

/// Something to tell, with its stable code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Notice {
    /// Stable code.
    pub(crate) code: String,
    /// What it is.
    pub(crate) detail: String,
}

/// What a command has to say.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Report {
    /// A private key was made.
    KeyMade(KeyMade),
    /// A request was made.
    RequestMade(RequestMade),
    /// Objects are shown.
    Shown(ShowReport),
    /// Objects were written in another form.
    Converted(Converted),
    /// Objects were held against rules.
    Linted(LintReport),
    /// The rules are listed.
    Rules(Rules),
    /// A certificate was judged.
    Verdict(Verdict),
    /// A certificate was issued.
    Issued(Issued),
    /// Certificates are listed.
    Listed(Listed),
    /// The status of a certificate was changed, or would be.
    Changed(Changed),
    /// Authorities are listed.
    Authorities(AuthorityList),
    /// An authority was suspended or resumed, or would be.
    AuthorityChanged(AuthorityChanged),
    /// Lists were published.
    ListsPublished(ListsPublished),
    /// The revocation of many certificates is planned.
    Planned(Planned),
    /// A plan was carried out, or would be.
    RevokedByPlan(RevokedByPlan),
    /// How the server is.
    Health(HealthView),
    /// Lists and answers were looked at.
    Watched(Watched),
    /// Something about a ceremony.
    Ceremony(CeremonyReport),
    /// Files were written.
    Written(Written),
    /// Bytes for standard output as they are, whatever the format.
    #[serde(skip)]
    Raw(Vec<u8>),
}

/// A private key was made.
#[derive(Serialize)]
pub(crate) struct KeyMade {
    pub(crate) file: String,
    pub(crate) algorithm: String,
    /// SHA-256 of the SubjectPublicKeyInfo.
    pub(crate) fingerprint: String,
    /// The SubjectPublicKeyInfo in base64, as plans of ceremonies pin it.
    pub(crate) public_key: String,
    pub(crate) encrypted: bool,
}

/// A request was made.
#[derive(Serialize)]
pub(crate) struct RequestMade {
    pub(crate) subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    pub(crate) pem: String,
}

/// Objects of files.
#[derive(Serialize)]
pub(crate) struct ShowReport {
    pub(crate) objects: Vec<Shown>,
    pub(crate) unreadable: Vec<UnreadableObject>,
    /// How people read it; programs get all there is.
    #[serde(skip)]
    pub(crate) form: Form,
}

/// An object that cannot be read.
#[derive(Serialize)]
pub(crate) struct UnreadableObject {
    pub(crate) file: String,
    pub(crate) position: usize,
    #[serde(flatten)]
    pub(crate) notice: Notice,
    /// Where in the object, in bytes from its start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<usize>,
    /// The way through its structure to there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// Its elements as far as they go, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) asn1: Option<Asn1Details>,
}

impl UnreadableObject {
    /// What was found, without its elements.
    pub(crate) fn of(found: &Found, unreadable: &Unreadable) -> Self {
        Self {
            file: found.file.clone(),
            position: found.position,
            notice: Notice { code: unreadable.code.clone(), detail: unreadable.detail.clone() },
            offset: unreadable.place.as_ref().map(|place| place.offset),
            path: unreadable.place.as_ref().map(|place| place.path.clone()),
            asn1: None,
        }
    }
}

/// Objects were written in another form.
#[derive(Serialize)]
pub(crate) struct Converted {
    pub(crate) file: String,
    pub(crate) format: &'static str,
    pub(crate) objects: usize,
    pub(crate) private_keys: usize,
    /// Whether the private keys are protected by a password.
    pub(crate) encrypted: bool,
}

/// Objects and what rules find in them.
#[derive(Serialize)]
pub(crate) struct LintReport {
    pub(crate) objects: Vec<Linted>,
    pub(crate) unreadable: Vec<UnreadableObject>,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) notices: usize,
}

/// An object and what rules find in it.
#[derive(Serialize)]
pub(crate) struct Linted {
    pub(crate) source: String,
    pub(crate) position: usize,
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    /// Its subject, or its issuer where it is a revocation list.
    pub(crate) name: String,
    /// Whether the certificate of its issuer was at hand.
    pub(crate) issuer_known: bool,
    pub(crate) findings: Vec<FindingDetails>,
}

/// The rules.
#[derive(Serialize)]
pub(crate) struct Rules {
    pub(crate) rules: Vec<RuleDetails>,
}

/// The judgement of a certificate.
#[derive(Serialize)]
pub(crate) struct Verdict {
    pub(crate) accepted: bool,
    /// The time it was judged at.
    pub(crate) time: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<Notice>,
    /// Where the rule stands that was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
    /// Subjects from the end entity's certificate to the trusted one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) path: Vec<String>,
    #[serde(flatten)]
    pub(crate) findings: Findings,
    /// Files with pictures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) drawings: Vec<String>,
}

impl Verdict {
    /// No, and nothing more is known.
    pub(crate) fn refused(subject: Option<String>, time: Timestamp, reason: Notice) -> Self {
        Self {
            accepted: false,
            time,
            subject,
            reason: Some(reason),
            rule: None,
            path: Vec::new(),
            findings: Findings::default(),
            drawings: Vec::new(),
        }
    }
}

/// A certificate was issued.
#[derive(Serialize)]
pub(crate) struct Issued {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    pub(crate) certificate: CertificateView,
}

/// Certificates of the server.
#[derive(Serialize)]
pub(crate) struct Listed {
    pub(crate) items: Vec<CertificateView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// A change of status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum Change {
    /// For good.
    Revoke {
        reason: RevocationReason,
        #[serde(skip_serializing_if = "Option::is_none")]
        invalidity_date: Option<Timestamp>,
    },
    /// Until released.
    Hold,
    /// From hold.
    Release,
}

/// A change that was made, or would be.
#[derive(Serialize)]
pub(crate) struct Changed {
    #[serde(flatten)]
    pub(crate) change: Change,
    /// False where this was only tried.
    pub(crate) done: bool,
    /// The certificate; after the change, where it was made.
    pub(crate) certificate: CertificateView,
}

/// Files were written.
#[derive(Serialize)]
pub(crate) struct Written {
    pub(crate) files: Vec<String>,
}

/// What a person is asked before a change.
pub(crate) enum Question {
    /// The status of a certificate.
    Certificate { change: Change, certificate: CertificateView },
    /// The status of one's own certificate.
    Own { change: Change, subject: String, serial: String },
    /// Whether an authority issues.
    Authority { change: AuthorityChange, authority: Box<AuthorityView> },
    /// The revocation of many certificates.
    Plan(Planned),
}

impl From<Failure> for Notice {
    fn from(failure: Failure) -> Self {
        Self { code: failure.code, detail: failure.detail }
    }
}
