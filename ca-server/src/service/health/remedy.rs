//! What to do about what a check found.

/// By the code of the fault.
const REMEDIES: &[(&str, &str)] = &[
    (
        "administrator-ended",
        "register them anew: ca-server administrator add; or take them out: administrator deactivate",
    ),
    ("administrator-ends-soon", "certify them anew, or register their next key: ca-server administrator add"),
    ("administrator-missing", "register one on the server's host: ca-server administrator add"),
    ("authority-ended", "make its successor in a ceremony, and let it issue: ca authority default"),
    ("authority-ends-soon", "make its successor in a ceremony, and let it issue: ca authority default"),
    ("authority-missing", "certify one: ca ceremony request, the ceremony, then ca ceremony accept"),
    ("authority-not-certified", "certify it: the ceremony of its request, then ca ceremony accept"),
    (
        "authority-not-in-force",
        "resume it: ca authority resume; where it was taken back: make its successor, and let it issue: ca authority default",
    ),
    (
        "backup-missing",
        "see the log and cityca_backup_failures_total for why none is made; make one: ca-server backup",
    ),
    ("backup-not-configured", "name backup.recipient and backup.folder in the configuration"),
    (
        "backup-old",
        "see the log and cityca_backup_failures_total for why none is made; make one: ca-server backup",
    ),
    ("check-failed", "see the log of the server, and report it: this is a fault of the program"),
    ("clock-ahead", "set the clock right: this one, that of the database, or those of the peers"),
    (
        "clock-behind",
        "set the clock right; where a wrong time was recorded: ca-server recover --accept-clock",
    ),
    ("clock-peers-silent", "see the log for which of clock.peers do not answer, or tell another time"),
    (
        "crl-ended",
        "see the log for why the next one is not published; of an offline authority: ca ceremony due, the ceremony, ca ceremony publish",
    ),
    (
        "crl-ends-soon",
        "see the log for why the next one is not published; of an offline authority: ca ceremony due, the ceremony, ca ceremony publish",
    ),
    (
        "crl-entry-vanished",
        "find out who changed the store past the server; put the row back as the audit tells of it",
    ),
    ("crl-missing", "see the log for why it is not published; of an offline authority: ca ceremony publish"),
    ("crl-not-written", "make room on the disk of data/publication, and let the server's user write there"),
    ("crl-scratch", "make room on the disk of data/publication, and let the server's user write there"),
    (
        "crl-this-update-falls",
        "set the clock right; where a wrong time was recorded: ca-server recover --accept-clock",
    ),
    ("database-compared", "wait a moment: it is compared with what is known of it"),
    ("database-credentials", "check user and password of `database`, and pg_hba.conf"),
    ("database-read-only", "name the primary in `database`, or all servers of the cluster"),
    ("database-slow", "look at the load, the disk and the network of the database"),
    ("database-tls", "check sslrootcert, and that the database's certificate names the host of the URL"),
    ("disk-full", "make room, or move what grows to a larger disk"),
    ("disk-nearly-full", "make room, or move what grows to a larger disk"),
    (
        "https-ended",
        "replace https.certificate, where it is set, and restart the server, which renews its own at the start",
    ),
    (
        "https-ends-soon",
        "replace https.certificate, where it is set, and restart the server, which renews its own at the start",
    ),
    (
        "intents-left-open",
        "see the log for why they are not finished; a process with the role issue has to run",
    ),
    ("off-host-behind", "look at the disk of the log: it takes entries too slowly"),
    (
        "off-host-not-configured",
        "name a log off this host under [off_host]: a machine that goes back as a whole is noticed by it alone",
    ),
    (
        "off-host-unanswered",
        "bring the disk of the log back; revocations are recorded all the while, and acknowledged then",
    ),
    ("quarantined", "run ca-server recover, with the off-host log or the lists that were published last"),
    (
        "responder-ended",
        "see the log for why it is not renewed; of an offline authority: a ceremony of kind ocsp-signer",
    ),
    (
        "responder-ends-soon",
        "see the log for why it is not renewed; of an offline authority: a ceremony of kind ocsp-signer",
    ),
    (
        "responder-missing",
        "see the log for why there is none; of an offline authority: a ceremony of kind ocsp-signer",
    ),
    (
        "schema-from-future",
        "bring this server to the release of the newer program before it is restarted; until then it makes no backups",
    ),
    ("status-feed-silent", "look at the database: it does not say what changed"),
    ("status-feed-slow", "look at the load of the database: it says late what changed"),
];

/// By the check, for faults without a remedy of their own.
const BY_CHECK: &[(&str, &str)] = &[
    ("administrator", "see that the database runs and answers this host"),
    ("authority", "see that the database runs and answers this host"),
    ("backup", "see that backup.folder is mounted and that the server's user may write there"),
    ("certificate", "see the log of the server"),
    ("clock", "set the clock right, and see that its synchronisation runs"),
    ("crl", "see what the detail says; the log has the rest"),
    ("database", "see that the database runs, answers this host, and has room on its disk"),
    (
        "database-write",
        "see that the database takes changes: room on its disk, no long transaction of others",
    ),
    ("disk", "mount it, and see that the server's user may enter it"),
    ("intents", "see that the database runs and answers this host"),
    ("off-host-log", "see that the disk of the off-host log is there"),
    ("quarantine", "see the log of the server"),
    ("schema", "see that the database runs and answers this host"),
    (
        "signer",
        "start it, look at its log, its socket and [signer]; where keys are in a device, at that and [keys]",
    ),
    ("status-feed", "see that the database runs and answers this host"),
];

fn find(table: &'static [(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(of, _)| *of == name).map(|(_, remedy)| *remedy)
}

/// What to do about a fault; of a code that has no remedy of its own, about the check.
pub(super) fn of(code: &str, check: &str) -> &'static str {
    find(REMEDIES, code).or_else(|| by_check(check)).unwrap_or("see the log of the server")
}

/// What to do about whatever a check finds.
pub(super) fn by_check(check: &str) -> Option<&'static str> {
    find(BY_CHECK, check)
}

#[cfg(test)]
mod tests {
    use schemas::rest::{HEALTH_CHECKS, HEALTH_CODES};

    use super::*;

    #[test]
    fn every_check_and_every_code_has_a_remedy() {
        let names = |table: &[(&'static str, _)]| table.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(names(REMEDIES), HEALTH_CODES);
        assert_eq!(names(BY_CHECK), HEALTH_CHECKS);
        let all = REMEDIES.iter().chain(BY_CHECK);
        assert!(all.into_iter().all(|(_, remedy)| remedy.len() > 15));
        assert_eq!(of("never-heard-of", "disk"), by_check("disk").unwrap());
    }
}
