//! A server over a store with many certificates.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use ca_core::x509::SerialNumber;

use crate::server::DevServer;

/// The server, and what it took from its start to its readiness.
pub struct Many {
    /// The server.
    pub server: DevServer,
    /// From its start to its readiness.
    pub ready_after: Duration,
}

fn sql(data: &Path, statements: &str) -> String {
    let output = Command::new("sqlite3")
        .arg(data.join("cityca.sqlite"))
        .arg(statements)
        .output()
        .expect("sqlite3 is installed (Debian package sqlite3)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Copies a server's folder, copies the rows of its newest certificate `count` times under other ids and serials, and
/// starts over that.
///
/// # Panics
/// Where `sqlite3` or `cp` fail, or the server does not start.
#[must_use]
pub fn start(server: &DevServer, data: &Path, count: u64) -> Many {
    // The store as a whole, though the server writes to it; then the other files.
    let copied = Command::new("cp").arg("-a").arg(server.data()).arg(data).status().expect("cp runs");
    assert!(copied.success());
    for name in ["cityca.sqlite", "cityca.sqlite-wal", "cityca.sqlite-shm"] {
        let _ = std::fs::remove_file(data.join(name));
    }
    sql(server.data(), &format!("VACUUM INTO '{}'", data.join("cityca.sqlite").display()));
    sql(
        data,
        &format!(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; \
             CREATE TEMP TABLE made AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             SELECT i, printf('0297f3a0-%04x-7%03x-8000-%012x', i >> 12, i & 4095, i) AS id, \
                 printf('0297f3a0-%04x-7%03x-9000-%012x', i >> 12, i & 4095, i) AS intent, \
                 CAST(X'43' || randomblob(16) AS BLOB) AS serial FROM n; \
             CREATE TEMP TABLE one AS SELECT * FROM certificates WHERE profile = 'device' ORDER BY id DESC LIMIT 1; \
             INSERT INTO intents SELECT made.intent, kind, authority_id, made.serial, crl_number, tbs, tbs_hash, profile, \
                 profile_hash, requester, idempotency_key, state, fencing, created_at, closed_at, version \
                 FROM made, intents WHERE intents.id = (SELECT intent_id FROM one) ORDER BY i; \
             INSERT INTO certificates (id, intent_id, authority_id, serial, subject_id, subject, profile, profile_hash, der, \
                 tbs_hash, key_fingerprint, status, status_since, reason, invalidity_date, status_changed_at, \
                 status_position, not_before, not_after, requester, issued_at, version) SELECT made.id, made.intent, authority_id, made.serial, subject_id, subject, profile, \
                 profile_hash, der, tbs_hash, randomblob(32), status, status_since, reason, invalidity_date, \
                 status_changed_at, status_position, not_before, not_after, requester, issued_at, version \
                 FROM made, one ORDER BY i;"
        ),
    );
    // What was written without being synced is not the server's to wait for.
    std::fs::File::open(data.join("cityca.sqlite")).and_then(|file| file.sync_all()).expect("synced");
    let begun = Instant::now();
    let server = DevServer::start(data);
    Many { server, ready_after: begun.elapsed() }
}

/// The serials of some of what is stored, from all over it.
///
/// # Panics
/// Where `sqlite3` fails.
#[must_use]
pub fn serials(server: &DevServer, count: usize) -> Vec<SerialNumber> {
    let rows = sql(
        server.data(),
        &format!(
            "SELECT hex(serial) FROM certificates WHERE id LIKE '0297f3a0-%' ORDER BY random() LIMIT {count}"
        ),
    );
    rows.lines().map(|line| line.parse().expect("a serial")).collect()
}

/// Has the administrator of a copy ask the copy.
///
/// # Panics
/// Where its `cli.toml` cannot be written.
pub fn readdress(original: &DevServer, copy: &DevServer) {
    let file = copy.data().join("cli.toml");
    let text = std::fs::read_to_string(&file).expect("cli.toml");
    let text = text.replace(&original.https().to_string(), &copy.https().to_string());
    std::fs::write(&file, text).expect("cli.toml");
}
