//! A disk that takes octets and then says that it could not keep them: fsync gives EIO.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tests::requester::{Access, request};

use super::database::{Database, Kind};
use super::server::Server;
use super::witness::{Report, Witness};
use super::work::Work;

/// Orders that are given while nothing can be kept.
const MANY: usize = 6;
const PATIENCE: Duration = Duration::from_secs(30);

/// A library that comes before the system's.
const SOURCE: &str = r#"
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fails(void) {
    const char *file = getenv("FAULT_UNSYNCED");
    return file && access(file, F_OK) == 0;
}

int fsync(int fd) {
    if (fails()) { errno = EIO; return -1; }
    return (int) syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    if (fails()) { errno = EIO; return -1; }
    return (int) syscall(SYS_fdatasync, fd);
}
"#;

fn library(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("unsynced.c"), folder.join("unsynced.so"));
    std::fs::write(&source, SOURCE).expect("a source");
    let made = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).status();
    assert!(made.expect("a C compiler").success(), "the library is not made");
    library
}

/// Lets the disk fail so many times, under one server.
pub(crate) fn run(name: &str, rounds: usize) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, broken) = (folder.path().join("data"), folder.path().join("broken"));
    let database = Database::new(Kind::File, &data);
    let settings = [
        ("LD_PRELOAD", library(folder.path()).display().to_string()),
        ("FAULT_UNSYNCED", broken.display().to_string()),
    ];
    let server = Server::start_until(&data, &database, None, &settings, "/readyz").expect("a server");
    let (witness, work, access) = (Witness::new(&data), Work::default(), Access::read(&data));
    let mut client = server.client();
    for round in 0..rounds {
        work.enroll_many(&witness, &access, &mut client, 2, PATIENCE);
        std::fs::write(&broken, "").expect("a file");
        witness.faults.fetch_add(1, Ordering::Relaxed);
        for number in 0..MANY {
            let request = request(&format!("unsynced-{round}-{number}"));
            if work.enroll(&witness, &access, &mut client, request, Instant::now()) {
                witness.violation("an order was answered that the disk did not keep".to_owned());
            }
        }
        let serial = work.finished.lock().expect("no panic").pop();
        if let Some(serial) = serial {
            match access.revoke(&mut client, &serial.to_string()) {
                Ok(answer) if [500, 503].contains(&answer.status) => {}
                Ok(answer) => witness.violation(format!(
                    "a revocation that the disk did not keep was answered {}",
                    answer.status
                )),
                Err(error) => witness.violation(format!("a revocation was not answered: {error}")),
            }
            work.finished.lock().expect("no panic").push(serial);
        }
        let _ = witness.look(server.http);
        std::fs::remove_file(&broken).expect("a file");
        // The same server goes on, and what it was asked is done.
        work.enroll_again(&witness, &access, &mut client, PATIENCE);
        if !work.unanswered.lock().expect("no panic").is_empty() {
            witness.violation("a server does not go on after its disk failed".to_owned());
        }
        let serial = work.finished.lock().expect("no panic").pop();
        if let Some(serial) = serial {
            match access.revoke(&mut client, &serial.to_string()) {
                Ok(answer) if answer.status == 200 => witness.revoked(&serial, client.address()),
                other => witness.violation(format!("afterwards nothing is revoked: {}", other.is_ok())),
            }
        }
        witness.settle(server.http);
    }
    witness.wait_for_intents(&database);
    drop((client, server));
    // What was refused and is in the file all the same is as whole as what was acknowledged.
    let server = Server::start(&data, &database, None).expect("it starts again");
    witness.settle(server.http);
    drop(server);
    witness.end(name, &database)
}
