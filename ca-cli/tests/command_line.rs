//! The program from outside: help, files, exit statuses.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests say what they skip, and may panic")]

#[path = "support/program.rs"]
mod program;
mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use program::{ca, run, shared};
use support::{World, file, revoked};

#[test]
fn help_is_stable() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 24] = [
        &[],
        &["key"],
        &["key", "new"],
        &["csr"],
        &["csr", "new"],
        &["show"],
        &["lint"],
        &["convert"],
        &["verify"],
        &["issue"],
        &["list"],
        &["revoke"],
        &["hold"],
        &["release"],
        &["crl", "publish"],
        &["authority"],
        &["authority", "suspend"],
        &["authority", "default"],
        &["health"],
        &["monitor"],
        &["api"],
        &["completions"],
        &["man"],
        &["help"],
    ];
    for command in commands {
        let arguments: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let arguments = if command == ["help"] { vec!["help"] } else { arguments };
        let (status, output, _) = run(folder.path(), &arguments);
        assert_eq!(status, 0);
        insta::assert_snapshot!(format!("help-{}", command.join("-")), output);
    }
}

#[test]
fn wrong_usage_is_status_2() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [&[&str]; 11] = [
        &[],
        &["frobnicate"],
        &["key", "new"],
        &["key", "new", "--out", "k", "--algorithm", "dsa"],
        &["csr", "new", "--key", "k", "--subject", "CN"],
        &["csr", "new", "--key", "k", "--san", "meter-7"],
        &["show"],
        &["list", "--limit", "0"],
        &["revoke", "43", "--reason", "keycompromise"],
        &["verify", "--trust", "t", "e", "--time", "yesterday"],
        &["api", "GET", "api/v1"],
    ];
    for arguments in cases {
        let (status, output, error) = run(folder.path(), arguments);
        assert_eq!((status, output.as_str()), (2, ""), "{arguments:?}");
        assert!(!error.is_empty());
    }
}

#[test]
fn a_key_is_made_once_and_only_its_owner_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("k.pem");
    for algorithm in ["sm2", "p256", "p384", "ed25519", "rsa-2048"] {
        let (status, output, error) =
            run(folder.path(), &["key", "new", "--out", "k.pem", "--algorithm", algorithm]);
        assert_eq!(status, 0, "{error}");
        assert!(output.contains(algorithm), "{output}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let before = std::fs::read(&path).unwrap();
        let (status, _, error) = run(folder.path(), &["key", "new", "--out", "k.pem"]);
        assert_eq!(status, 2);
        assert!(error.contains("[file-exists]"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn an_encrypted_key_opens_with_its_password_only() {
    let folder = tempfile::tempdir().unwrap();
    let right = file(folder.path(), "right", "correct horse\nnot this line\n");
    let wrong = file(folder.path(), "wrong", "battery staple\n");
    let (status, output, _) =
        run(folder.path(), &["key", "new", "--out", "k.pem", "--password-file", &right]);
    assert_eq!(status, 0);
    assert!(output.contains("encrypted with a password"));
    let pem = std::fs::read_to_string(folder.path().join("k.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    let csr = |password: &str| {
        run(
            folder.path(),
            &["csr", "new", "--key", "k.pem", "--subject", "CN=x", "--password-file", password],
        )
    };
    let (status, output, _) = csr(&right);
    assert_eq!(status, 0);
    assert!(output.starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    assert_eq!(csr(&wrong).0, 2);
    let (status, _, error) = run(folder.path(), &["csr", "new", "--key", "k.pem", "--subject", "CN=x"]);
    assert_eq!(status, 2);
    assert!(error.contains("[password-required]") && error.contains("--password-file"), "{error}");
    let (status, output, _) = run(folder.path(), &["show", "k.pem", "--password-file", &right]);
    assert_eq!(status, 0);
    assert!(output.contains("SM2, 256 bits"));
}

#[test]
fn a_key_that_others_can_read_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["key", "new", "--out", "k.pem"]).0, 0);
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(folder.path().join("k.pem"), open).unwrap();
    let (status, _, error) = run(folder.path(), &["csr", "new", "--key", "k.pem", "--subject", "CN=x"]);
    assert_eq!(status, 2);
    assert!(error.contains("[key-file-too-open]"), "{error}");
}

#[test]
fn a_request_carries_what_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["key", "new", "--out", "k.pem"]).0, 0);
    let names = [
        "--subject",
        "C=CN",
        "--subject",
        "O=城市",
        "--subject",
        "CN=meter-7",
        "--san",
        "dns:meter-7.example",
    ];
    let arguments = [&["csr", "new", "--key", "k.pem", "--out", "r.pem"][..], &names].concat();
    assert_eq!(run(folder.path(), &arguments).0, 0);
    let (status, output, _) = run(folder.path(), &["show", "r.pem", "--format", "json"]);
    assert_eq!(status, 0);
    let report: serde_json::Value = serde_json::from_str(&output).unwrap();
    let request = &report["objects"][0];
    assert_eq!(request["subject"]["text"], "CN=meter-7,O=城市,C=CN");
    assert_eq!(request["alternative_names"], serde_json::json!(["dns:meter-7.example"]));
    assert_eq!(request["verified"], true);
    let (status, _, error) = run(folder.path(), &["csr", "new", "--key", "k.pem", "--subject", "C=China"]);
    assert_eq!(status, 2);
    assert!(error.contains("[name-country]") || error.contains("[name-too-long]"), "{error}");
    let (status, _, error) = run(folder.path(), &["csr", "new", "--key", "k.pem"]);
    assert_eq!(status, 2);
    assert!(error.contains("[no-name]"), "{error}");
}

#[test]
fn show_reads_pem_der_base64_and_pipes() {
    use base64::Engine as _;
    let (folder, world) = (tempfile::tempdir().unwrap(), World::new());
    let der = world.device.der();
    let forms = [
        world.device.to_pem().into_bytes(),
        der.to_vec(),
        base64::engine::general_purpose::STANDARD.encode(der).into_bytes(),
    ];
    for content in forms {
        let output = ca(folder.path()).args(["show", "-"]).write_stdin(content).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&output.stdout).contains("dns:meter-7.example"));
    }
    let two = [der, world.issuing.certificate().der()].concat();
    let output = ca(folder.path()).args(["show", "-"]).write_stdin(two).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).matches("Serial").count(), 2);
}

#[test]
fn show_tells_what_it_cannot_read() {
    let (folder, world) = (tempfile::tempdir().unwrap(), World::new());
    let cut = &world.device.der()[..100];
    for (content, code) in [(&b""[..], "no-object"), (b"hello, world", "pem-none"), (cut, "der-truncated")] {
        let output = ca(folder.path()).args(["show", "-"]).write_stdin(content.to_vec()).output().unwrap();
        let told = [output.stdout, output.stderr].concat();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&told).contains(code), "{}", String::from_utf8_lossy(&told));
    }
    let (status, _, error) = run(folder.path(), &["show", "absent.pem"]);
    assert_eq!(status, 2);
    assert!(error.contains("absent.pem") && error.contains("[file-not-found]"), "{error}");
}

/// Files for `ca verify`: trust, intermediates, lists, end entities.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        let mut world = World::new();
        let folder = tempfile::tempdir().unwrap();
        let entry = revoked(&world.service);
        let lists = format!("{}{}", world.root_crl().to_pem(), world.crl(vec![entry]).to_pem());
        for (name, content) in [
            ("root.pem", world.root.certificate().to_pem()),
            ("issuing.pem", world.issuing.certificate().to_pem()),
            ("device.pem", world.device.to_pem()),
            ("service.pem", world.service.to_pem()),
            ("crls.pem", lists),
            ("empty.pem", String::new()),
            ("nonsense.pem", "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n".to_owned()),
        ] {
            file(folder.path(), name, content);
        }
        Self { folder }
    }

    /// Verifies at a time when all is valid.
    fn verify(&self, arguments: &[&str]) -> (i32, String, String) {
        let begin = ["verify", "--time", "2026-03-05T00:00:00Z", "--trust", "root.pem"];
        run(self.folder.path(), &[&begin[..], arguments].concat())
    }
}

#[test]
fn verify_accepts_what_leads_to_trust() {
    let files = Files::new();
    let (status, output, error) = files.verify(&["--untrusted", "issuing.pem", "device.pem"]);
    assert_eq!((status, error.as_str()), (0, ""));
    insta::assert_snapshot!("verify-accepted", output);
    let chain = ["--untrusted", "issuing.pem", "--crls", "crls.pem"];
    let with_lists = |rest: &[&str]| files.verify(&[&chain[..], rest].concat()).0;
    assert_eq!(with_lists(&["device.pem"]), 0);
    assert_eq!(with_lists(&["--dns", "METER-7.example", "--ip", "192.0.2.7", "device.pem"]), 0);
    assert_eq!(with_lists(&["--max-depth", "1", "device.pem"]), 0);
    assert_eq!(with_lists(&["--purpose", "client", "device.pem"]), 0);
}

#[test]
fn verify_rejects_with_the_reason() {
    let files = Files::new();
    let cases: [(&[&str], &str); 9] = [
        (&["device.pem"], "neither a trust anchor"),
        (&["--untrusted", "issuing.pem", "--time", "2036-01-01T00:00:00Z", "device.pem"], "not valid after"),
        (&["--untrusted", "issuing.pem", "--crls", "crls.pem", "service.pem"], "revoked"),
        (&["--untrusted", "issuing.pem", "--crls", "empty.pem", "device.pem"], "[revocation-unknown]"),
        (&["--untrusted", "issuing.pem", "--max-depth", "0", "device.pem"], "[path-too-long]"),
        (&["--untrusted", "issuing.pem", "--dns", "other.example", "device.pem"], "[name-mismatch]"),
        (&["--untrusted", "issuing.pem", "--email", "a@example.org", "device.pem"], "[name-mismatch]"),
        (&["nonsense.pem"], "Rejected"),
        (&["empty.pem"], "[no-certificate]"),
    ];
    for (arguments, reason) in cases {
        let arguments: Vec<&str> = arguments.to_vec();
        let (status, output, error) = if arguments.contains(&"--time") {
            run(files.folder.path(), &[&["verify", "--trust", "root.pem"][..], &arguments].concat())
        } else {
            files.verify(&arguments)
        };
        assert_eq!(status, 1, "{arguments:?}: {output}{error}");
        assert!(output.starts_with("Rejected") && output.contains(reason), "{arguments:?}: {output}");
    }
}

#[test]
fn verify_skips_what_does_not_parse() {
    let files = Files::new();
    let both = ["--untrusted", "nonsense.pem", "--untrusted", "issuing.pem", "device.pem"];
    let (status, _, error) = files.verify(&both);
    assert_eq!(status, 0);
    assert!(error.starts_with("warning: nonsense.pem #1 was skipped"), "{error}");
    let (status, _, error) = files.verify(&["--untrusted", "absent.pem", "device.pem"]);
    assert_eq!(status, 2, "{error}");
}

#[test]
fn verify_judges_policies() {
    let files = Files::new();
    let chain = ["--untrusted", "issuing.pem", "device.pem"];
    let verify = |options: &[&str]| files.verify(&[options, &chain[..]].concat());
    for options in [&["--policy", "2.5.29.32.0"][..], &["--inhibit-mapping"], &["--inhibit-any"]] {
        assert_eq!(verify(options).0, 0, "{options:?}");
    }
    let (status, output, _) = verify(&["--explicit-policy", "--policy", "1.2.3.4"]);
    assert_eq!(status, 1);
    assert!(output.contains("RFC 5280"), "{output}");
    let (status, _, error) = verify(&["--policy", "anything"]);
    assert_eq!(status, 2, "{error}");
}

#[test]
fn verify_asks_lists_and_responses_hard_or_softly() {
    let files = Files::new();
    let asked = |options: &[&str], file| {
        files.verify(&[&["--untrusted", "issuing.pem"], options, &[file]].concat()).0
    };
    assert_eq!(asked(&["--ocsp", "empty.pem"], "device.pem"), 1);
    assert_eq!(asked(&["--ocsp", "empty.pem", "--soft-fail"], "device.pem"), 0);
    assert_eq!(asked(&["--crls", "crls.pem", "--soft-fail"], "service.pem"), 1);
}

#[test]
fn verify_draws_what_it_explains() {
    let files = Files::new();
    let read = |name: &str| std::fs::read_to_string(files.folder.path().join(name)).unwrap();
    let draw = ["--untrusted", "issuing.pem", "--explain", "path.svg", "--explain", "path.dot"];
    let (status, output, _) = files.verify(&[&draw[..], &["device.pem"]].concat());
    assert_eq!(status, 0);
    assert!(output.contains("path.svg") && output.contains("path.dot"), "{output}");
    assert!(read("path.svg").starts_with("<svg") && read("path.svg").contains("Accepted"));
    assert_eq!(read("path.dot").matches(" -> ").count(), 2);
    let late = ["--time", "2036-01-01T00:00:00Z", "device.pem"];
    let (status, ..) =
        run(files.folder.path(), &[&["verify", "--trust", "root.pem"][..], &draw, &late].concat());
    assert_eq!(status, 1);
    assert!(read("path.dot").contains("RFC 5280 §6.1.3 (a)(2)"), "{}", read("path.dot"));
    let (status, _, error) = files.verify(&["--explain", "path.png", "device.pem"]);
    assert_eq!(status, 2);
    assert!(error.contains("[unknown-picture]"), "{error}");
}

#[test]
fn verify_tells_programs_what_it_found() {
    let files = Files::new();
    let chain = ["--format", "json", "--untrusted", "issuing.pem", "--crls", "crls.pem"];
    let json = |file| -> serde_json::Value {
        serde_json::from_str(&files.verify(&[&chain[..], &[file]].concat()).1).unwrap()
    };
    let accepted = json("device.pem");
    assert_eq!(accepted["accepted"], true);
    assert_eq!(accepted["path"].as_array().unwrap().len(), 3);
    assert_eq!(accepted["statuses"].as_array().unwrap().len(), 2);
    assert_eq!(accepted["statuses"][0]["source"], "crl");
    let rejected = json("service.pem");
    assert_eq!(rejected["accepted"], false);
    assert_eq!(rejected["reason"]["code"], "certificate-revoked");
    assert!(rejected["rule"].as_str().unwrap().starts_with("RFC "));
    assert!(!rejected["attempts"].as_array().unwrap().is_empty());
}

#[test]
fn commands_for_the_server_say_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let (status, _, error) = run(folder.path(), &["list"]);
    assert_eq!(status, 2);
    assert!(error.contains("[no-configuration]") && error.contains("hint: "), "{error}");
    let (status, _, error) = run(folder.path(), &["list", "--config", "absent.toml"]);
    assert_eq!(status, 2);
    assert!(error.contains("[no-such-configuration]"), "{error}");
    let config = file(folder.path(), "cli.toml", "server = \"https://127.0.0.1:1\"\nkeys = \"k.pem\"\n");
    let (status, _, error) = run(folder.path(), &["list", "--config", &config]);
    assert_eq!(status, 2);
    assert!(error.contains("[invalid-configuration]"), "{error}");
    let (status, _, error) = run(folder.path(), &["revoke", "43ab", "--reason", "keyCompromise"]);
    assert_eq!(status, 2);
    assert!(error.contains("[confirmation-required]") && error.contains("--yes"), "{error}");
    let (status, output, error) = run(folder.path(), &["list", "--format", "json"]);
    assert_eq!((status, output.as_str()), (2, ""));
    let error: serde_json::Value = serde_json::from_str(&error).unwrap();
    assert_eq!(error["error"]["code"], "no-configuration");
}

#[test]
fn completions_and_manual_pages_are_generated() {
    let folder = tempfile::tempdir().unwrap();
    for (shell, mark) in [("bash", "_ca()"), ("zsh", "#compdef ca"), ("fish", "complete -c ca")] {
        let (status, output, _) = run(folder.path(), &["completions", shell]);
        assert_eq!(status, 0);
        assert!(output.contains(mark), "{shell}");
    }
    let (status, output, _) = run(folder.path(), &["man"]);
    assert_eq!(status, 0);
    assert!(output.contains(".TH ca 1"), "{output}");
    let (status, output, _) = run(folder.path(), &["man", "key", "new"]);
    assert_eq!(status, 0);
    assert!(output.contains(".TH ca-key-new 1") && output.contains("only its owner can read"), "{output}");
    assert_eq!(run(folder.path(), &["man", "frobnicate"]).0, 2);
    std::fs::create_dir(folder.path().join("man1")).unwrap();
    let (status, output, _) = run(folder.path(), &["man", "--out-dir", "man1"]);
    assert_eq!(status, 0);
    assert!(output.contains("man1/ca-revoke.1") && folder.path().join("man1/ca-csr-new.1").is_file());
}

#[test]
fn certificates_of_operating_authorities_are_shown() {
    let Some(folder) = shared("vectors/operating-cas") else { return };
    let mut files: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "crt"))
        .map(|path| path.display().to_string())
        .collect();
    files.sort();
    let arguments: Vec<&str> =
        ["show", "--format", "json"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let (status, output, error) = run(Path::new("."), &arguments);
    assert_eq!((status, error.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_str(&output).unwrap();
    let objects = report["objects"].as_array().unwrap();
    assert_eq!(objects.len(), files.len());
    for object in objects {
        assert_eq!(
            (&object["type"], &object["public_key"]["algorithm"]),
            (&"certificate".into(), &"sm2".into()),
            "{object}"
        );
        assert_eq!(
            (&object["is_authority"], object["key_usage"][0].as_str()),
            (&true.into(), Some("keyCertSign"))
        );
    }
}

#[test]
fn certificates_of_operating_authorities_lead_to_their_roots() {
    let Some(folder) = shared("vectors") else { return };
    let path = |name: &str| folder.join(name).display().to_string();
    let roots = ["nrcac-rootca.pem", "nrcac-civil-servant-root.pem", "nrcac-device-root.pem"].map(path);
    let trust = roots.iter().flat_map(|root| ["--trust", root.as_str()]);
    let begin: Vec<&str> = ["verify", "--time", "2026-03-04T00:00:00Z"].into_iter().chain(trust).collect();
    let verify = |file: &str| run(Path::new("."), &[&begin[..], &[file]].concat());
    for entry in std::fs::read_dir(folder.join("operating-cas")).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "crt") {
            let (status, output, error) = verify(&file.display().to_string());
            assert!(status == 0 || output.contains("[certificate-expired]"), "{output}{error}");
        }
    }
    let (status, output, _) = verify(&path("gmssl-tlcp-client.pem"));
    assert_eq!(status, 1, "{output}");
}
