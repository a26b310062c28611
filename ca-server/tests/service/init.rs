//! `ca-server init`: what it writes is what a server takes.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use ca_core::keystore::file::{Access, replace};
use tempfile::TempDir;

use crate::support::server::{command, run};

const DATABASE: &str = "postgresql://cityca:p%40ss@db.city.example/cityca?sslrootcert=/etc/cityca/db-ca.pem";

fn init(out: &Path, database: &str) -> (bool, String, String) {
    let (output, errors) = run(command().args(["init", "--db", database, "--out"]).arg(out));
    (output.status.success(), String::from_utf8(output.stdout).unwrap(), errors)
}

fn check(config: &Path) -> String {
    let (output, errors) = run(command().args(["check-config", "--config"]).arg(config));
    assert!(output.status.success(), "{}: {errors}", config.display());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_written_configurations_are_taken_and_everything_in_them_is_a_setting() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let (done, said, errors) = init(&out, DATABASE);
    assert!(done, "{errors}");
    for step in ["check-config", "administrator add", "ceremony", "systemctl enable", "backup"] {
        assert!(said.contains(step), "{step} is not among the next steps: {said}");
    }
    let config = out.join("ca.toml");
    assert_eq!(fs::metadata(&config).unwrap().permissions().mode() & 0o777, 0o600, "it may hold a password");
    let written = check(&config);
    assert!(written.contains("db.city.example") && !written.contains("p%40ss"), "{written}");
    check(&out.join("sign.toml"));

    // What stands there as a default is the default.
    let uncommented = |text: &str, but: &[&str]| -> String {
        let is_setting = |line: &str| {
            let name = line.split([' ', '=']).next().unwrap_or_default();
            line.starts_with('[')
                || (line.contains(" = ")
                    && !name.is_empty()
                    && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        };
        text.lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if is_setting(rest) && !but.contains(&rest) => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect()
    };
    let text = fs::read_to_string(&config).unwrap();
    let examples = [
        "[signer]",
        "address = \"unix:/run/cityca-sign/signer.sock\"",
        "certificate = \"/etc/cityca/tls.pem\"",
        "key = \"/etc/cityca/tls.key\"",
        "signers = [\"/etc/cityca/ceremony-signer.pem\"]",
        // Instead of a file.
        "url = \"https://witness.city.example:8444/\"",
        "trust = \"/etc/cityca/witness-ca.pem\"",
        "token_file = \"/etc/cityca/witness.token\"",
    ];
    let all = folder.path().join("all.toml");
    replace(&all, uncommented(&text, &examples).as_bytes(), Access::Private).unwrap();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (explicit, implicit) = (lines(&check(&all)), lines(&written));
    let changed: Vec<_> = implicit.difference(&explicit).collect();
    assert!(changed.is_empty(), "the comments say other defaults: {changed:?}");
    // Every setting is explained.
    for line in &explicit {
        let name = line.split(" = ").next().unwrap().rsplit('.').next().unwrap();
        assert!(text.contains(&format!("{name} = ")), "{name} is not in ca.toml");
    }
    let text = fs::read_to_string(out.join("sign.toml")).unwrap();
    replace(&all, uncommented(&text, &[]).as_bytes(), Access::Private).unwrap();
    check(&all);
}

#[test]
fn a_folder_that_holds_something_is_not_touched_and_a_database_that_is_none_is_refused() {
    let folder = TempDir::new().unwrap();
    replace(&folder.path().join("mine"), b"mine", Access::Public).unwrap();
    let (done, _, errors) = init(folder.path(), DATABASE);
    assert!(!done && errors.contains("not empty") && errors.contains("[out-folder-unusable]"), "{errors}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let out = folder.path().join("out");
    let (done, _, errors) = init(&out, "mysql://db/cityca");
    assert!(!done && errors.contains("--db") && !out.exists(), "{errors}");
}

#[test]
fn the_units_of_deploy_are_those_that_are_written() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    assert!(init(&out, "sqlite:/var/lib/cityca/cityca.sqlite").0);
    check(&out.join("ca.toml"));
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/systemd");
    for name in ["cityca.service", "cityca-sign.service"] {
        assert_eq!(
            fs::read_to_string(out.join(name)).unwrap(),
            fs::read_to_string(deploy.join(name)).unwrap(),
            "{name}"
        );
    }
}
