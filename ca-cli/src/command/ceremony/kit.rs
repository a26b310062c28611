//! `ca ceremony kit`: what is carried to the machine without a network.

use std::fs;
use std::path::Path;

use ca_core::algorithm::digest::sha256;
use ca_core::ceremony::Digest;
use ca_core::keystore::file::{Access, write_new};

use super::folder::{file_name, new_folder};
use crate::args::KitArgs;
use crate::failure::Failure;
use crate::input::read_file;
use crate::report::{Notice, Outcome, Report, Written};

/// Name of the program in the kit.
const PROGRAM: &str = "ca";
/// Names of the lists of digests, in the form that `sha256sum -c` reads.
const SHA256_LIST: &str = "SHA256SUMS";
const SM3_LIST: &str = "SM3SUMS";
const NOTE: &str = "READ-ME.txt";
/// The segment of an ELF file that names the loader of its shared libraries (System V ABI).
const PT_INTERP: u32 = 3;
/// Most program headers that are looked at.
const MAX_HEADERS: usize = 64;

/// What the note says of a program that needs no loader, and of another.
const STATIC: &str = "It is static: it needs no shared libraries of the machine that it runs on, and cannot load the \
                      library of a token or device.\n";
const NOT_STATIC: &str = "It is not static: it needs shared libraries of the machine that it runs on, of the same \
                          distribution as the one that it was built on. Compare these, too.\n";

/// Makes the kit.
pub(super) fn run(args: &KitArgs) -> Result<Outcome, Failure> {
    let program = fs::read("/proc/self/exe").map_err(|error| {
        Failure::usage("program-unreadable", format!("this program cannot be read: {error}"))
    })?;
    let mut files = vec![(PROGRAM.to_owned(), program.clone())];
    for path in &args.files {
        let name = file_name(path)?;
        if files.iter().any(|(other, _)| *other == name)
            || [SHA256_LIST, SM3_LIST, NOTE].contains(&name.as_str())
        {
            return Err(Failure::usage("file-name-twice", format!("two files of the kit are named {name}")));
        }
        files.push((name, read_file(path)?.to_vec()));
    }
    new_folder(&args.out)?;
    let lines = |digest: &dyn Fn(&[u8]) -> String| -> String {
        files.iter().map(|(name, bytes)| format!("{}  {name}\n", digest(bytes))).collect()
    };
    let sha256_list = lines(&|bytes| sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect());
    let sm3_list = lines(&|bytes| Digest::of(bytes).to_string());
    let note = note(&program);
    let lists = [(SHA256_LIST, sha256_list), (SM3_LIST, sm3_list), (NOTE, note)];
    let lists = lists.map(|(name, text)| (name.to_owned(), text.into_bytes()));
    let mut written = Vec::new();
    for (name, bytes) in files.iter().chain(&lists) {
        let path = args.out.join(name);
        write_new(&path, bytes, Access::Public)?;
        written.push(path.display().to_string());
    }
    executable(&args.out.join(PROGRAM))?;
    let mut outcome = Outcome::done(Report::Written(Written { files: written }));
    if !is_static(&program) {
        outcome.warnings.push(Notice {
            code: "program-not-static".to_owned(),
            detail: "the program in the kit is not static, it needs shared libraries of the machine that it runs on: \
                     build it with RUSTFLAGS=\"-C target-feature=+crt-static\" cargo build --release --bin ca --target \
                     x86_64-unknown-linux-gnu, and make the kit with that one"
                .to_owned(),
        });
    }
    Ok(outcome)
}

/// How to check the kit on another machine.
fn note(program: &[u8]) -> String {
    let hex: String = sha256(program).iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "The kit of a ceremony\n\n\
         {PROGRAM} is the program ca {version}. Its digests:\n  SM3      {}\n  SHA-256  {hex}\n{linking}\n\
         Check the kit on a machine that did not make it, best on two, with tools that came from elsewhere:\n  \
         sha256sum -c {SHA256_LIST}\n  openssl dgst -sm3 *        (compare with {SM3_LIST})\n\
         Write the digests of the program down by hand, take the paper to the room, and compare there again\n\
         before the program runs. The transcript records the SM3 digest of the program that ran.\n\n\
         The plans: ca ceremony plan FILE shows in words what will happen, and the digits that are read aloud.\n",
        Digest::of(program).groups(),
        version = env!("CARGO_PKG_VERSION"),
        linking = if is_static(program) { STATIC } else { NOT_STATIC },
    )
}

#[cfg(unix)]
fn executable(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
        .map_err(|error| Failure::usage("file-io", format!("{}: {error}", path.display())))
}

/// Whether an ELF file of 64 bits runs without a loader.
fn is_static(elf: &[u8]) -> bool {
    let number = |at: usize, length: usize| -> Option<u64> {
        let bytes = elf.get(at..at.checked_add(length)?)?;
        Some(bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    };
    // Header of 64-bit little-endian files: e_phoff at 32, e_phentsize at 54, e_phnum at 56.
    let headers = || -> Option<Vec<u64>> {
        if !elf.starts_with(b"\x7fELF\x02\x01") {
            return None;
        }
        let (offset, size, count) = (number(32, 8)?, number(54, 2)?, number(56, 2)?);
        let count = usize::try_from(count).ok()?.min(MAX_HEADERS);
        (0..count).map(|at| number(usize::try_from(offset + size * at as u64).ok()?, 4)).collect()
    };
    headers().is_some_and(|kinds| !kinds.contains(&u64::from(PT_INTERP)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_says_whether_the_program_is_static() {
        let mut elf = vec![0; 64 + 56];
        elf[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (elf[32], elf[54], elf[56]) = (64, 56, 1);
        assert!(note(&elf).contains("It is static"));
        elf[64] = 3;
        assert!(note(&elf).contains("It is not static"));
    }

    #[test]
    fn what_is_no_program_is_not_static() {
        assert!(!is_static(b""));
        assert!(!is_static(b"\x7fELF\x02\x01"));
        let mut elf = vec![0; 64 + 56];
        elf[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (elf[32], elf[54], elf[56]) = (64, 56, 1);
        assert!(is_static(&elf));
        elf[64] = 3;
        assert!(!is_static(&elf));
    }
}
