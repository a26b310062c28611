//! What commands about ceremonies have to say.

use jiff::Timestamp;
use serde::Serialize;

/// What a command about ceremonies has to say.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum CeremonyReport {
    /// What a plan will do.
    Plan(PlanShown),
    /// A ceremony was held.
    Held(Held),
    /// Where a ceremony stands.
    Status(Standing),
    /// A share is whole.
    ShareChecked(ShareChecked),
    /// Ceremonies were checked from their papers.
    Verified(Vec<CeremonyVerified>),
    /// What comes when.
    Due(DueList),
    /// A request was made.
    Requested(Exchanged),
    /// A request was answered.
    Answered(Exchanged),
    /// An answer was installed.
    Accepted(Exchanged),
    /// A list was published.
    Published(Published),
    /// A token or device works.
    DeviceChecked(DeviceChecked),
}

/// A token or device that works.
#[derive(Serialize)]
pub(crate) struct DeviceChecked {
    pub(crate) device: String,
    pub(crate) keys: Vec<DeviceKey>,
}

/// A key that signed a test.
#[derive(Serialize)]
pub(crate) struct DeviceKey {
    pub(crate) name: String,
    pub(crate) algorithm: String,
    /// SM3 of its SubjectPublicKeyInfo, in hexadecimal.
    pub(crate) digest: String,
    pub(crate) protection: String,
}

/// A list of a root that was published.
#[derive(Serialize)]
pub(crate) struct Published {
    pub(crate) authority: String,
    /// CRLNumber.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<u64>,
    /// nextUpdate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_update: Option<jiff::Timestamp>,
}

/// Something crosses the air gap.
#[derive(Serialize)]
pub(crate) struct Exchanged {
    pub(crate) authority: String,
    /// The number of the request.
    pub(crate) sequence: u64,
    /// SM3 of what the package says, in hexadecimal.
    pub(crate) digest: String,
    /// SM3 of the transcript in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) transcript: Option<String>,
    /// The files that were made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<String>,
}

/// What a plan will do.
#[derive(Serialize)]
pub(crate) struct PlanShown {
    pub(crate) file: String,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) sequence: u64,
    pub(crate) mode: String,
    /// SM3 of the plan in hexadecimal.
    pub(crate) digest: String,
    /// The same in 16 groups.
    pub(crate) groups: String,
    /// The 24 digits that are read aloud, in six groups.
    pub(crate) digits: String,
    /// What will happen.
    pub(crate) sentences: Vec<String>,
    /// Who takes part: name, then role and SM3 of the public key.
    pub(crate) people: Vec<(String, String)>,
    /// Fields that the file leaves out, and what holds for them.
    pub(crate) defaults: Vec<(String, String)>,
    /// Whether it is an example, which is not run.
    pub(crate) example: bool,
    /// The QR code of the digest for a terminal.
    #[serde(skip)]
    pub(crate) qr: String,
}

/// A ceremony was held.
#[derive(Serialize)]
pub(crate) struct Held {
    pub(crate) folder: String,
    pub(crate) transcript: String,
    /// SM3 of the transcript in hexadecimal.
    pub(crate) digest: String,
    pub(crate) voided: bool,
    pub(crate) files: Vec<String>,
}

/// Where a ceremony stands.
#[derive(Serialize)]
pub(crate) struct Standing {
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) mode: String,
    /// Lines of the transcript.
    pub(crate) lines: usize,
    /// `open`, `closed` or `voided`.
    pub(crate) state: &'static str,
    /// The step that comes next, by its name.
    pub(crate) step: String,
    /// The same in words.
    pub(crate) next: String,
    /// Whose it is.
    pub(crate) whose: Vec<String>,
}

/// A share is whole.
#[derive(Serialize)]
pub(crate) struct ShareChecked {
    pub(crate) officer: String,
    pub(crate) share: u8,
    pub(crate) of: usize,
    pub(crate) threshold: u8,
    pub(crate) generation: u32,
    pub(crate) mode: String,
    /// SM3 of the public key in hexadecimal.
    pub(crate) key: String,
    /// SM3 of the share in hexadecimal.
    pub(crate) digest: String,
}

/// A ceremony was checked from its papers.
#[derive(Serialize)]
pub(crate) struct CeremonyVerified {
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) sequence: u64,
    pub(crate) mode: String,
    /// Why it was voided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) voided: Option<String>,
    /// SM3 of the transcript in hexadecimal.
    pub(crate) digest: String,
    /// SM3 of the plan in hexadecimal.
    pub(crate) plan: String,
    /// SM3 of the transcript before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) previous: Option<String>,
    /// Who signed.
    pub(crate) signed: Vec<String>,
    /// What it made, with digests.
    pub(crate) outputs: Vec<Made>,
    /// How often it was cut and taken up again.
    pub(crate) interruptions: usize,
    /// Refusals on the record: code and text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) refusals: Vec<String>,
}

/// Something that a ceremony made.
#[derive(Serialize)]
pub(crate) struct Made {
    pub(crate) name: String,
    /// SM3 in hexadecimal.
    pub(crate) digest: String,
}

/// What comes when.
#[derive(Serialize)]
pub(crate) struct DueList {
    pub(crate) time: Timestamp,
    pub(crate) items: Vec<DueItem>,
}

/// Something that is to be done.
#[derive(Serialize)]
pub(crate) struct DueItem {
    pub(crate) what: String,
    pub(crate) by: Timestamp,
    /// Whether the time has come.
    pub(crate) overdue: bool,
}
