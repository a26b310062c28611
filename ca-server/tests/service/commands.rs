//! The commands, and the one line that they say when they cannot do what was asked.

use std::net::TcpListener;

use tempfile::TempDir;

use crate::support::request::{certificates, enroll};
use crate::support::server::{Server, command, run};
use crate::support::signed::Draft;

fn help(arguments: &[&str]) -> String {
    let (output, _) = run(command().args(arguments));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn help_says_what_there_is() {
    insta::assert_snapshot!("help", help(&["--help"]));
    insta::assert_snapshot!("help_dev", help(&["dev", "--help"]));
    insta::assert_snapshot!("help_serve", help(&["serve", "--help"]));
}

/// The one line of a command that fails with status 2.
fn failure(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let (output, errors) = run(command().args(arguments).envs(environment.iter().copied()));
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    errors.trim_end().strip_prefix("ca-server: ").unwrap().to_owned()
}

fn dev_in<'a>(folder: &'a str, http: &'a str, https: &'a str) -> [&'a str; 7] {
    ["dev", "--data", folder, "--listen", http, "--listen-tls", https]
}

#[test]
fn a_port_in_use_is_named() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = failure(&dev_in(data.to_str().unwrap(), &address, "127.0.0.1:0"), &[]);
    assert!(line.contains(&address) && line.contains("in use") && line.contains("--listen"), "{line}");
    let line = failure(&dev_in(data.to_str().unwrap(), "127.0.0.1:0", &address), &[]);
    assert!(line.contains(&address) && line.contains("--listen-tls"), "{line}");
}

#[test]
fn dev_stays_on_loopback() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().to_str().unwrap();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let line = failure(&dev_in(data, address, "127.0.0.1:0"), &[]);
        assert!(line.contains("loopback") && line.contains(address), "{line}");
    }
    let environment = [("CITYCA__HTTPS__LISTEN", "0.0.0.0:8443")];
    let line = failure(&["dev", "--data", data], &environment);
    assert!(line.contains("loopback"), "{line}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    // Neither can be made, whoever runs the test.
    for folder in ["/proc/cityca", "/dev/null/cityca"] {
        let line = failure(&dev_in(folder, "127.0.0.1:0", "127.0.0.1:0"), &[]);
        assert!(line.contains(folder) && line.contains("--data"), "{line}");
    }
}

#[test]
fn one_folder_serves_one_process() {
    let server = Server::start();
    let data = server.data().to_str().unwrap();
    let line = failure(&dev_in(data, "127.0.0.1:0", "127.0.0.1:0"), &[]);
    assert!(line.contains(data) && line.contains("in use by another ca-server"), "{line}");
    assert_eq!(server.plain().get("/readyz").status, 200);
}

#[test]
fn a_second_start_finds_everything_again() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let files =
        ["root.pem", "issuing.pem", "tls-ca.pem", "tls.pem", "admin.pem", "admin.key", "est.credentials"];
    let server = Server::start_in(&data, &[]);
    assert!(server.banner.contains("New authorities were made"), "{}", server.banner);
    let before: Vec<Vec<u8>> = files.iter().map(|name| server.file(name)).collect();
    let device = enroll(&server, "survivor");
    assert!(server.signal("-TERM").success());

    let server = Server::start_in(&data, &[]);
    assert!(server.banner.contains("The authorities were there"), "{}", server.banner);
    let after: Vec<Vec<u8>> = files.iter().map(|name| server.file(name)).collect();
    assert!(before == after, "files changed");
    let path = format!("/api/v1/certificates/issuing/{}", device.serial());
    let view = Draft::get(&server, &path).send(&server).json();
    let found = certificates(view["pem"].as_str().unwrap().as_bytes()).remove(0);
    assert_eq!(found, device);
    let cli = String::from_utf8(server.file("cli.toml")).unwrap();
    assert!(cli.contains(&format!("server = \"https://{}\"", server.https)), "{cli}");
    enroll(&server, "another");
}

#[test]
fn the_public_url_is_fixed_at_the_first_run_and_changed_by_the_flag() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let holds = |server: &Server, url: &str| {
        let certificate = enroll(server, "device-1");
        let url = format!("{url}/crl/issuing.crl");
        certificate.der().windows(url.len()).any(|window| window == url.as_bytes())
    };
    let first = Server::start_in(&data, &[]);
    let fixed = format!("http://{}", first.http);
    assert!(holds(&first, &fixed));
    drop(first);
    let again = Server::start_in(&data, &[]);
    assert!(holds(&again, &fixed), "another port does not change it");
    drop(again);
    let moved = Server::start_in(&data, &[("CITYCA__PUBLIC_URL", "http://ca.example/")]);
    assert!(holds(&moved, "http://ca.example"));
    drop(moved);
    assert!(holds(&Server::start_in(&data, &[]), "http://ca.example"), "and stays changed");
}

#[test]
fn the_banner_shows_the_fingerprints_of_both_anchors() {
    let server = Server::start();
    for name in ["root.pem", "tls-ca.pem"] {
        let anchor = certificates(&server.file(name)).remove(0);
        for fingerprint in [anchor.sha256_fingerprint(), anchor.sm3_fingerprint()] {
            let text: String = fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(server.banner.contains(&text), "{name} {text}\n{}", server.banner);
        }
    }
}

#[test]
fn private_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Server::start();
    let mut private = vec![server.data().join("admin.key"), server.data().join("est.credentials")];
    private.push(server.data().join("cityca.sqlite"));
    for entry in std::fs::read_dir(server.data().join("keys")).unwrap() {
        private.push(entry.unwrap().path());
    }
    assert!(private.len() >= 6, "{private:?}");
    for path in private {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
}

#[test]
fn root_makes_no_files_in_the_folder_of_another_user() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let folder = TempDir::new().unwrap();
    if std::fs::metadata(folder.path()).unwrap().uid() != 0 {
        println!("skipped: only root can work on folders of others");
        return;
    }
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    chown(&data, Some(65534), None).unwrap();
    let config = configuration(&folder, data.to_str().unwrap(), "");
    let line = failure(&["administrator", "list", "--config", &config], &[]);
    assert!(line.contains("65534") && line.contains("[folder-of-another]"), "{line}");
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0);
    // A server that runs as root there has made it root's.
    std::fs::File::create(data.join("lock")).unwrap();
    let line = failure(&["administrator", "list", "--config", &config], &[]);
    assert!(line.contains("[no-store]"), "{line}");
}

#[test]
fn a_damaged_key_is_named() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    drop(Server::start_in(&data, &[]));
    let key = std::fs::read_dir(data.join("keys"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("issuing"))
        .unwrap();
    std::fs::remove_file(&key).unwrap();
    std::fs::create_dir(&key).unwrap();
    let line = failure(&dev_in(data.to_str().unwrap(), "127.0.0.1:0", "127.0.0.1:0"), &[]);
    assert!(line.contains("issuing"), "{line}");
}

const CONFIGURATION: &str = "data = \"DATA\"\npublic_url = \"http://ca.example\"\n\
    [http]\nlisten = \"127.0.0.1:0\"\n[https]\nlisten = \"127.0.0.1:0\"\n";

fn configuration(folder: &TempDir, data: &str, extra: &str) -> String {
    let path = folder.path().join("ca.toml");
    let text = format!("{}{extra}", CONFIGURATION.replace("DATA", data));
    ca_core::keystore::file::replace(&path, text.as_bytes(), ca_core::keystore::file::Access::Public)
        .unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn check_config_shows_what_is_in_force() {
    let folder = TempDir::new().unwrap();
    let file = configuration(&folder, "/var/lib/cityca", "[limits]\nworkers = 3\n");
    let arguments = ["check-config", "--config", &file, "--listen", "127.0.0.1:80"];
    let environment = [("CITYCA__LIMITS__MAX_CONNECTIONS", "7"), ("CITYCA__LOG__FORMAT", "json")];
    let (output, errors) = run(command().args(arguments).envs(environment));
    assert!(output.status.success(), "{errors}");
    insta::assert_snapshot!("check_config", String::from_utf8(output.stdout).unwrap());
}

#[test]
fn a_wrong_configuration_is_told_in_one_line() {
    let folder = TempDir::new().unwrap();
    let check = |extra: &str, environment: &[(&str, &str)]| {
        let file = configuration(&folder, "/var/lib/cityca", extra);
        failure(&["check-config", "--config", &file], environment).replace(&file, "FILE")
    };
    let lines = [
        check("[limit]\nworkers = 3\n", &[]),
        check("[limits]\nworker = 3\n", &[]),
        check("[limits]\nworkers = \"many\"\n", &[]),
        check("[limits]\nworkers = 0\n", &[]),
        check("[limits\n", &[]),
        check("", &[("CITYCA__HTTP__LISTEN", "nowhere")]),
        check("", &[("CITYCA__HTTP__LISTENN", "127.0.0.1:80")]),
        check("", &[("CITYCA__PUBLIC_URL", "https://ca.example")]),
        check("", &[("CITYCA__DATABASE", "mysql://ca:secret@db/ca")]),
        check("", &[("CITYCA__HTTPS__KEY", "/nowhere/server.key")]),
        check("[off_host]\n", &[]),
        check("[off_host]\nfile = \"/log\"\nurl = \"http://127.0.0.1/\"\n", &[]),
        check("[off_host]\nfile = \"/log\"\ntrust = \"/ca.pem\"\n", &[]),
        check("[off_host]\nurl = \"http://log.example/\"\n", &[]),
        check("", &[("CITYCA__OFF_HOST__URL", "https://log.example/")]),
        failure(&["check-config", "--config", "/nowhere/ca.toml"], &[]),
    ];
    insta::assert_snapshot!("wrong_configurations", lines.join("\n"));
}

#[test]
fn serve_wants_authorities_that_are_fit_for_service() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let file = configuration(&folder, data.to_str().unwrap(), "");
    let line = failure(&["serve", "--config", &file], &[]);
    assert!(line.contains("there is no store at"), "{line}");

    drop(Server::start_in(&data, &[]));
    let line = failure(&["serve", "--config", &file], &[]);
    assert!(line.contains("dev") && line.contains("ceremony"), "{line}");
}

/// A public key in PEM, in a file.
fn public_key(folder: &TempDir, name: &str, spec: ca_core::algorithm::KeySpec) -> String {
    let key = ca_core::key::PrivateKey::generate(spec, &mut crate::support::request::rng()).unwrap();
    let path = folder.path().join(name);
    let text = ca_core::encoding::pem::write("PUBLIC KEY", key.public_key().spki_der());
    ca_core::keystore::file::write_new(&path, text.as_bytes(), ca_core::keystore::file::Access::Public)
        .unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn administrators_are_registered_listed_and_deactivated_on_the_host() {
    use ca_core::algorithm::KeySpec;
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let config = configuration(&folder, data.to_str().unwrap(), "");
    let administrator = |arguments: &[&str]| {
        let (verb, rest) = arguments.split_first().unwrap();
        run(command().args(["administrator", verb, "--config", &config]).args(rest))
    };
    let li = public_key(&folder, "li.pem", KeySpec::Sm2);
    let (output, errors) = administrator(&["add", "--name", "李", "--public-key", &li]);
    assert!(output.status.success(), "{errors}");
    let wang = public_key(&folder, "wang.pem", KeySpec::P256);
    assert!(administrator(&["add", "--name", "wang", "--public-key", &wang]).0.status.success());

    let refused = |arguments: &[&str], code: &str| {
        let (output, errors) = administrator(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(errors.contains(code), "{arguments:?}: {errors}");
    };
    refused(&["add", "--name", "other", "--public-key", &li], "administrator-key-taken");
    refused(&["add", "--name", "李", "--public-key", &wang], "administrator-name-taken");
    let rsa = public_key(&folder, "rsa.pem", KeySpec::Rsa { bits: 2048 });
    refused(&["add", "--name", "rsa", "--public-key", &rsa], "unsupported-request-key");
    let third = public_key(&folder, "third.pem", KeySpec::Ed25519);
    refused(&["add", "--name", "wang", "--public-key", &third], "administrator-name-taken");
    refused(&["add", "--name", " x", "--public-key", &third], "administrator-name-invalid");
    refused(&["deactivate", "--name", "nobody"], "administrator-unknown");

    let (output, _) = administrator(&["deactivate", "--name", "wang"]);
    assert!(output.status.success());
    refused(&["deactivate", "--name", "wang"], "administrator-unknown");
    let (output, _) = administrator(&["list"]);
    let listed = String::from_utf8(output.stdout).unwrap();
    let states: Vec<&str> = listed.lines().map(|line| line.split_whitespace().nth(1).unwrap()).collect();
    assert_eq!(states, ["active", "inactive"], "{listed}");
    assert!(listed.contains("李"), "{listed}");
}

#[test]
fn credentials_for_enrolment_are_made_on_the_host() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let config = configuration(&folder, data.to_str().unwrap(), "");
    let (output, errors) = run(command().args(["migrate", "--config", &config]));
    assert!(output.status.success(), "{errors}");
    let out = folder.path().join("est.credentials");
    let add = |user: &str, profile: &str| {
        let arguments =
            ["credential", "add", "--config", &config, "--user", user, "--profile", profile, "--out"];
        run(command().args(arguments).arg(&out))
    };
    assert!(add("a:b", "device").1.contains("user-name-invalid"));
    assert!(add("gate", "issuing").1.contains("unknown-profile"));
    assert!(!out.exists());
    assert!(add("gate", "device").0.status.success());
    assert!(std::fs::read_to_string(&out).unwrap().starts_with("gate:"));
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(add("gate", "device").1.contains("user-taken"));
}

#[test]
fn signals_end_it_with_status_0() {
    for signal in ["-TERM", "-INT"] {
        let server = Server::start();
        let begun = std::time::Instant::now();
        assert!(server.signal(signal).success());
        assert!(begun.elapsed() < std::time::Duration::from_secs(8));
    }
}
