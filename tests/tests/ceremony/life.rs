//! The whole life of a root, held at the terminal and checked afterwards by everybody.

use std::path::{Path, PathBuf};

use ca_core::ceremony::{Digest, Transcript};
use ca_core::encoding::pem;
use ca_core::keystore::file::{Access, replace};
use jiff::Timestamp;
use serde_json::Value;
use tests::judge::Judge;

use crate::plans::{self, TIME, officers};
use crate::room::{Held, Room, Script};

/// A ceremony after the other, each in its folder.
pub(crate) struct Life {
    pub(crate) room: Room,
    sequence: u64,
    previous: String,
    folders: Vec<String>,
    /// By how many days it is moved from [`TIME`].
    days: i64,
    /// What is added to every command, such as the settings of a device.
    pub(crate) extra: Vec<String>,
}

impl Life {
    /// A room in which nothing has been held yet.
    pub(crate) fn empty(days: i64) -> Self {
        let (folders, extra) = (vec![], vec![]);
        Self { room: Room::new(), sequence: 0, previous: "none".to_owned(), folders, days, extra }
    }

    /// A room, and a root made by three of five.
    pub(crate) fn new() -> Self {
        Self::moved(0)
    }

    /// The same, some days later.
    pub(crate) fn moved(days: i64) -> Self {
        let mut life = Self::empty(days);
        let script = Script { time: life.time(), generation: 1, ..Script::default() };
        let plan = plans::root(&life.room);
        life.hold("root", &plan, &script);
        life
    }

    /// What is read aloud as the time.
    fn time(&self) -> String {
        plans::moved(&format!("{TIME}\""), self.days).trim_end_matches('"').to_owned()
    }

    /// The head of the next plan.
    pub(crate) fn head(&self, kind: &str, officers: &[(&str, &str)]) -> String {
        plans::head(&self.room, kind, self.sequence + 1, &self.previous, officers)
    }

    /// The usual answers of a ceremony that opens shares kept in a folder.
    pub(crate) fn script(&self, shares: &str) -> Script {
        let shares = self.room.path(shares).join("shares");
        Script { time: self.time(), given_generation: 1, shares, ..Script::default() }
    }

    /// Where the files are that plans may name.
    pub(crate) fn material(&self) -> Vec<String> {
        let mut material = Vec::new();
        for folder in self.folders.iter().map(String::as_str).chain(["requests"]) {
            if self.room.path(folder).is_dir() {
                material.extend(["--material".to_owned(), folder.to_owned()]);
            }
        }
        material
    }

    /// Holds a ceremony without checking how it ends.
    pub(crate) fn attempt(&self, name: &str, plan: &str, script: &Script) -> Held {
        let file = self.room.write(&format!("plans/{name}.toml"), plans::moved(plan, self.days));
        let material = [self.material(), self.extra.clone()].concat();
        let more: Vec<&str> = material.iter().map(String::as_str).collect();
        self.room.hold(&file, name, &more, script)
    }

    /// Holds a ceremony during which the power fails, again and again, and which then succeeds; goes on from it.
    pub(crate) fn hold_cut(&mut self, name: &str, plan: &str, runs: &[Script]) -> Vec<Held> {
        let file = self.room.write(&format!("plans/{name}.toml"), plans::moved(plan, self.days));
        let material = [self.material(), self.extra.clone()].concat();
        let mut held = Vec::new();
        for (at, script) in runs.iter().enumerate() {
            let mut more: Vec<&str> = material.iter().map(String::as_str).collect();
            if at > 0 {
                more.push("--resume");
            }
            held.push(self.room.hold(&file, name, &more, script));
            let last = at + 1 == runs.len();
            let (status, screen) = (held[at].status, &held[at].screen);
            assert_eq!(status, last.then_some(0), "{name}, run {at}, {:?}: {screen}", script.cut_at);
            if !last {
                let standing = self.room.ca(&["--lang", "en", "ceremony", "status", name]).ok();
                assert!(standing.contains("Next"), "{standing}");
            }
        }
        self.next(name);
        held
    }

    /// Everything so far, verified by somebody who has the papers.
    pub(crate) fn verify(&self) {
        let transcripts = self.transcripts(&self.room.path("."));
        let mut arguments = vec!["--lang", "en", "ceremony", "verify"];
        arguments.extend(transcripts.iter().map(String::as_str));
        let said = self.room.ca(&arguments).ok();
        assert_eq!(said.matches("The ceremony holds").count(), transcripts.len(), "{said}");
    }

    /// Holds a ceremony that succeeds, and goes on from it.
    pub(crate) fn hold(&mut self, name: &str, plan: &str, script: &Script) -> Held {
        let held = self.attempt(name, plan, script);
        assert_eq!(held.status, Some(0), "{name}:\n{}", held.screen);
        self.next(name);
        held
    }

    /// Takes a ceremony for the last one.
    pub(crate) fn next(&mut self, name: &str) {
        let bytes = std::fs::read(self.room.path(name).join("transcript.jsonl")).expect("a transcript");
        let transcript = Transcript::from_bytes(&bytes).expect("a transcript that reads");
        self.previous = transcript.digest().expect("it is over").to_string();
        self.sequence += 1;
        self.folders.push(name.to_owned());
    }

    /// A request of somebody for a certificate, and its digest.
    pub(crate) fn request(&self, name: &str, common_name: &str) -> String {
        std::fs::create_dir_all(self.room.path("requests")).expect("a folder for requests");
        let (key, file) = (format!("keys/{name}.key"), format!("requests/{name}.pem"));
        self.room.ca(&["key", "new", "--out", &key]).ok();
        self.room
            .ca(&[
                "csr",
                "new",
                "--key",
                &key,
                "--subject",
                "C=CN",
                "--subject",
                &format!("CN={common_name}"),
                "--out",
                &file,
            ])
            .ok();
        self.digest(&file)
    }

    /// SM3 of the DER in a PEM file.
    pub(crate) fn digest(&self, file: &str) -> String {
        Digest::of(&der(&self.room.path(file))).to_string()
    }

    /// SM3 of a file.
    pub(crate) fn file_digest(&self, file: &str) -> String {
        Digest::of(&std::fs::read(self.room.path(file)).expect("a file")).to_string()
    }

    /// The root as plans name it, made in a folder, with the sealed key of another.
    pub(crate) fn issuer(&self, root: &str, sealed: &str) -> String {
        plans::issuer(
            &self.digest(&format!("{root}/root.pem")),
            &self.file_digest(&format!("{sealed}/sealed-key.pem")),
        )
    }

    /// The transcripts so far, below a folder.
    fn transcripts(&self, below: &Path) -> Vec<String> {
        let file = |folder: &String| below.join(folder).join("transcript.jsonl").display().to_string();
        self.folders.iter().map(file).collect()
    }
}

fn der(file: &Path) -> Vec<u8> {
    let text = std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    pem::read_all(&text).expect("PEM").remove(0).der
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target)
        } else {
            std::fs::copy(&path, &target).map(|_| ()).expect("a copy")
        }
    }
}

#[test]
fn a_root_lives_from_its_making_to_its_end() {
    let mut life = Life::new();
    let absent = vec!["Zhou Jun".to_owned(), "Wu Fang".to_owned()];
    let quorum = Script { absent, ..life.script("root") };

    let request = life.request("issuing", "City Issuing");
    let plan =
        life.head("issuing", &officers()) + &life.issuer("root", "root") + &plans::issuing_table(&request);
    life.hold("issuing", &plan, &quorum);

    let request = life.request("elsewhere", "Elsewhere Root");
    let plan = life.head("cross", &officers()) + &life.issuer("root", "root") + &plans::cross_table(&request);
    life.hold("cross", &plan, &quorum);

    let serial = serial(&life.room, "cross/cross.pem");
    let plan = life.head("crl", &officers())
        + &life.issuer("root", "root")
        + &plans::crl_table(1, "none", &[&serial]);
    life.hold("crl", &plan, &quorum);

    // New shares: one officer leaves, another comes, and what was there is destroyed.
    let mut new = officers();
    new[4] = ("key-officer", "He Ping");
    new.push(("former-key-officer", "Wu Fang"));
    let plan = life.head("share-renewal", &new)
        + &life.issuer("root", "root")
        + "[shares]\nthreshold = 3\n[share-renewal]\nreason = \"Wu Fang leaves\"\n";
    let script = Script { generation: 2, ..life.script("root") };
    life.hold("renewal", &plan, &script);
    let old = std::fs::read_to_string(life.room.path("renewal/transcript.jsonl")).expect("a transcript");
    assert!(
        old.contains("old-sealed-key") && old.contains("old-shares"),
        "their destruction is on the record"
    );

    // Shares of before do not open what was sealed since.
    let previous = life.digest("crl/crl.pem");
    let list = plans::crl_table(2, &previous, &[&serial]);
    let plan = life.head("crl", &new[..5]) + &life.issuer("root", "renewal") + &list;
    let held = life.attempt("crl-with-old-shares", &plan, &life.script("root"));
    assert_eq!(
        (held.status, held.refusals.as_slice()),
        (Some(1), &["share-outdated".to_owned()][..]),
        "{}",
        held.screen
    );
    let script = Script { given_generation: 2, ..life.script("renewal") };
    life.hold("crl-2", &plan, &script);

    let plan = life.head("rollover", &new[..5])
        + &life.issuer("root", "renewal")
        + &plans::root_table("root-2", "City Root 2", "2047-02-28T23:59:59Z")
        + "\n[rollover]\nnew_with_old_not_after = \"2030-12-31T23:59:59Z\"\nold_with_new_not_after = \"2046-02-28T23:59:59Z\"\n";
    let script = Script { generation: 3, given_generation: 2, ..life.script("renewal") };
    life.hold("rollover", &plan, &script);

    let previous = life.digest("crl-2/crl.pem");
    let plan = life.head("termination", &new[..5])
        + &life.issuer("root", "renewal")
        + &plans::crl_table(3, &previous, &[&serial])
        + "[termination]\nreason = \"the second root replaced it\"\ndestruction = \"shredded\"\n";
    let script = Script { given_generation: 2, ..life.script("renewal") };
    life.hold("termination", &plan, &script);

    elsewhere(&life);
    judged(&life);
}

pub(crate) fn serial(room: &Room, file: &str) -> String {
    let shown = room.ca(&["--format", "json", "show", file]).ok();
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    find(&shown, "serial").expect("a serial")
}

fn find(value: &Value, name: &str) -> Option<String> {
    match value {
        Value::Object(fields) => fields
            .get(name)
            .and_then(|found| found.as_str().map(str::to_owned))
            .or_else(|| fields.values().find_map(|value| find(value, name))),
        Value::Array(values) => values.iter().find_map(|value| find(value, name)),
        _ => None,
    }
}

/// Somebody who has only the papers, in another place.
fn elsewhere(life: &Life) {
    let other = tempfile::tempdir().expect("another folder");
    for folder in &life.folders {
        copy(&life.room.path(folder), &other.path().join(folder));
        // Neither shares nor sealed keys are papers.
        let _ = std::fs::remove_dir_all(other.path().join(folder).join("shares"));
        let _ = std::fs::remove_file(other.path().join(folder).join("sealed-key.pem"));
        let _ = std::fs::remove_file(other.path().join(folder).join("material/sealed-key.pem"));
    }
    let transcripts = life.transcripts(other.path());
    let mut arguments = vec!["--lang", "en", "ceremony", "verify"];
    arguments.extend(transcripts.iter().map(String::as_str));
    let said = life.room.ca(&arguments).ok();
    assert_eq!(said.matches("The ceremony holds").count(), life.folders.len(), "{said}");
    // One octet of one paper.
    for paper in ["transcript.jsonl", "plan.toml", "root.pem"] {
        let file = other.path().join("root").join(paper);
        let bytes = std::fs::read(&file).expect("a paper");
        let mut altered = bytes.clone();
        let at = altered.len() / 2;
        altered[at] = if altered[at] == b'a' { b'b' } else { b'a' };
        replace(&file, &altered, Access::Public).expect("it is altered");
        let said = life.room.ca(&["ceremony", "verify", &transcripts[0]]);
        assert_eq!(said.status, 1, "{paper}: {said:?}");
        replace(&file, &bytes, Access::Public).expect("it is restored");
    }
    // The third after the first.
    let said = life.room.ca(&["ceremony", "verify", &transcripts[0], &transcripts[2]]);
    assert_eq!(said.status, 1, "{said:?}");
    assert!(said.stderr.contains("does not chain"), "{said:?}");
}

/// BouncyCastle, which shares nothing with the program.
fn judged(life: &Life) {
    let Some(judge) = Judge::get() else { return };
    let path = |name: &str| life.room.path(name);
    let at = |text: &str| text.parse::<Timestamp>().expect("a time");
    let (old, new, issuing) = (path("root/root.pem"), path("rollover/root.pem"), path("issuing/issuing.pem"));
    let (with_old, with_new) = (path("rollover/new-with-old.pem"), path("rollover/old-with-new.pem"));
    judge.certificate(&old, &issuing).expect("the root certifies the issuing authority");
    judge.certificate(&old, &with_old).expect("the old root vouches for the new one");
    judge.certificate(&new, &with_new).expect("the new root vouches for the old one");
    let none = life.room.write("no-chain.pem", "");
    let none = Path::new(&none);
    let held = at("2026-03-04T00:00:00Z");
    assert_eq!(judge.path_at(&old, none, &issuing, &[path("crl/crl.pem")], held), Ok(1));
    assert!(
        judge.path_at(&old, none, &path("cross/cross.pem"), &[path("crl/crl.pem")], held).is_err(),
        "revoked"
    );
    // Who trusts the new root reaches what the old one certified, and the other way round.
    assert_eq!(judge.path_at(&new, &with_new, &issuing, &[] as &[PathBuf], held), Ok(2));
    judge
        .path_at(&old, none, &with_old, &[] as &[PathBuf], held)
        .expect("the new root is reached from the old one");
    for (number, file) in [(1, "crl/crl.pem"), (2, "crl-2/crl.pem"), (3, "termination/crl.pem")] {
        assert_eq!(judge.crl(&old, &path(file)).expect("the root signs the list").number, number);
    }
}
