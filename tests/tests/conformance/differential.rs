//! Cases of PKITS, altered at random, judged by this validator and by OpenSSL.
//!
//! An alteration may make a case right or wrong: what is looked for are differences. `DIFFERENTIAL_ROUNDS` sets more of them.

use std::fs;
use std::path::Path;
use std::process::Command;

use ca_core::encoding::pem;
use jiff::{SignedDuration, Timestamp};
use tests::workspace::shared;

use crate::case::Case;
use crate::{pkits, validator};

/// Alterations in a run of the suite: each costs a process.
const ROUNDS: u64 = 400;

const ANY_POLICY: &str = "2.5.29.32.0";

/// A small generator, so that a round can be repeated by its number.
struct Dice(u64);

impl Dice {
    /// A number below `sides` (SplitMix64).
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).expect("below sides")
    }
}

fn flip(object: &mut [u8], dice: &mut Dice) {
    let at = dice.roll(object.len());
    object[at] ^= 1 << dice.roll(8);
}

/// One to three alterations; `other` lends what is put in.
fn alter(case: &mut Case, other: &Case, dice: &mut Dice) {
    for _ in 0..=dice.roll(3) {
        match dice.roll(12) {
            0 => flip(&mut case.end_entity, dice),
            1 => {
                if let Some(at) = case.intermediates.len().checked_sub(1).map(|last| dice.roll(last + 1)) {
                    flip(&mut case.intermediates[at], dice);
                }
            }
            2 => {
                let at = dice.roll(case.crls.len());
                flip(&mut case.crls[at], dice);
            }
            3 => {
                if !case.intermediates.is_empty() {
                    case.intermediates.remove(dice.roll(case.intermediates.len()));
                }
            }
            4 if case.crls.len() > 1 => {
                case.crls.remove(dice.roll(case.crls.len()));
            }
            5 => case.intermediates.extend(other.intermediates.iter().cloned()),
            6 => case.crls.extend(other.crls.iter().cloned()),
            7 => {
                case.end_entity.clone_from(&other.end_entity);
                case.intermediates.extend(other.intermediates.iter().cloned());
                case.crls.extend(other.crls.iter().cloned());
            }
            8 => case.explicit_policy = !case.explicit_policy,
            9 => case.inhibit_any = !case.inhibit_any,
            10 => case.inhibit_mapping = !case.inhibit_mapping,
            _ => case.policies = vec![format!("2.16.840.1.101.3.2.1.48.{}", 1 + dice.roll(6))],
        }
    }
    if dice.roll(20) == 0 {
        let years = [-15, 12, 25][dice.roll(3)];
        case.at = case.at.checked_add(SignedDuration::from_hours(years * 8766)).unwrap_or(Timestamp::MAX);
    }
}

fn write(path: &Path, label: &str, objects: &[Vec<u8>]) {
    let text: String = objects.iter().map(|der| pem::write(label, der)).collect();
    fs::write(path, text).expect("a temporary file is written");
}

/// OpenSSL's words: empty where it accepts.
fn openssl(case: &Case, folder: &Path) -> String {
    let file = |name: &str| folder.join(name);
    write(&file("ee.pem"), "CERTIFICATE", std::slice::from_ref(&case.end_entity));
    write(&file("trust.pem"), "CERTIFICATE", &case.anchors);
    write(&file("crls.pem"), "X509 CRL", &case.crls);
    let mut command = Command::new("openssl");
    command.current_dir(folder).args([
        "verify",
        "-policy_check",
        "-crl_check_all",
        "-extended_crl",
        "-use_deltas",
    ]);
    command.args([
        "-attime",
        &case.at.as_second().to_string(),
        "-CAfile",
        "trust.pem",
        "-CRLfile",
        "crls.pem",
    ]);
    if !case.intermediates.is_empty() {
        write(&file("untrusted.pem"), "CERTIFICATE", &case.intermediates);
        command.args(["-untrusted", "untrusted.pem"]);
    }
    // Without any, OpenSSL takes the set for empty rather than for anyPolicy.
    let any = [ANY_POLICY.to_owned()];
    for policy in if case.policies.is_empty() { &any[..] } else { &case.policies } {
        command.args(["-policy", policy]);
    }
    let flags = [
        (case.explicit_policy, "-explicit_policy"),
        (case.inhibit_mapping, "-inhibit_map"),
        (case.inhibit_any, "-inhibit_any"),
    ];
    command.args(flags.iter().filter(|(set, _)| *set).map(|(_, flag)| *flag));
    let output = command.arg("ee.pem").output().expect("openssl runs");
    if output.status.success() {
        return String::new();
    }
    let words =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    words
        .lines()
        .filter(|line| line.contains("error") || line.contains("Unable"))
        .collect::<Vec<_>>()
        .join("; ")
}

/// Why OpenSSL differs, where docs/divergences.md says so.
fn explained(case: &Case, ours: &Result<(), String>, theirs: &str) -> bool {
    match ours {
        // It judges by one list, good or damaged, and reads no further in a file with a damaged object; here the others count.
        Ok(()) => theirs.contains("CRL signature failure") || theirs.contains("STORE routines"),
        // It maps policies that only an inhibited anyPolicy brings.
        Err(words) => case.inhibit_any && theirs.is_empty() && words.contains("[path-no-policy]"),
    }
}

#[test]
fn altered_cases_of_pkits_are_judged_as_by_openssl() {
    let Some(file) = shared("conformance/pkits/cases.json") else { return };
    let rounds =
        std::env::var("DIFFERENTIAL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    // Cases that differ as they are say nothing when altered.
    let different = ["4.1.4", "4.1.5", "4.14.30"];
    let cases: Vec<_> =
        pkits::load(&file).into_iter().filter(|case| !different.contains(&case.id.as_str())).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let (mut accepted, mut refused, mut known, mut differences) = (0, 0, 0, Vec::new());
    for round in 0..rounds {
        let mut dice = Dice(round);
        let mut case = cases[dice.roll(cases.len())].clone();
        let other = &cases[dice.roll(cases.len())];
        alter(&mut case, other, &mut dice);
        let ours = validator::judge(&case);
        let theirs = openssl(&case, folder.path());
        match (ours.is_ok(), theirs.is_empty()) {
            (true, true) => accepted += 1,
            (false, false) => refused += 1,
            _ if explained(&case, &ours, &theirs) => known += 1,
            _ => differences.push(format!(
                "round {round}: {} with {}: here {ours:?}, OpenSSL {theirs:?}",
                case.id, other.id
            )),
        }
    }
    println!(
        "{rounds} altered cases: {accepted} accepted and {refused} refused by both, {known} known differences"
    );
    assert!(accepted > 0 && refused > 0, "alterations that all end alike show nothing");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
