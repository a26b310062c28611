//! A room: people with keys and passphrases, who answer the program at its terminal.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Command;

use ca_core::keystore::file::{Access, replace};
use rexpect::process::{Signal, WaitStatus};
use rexpect::reader::Regex;
use rexpect::session::{Options, PtySession, ReadUntil, spawn_with_options};
use serde_json::Value;
use tempfile::TempDir;
use tests::tools::{Ran, run};
use tests::workspace::program;

/// The administrator.
pub(crate) const ADMINISTRATOR: &str = "Zhao Min";
/// The key officers, in the order of plans.
pub(crate) const OFFICERS: [&str; 5] = ["Qian Li", "Sun Wei", "Li Na", "Zhou Jun", "Wu Fang"];
/// The witness.
pub(crate) const WITNESS: &str = "Zheng Hao";
/// The auditor.
pub(crate) const AUDITOR: &str = "Feng Lei";
/// How long one answer of the program may take, in milliseconds: Argon2 on a busy machine.
const PATIENCE: u64 = 120_000;

/// A room with people.
pub(crate) struct Room {
    folder: TempDir,
    keys: HashMap<String, String>,
}

/// What people answer where it is not the usual.
#[derive(Clone, Default)]
pub(crate) struct Script {
    /// What is typed for digits, before the right ones.
    pub(crate) digits: VecDeque<String>,
    /// The time that is read aloud.
    pub(crate) time: String,
    /// Who is not there.
    pub(crate) absent: Vec<String>,
    /// Added to passphrases: another one for each generation of shares.
    pub(crate) generation: u32,
    /// Added to the passphrases of shares that are given.
    pub(crate) given_generation: u32,
    /// Where shares are that are given.
    pub(crate) shares: PathBuf,
    /// Who gives a share, in order.
    pub(crate) givers: VecDeque<String>,
    /// Shares that are given in place of an officer's own, by officer.
    pub(crate) other_shares: HashMap<String, PathBuf>,
    /// Passphrases in place of an officer's own.
    pub(crate) passphrases: HashMap<String, String>,
    /// What is answered after a refusal; `stop` where nothing is left.
    pub(crate) after_refusals: VecDeque<&'static str>,
    /// Shares to be given, in order, where they are of different keys: folder and generation.
    pub(crate) queue: VecDeque<(PathBuf, u32)>,
    /// Set for the program.
    pub(crate) environment: Vec<(String, String)>,
    /// The program is killed when it asks this for the n-th time, counted from 0.
    pub(crate) cut_at: Option<(Asked, usize)>,
}

/// What the program asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    Digits,
    Time,
    TimeWitness,
    Present,
    NewPassphrase,
    PassphraseAgain,
    ShareFolder,
    ShareFile,
    Passphrase,
    NextOfficer,
    Agree,
    AgreeYes,
    DestroyedHow,
    DestroyedWitness,
    DestroyedYes,
    Close,
    SigningKey,
    Interruption,
    AfterRefusal,
    VoidReason,
    KeyName,
    DestroyKey,
}

const QUESTIONS: [(Asked, &str); 22] = [
    (Asked::Digits, r"Read the 24 digits aloud from the paper plan, then type them: "),
    (Asked::Time, r"such as 2026-03-02T10:00:00\+08:00: "),
    (Asked::TimeWitness, r"with another clock and confirms it\? "),
    (Asked::Present, r"Is ([^\r\n]+) \([a-z ]+\) here, known in person or by an identity card\? \[yes/no\] "),
    (Asked::NewPassphrase, r"(?:^|\n)([^\r\n]+): choose a passphrase of at least 12 characters: "),
    (Asked::PassphraseAgain, r"(?:^|\n)([^\r\n]+): the same passphrase again: "),
    (Asked::ShareFolder, r"The folder of your own medium, for the share \[[^\r\n]*\] "),
    (Asked::ShareFile, r"(?:^|\n)([^\r\n]+): the file of your share( \[[^\r\n]*\])? "),
    (Asked::Passphrase, r"Passphrase of ([^\r\n]+): "),
    (Asked::NextOfficer, r"Which officer comes next\? "),
    (Asked::Agree, r"Who compared this with the paper plan\? "),
    (Asked::AgreeYes, r"is this what was agreed, and is [^\r\n]+ to be signed\? \[yes/no\] "),
    (Asked::DestroyedHow, r"How was it destroyed\? "),
    (Asked::DestroyedWitness, r"Who saw it\? "),
    (Asked::DestroyedYes, r"is nothing left of it\? \[yes/no\] "),
    (Asked::Close, r"Close the ceremony\? \[yes/no\] "),
    (
        Asked::SigningKey,
        r"(?:^|\n)([^\r\n]+): the file of your own private key, which signs the transcript: ",
    ),
    (Asked::Interruption, r"Why was the ceremony interrupted\? "),
    (Asked::AfterRefusal, r"REFUSED: [^\r\n]*\[([a-z0-9-]+)\][^?]*void\? "),
    (Asked::VoidReason, r"Why is the ceremony given up\? "),
    (Asked::KeyName, r"The name of the key in the token or device \[[^\r\n]*\] "),
    (Asked::DestroyKey, r"Destroy the key [^\r\n]+ in the token or device now, for good\? \[yes/no\] "),
];

/// How the program ended.
#[derive(Default)]
pub(crate) struct Held {
    /// Exit status; none where it was killed.
    pub(crate) status: Option<i32>,
    /// All that stood on the screen.
    pub(crate) screen: String,
    /// Codes of refusals, in order.
    pub(crate) refusals: Vec<String>,
    /// What was asked, in order.
    pub(crate) asked: Vec<Asked>,
}

impl Room {
    /// Everybody makes a key.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("keys")).expect("a folder for keys");
        let mut room = Self { folder, keys: HashMap::new() };
        for name in [&[ADMINISTRATOR][..], &OFFICERS, &[WITNESS, AUDITOR, "Wang Yan", "He Ping"]].concat() {
            room.person(name);
        }
        room
    }

    /// Somebody makes a key.
    pub(crate) fn person(&mut self, name: &str) {
        let file = self.key_of(name);
        let made = self.ca(&["--format", "json", "key", "new", "--out", &file]).ok();
        let made: Value = serde_json::from_str(&made).expect("JSON");
        self.keys.insert(name.to_owned(), made["public_key"].as_str().expect("a key").to_owned());
    }

    /// The file of somebody's key.
    pub(crate) fn key_of(&self, name: &str) -> String {
        self.path("keys").join(format!("{}.key", name.replace(' ', "-"))).display().to_string()
    }

    /// Somebody's public key, as plans pin it.
    pub(crate) fn public_key(&self, name: &str) -> &str {
        &self.keys[name]
    }

    /// A path in the room.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        replace(&path, content.as_ref(), Access::Public).expect("a file is written");
        path.display().to_string()
    }

    /// Runs `ca` without a terminal.
    pub(crate) fn ca(&self, arguments: &[&str]) -> Ran {
        run(self.folder.path(), program("ca"), arguments)
    }

    /// The digits that the plan shows.
    pub(crate) fn digits(&self, arguments: &[&str]) -> String {
        let shown = self.ca(&[&["--format", "json", "ceremony", "plan"], arguments].concat()).ok();
        let shown: Value = serde_json::from_str(&shown).expect("JSON");
        shown["digits"].as_str().expect("digits").to_owned()
    }

    /// Holds a ceremony whose plan is right.
    pub(crate) fn hold(&self, plan: &str, out: &str, more: &[&str], script: &Script) -> Held {
        let mut script = script.clone();
        let material: Vec<&str> =
            more.windows(2).filter(|pair| pair[0] == "--material").flatten().copied().collect();
        let mut asked = vec![plan];
        asked.extend(material);
        if more.contains(&"--rehearse") {
            asked.push("--rehearse");
        }
        script.digits.push_back(self.digits(&asked));
        self.run(plan, out, more, script)
    }

    /// Runs `ca ceremony run` and answers by the script.
    pub(crate) fn run(&self, plan: &str, out: &str, more: &[&str], script: Script) -> Held {
        let run = ["ceremony", "run", plan, "--out", out];
        self.talk(&[&run[..], more, &["--allow", "network", "--allow", "swap"]].concat(), script)
    }

    /// Runs `ca` at a terminal and answers by the script.
    pub(crate) fn talk(&self, arguments: &[&str], script: Script) -> Held {
        let mut command = Command::new(program("ca"));
        command.args(["--lang", "en"]).args(arguments).envs(script.environment.iter().cloned());
        command.current_dir(self.folder.path()).env("NO_COLOR", "1").env("TERM", "dumb");
        let options = Options::new().timeout_ms(Some(PATIENCE)).strip_ansi_escape_codes(true);
        let session = spawn_with_options(command, options).expect("the program starts");
        let (held, counts) = (Held::default(), HashMap::new());
        Talk { room: self, session, script, held, counts, offered: false, queued: None }.lead()
    }

    /// A file of an officer's share.
    pub(crate) fn share(&self, folder: &Path, officer: &str) -> PathBuf {
        let officer = format!("-{}-", officer.replace(' ', "-"));
        let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
            .expect("a folder of shares")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "pem"))
            .filter(|path| path.to_string_lossy().contains(&officer))
            .collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }
}

/// An officer's passphrase of a generation.
pub(crate) fn passphrase(name: &str, generation: u32) -> String {
    format!("{name} keeps it well, {generation}")
}

struct Talk<'a> {
    room: &'a Room,
    session: PtySession,
    script: Script,
    held: Held,
    counts: HashMap<Asked, usize>,
    offered: bool,
    /// The generation of a share of the queue that was just named.
    queued: Option<u32>,
}

impl Talk<'_> {
    fn lead(mut self) -> Held {
        loop {
            let mut needles: Vec<ReadUntil> = QUESTIONS
                .iter()
                .map(|(_, pattern)| ReadUntil::Regex(Regex::new(pattern).expect("a pattern")))
                .collect();
            needles.push(ReadUntil::EOF);
            let (before, matched) = self
                .session
                .exp_any(needles)
                .unwrap_or_else(|error| panic!("{error}\n-- before:\n{}", self.held.screen));
            self.held.screen.push_str(&before);
            self.held.screen.push_str(&matched);
            let question = QUESTIONS.iter().find_map(|(asked, pattern)| {
                let found = Regex::new(pattern).expect("a pattern").captures(&matched)?;
                let value = found.get(1).map(|value| value.as_str().trim().to_owned());
                Some((*asked, value.unwrap_or_default()))
            });
            let Some((asked, value)) = question else { break };
            self.held.asked.push(asked);
            let count = self.counts.entry(asked).or_default();
            let this = *count;
            *count += 1;
            if self.script.cut_at == Some((asked, this)) {
                self.session.process_mut().kill(Signal::SIGKILL).expect("it is killed");
                return self.held;
            }
            // Shares that were just made are offered; those of before are not.
            if asked == Asked::ShareFile {
                self.offered = matched.contains('[');
            }
            let answer = self.answer(asked, &value);
            self.session.send_line(&answer).expect("the program reads");
        }
        self.held.status = match self.session.process().wait() {
            Ok(WaitStatus::Exited(_, status)) => Some(status),
            other => panic!("{other:?}\n{}", self.held.screen),
        };
        self.held
    }

    fn answer(&mut self, asked: Asked, value: &str) -> String {
        let script = &mut self.script;
        match asked {
            Asked::Digits => match script.digits.len() {
                0 => String::new(),
                1 => script.digits[0].clone(),
                _ => script.digits.pop_front().expect("there are some"),
            },
            Asked::Time => script.time.clone(),
            Asked::TimeWitness | Asked::Agree | Asked::DestroyedWitness => WITNESS.to_owned(),
            Asked::Present => {
                if script.absent.iter().any(|name| name == value) { "no" } else { "yes" }.to_owned()
            }
            Asked::NewPassphrase | Asked::PassphraseAgain => passphrase(value, script.generation),
            Asked::ShareFolder => String::new(),
            Asked::ShareFile => match script.other_shares.get(value) {
                Some(other) => other.display().to_string(),
                None if self.offered => String::new(),
                None if !script.queue.is_empty() => {
                    let (folder, generation) = script.queue.pop_front().expect("there is one");
                    self.queued = Some(generation);
                    self.room.share(&folder, value).display().to_string()
                }
                None => self.room.share(&script.shares, value).display().to_string(),
            },
            Asked::Passphrase if script.passphrases.contains_key(value) => script.passphrases[value].clone(),
            Asked::Passphrase if self.offered => passphrase(value, script.generation),
            Asked::Passphrase => passphrase(value, self.queued.take().unwrap_or(script.given_generation)),
            Asked::NextOfficer => script.givers.pop_front().unwrap_or_else(|| "1".to_owned()),
            Asked::AgreeYes | Asked::DestroyedYes | Asked::Close | Asked::DestroyKey => "yes".to_owned(),
            Asked::KeyName => String::new(),
            Asked::DestroyedHow => "overwritten, and the paper burnt".to_owned(),
            Asked::SigningKey => self.room.key_of(value),
            Asked::Interruption => "the power failed".to_owned(),
            Asked::AfterRefusal => {
                self.held.refusals.push(value.to_owned());
                script.after_refusals.pop_front().unwrap_or("stop").to_owned()
            }
            Asked::VoidReason => "it cannot go on".to_owned(),
        }
    }
}
