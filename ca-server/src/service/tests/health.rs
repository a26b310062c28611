//! What is broken is seen, with its code and what to do about it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ca_core::algorithm::{KeySpec, Signer as _};
use ca_core::revocation::Reason;
use jiff::SignedDuration;
use schemas::rest::HEALTH_CHECKS;

use super::quarantine::with_log;
use super::{Instance, order, request, signer};
use crate::port::{Act, Clock as _, SignedNonce};
use crate::service::Settings;
use crate::service::backup::Schedule;
use crate::service::health::{Finding, Health, Room, State, Surroundings};
use crate::service::safeguards::{Quarantine, Sign};
use crate::service::settings::Mode;
use crate::signer::SignerClient;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Enough for a machine that does other things too.
const LIMIT: Duration = Duration::from_secs(20);

fn signed(instance: &Instance, nonce: &str) -> Act {
    let administrator = instance.ports.store.administrators().unwrap().remove(0);
    let expires = instance.clock.now() + SignedDuration::from_hours(1);
    let nonce = SignedNonce { key: administrator.key_fingerprint, nonce: nonce.to_owned(), expires };
    Act { nonce: Some(nonce), ..instance.act() }
}

fn surroundings(instance: &Instance) -> Surroundings {
    let folders = vec![instance.place.folder.path().to_owned()];
    // Nobody knows what the disk of whoever runs this test has left.
    let room = Room { warning: Some(0), critical: Some(0) };
    Surroundings { folders, room, ..Surroundings::default() }
}

fn look_with(instance: &Instance, surroundings: Surroundings) -> Vec<Finding> {
    let health = Health::new(&instance.services, surroundings).within(LIMIT);
    health.look(&instance.act()).unwrap().findings
}

fn look(instance: &Instance) -> Vec<Finding> {
    look_with(instance, surroundings(instance))
}

/// Check, what it is about, state and code of what is not well.
fn wrong(found: &[Finding]) -> Vec<(&str, Option<&str>, State, &str)> {
    let wrong = found.iter().filter(|finding| finding.state > State::Ok);
    wrong
        .inspect(|finding| assert!(finding.remedy().is_some_and(|remedy| remedy.len() > 15), "{finding:?}"))
        .map(|finding| (finding.check, finding.about.as_deref(), finding.state, finding.code))
        .collect()
}

#[test]
fn a_server_on_which_all_is_well_says_so_of_every_check() {
    let instance = Instance::new();
    let found = look(&instance);
    assert_eq!(wrong(&found), []);
    let checks: BTreeSet<_> = found.iter().map(|finding| finding.check).collect();
    assert_eq!(checks.into_iter().collect::<Vec<_>>(), HEALTH_CHECKS);
    assert!(found.iter().all(|finding| finding.code == "ok" && finding.remedy().is_none()));
    let lists = found.iter().filter(|finding| finding.check == "crl");
    assert_eq!(lists.filter_map(|list| list.about.as_deref()).collect::<Vec<_>>(), ["issuing", "root"]);
}

#[test]
fn a_reading_that_is_sent_twice_is_refused_as_any_other() {
    let instance = Instance::new();
    let health = Health::new(&instance.services, surroundings(&instance)).within(LIMIT);
    let act = signed(&instance, "once");
    health.look(&act).unwrap();
    assert_eq!(health.look(&act).unwrap_err().code(), "nonce-replayed");
}

#[test]
fn a_disk_without_the_room_that_was_asked_for_is_told() {
    let instance = Instance::new();
    let folder = instance.place.folder.path().display().to_string();
    let about = Some(folder.as_str());
    let with = |warning, critical| {
        let room = Room { warning: Some(warning), critical: Some(critical) };
        look_with(&instance, Surroundings { room, ..surroundings(&instance) })
    };
    assert_eq!(wrong(&with(u64::MAX, 0)), [("disk", about, State::Warning, "disk-nearly-full")]);
    assert_eq!(wrong(&with(u64::MAX, u64::MAX)), [("disk", about, State::Critical, "disk-full")]);
}

#[test]
fn lists_that_end_and_lists_that_are_not_published_are_told() {
    let instance = Instance::new();
    let list = instance.crl("issuing");
    let valid = list.next_update().unwrap().duration_since(list.this_update());
    instance.clock.advance(valid - valid / 5);
    instance.services.status.feed().follow().unwrap();
    let found = look(&instance);
    assert_eq!(wrong(&found), [("crl", Some("issuing"), State::Warning, "crl-ends-soon")]);
    instance.clock.advance(valid / 4);
    instance.services.status.feed().follow().unwrap();
    let found = look(&instance);
    assert!(wrong(&found).contains(&("crl", Some("issuing"), State::Critical, "crl-ended")), "{found:?}");
    instance.renew();
    assert_eq!(wrong(&look(&instance)), []);
    // Somebody with the database at hand takes an entry out: the next list is not published.
    let record = instance.issue("camera");
    let certificates = &instance.services.certificates;
    let (name, serial) = (&record.authority, &record.serial);
    certificates.revoke(&instance.act(), name, serial, Reason::Superseded, None).unwrap();
    let name = "issuing".parse().unwrap();
    instance.services.crl.publish(&instance.act(), &name, false).unwrap();
    instance.place.sql(&format!(
        "UPDATE certificates SET status = 'good', status_since = NULL, reason = NULL WHERE serial = x'{}'",
        record.serial
    ));
    let refused = instance.services.crl.publish(&instance.act(), &name, false).unwrap_err();
    let found = look(&instance);
    assert_eq!(wrong(&found), [("crl", Some("issuing"), State::Critical, refused.code())]);
}

#[test]
fn certificates_are_told_before_they_end() {
    let instance = Instance::new();
    let issuing = instance.services.authorities.get("issuing").unwrap();
    let end = issuing.certificate().validity().not_after;
    let now = instance.clock.now();
    instance.clock.advance(end.duration_since(now) - DAY * 100);
    instance.renew();
    let found = look(&instance);
    let (issuing, warning) = (Some("authority issuing"), State::Warning);
    assert!(wrong(&found).contains(&("certificate", issuing, warning, "authority-ends-soon")), "{found:?}");
    instance.clock.advance(DAY * 90);
    instance.services.status.feed().follow().unwrap();
    let https = Some((instance.clock.now() - DAY * 90, instance.clock.now() + DAY * 3));
    let found = look_with(&instance, Surroundings { https, ..surroundings(&instance) });
    let wrong = wrong(&found);
    let critical = State::Critical;
    assert!(wrong.contains(&("certificate", issuing, critical, "authority-ends-soon")), "{wrong:?}");
    assert!(wrong.contains(&("certificate", Some("https"), critical, "https-ends-soon")), "{wrong:?}");
    let ended = |found: &(&str, Option<&str>, State, &str)| {
        *found == ("certificate", Some("ocsp issuing"), critical, "responder-ended")
    };
    assert!(wrong.iter().any(ended), "{wrong:?}");
}

#[test]
fn an_authority_that_issues_nothing_is_told() {
    let instance = Instance::new();
    let name = "issuing".parse().unwrap();
    instance.services.suspension.set(&instance.act(), &name, true).unwrap();
    let told = |state| [("authority", Some("issuing"), state, "authority-not-in-force")];
    assert_eq!(wrong(&look(&instance)), told(State::Warning));
    instance.services.suspension.set(&instance.act(), &name, false).unwrap();
    assert_eq!(wrong(&look(&instance)), []);
    let own = instance.services.authorities.get("issuing").unwrap().certificate().serial().clone();
    let (certificates, root) = (&instance.services.certificates, "root".parse().unwrap());
    certificates.revoke(&instance.act(), &root, &own, Reason::CaCompromise, None).unwrap();
    assert_eq!(wrong(&look(&instance)), told(State::Critical));
}

#[test]
fn an_administrator_is_told_before_nobody_may_administer() {
    let instance = Instance::new();
    let known = instance.ports.store.administrators().unwrap().remove(0);
    let certificate = instance.ports.store.certificate_by_id(known.certificate.unwrap()).unwrap().unwrap();
    let now = instance.clock.now();
    instance.clock.advance(certificate.not_after.duration_since(now) - DAY);
    instance.renew();
    let soon = look(&instance);
    let told = |code| ("administrator", Some(known.name.as_str()), State::Warning, code);
    assert!(wrong(&soon).contains(&told("administrator-ends-soon")), "{soon:?}");
    instance.clock.advance(DAY * 2);
    instance.renew();
    let ended = look(&instance);
    assert!(wrong(&ended).contains(&told("administrator-ended")), "{ended:?}");
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let instance = Instance::new();
    instance.issue("one");
    instance.clock.advance(SignedDuration::from_hours(-1));
    instance.services.safeguards.look().unwrap();
    let found = look(&instance);
    assert!(wrong(&found).contains(&("clock", None, State::Critical, "clock-behind")), "{found:?}");
}

#[test]
fn a_quarantine_is_told() {
    let instance = Instance::new();
    let (since, floors) = (instance.act().at, BTreeSet::new());
    let quarantine = Quarantine { since, sign: Sign::Restored, has: 1, had: None, floors };
    quarantine.put(&instance.ports, &instance.act()).unwrap();
    instance.services.safeguards.look().unwrap();
    let found = look(&instance);
    assert_eq!(wrong(&found), [("quarantine", None, State::Critical, "quarantined")]);
}

#[test]
fn an_off_host_log_that_takes_nothing_is_told() {
    let (instance, log) = with_log();
    assert_eq!(wrong(&look(&instance)), []);
    log.silence(true);
    instance.issue("one");
    instance.services.safeguards.look().unwrap();
    let found = look(&instance);
    assert_eq!(wrong(&found), [("off-host-log", Some("elsewhere"), State::Critical, "off-host-unanswered")]);
    log.silence(false);
    instance.services.safeguards.look().unwrap();
    assert_eq!(wrong(&look(&instance)), []);
}

#[test]
fn a_server_that_has_to_last_is_warned_of_what_it_does_without() {
    let mut instance = Instance::new();
    let serve = Settings { mode: Mode::Serve, ..instance.settings().clone() };
    instance.services.settings = Arc::new(serve);
    let found = look(&instance);
    let mut expected = vec![("off-host-log", None, State::Warning, "off-host-not-configured")];
    if !instance.ports.store.is_shared() {
        // Of several servers over a database one makes the backups.
        expected.push(("backup", None, State::Warning, "backup-not-configured"));
    }
    expected.sort();
    let mut found = wrong(&found);
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn backups_that_stay_away_are_told() {
    let instance = Instance::new();
    let folder = instance.path("backups");
    fs::create_dir(&folder).unwrap();
    let schedule = Schedule {
        ports: instance.ports.clone(),
        recipient: signer(KeySpec::Sm2).public_key().clone(),
        folder: folder.clone(),
        every: DAY,
        keep: 3,
    };
    let look = || {
        instance.services.status.feed().follow().unwrap();
        let backups = Some(schedule.clone());
        let found = look_with(&instance, Surroundings { backups, ..surroundings(&instance) });
        let of_backups = found.into_iter().find(|finding| finding.check == "backup").unwrap();
        (of_backups.state, of_backups.code)
    };
    assert_eq!(look(), (State::Warning, "backup-missing"));
    schedule.run().unwrap().unwrap();
    assert_eq!(look(), (State::Ok, "ok"));
    instance.clock.advance(DAY * 2 + SignedDuration::from_hours(1));
    assert_eq!(look(), (State::Warning, "backup-old"));
    instance.clock.advance(DAY * 2);
    assert_eq!(look(), (State::Critical, "backup-old"));
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(look().0, State::Critical);
}

#[test]
fn a_signer_that_is_away_or_says_nothing_is_told() {
    let mut instance = Instance::new();
    let socket = instance.path("signer.sock");
    let address = format!("unix:{}", socket.display()).parse().unwrap();
    let signer = SignerClient::new(address, None).unwrap();
    let mut settings = instance.settings().clone();
    settings.keys.signer = Some(Arc::new(signer));
    instance.services.settings = Arc::new(settings);
    let found = look(&instance);
    assert_eq!(wrong(&found), [("signer", None, State::Critical, "signer-unreachable")]);
    // Somebody takes connections, and says nothing.
    let _mute = UnixListener::bind(&socket).unwrap();
    let limit = Duration::from_millis(1500);
    let health = Health::new(&instance.services, surroundings(&instance)).within(limit);
    let found = health.look(&instance.act()).unwrap().findings;
    assert_eq!(wrong(&found), [("signer", None, State::Critical, "check-unanswered")]);
}

#[test]
fn what_was_begun_and_not_finished_is_told() {
    const STORING: &str = "INSERT ON certificates";
    let instance = Instance::new();
    instance.place.fail_at(STORING);
    instance.services.certificates.issue(&instance.act(), order("device", &request("camera"))).unwrap_err();
    instance.place.mend(STORING);
    instance.clock.advance(instance.settings().take_over_after * 3);
    instance.services.status.feed().follow().unwrap();
    assert_eq!(wrong(&look(&instance)), [("intents", None, State::Warning, "intents-left-open")]);
    instance.services.reconciler.turn().unwrap();
    assert_eq!(wrong(&look(&instance)), []);
}

#[test]
fn a_store_that_says_nothing_of_changes_is_told() {
    let instance = Instance::new();
    instance.clock.advance(SignedDuration::from_secs(6));
    assert_eq!(wrong(&look(&instance)), [("status-feed", None, State::Warning, "status-feed-slow")]);
    instance.clock.advance(SignedDuration::from_secs(3));
    assert_eq!(wrong(&look(&instance)), [("status-feed", None, State::Critical, "status-feed-silent")]);
}

#[test]
fn a_schema_that_a_newer_program_changed_is_told() {
    let instance = Instance::new();
    let health = Health::new(&instance.services, surroundings(&instance)).within(LIMIT);
    instance.place.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('9001')");
    let found = health.look(&instance.act()).unwrap().findings;
    assert_eq!(wrong(&found), [("schema", None, State::Warning, "schema-from-future")]);
    instance.place.sql("DELETE FROM __diesel_schema_migrations WHERE version = '9001'");
}

#[test]
fn a_store_that_takes_no_changes_is_told_in_time_and_answers_what_it_can() {
    let instance = Instance::new();
    let limit = Duration::from_millis(1500);
    let health = Health::new(&instance.services, surroundings(&instance)).within(limit);
    let held = instance.place.hold_writes();
    let begun = Instant::now();
    let found = health.look(&signed(&instance, "held")).unwrap().findings;
    assert!(begun.elapsed() < limit * 4, "{:?}", begun.elapsed());
    assert_eq!(wrong(&found), [("database-write", None, State::Critical, "check-unanswered")]);
    drop(held);
}
