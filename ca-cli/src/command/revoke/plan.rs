//! The plan of a revocation of many certificates: a file that names each of them.

use std::path::Path;

use ca_core::algorithm::digest::sha256;
use ca_core::encoding::hex;
use ca_core::keystore::file::{Access, read_bounded, write_new};
use jiff::Timestamp;
use schemas::rest::RevocationReason;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::report::{Count, LeftOut, Planned};

/// What such a file begins with.
const FORMAT: &str = "cityca-revocation-plan-1";

/// The most certificates of one plan: what is revoked at once by mistake should be no more than a large city has.
pub(super) const MAX_CERTIFICATES: usize = 5_000_000;

/// The longest plan that is read: a serial takes up to 48 octets in it.
const MAX_OCTETS: u64 = 64 * MAX_CERTIFICATES as u64;

/// Why, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct What {
    pub(super) reason: RevocationReason,
    pub(super) invalidity_date: Option<Timestamp>,
}

/// A plan. Its certificates are those and no others, whatever is issued after it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    pub(super) format: String,
    /// SHA-256 over the plan as compact JSON, with nothing in this place.
    pub(super) digest: String,
    /// The server that was asked.
    pub(super) server: String,
    pub(super) made_at: Timestamp,
    pub(super) reason: RevocationReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) invalidity_date: Option<Timestamp>,
    /// How they were chosen, as options of the command.
    pub(super) selection: Vec<String>,
    pub(super) counts: Vec<Count>,
    pub(super) already_revoked: u64,
    pub(super) unknown: Vec<String>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) certificates: Vec<OfAuthority>,
}

/// The certificates of one authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfAuthority {
    pub(super) authority: String,
    pub(super) serials: Vec<String>,
}

impl Plan {
    /// A plan that names nothing yet.
    pub(super) fn new(server: &str, made_at: Timestamp, what: What, selection: Vec<String>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            digest: String::new(),
            server: server.to_owned(),
            made_at,
            reason: what.reason,
            invalidity_date: what.invalidity_date,
            selection,
            counts: Vec::new(),
            already_revoked: 0,
            unknown: Vec::new(),
            left_out: Vec::new(),
            certificates: Vec::new(),
        }
    }

    /// Reads a plan. One that was altered since it was made is refused.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        let bytes = read_bounded(file, MAX_OCTETS)?;
        let wrong = |detail: String| {
            Failure::usage("not-a-plan", format!("{} is no plan of a revocation: {detail}", file.display()))
        };
        let plan: Self = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        if plan.format != FORMAT {
            return Err(wrong(format!("its format is {:?}, not {FORMAT:?}", plan.format)));
        }
        if plan.digest != plan.computed_digest()? {
            return Err(Failure::refused(
                "plan-altered",
                format!("{} is not as it was made: its digest is another", file.display()),
            ));
        }
        Ok(plan)
    }

    /// Seals the plan and writes it into a new file.
    pub(super) fn write(&mut self, file: &Path) -> Result<(), Failure> {
        self.digest = self.computed_digest()?;
        let mut text = serde_json::to_vec_pretty(self).map_err(not_json)?;
        text.push(b'\n');
        Ok(write_new(file, &text, Access::Public)?)
    }

    fn computed_digest(&self) -> Result<String, Failure> {
        let open = Self { digest: String::new(), ..self.clone() };
        Ok(hex::encode(sha256(&serde_json::to_vec(&open).map_err(not_json)?)))
    }

    /// How many certificates it names.
    pub(super) fn total(&self) -> u64 {
        self.certificates.iter().map(|group| group.serials.len() as u64).sum()
    }

    /// What people are to see of it.
    pub(super) fn view(&self, file: &Path) -> Planned {
        Planned {
            file: file.display().to_string(),
            reason: self.reason,
            invalidity_date: self.invalidity_date,
            total: self.total(),
            counts: self.counts.clone(),
            already_revoked: self.already_revoked,
            unknown: self.unknown.clone(),
            left_out: self.left_out.clone(),
            digest: self.digest.clone(),
            command: format!("ca revoke --apply {}", quoted(&file.display().to_string())),
        }
    }
}

fn not_json(error: serde_json::Error) -> Failure {
    Failure::refused("not-json", error.to_string())
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+=:,@".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let what = What { reason: RevocationReason::Superseded, invalidity_date: None };
        let mut plan =
            Plan::new("https://ca.example", Timestamp::UNIX_EPOCH, what, vec!["--profile device".to_owned()]);
        let serials = vec!["43aa".to_owned(), "43bb".to_owned()];
        plan.certificates.push(OfAuthority { authority: "issuing".to_owned(), serials });
        plan
    }

    #[test]
    fn a_plan_that_was_altered_is_not_carried_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plan.json");
        let mut made = plan();
        made.write(&file).unwrap();
        assert_eq!(Plan::read(&file).unwrap(), made);
        let text = String::from_utf8(read_bounded(&file, MAX_OCTETS).unwrap().to_vec()).unwrap();
        let cases = [
            (text.replace("43bb", "43bc"), "plan-altered"),
            (text.replace("\"superseded\"", "\"keyCompromise\""), "plan-altered"),
            (text.replace("plan-1", "plan-2"), "not-a-plan"),
            (text.replace("\"server\"", "\"sever\""), "not-a-plan"),
            ("[]".to_owned(), "not-a-plan"),
        ];
        for (number, (altered, code)) in cases.into_iter().enumerate() {
            let other = folder.path().join(format!("{number}.json"));
            write_new(&other, altered.as_bytes(), Access::Public).unwrap();
            assert_eq!(Plan::read(&other).unwrap_err().code, code);
        }
        // The same content in another layout is the same plan.
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let other = folder.path().join("compact.json");
        write_new(&other, value.to_string().as_bytes(), Access::Public).unwrap();
        assert_eq!(Plan::read(&other).unwrap(), made);
    }

    #[test]
    fn the_command_can_be_copied_into_a_shell() {
        for (word, expected) in
            [("plan.json", "plan.json"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("$x", "'$x'")]
        {
            assert_eq!(quoted(word), expected);
        }
    }
}
