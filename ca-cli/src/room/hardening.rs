//! What the process does so that secrets do not leave its memory.

use std::fs;
use std::io;

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Longest list of swap areas or interfaces that is looked at.
const MAX_LISTED: usize = 64;

/// How the process is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hardening {
    /// Whether memory can reach a disk.
    pub(crate) memory: Memory,
    /// Network interfaces that are up, besides the loopback.
    pub(crate) interfaces: Vec<String>,
}

/// Whether memory can reach a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// All of it is locked.
    Locked,
    /// The machine has no swap area.
    NoSwap,
    /// It can be swapped out, which was allowed.
    Swappable,
}

/// Why the machine is not fit for secrets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HardeningError {
    /// Core dumps cannot be turned off.
    #[error("core dumps cannot be turned off: {0}")]
    CoreDumps(io::Error),
    /// Memory can be swapped out.
    #[error("this machine swaps to {areas} and memory cannot be locked: {reason}")]
    Swap {
        /// The swap areas.
        areas: String,
        /// Why memory cannot be locked.
        reason: io::Error,
    },
    /// The machine is on a network.
    #[error("the network interface {interfaces} is up: this machine is not apart from all networks")]
    Network {
        /// The interfaces.
        interfaces: String,
    },
}

impl HardeningError {
    /// A stable code of the error.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::CoreDumps(_) => "core-dumps-enabled",
            Self::Swap { .. } => "swap-enabled",
            Self::Network { .. } => "network-up",
        }
    }
}

/// Turns off core dumps and the view into this process, and sees to it that its memory stays in memory.
///
/// # Errors
/// [`HardeningError`] for what is not protected and was not allowed to be.
pub(crate) fn harden(allow_swap: bool, allow_network: bool) -> Result<Hardening, HardeningError> {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let failed = |error: rustix::io::Errno| HardeningError::CoreDumps(error.into());
    setrlimit(Resource::Core, none).map_err(failed)?;
    // Without this another process of the same user could read the memory, and a piped core pattern would get it.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed)?;
    let areas = swap_areas(&fs::read_to_string("/proc/swaps").unwrap_or_default());
    let memory = match mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE) {
        Ok(()) => Memory::Locked,
        Err(_) if areas.is_empty() => Memory::NoSwap,
        Err(_) if allow_swap => Memory::Swappable,
        Err(error) => {
            return Err(HardeningError::Swap { areas: areas.join(", "), reason: error.into() });
        }
    };
    let interfaces = interfaces_up();
    if !interfaces.is_empty() && !allow_network {
        return Err(HardeningError::Network { interfaces: interfaces.join(", ") });
    }
    Ok(Hardening { memory, interfaces })
}

/// The swap areas of `/proc/swaps`, which has a line of headings.
fn swap_areas(list: &str) -> Vec<String> {
    let name = |line: &str| line.split_whitespace().next().map(str::to_owned);
    list.lines().skip(1).filter_map(name).take(MAX_LISTED).collect()
}

/// Network interfaces that are up, besides the loopback.
fn interfaces_up() -> Vec<String> {
    let Ok(entries) = fs::read_dir("/sys/class/net") else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .take(MAX_LISTED)
        .filter(|entry| {
            let state = fs::read_to_string(entry.path().join("operstate")).unwrap_or_default();
            state.trim() == "up"
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != "lo")
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swap_areas_are_the_lines_below_the_headings() {
        assert!(swap_areas("").is_empty());
        assert!(swap_areas("Filename Type Size Used Priority\n").is_empty());
        let list = "Filename\tType\n/dev/sda2 partition 1 0 -2\n/swap file 1 0 -3\n";
        assert_eq!(swap_areas(list), ["/dev/sda2", "/swap"]);
    }
}
