//! `GET /api/v1/health`.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use ca_core::algorithm::KeySpec;
use ca_core::keystore::file::{Access, replace};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::postgresql::TestDatabase;
use crate::support::request::{csr, enroll, enroll_body};
use crate::support::server::Server;
use crate::support::signed::Draft;

const HEALTH: &str = "/api/v1/health";

fn look(server: &Server) -> Value {
    let answer = Draft::get(server, HEALTH).send(server);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn find<'a>(view: &'a Value, check: &str) -> &'a Value {
    view["checks"].as_array().unwrap().iter().find(|found| found["check"] == check).unwrap()
}

#[test]
fn an_administrator_learns_how_the_server_is_and_nobody_else_does() {
    let server = Server::start_with(&[
        ("CITYCA__HEALTH__DISK_WARNING_MEBIBYTES", "0"),
        ("CITYCA__HEALTH__DISK_CRITICAL_MEBIBYTES", "0"),
    ]);
    let view = look(&server);
    assert_eq!(view["state"], "ok", "{view}");
    let disk = find(&view, "disk");
    assert!(disk["about"].as_str().unwrap().ends_with("/data"), "{disk}");
    assert_eq!(disk["values"][0]["name"], "free");
    assert!(disk["values"][0]["value"].as_i64().unwrap() > 0);
    assert!(disk.get("remedy").is_none());
    let https = view["checks"].as_array().unwrap().iter().find(|check| check["about"] == "https").unwrap();
    assert!(https["values"][0]["value"].as_i64().unwrap() > 300 * 86_400, "{https}");

    let unsigned = server.secure().get(HEALTH);
    assert_eq!((unsigned.status, unsigned.problem().as_str()), (401, "request-unsigned"));
    assert_eq!(server.plain().get(HEALTH).status, 404);
    let posted = Draft::post(&server, HEALTH, &serde_json::json!({})).send(&server);
    assert_eq!(posted.status, 405);
}

#[test]
fn a_disk_with_less_room_than_was_asked_for_is_told_with_a_remedy() {
    let server = Server::start_with(&[("CITYCA__HEALTH__DISK_CRITICAL_MEBIBYTES", "1000000000000")]);
    let view = look(&server);
    assert_eq!(view["state"], "critical");
    let disk = find(&view, "disk");
    assert_eq!((&disk["state"], &disk["code"]), (&"critical".into(), &"disk-full".into()));
    assert!(disk["values"][0]["critical"].as_i64().unwrap() > disk["values"][0]["value"].as_i64().unwrap());
    assert!(disk["remedy"].as_str().unwrap().contains("make room"), "{disk}");
}

#[test]
fn a_file_that_was_copied_back_is_told() {
    if std::env::var("CITYCA_TEST_DATABASE").is_ok_and(|database| database == "postgresql") {
        println!("skipped: the store is not a file");
        return;
    }
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let server = Server::start_in(&data, &[]);
    assert!(server.signal("-TERM").success());
    let names = ["cityca.sqlite", "cityca.sqlite-wal", "cityca.sqlite-shm"];
    let copy = |name: &str| std::fs::read(data.join(name)).ok();
    let old = names.map(|name| (name, copy(name)));
    let server = Server::start_in(&data, &[]);
    enroll(&server, "camera");
    assert_eq!(find(&look(&server), "quarantine")["state"], "ok");
    assert!(server.signal("-TERM").success());
    for (name, octets) in old {
        match octets {
            Some(octets) => replace(&data.join(name), &octets, Access::Private).unwrap(),
            None => drop(std::fs::remove_file(data.join(name))),
        }
    }
    let server = Server::start_in(&data, &[]);
    let view = look(&server);
    let quarantine = find(&view, "quarantine");
    assert_eq!((&quarantine["state"], &quarantine["code"]), (&"critical".into(), &"quarantined".into()));
    assert!(quarantine["remedy"].as_str().unwrap().contains("ca-server recover"), "{quarantine}");
}

#[test]
fn where_the_database_does_not_answer_that_is_said_in_time() {
    let (database, folder) = (TestDatabase::take(), TempDir::new().unwrap());
    let url = database.url();
    let server = Server::start_in(&folder.path().join("data"), &[("CITYCA__DATABASE", url.as_str())]);
    assert_eq!(find(&look(&server), "database")["state"], "ok");
    // It takes connections and answers nothing: whoever asks for a row waits.
    let mut held = database.connect();
    let lock = |sql: &str, held: &mut diesel::PgConnection| {
        diesel::connection::SimpleConnection::batch_execute(held, sql).unwrap();
    };
    lock("BEGIN; LOCK TABLE administrators, audit_entries, nonces IN ACCESS EXCLUSIVE MODE", &mut held);
    let begun = Instant::now();
    let answer = Draft::get(&server, HEALTH).send(&server);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!((answer.status, answer.problem().as_str()), (503, "store-unavailable"));
    lock("ROLLBACK", &mut held);
    // It is gone.
    let connections = |allowed: bool| {
        database.administer(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS {allowed}", database.name()));
    };
    connections(false);
    database.disconnect_others();
    let answer = Draft::get(&server, HEALTH).send(&server);
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.json()["detail"].as_str().unwrap().lines().count(), 1, "{}", answer.text());
    connections(true);
    let begun = Instant::now();
    while Draft::get(&server, HEALTH).send(&server).status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never came back");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// A peer that tells this time to everyone, by its address.
fn peer(date: &'static str) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let head = format!("HTTP/1.1 204 No Content\r\nDate: {date}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(head.as_bytes());
        }
    });
    address
}

#[test]
fn a_clock_is_compared_with_those_of_peers() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let other = Server::start();
    let others = format!("[\"http://{}\"]", other.http());
    let server = Server::start_in(&data, &[("CITYCA__CLOCK__PEERS", &others)]);
    let clock = find(&look(&server), "clock").clone();
    assert_eq!(clock["state"], "ok", "{clock}");
    let of_database = i64::from(std::env::var("CITYCA_TEST_DATABASE").is_ok());
    assert_eq!(clock["values"][1]["value"], 1 + of_database, "{clock}");
    enroll(&server, "one");
    assert!(server.signal("-TERM").success());

    let wrong = format!("[\"{}\"]", peer("Mon, 02 Nov 2026 12:00:00 GMT"));
    let server = Server::start_in(&data, &[("CITYCA__CLOCK__PEERS", &wrong)]);
    let request = csr(KeySpec::Sm2, "two");
    let refused = enroll_body(&server, "", &[], request.to_pem().as_bytes());
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert_eq!(refused.header("ca-error").unwrap(), "clock-ahead");
    assert_eq!(server.plain().get("/readyz").status, 503);
    assert!(server.signal("-TERM").success());

    let silent = Server::start_in(&data, &[("CITYCA__CLOCK__PEERS", "[\"http://127.0.0.1:1\"]")]);
    let clock = find(&look(&silent), "clock").clone();
    assert_eq!((&clock["state"], &clock["code"]), (&"warning".into(), &"clock-peers-silent".into()));
    enroll(&silent, "two");
}
