//! Facts about the machine and the program, for the record.

use std::collections::BTreeMap;
use std::fs;

use ca_core::ceremony::Digest;

use super::{Hardening, Memory};

/// Longest fact that is kept, in characters.
const MAX_FACT: usize = 200;

/// What the record says about the machine: nothing of it is secret.
pub(crate) fn machine_facts(hardening: &Hardening) -> BTreeMap<String, String> {
    let line = |path: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines()
            .next()
            .unwrap_or_default()
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_FACT)
            .collect()
    };
    let program = fs::read("/proc/self/exe").map(|bytes| Digest::of(&bytes).to_string());
    let network = if hardening.interfaces.is_empty() {
        "none".to_owned()
    } else {
        format!("up, allowed: {}", hardening.interfaces.join(", "))
    };
    let memory = match hardening.memory {
        Memory::Locked => "locked",
        Memory::NoSwap => "not locked, no swap",
        Memory::Swappable => "may be swapped, allowed",
    };
    let facts: [(&str, String); 9] = [
        ("program", format!("ca {}", env!("CARGO_PKG_VERSION"))),
        ("program-sm3", program.unwrap_or_default()),
        ("kernel", line("/proc/sys/kernel/osrelease")),
        ("host", line("/proc/sys/kernel/hostname")),
        ("boot", line("/proc/sys/kernel/random/boot_id")),
        ("processor", std::env::consts::ARCH.to_owned()),
        ("core-dumps", "off".to_owned()),
        ("memory", memory.to_owned()),
        ("network", network),
    ];
    facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
