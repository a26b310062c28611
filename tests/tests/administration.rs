//! What administrators do to whole authorities and to many certificates, by `ca` against a real server.
#![allow(clippy::disallowed_methods, reason = "the files of a test are temporary")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::https::{Client, trust};
use tests::requester::{Access, request};
use tests::server::{DevServer, get};
use tests::stored;
use tests::tools::{Ran, ca, run};
use tests::workspace::program;

/// The serials of new certificates for these names.
fn enroll(server: &DevServer, names: &[String]) -> Vec<String> {
    let access = Access::read(server.data());
    let mut client = Client::new(server.https(), trust(&server.data().join("tls-ca.pem")));
    let certificate = |name: &String| access.enroll(&mut client, &request(name)).expect("an answer");
    names.iter().map(certificate).map(|answer| answer.expect("a certificate").serial().to_string()).collect()
}

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}-{number:03}")).collect()
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"))
}

/// Serials by status, as the server tells them.
fn listed(server: &DevServer, status: &str) -> Vec<String> {
    let list =
        json(&ca(server, &["list", "--profile", "device", "--status", status, "--all", "--format", "json"]));
    let items = list["items"].as_array().expect("items").iter();
    let mut serials: Vec<String> =
        items.map(|item| item["serial"].as_str().expect("a serial").to_owned()).collect();
    serials.sort();
    serials
}

#[test]
fn an_authority_is_suspended_and_resumed_by_a_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    let standing = |name: &str| {
        let list = json(&ca(&server, &["authority", "list", "--format", "json"]));
        let items = list["items"].as_array().expect("items").clone();
        items.into_iter().find(|item| item["name"] == name).expect("the authority")
    };
    assert_eq!(
        (&standing("issuing")["suspended"], &standing("issuing")["status"]),
        (&false.into(), &"good".into())
    );
    let unasked = ca(&server, &["authority", "suspend", "issuing"]);
    assert_eq!(unasked.status, 2, "{unasked:?}");
    assert!(unasked.stderr.contains("[confirmation-required]"), "{unasked:?}");
    ca(&server, &["authority", "suspend", "issuing", "--dry-run"]).ok();
    assert_eq!(standing("issuing")["suspended"], false);
    ca(&server, &["authority", "suspend", "issuing", "--yes"]).ok();
    assert_eq!(standing("issuing")["suspended"], true);
    assert!(ca(&server, &["authority", "list"]).ok().contains("suspended"));
    let access = Access::read(server.data());
    let mut client = Client::new(server.https(), trust(&server.data().join("tls-ca.pem")));
    let refused = access.enroll(&mut client, &request("camera")).expect("an answer").expect_err("a refusal");
    assert!(refused.head.contains("authority-suspended"), "{}", refused.head);
    let again = ca(&server, &["authority", "suspend", "issuing", "--yes"]);
    assert_eq!(again.status, 1, "{again:?}");
    assert!(again.stderr.contains("[already-suspended]"), "{again:?}");
    for (name, status, code) in
        [("nowhere", 1, "[unknown-authority]"), ("../x", 2, "[authority-name-invalid]")]
    {
        let refused = ca(&server, &["authority", "resume", name, "--yes"]);
        assert!(refused.status == status && refused.stderr.contains(code), "{refused:?}");
    }
    ca(&server, &["authority", "resume", "issuing", "--yes"]).ok();
    enroll(&server, &names("camera", 1));
}

#[test]
fn lists_are_published_at_once_by_a_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    let number = |ran: &Ran, at: usize| json(ran)["lists"][at]["number"].as_u64().expect("a number");
    let first = ca(&server, &["crl", "publish", "--authority", "issuing", "--format", "json"]);
    let second = ca(&server, &["crl", "publish", "--format", "json"]);
    let authorities: Vec<Value> = (0..2).map(|at| json(&second)["lists"][at]["authority"].clone()).collect();
    assert_eq!(authorities, ["issuing", "root"]);
    assert_eq!(number(&second, 0), number(&first, 0) + 1);
    let (status, list) = get(server.http(), "/crl/issuing.crl").expect("a list");
    let list = ca_core::x509::CertificateList::from_der(&list).expect("a list");
    assert_eq!(
        (status, list.number().expect("readable").expect("a number").to_string()),
        (200, number(&second, 0).to_string())
    );
    let refused = ca(&server, &["crl", "publish", "--authority", "nowhere"]);
    assert!(refused.status == 1 && refused.stderr.contains("[unknown-authority]"), "{refused:?}");
}

#[test]
fn many_certificates_are_planned_first_and_then_revoked_as_planned() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    let meters = enroll(&server, &names("meter", 5));
    let cameras = enroll(&server, &names("camera", 2));
    ca(&server, &["revoke", &meters[0], "--reason", "superseded", "--yes"]).ok();

    let plan = ["revoke", "--subject", "METER", "--profile", "device", "--reason", "cessationOfOperation"];
    let planned = ca(&server, &[&plan[..], &["--plan", "meters.json", "--format", "json"]].concat());
    let planned = json(&planned);
    assert_eq!((&planned["total"], &planned["already_revoked"]), (&4.into(), &1.into()), "{planned}");
    assert_eq!(
        planned["counts"],
        serde_json::json!([{"authority": "issuing", "profile": "device", "count": 4}])
    );
    assert_eq!(planned["command"], "ca revoke --apply meters.json");
    assert_eq!(listed(&server, "revoked"), [meters[0].clone()], "a plan changes nothing");
    let again = ca(&server, &[&plan[..], &["--plan", "meters.json"]].concat());
    assert!(again.status == 2 && again.stderr.contains("[file-exists]"), "{again:?}");

    // What is issued after the plan was made is not in it.
    let late = enroll(&server, &["meter-late".to_owned()]);
    let apply = ["revoke", "--apply", "meters.json"];
    let unasked = ca(&server, &apply);
    assert!(unasked.status == 2 && unasked.stderr.contains("[confirmation-required]"), "{unasked:?}");
    let done = ca(&server, &[&apply[..], &["--yes", "--format", "json"]].concat());
    assert_eq!((done.status, &json(&done)["revoked"]), (0, &4.into()), "{done:?}");
    let mut expected = meters.clone();
    expected.sort();
    assert_eq!(listed(&server, "revoked"), expected);
    let mut good = [cameras.clone(), late].concat();
    good.sort();
    assert_eq!(listed(&server, "good"), good);
    let again = ca(&server, &[&apply[..], &["--yes", "--format", "json"]].concat());
    let report = json(&again);
    assert_eq!((again.status, &report["revoked"], &report["already_revoked"]), (0, &0.into(), &4.into()));
    let none = ca(
        &server,
        &[&plan[..5], &["--reason", "superseded", "--issued-before", "2020-01-01T00:00:00Z"]].concat(),
    );
    assert!(none.status == 1 && none.stderr.contains("[nothing-to-revoke]"), "{none:?}");
}

#[test]
fn serials_of_a_file_are_planned_and_those_unknown_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    let devices = enroll(&server, &names("device", 3));
    let unknown = "43000000000000000000000000000000aa";
    let text = format!(
        "# lost\n{}\n\n{} # twice\n{}\n{unknown}\n",
        devices[0],
        devices[0].to_uppercase(),
        devices[1]
    );
    std::fs::write(server.data().join("lost.txt"), text).expect("a file");
    let plan = ["revoke", "--serials", "lost.txt", "--reason", "keyCompromise", "--format", "json"];
    let planned = json(&ca(&server, &plan));
    assert_eq!((&planned["total"], &planned["unknown"]), (&2.into(), &serde_json::json!([unknown])));
    let done = ca(&server, &["revoke", "--apply", "revocation-plan.json", "--yes", "--format", "json"]);
    assert_eq!((done.status, &json(&done)["revoked"]), (0, &2.into()), "{done:?}");
    assert_eq!(listed(&server, "good"), [devices[2].clone()]);
    std::fs::write(server.data().join("bad.txt"), "43zz\n").expect("a file");
    let refused =
        ca(&server, &["revoke", "--serials", "bad.txt", "--reason", "superseded", "--plan", "b.json"]);
    assert!(refused.status == 2 && refused.stderr.contains("bad.txt, line 1"), "{refused:?}");
    let hold = ["revoke", "--serials", "lost.txt", "--reason", "removeFromCRL", "--plan", "c.json"];
    let refused = ca(&server, &hold);
    assert!(refused.status == 1 && !server.data().join("c.json").exists(), "{refused:?}");
}

#[test]
fn a_plan_by_time_spares_the_service_and_whoever_asks() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    enroll(&server, &names("device", 2));
    let plan =
        ["revoke", "--issued-before", "2100-01-01T00:00:00Z", "--reason", "superseded", "--format", "json"];
    let planned = json(&ca(&server, &plan));
    assert_eq!(planned["total"], 2, "{planned}");
    let codes: Vec<&str> = planned["left_out"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["code"].as_str())
        .collect();
    assert!(codes.contains(&"own-certificate") && codes.contains(&"certificate-of-the-service"), "{planned}");
    ca(&server, &["revoke", "--apply", "revocation-plan.json", "--yes"]).ok();
    // The authority and its administrator are at work as before.
    enroll(&server, &names("after", 1));
    ca(&server, &["list"]).ok();
}

#[test]
fn a_subscriber_revokes_with_nothing_but_the_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    let here = server.data();
    let plain = |arguments: &str| run(here, program("ca"), &arguments.split(' ').collect::<Vec<_>>());
    for name in ["camera", "other"] {
        plain(&format!("key new --out {name}.key")).ok();
        plain(&format!("csr new --key {name}.key --subject CN={name} --out {name}.csr")).ok();
        ca(
            &server,
            &[
                "issue",
                "--profile",
                "device",
                "--csr",
                &format!("{name}.csr"),
                "--out",
                &format!("{name}.pem"),
            ],
        )
        .ok();
    }
    // Whom to ask and whom to trust for it: no administrator's key.
    let config = format!("server = \"https://{}\"\ntrust = \"tls-ca.pem\"\n", server.https());
    std::fs::write(here.join("subscriber.toml"), config).expect("a file");
    let revoke =
        "--config subscriber.toml revoke --possession --reason keyCompromise --certificate camera.pem";
    let other = plain(&format!("{revoke} --key other.key --yes"));
    assert!(other.status == 2 && other.stderr.contains("[certificate-of-other-key]"), "{other:?}");
    let unasked = plain(&format!("{revoke} --key camera.key"));
    assert!(unasked.status == 2 && unasked.stderr.contains("[confirmation-required]"), "{unasked:?}");
    let keyless = plain("--config subscriber.toml list");
    assert!(keyless.status == 2 && keyless.stderr.contains("[invalid-configuration]"), "{keyless:?}");
    let done = plain(&format!("{revoke} --key camera.key --yes")).ok();
    assert!(done.starts_with("Revoked\n") && done.contains("keyCompromise"), "{done}");
    let again = plain(&format!("{revoke} --key camera.key --yes"));
    assert!(again.status == 1 && again.stderr.contains("[already-revoked]"), "{again:?}");
    assert_eq!(listed(&server, "good").len(), 1);
}

#[test]
fn a_plan_that_was_interrupted_is_run_again_to_its_end() {
    const COUNT: u64 = 6_000;
    let folder = tempfile::tempdir().expect("a folder");
    let first = DevServer::start(&folder.path().join("data"));
    enroll(&first, &names("device", 1));
    let many = stored::start(&first, &folder.path().join("many"), COUNT);
    let server = &many.server;
    stored::readdress(&first, server);
    let total = COUNT + 1;
    let plan = ["revoke", "--profile", "device", "--reason", "superseded", "--format", "json"];
    assert_eq!(json(&ca(server, &plan))["total"], total);

    let mut running = apply(server.data());
    let begun = Instant::now();
    while changes(server) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing is revoked");
        std::thread::sleep(Duration::from_millis(5));
    }
    running.kill().expect("it is running");
    running.wait().expect("it ended");
    let before = changes(server);
    assert!((1..total).contains(&before), "{before} were revoked before it was killed");

    let done = apply(server.data()).wait_with_output().expect("it ends");
    let report: Value = serde_json::from_slice(&done.stdout).expect("a report");
    let (revoked, already) =
        (report["revoked"].as_u64().unwrap_or(0), report["already_revoked"].as_u64().unwrap_or(0));
    assert!(done.status.success() && already >= before && revoked + already == total, "{report}");
    assert_eq!(listed(server, "revoked").len() as u64, total);
}

fn apply(data: &Path) -> std::process::Child {
    Command::new(program("ca"))
        .args([
            "--config",
            "cli.toml",
            "--format",
            "json",
            "revoke",
            "--apply",
            "revocation-plan.json",
            "--yes",
        ])
        .current_dir(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("ca starts")
}

/// How many certificates were revoked since the server started.
fn changes(server: &DevServer) -> u64 {
    let (_, text) = get(server.http(), "/metrics").expect("figures");
    let text = String::from_utf8(text).expect("text");
    let line = text.lines().find(|line| line.starts_with("cityca_status_changes_total"));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

/// The checks of a server that are not well, by code, and the exit status.
fn trouble(server: &DevServer, arguments: &[&str]) -> (i32, Vec<String>) {
    let ran = ca(server, &[&["health", "--format", "json"], arguments].concat());
    let checks = json(&ran)["checks"].as_array().expect("checks").clone();
    let bad = checks.iter().filter(|check| check["state"] != "ok");
    (ran.status, bad.map(|check| check["code"].as_str().expect("a code").to_owned()).collect())
}

#[test]
fn a_server_that_is_hurt_says_so_and_what_to_do_until_it_is_mended() {
    let folder = tempfile::tempdir().expect("a folder");
    let room =
        [("CITYCA__HEALTH__DISK_WARNING_MEBIBYTES", "0"), ("CITYCA__HEALTH__DISK_CRITICAL_MEBIBYTES", "0")];
    let server = DevServer::start_with(&folder.path().join("data"), &room);
    assert_eq!(trouble(&server, &["--fail-on", "warning"]), (0, vec![]));
    // Something else is where lists are published.
    let (published, aside) = (server.data().join("publication"), server.data().join("aside"));
    std::fs::rename(&published, &aside).expect("renamed");
    std::fs::File::create(&published).expect("a file");
    assert_eq!(ca(&server, &["crl", "publish", "--authority", "issuing"]).status, 1);
    let (status, codes) = trouble(&server, &[]);
    assert_eq!((status, codes.len()), (1, 1), "{codes:?}");
    assert!(codes[0].starts_with("crl-"), "{codes:?}");
    let said = ca(&server, &["health"]);
    assert_eq!(said.status, 1);
    assert!(said.stdout.contains("1 critical") && said.stdout.contains("what to do: make room"), "{said:?}");
    let said = ca(&server, &["health", "--lang", "zh"]).stdout;
    assert!(said.contains("1 项严重") && said.contains("处理：") && said.contains("腾出空间"), "{said}");
    std::fs::remove_file(&published).expect("removed");
    std::fs::rename(&aside, &published).expect("renamed");
    ca(&server, &["crl", "publish", "--authority", "issuing"]).ok();
    assert_eq!(trouble(&server, &["--fail-on", "warning"]), (0, vec![]));
    // A schedule of backups without a backup is a warning, and fails where that was asked for.
    drop(server);
    let backups = folder.path().join("backups");
    std::fs::create_dir(&backups).expect("a folder");
    run(folder.path(), program("ca"), &["key", "new", "--out", "backup.key"]).ok();
    tests::tools::openssl(folder.path(), "pkey -in backup.key -pubout -out backup.pub").ok();
    let recipient = folder.path().join("backup.pub");
    let environment = [
        room[0],
        room[1],
        ("CITYCA__BACKUP__FOLDER", backups.to_str().expect("text")),
        ("CITYCA__BACKUP__RECIPIENT", recipient.to_str().expect("text")),
    ];
    let server = DevServer::start_with(&folder.path().join("data"), &environment);
    assert_eq!(trouble(&server, &[]), (0, vec!["backup-missing".to_owned()]));
    assert_eq!(trouble(&server, &["--fail-on", "warning"]).0, 1);
}
