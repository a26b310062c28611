//! BouncyCastle as a judge of what City CA signs: an implementation that shares nothing with ours.
//!
//! `interop/Judge.java` is compiled once and runs beside the test. Questions are files; what was found comes back typed.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::str::FromStr;
use std::sync::Mutex;

use jiff::Timestamp;

/// The libraries that the judge stands on, as Debian's libbcprov-java and libbcpkix-java install them.
const LIBRARIES: [&str; 3] = ["bcprov.jar", "bcpkix.jar", "bcutil.jar"];
const LIBRARY_FOLDER: &str = "/usr/share/java";
const SOURCE: &str = include_str!("../interop/Judge.java");

/// A running judge.
pub struct Judge {
    talk: Mutex<Talk>,
}

struct Talk {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Why there is no judge on this machine.
#[derive(Debug)]
pub struct Unavailable(String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: install openjdk-17-jdk-headless, libbcprov-java and libbcpkix-java", self.0)
    }
}

/// The judge does not accept what it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An algorithm identifier as the judge read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Algorithm {
    /// Object identifier in dotted form.
    pub oid: String,
    /// `absent`, `null` or `other`.
    pub parameters: String,
}

/// A certificate or request whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// How it is signed.
    pub algorithm: Algorithm,
    /// The subject's name.
    pub subject: String,
}

/// A CRL whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crl {
    /// How it is signed.
    pub algorithm: Algorithm,
    /// CRLNumber.
    pub number: u64,
    /// Whether revokedCertificates is there.
    pub has_list: bool,
    /// Serial in lowercase hexadecimal without leading zeros, reason by number, invalidity date.
    pub entries: Vec<(String, Option<u8>, Option<Timestamp>)>,
}

/// An OCSP response whose signature and delegation hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ocsp {
    /// How it is signed.
    pub algorithm: Algorithm,
    /// The key hash of the responder in hexadecimal, or `by-name`.
    pub responder: String,
    /// How many certificates came with it.
    pub certificates: u32,
    /// Whether the responder's certificate has ocsp-nocheck.
    pub no_check: bool,
    /// The nonce in hexadecimal.
    pub nonce: Option<String>,
    /// producedAt.
    pub produced_at: Timestamp,
    /// What it says of each certificate.
    pub answers: Vec<OcspAnswer>,
}

/// What an OCSP response says of one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcspAnswer {
    /// Serial in lowercase hexadecimal without leading zeros.
    pub serial: String,
    /// Object identifier of the hash in the CertID, in dotted form.
    pub hash: String,
    /// `good`, `revoked` or `unknown`.
    pub status: String,
    /// The reason by number.
    pub reason: Option<u8>,
    /// thisUpdate.
    pub this_update: Timestamp,
    /// nextUpdate.
    pub next_update: Option<Timestamp>,
}

impl Ocsp {
    /// Whether one of its answers has this status.
    #[must_use]
    pub fn contains(&self, status: &str) -> bool {
        self.answers.iter().any(|answer| answer.status == status)
    }
}

impl fmt::Display for Ocsp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said: Vec<_> =
            self.answers.iter().map(|answer| format!("{}={}", answer.serial, answer.status)).collect();
        f.write_str(&said.join(" "))
    }
}

impl Judge {
    /// The judge, or none, said aloud, where BouncyCastle is not installed.
    ///
    /// # Panics
    /// Where it is not installed and the environment says `CI=true`: there nothing is skipped.
    #[must_use]
    pub fn get() -> Option<Self> {
        match Self::start() {
            Ok(judge) => Some(judge),
            Err(reason) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("no judge: {reason}"),
            Err(reason) => {
                println!("skipped: the judge is not here, {reason}");
                None
            }
        }
    }

    /// Compiles the judge where that was not done yet, and starts it.
    ///
    /// # Errors
    /// [`Unavailable`] where Java or BouncyCastle are not installed.
    ///
    /// # Panics
    /// Where they are and the judge does not compile or start.
    pub fn start() -> Result<Self, Unavailable> {
        for library in LIBRARIES {
            if !Path::new(LIBRARY_FOLDER).join(library).exists() {
                return Err(Unavailable(format!("{LIBRARY_FOLDER}/{library} is missing")));
            }
        }
        let classes = compile()?;
        let mut child = Command::new("java")
            .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"])
            .arg(format!("{}:{}", classes.display(), class_path()))
            .arg("Judge")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Unavailable(format!("java does not start: {error}")))?;
        let questions = child.stdin.take().expect("stdin is piped");
        let answers = BufReader::new(child.stdout.take().expect("stdout is piped"));
        Ok(Self { talk: Mutex::new(Talk { child, questions, answers }) })
    }

    /// Verifies that a certificate is signed by its issuer.
    ///
    /// # Errors
    /// [`Refused`] where it is not, or cannot be read.
    pub fn certificate(&self, issuer: &Path, certificate: &Path) -> Result<Signed, Refused> {
        self.ask(&["certificate", text(issuer), text(certificate)]).map(|found| found.signed())
    }

    /// Validates a path now, see [`path_at`](Self::path_at).
    ///
    /// # Errors
    /// [`Refused`] where it is not valid.
    pub fn path(
        &self,
        trust: &Path,
        chain: &Path,
        certificate: &Path,
        crls: &[PathBuf],
    ) -> Result<usize, Refused> {
        self.path_at(trust, chain, certificate, crls, Timestamp::now())
    }

    /// Validates the path from a certificate over a chain, which may hold the anchor as well, to an anchor (RFC 5280 §6).
    /// With CRLs, each certificate but the anchor must be covered by one and not be revoked. Gives the length of the path.
    ///
    /// # Errors
    /// [`Refused`] where it is not valid.
    pub fn path_at(
        &self,
        trust: &Path,
        chain: &Path,
        certificate: &Path,
        crls: &[PathBuf],
        at: Timestamp,
    ) -> Result<usize, Refused> {
        let at = at.to_string();
        let mut question = vec!["path", text(trust), text(chain), text(certificate), &at];
        question.extend(crls.iter().map(|crl| text(crl)));
        self.ask(&question).map(|found| found.get("length"))
    }

    /// Verifies that a CRL is signed by its issuer and names its key.
    ///
    /// # Errors
    /// [`Refused`] where it does not, or cannot be read.
    pub fn crl(&self, issuer: &Path, crl: &Path) -> Result<Crl, Refused> {
        let found = self.ask(&["crl", text(issuer), text(crl)])?;
        let entries = found.all("entry").map(|entry| {
            let [serial, reason, invalidity] = words(entry);
            (serial.to_owned(), optional(reason), optional(invalidity))
        });
        Ok(Crl {
            algorithm: found.algorithm(),
            number: found.get("number"),
            has_list: found.get::<String>("list") == "present",
            entries: entries.collect(),
        })
    }

    /// Verifies that a certification request is signed by the key that it is for.
    ///
    /// # Errors
    /// [`Refused`] where it is not, or cannot be read.
    pub fn request(&self, request: &Path) -> Result<Signed, Refused> {
        self.ask(&["request", text(request)]).map(|found| found.signed())
    }

    /// Verifies that an OCSP response is signed by the authority or a responder that it delegated, and is about its
    /// certificates.
    ///
    /// # Errors
    /// [`Refused`] where it is not, or is an error.
    pub fn ocsp(&self, issuer: &Path, response: &Path) -> Result<Ocsp, Refused> {
        let found = self.ask(&["ocsp", text(issuer), text(response)])?;
        let answers = found.all("answer").map(|answer| {
            let [serial, hash, status, reason, this_update, next_update] = words(answer);
            OcspAnswer {
                serial: serial.to_owned(),
                hash: hash.to_owned(),
                status: status.to_owned(),
                reason: optional(reason),
                this_update: parse(this_update),
                next_update: optional(next_update),
            }
        });
        Ok(Ocsp {
            algorithm: found.algorithm(),
            responder: found.get("responder"),
            certificates: found.get("certificates"),
            no_check: found.all("nocheck").any(|said| said == "true"),
            nonce: found.all("nonce").next().map(str::to_owned),
            produced_at: found.get("produced"),
            answers: answers.collect(),
        })
    }

    fn ask(&self, question: &[&str]) -> Result<Found, Refused> {
        let mut talk = self.talk.lock().expect("no question failed half-way");
        writeln!(talk.questions, "{}", question.join("\t")).expect("the judge listens");
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let read = talk.answers.read_line(&mut line).expect("the judge speaks");
            assert_ne!(read, 0, "the judge ended while it was asked {question:?}");
            match line.trim_end_matches('\n') {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        match lines.split_first() {
            Some((first, found)) if first == "accepted" => Ok(Found(found.to_vec())),
            Some((first, _)) => Err(Refused(first.trim_start_matches("refused ").to_owned())),
            None => panic!("the judge says nothing to {question:?}"),
        }
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        let talk = self.talk.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _ = talk.child.kill();
        let _ = talk.child.wait();
    }
}

/// What the judge found: lines of a name, a blank and a value.
struct Found(Vec<String>);

impl Found {
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(move |line| line.strip_prefix(name)?.strip_prefix(' '))
    }

    fn get<T: FromStr>(&self, name: &str) -> T {
        parse(self.all(name).next().unwrap_or_else(|| panic!("the judge found no {name}: {:?}", self.0)))
    }

    fn algorithm(&self) -> Algorithm {
        Algorithm { oid: self.get("algorithm"), parameters: self.get("parameters") }
    }

    fn signed(&self) -> Signed {
        Signed { algorithm: self.algorithm(), subject: self.get("subject") }
    }
}

fn parse<T: FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("the judge's answer {text:?} is not of the type expected"))
}

fn optional<T: FromStr>(text: &str) -> Option<T> {
    (text != "-").then(|| parse(text))
}

fn words<const N: usize>(line: &str) -> [&str; N] {
    let words: Vec<_> = line.split(' ').collect();
    words.try_into().unwrap_or_else(|_| panic!("not {N} words: {line:?}"))
}

fn text(path: &Path) -> &str {
    path.to_str().filter(|path| !path.contains(['\t', '\n'])).expect("a path of plain text")
}

fn class_path() -> String {
    LIBRARIES.map(|library| format!("{LIBRARY_FOLDER}/{library}")).join(":")
}

/// The folder of the judge's classes, named by the hash of the source, so that it is compiled once.
fn compile() -> Result<PathBuf, Unavailable> {
    let hash = hex::encode(ca_core::algorithm::digest::sha256(SOURCE.as_bytes()));
    let base = crate::workspace::programs().join("judge");
    let classes = base.join(&hash[..16]);
    if classes.exists() {
        return Ok(classes);
    }
    std::fs::create_dir_all(&base).expect("a folder for the judge");
    // Tests run at once: each compiles in a folder of its own, and the first one moves it into place.
    let making = tempfile::tempdir_in(&base).expect("a folder to compile in");
    let source = making.path().join("Judge.java");
    std::fs::write(&source, SOURCE).expect("the source is written");
    let compiled = Command::new("javac")
        .args(["-nowarn", "-cp", &class_path(), "-d"])
        .arg(making.path())
        .arg(&source)
        .output()
        .map_err(|error| Unavailable(format!("javac does not start: {error}")))?;
    assert!(compiled.status.success(), "javac: {}", String::from_utf8_lossy(&compiled.stderr));
    let made = making.keep();
    if std::fs::rename(&made, &classes).is_err() {
        assert!(classes.exists(), "the judge's classes cannot be moved to {}", classes.display());
        let _ = std::fs::remove_dir_all(&made);
    }
    Ok(classes)
}
