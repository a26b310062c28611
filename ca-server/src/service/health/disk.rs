//! Whether there is room.

use std::path::Path;

use super::State;
use super::finding::{Finding, Unit};

const GIBI: u64 = 1 << 30;

/// How many octets have to be free in a file system; where nothing is said, a part of the whole, and no more than what nobody
/// needs in a day.
#[derive(Clone, Copy, Debug, Default)]
pub struct Room {
    /// Fewer are a warning.
    pub warning: Option<u64>,
    /// Fewer are critical.
    pub critical: Option<u64>,
}

/// What is free of what there is, for who is not the administrator of the machine.
#[derive(Clone, Copy)]
struct Space {
    free: u64,
    all: u64,
}

impl Space {
    /// Below how much it is a warning, and critical.
    fn bounds(self, room: Room, enough: u64) -> (u64, u64) {
        let part = |hundredths: u64, at_most: u64| (self.all / 100 * hundredths).min(at_most);
        (
            room.warning.unwrap_or_else(|| part(10, enough.saturating_mul(10))),
            room.critical.unwrap_or_else(|| part(3, enough)),
        )
    }

    fn state(self, (warning, critical): (u64, u64)) -> State {
        match self {
            Self { all: 0, .. } => State::Ok,
            Self { free, .. } if free == 0 || free < critical => State::Critical,
            Self { free, .. } if free < warning => State::Warning,
            _ => State::Ok,
        }
    }
}

/// How much room there is in the file system of a folder, for octets and for files.
pub(super) fn look(folder: &Path, room: Room) -> Finding {
    let finding = Finding::well("disk").about(folder.display().to_string());
    let there = match rustix::fs::statvfs(folder) {
        Ok(there) => there,
        Err(error) => return finding.critical("disk-not-accessible", error),
    };
    let octets = Space {
        free: there.f_bavail.saturating_mul(there.f_frsize),
        all: there.f_blocks.saturating_mul(there.f_frsize),
    };
    // Some file systems do not count files, and say none of none.
    let files = Space { free: there.f_favail, all: there.f_files };
    let (of_octets, of_files) = (octets.bounds(room, GIBI), files.bounds(Room::default(), 100_000));
    let state = octets.state(of_octets).max(files.state(of_files));
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let finding = finding
        .figure("free", whole(octets.free), Unit::Octets)
        .bounds(Some(whole(of_octets.0)), Some(whole(of_octets.1)))
        .figure("size", whole(octets.all), Unit::Octets);
    let finding = match files.all {
        0 => finding,
        _ => finding
            .figure("free-files", whole(files.free), Unit::Count)
            .bounds(Some(whole(of_files.0)), Some(whole(of_files.1))),
    };
    let code = if state == State::Critical { "disk-full" } else { "disk-nearly-full" };
    finding.fault(state, code, "there is little room left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_a_part_of_a_small_disk_and_an_amount_on_a_large_one() {
        let state = |free, all| {
            let space = Space { free, all };
            space.state(space.bounds(Room::default(), GIBI))
        };
        assert_eq!(state(2 * GIBI, 10 * GIBI), State::Ok);
        assert_eq!(state(GIBI / 2, 10 * GIBI), State::Warning);
        assert_eq!(state(GIBI / 8, 10 * GIBI), State::Critical);
        // A hundredth of a large disk is much.
        assert_eq!(state(100 * GIBI, 10_000 * GIBI), State::Ok);
        assert_eq!(state(5 * GIBI, 10_000 * GIBI), State::Warning);
        assert_eq!(state(0, 1), State::Critical);
        assert_eq!(state(0, 0), State::Ok);
    }

    #[test]
    fn what_has_to_be_free_can_be_said() {
        let folder = tempfile::tempdir().unwrap();
        let found = |warning, critical| {
            let found = look(folder.path(), Room { warning: Some(warning), critical: Some(critical) });
            (found.state, found.code)
        };
        assert_eq!(found(0, 0), (State::Ok, "ok"));
        assert_eq!(found(u64::MAX, 0), (State::Warning, "disk-nearly-full"));
        assert_eq!(found(u64::MAX, u64::MAX), (State::Critical, "disk-full"));
    }

    #[test]
    fn a_folder_that_is_not_there_has_no_room() {
        let folder = tempfile::tempdir().unwrap();
        assert!(look(folder.path(), Room::default()).figures[1].value > 0);
        let gone = look(&folder.path().join("not-mounted"), Room::default());
        assert_eq!((gone.state, gone.code), (State::Critical, "disk-not-accessible"));
    }
}
