//! Places at which tests end or stop the process. Programs that are built for release have none of this.
//!
//! `CITYCA_FAULT=intent-stored@3=kill` ends the process as a power cut would when it comes to `intent-stored` for the third
//! time; `=stop` halts it until someone lets it go on. `CITYCA_CLOCK` names a file with the seconds by which the clock is wrong;
//! `CITYCA_LEASE` says for how many seconds leases are taken.

/// A place that the variable may name.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub(crate) fn point(_name: &str) {}

/// The time as a wrong clock would tell it.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub(crate) fn shifted(now: jiff::Timestamp) -> jiff::Timestamp {
    now
}

/// For how long a lease is taken.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub(crate) fn lease(duration: jiff::SignedDuration) -> jiff::SignedDuration {
    duration
}

#[cfg(debug_assertions)]
pub(crate) use debug::{lease, point, shifted};

#[cfg(debug_assertions)]
mod debug {
    use std::path::PathBuf;
    use std::process::Command;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use jiff::{SignedDuration, Timestamp};

    const VARIABLE: &str = "CITYCA_FAULT";
    /// Until a process is gone.
    const KILLED: Duration = Duration::from_secs(60);
    /// Until all threads of a process have halted.
    const STOPPED: Duration = Duration::from_secs(1);

    struct Fault {
        name: String,
        at: u32,
        signal: &'static str,
        passed: AtomicU32,
    }

    fn parse(text: &str) -> Option<Fault> {
        let (place, what) = text.split_once('=')?;
        let (name, at) = place.split_once('@')?;
        let signal = match what {
            "kill" => "-KILL",
            "stop" => "-STOP",
            _ => return None,
        };
        Some(Fault { name: name.to_owned(), at: at.parse().ok()?, signal, passed: AtomicU32::new(0) })
    }

    static FAULT: OnceLock<Option<Fault>> = OnceLock::new();

    static CLOCK: OnceLock<Option<PathBuf>> = OnceLock::new();

    /// The time as a wrong clock would tell it.
    pub(crate) fn shifted(now: Timestamp) -> Timestamp {
        let file = CLOCK.get_or_init(|| std::env::var_os("CITYCA_CLOCK").map(PathBuf::from));
        let Some(file) = file else { return now };
        let wrong = std::fs::read_to_string(file).ok().and_then(|text| text.trim().parse().ok());
        now + SignedDuration::from_secs(wrong.unwrap_or(0))
    }

    static LEASE: OnceLock<Option<i64>> = OnceLock::new();

    /// For how long a lease is taken.
    pub(crate) fn lease(duration: SignedDuration) -> SignedDuration {
        let said =
            LEASE.get_or_init(|| std::env::var("CITYCA_LEASE").ok().and_then(|text| text.parse().ok()));
        said.map_or(duration, SignedDuration::from_secs)
    }

    /// A place that the variable may name.
    pub(crate) fn point(name: &str) {
        let fault = FAULT.get_or_init(|| std::env::var(VARIABLE).ok().and_then(|text| parse(&text)));
        let Some(fault) = fault.as_ref().filter(|fault| fault.name == name) else { return };
        if fault.passed.fetch_add(1, Ordering::Relaxed) + 1 != fault.at {
            return;
        }
        let sent = Command::new("kill").args([fault.signal, &std::process::id().to_string()]).status();
        // A signal is delivered to any thread of the process, in its time: this one waits for it to have happened, which for
        // one that is stopped is over when it may go on.
        if sent.is_ok() {
            std::thread::sleep(if fault.signal == "-KILL" { KILLED } else { STOPPED });
        }
    }

    #[cfg(test)]
    mod tests {
        use super::parse;

        #[test]
        fn a_fault_has_a_place_a_turn_and_a_kind() {
            let fault = parse("intent-stored@3=kill").unwrap();
            assert_eq!((fault.name.as_str(), fault.at, fault.signal), ("intent-stored", 3, "-KILL"));
            for other in ["", "intent-stored", "a@x=kill", "a@1=explode", "a=kill"] {
                assert!(parse(other).is_none(), "{other}");
            }
        }
    }
}
