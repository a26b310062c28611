//! The drill: an issuing authority is compromised, ended at an offline root, and followed by another one.

use ca_core::keystore::file::Access;
use tests::judge::Judge;
use tests::server::get;
use tests::tools::{Ran, run};
use tests::workspace::program;

use super::{Guide, Left, Service};
use crate::life::{Life, serial};
use crate::plans::{self, officers};

/// The lists of a relying party, fetched now, as one file.
fn fetch_lists(service: &Service<'_>, authority: &str) {
    let mut all = String::new();
    for name in ["root", authority] {
        service.fetch(&format!("/crl/{name}.crl"), &format!("{name}.crl"));
        let der = std::fs::read(service.desk().join(format!("{name}.crl"))).expect("a list");
        all.push_str(&ca_core::encoding::pem::write("X509 CRL", &der));
    }
    service.write("lists.pem", &all);
}

/// What a relying party says that checks the whole path.
fn verify(service: &Service<'_>, authority: &str, leaf: &str) -> Ran {
    fetch_lists(service, authority);
    let issuing = format!("{authority}.pem");
    let words = ["verify", "--trust", "root.pem", "--untrusted", &issuing, "--crls", "lists.pem", leaf];
    run(&service.desk(), program("ca"), &words)
}

/// Holds the drill as docs/OPERATIONS.md has it.
pub(super) fn drill(life: &mut Life, left: Left, guide: &mut Guide, judge: Option<&Judge>) {
    // A subscriber whom it will concern.
    let service = Service::back(life, left);
    let enrolled = service.enroll("camera-0002");
    assert!(enrolled.stdout.contains("BEGIN CERTIFICATE"), "{enrolled:?}");
    let (old, desk) = (serial(&life.room, "desk/leaf.pem"), service.desk());
    std::fs::rename(desk.join("leaf.pem"), desk.join("old.pem")).expect("a certificate is kept");
    std::fs::rename(desk.join("chain.pem"), desk.join("old-chain.pem")).expect("its chain is kept");
    assert!(verify(&service, "issuing", "old.pem").ok().starts_with("Accepted"));

    // Stop it: at once, while relying parties see what they saw.
    guide.run(&life.room, "ca --config cli.toml authority suspend").ok();
    let refused = service.enroll("camera-0003");
    assert!(!refused.stdout.contains("BEGIN CERTIFICATE"), "{refused:?}");
    assert_eq!(service.ocsp(judge, "issuing.pem", "old.pem"), "good");
    service.ca(&["crl", "publish", "--authority", "issuing"]).ok();
    let refused = service.ca(&["crl", "publish", "--authority", "root"]);
    assert!(refused.status == 1, "the root's key is not here: {refused:?}");

    // Revoke it at the root.
    let left = service.leave();
    let issuing = serial(&life.room, "desk/issuing.pem");
    let list = plans::crl_table(3, &life.digest("crl-2/crl.pem"), &[&issuing])
        .replace("cessationOfOperation", "cACompromise");
    let plan = life.head("crl", &officers()) + &life.issuer("root", "root") + &list;
    life.hold("crl-3", &plan, &life.script("root"));
    let service = Service::back(life, left);
    service.put("crl-3/crl.pem", "root-crl-3.pem", Access::Public);
    guide.run(&life.room, "ca --config cli.toml ceremony publish").ok();
    assert_eq!(service.ocsp(judge, "root.pem", "issuing.pem"), "revoked");
    let refused = verify(&service, "issuing", "old.pem");
    assert!(refused.status == 1 && refused.stdout.contains("revoked"), "{refused:?}");
    let address = format!("http://{}/crl/root.crl", service.server().http());
    let seen = run(&desk, program("ca"), &["monitor", "--issuer", "root.pem", "--crl", &address]).ok();
    assert!(seen.contains("number 3, 1 certificate revoked"), "{seen}");
    if let Some(judge) = judge {
        let at = |name: &str| desk.join(name);
        let lists = [at("issuing.crl"), at("root.crl")];
        let said = judge.path(&at("root.pem"), &at("old-chain.pem"), &at("old.pem"), &lists);
        let refused = said.expect_err("the authority is revoked").to_string();
        assert!(refused.to_lowercase().contains("revo"), "{refused}");
    }
    // Not in force, also where somebody resumes it.
    let listed = service.ca(&["authority", "list"]).ok();
    assert!(listed.contains("revoked, suspended"), "{listed}");
    service.ca(&["authority", "resume", "issuing", "--yes"]).ok();
    let refused = service.enroll("camera-0004");
    assert!(!refused.stdout.contains("BEGIN CERTIFICATE"), "{refused:?}");

    // Its successor.
    guide.run(&life.room, "ca --config cli.toml ceremony request --authority issuing-2").ok();
    std::fs::copy(desk.join("request-2.csr"), life.room.path("requests/issuing-2.csr")).expect("a copy");
    let left = service.leave();
    let request = life.digest("requests/issuing-2.csr");
    let table = plans::issuing_table(&request).replace("City Issuing", "City Issuing 2");
    let plan = life.head("issuing", &officers()) + &life.issuer("root", "root") + &table;
    life.hold("issuing-2", &plan, &life.script("root"));
    let mut service = Service::back(life, left);
    service.put("issuing-2/transcript.jsonl", "transcript-2.jsonl", Access::Public);
    service.put("issuing-2/issuing.pem", "issuing-2.pem", Access::Public);
    guide.run(&life.room, "ca ceremony answer").ok();
    guide.run(&life.room, "ca --config cli.toml ceremony accept").ok();
    let refused = service.enroll("camera-0005");
    assert!(!refused.stdout.contains("BEGIN CERTIFICATE"), "nobody is moved unasked: {refused:?}");

    // Move the subscribers, for good.
    guide.run(&life.room, "ca --config cli.toml authority default issuing-2").ok();
    let to_the_old = service.ca(&["authority", "default", "issuing", "--yes"]);
    assert!(to_the_old.stderr.contains("[authority-not-in-force]"), "{to_the_old:?}");
    for name in ["camera-0002", "camera-0006"] {
        let enrolled = service.enroll(name);
        assert!(enrolled.stdout.contains("BEGIN CERTIFICATE"), "{enrolled:?}");
        assert_eq!(service.ocsp(judge, "issuing-2.pem", "leaf.pem"), "good");
        assert!(verify(&service, "issuing-2", "leaf.pem").ok().starts_with("Accepted"));
        service.start();
    }
    assert_eq!(get(service.server().http(), "/readyz").expect("an answer").0, 200);

    // What the old one issued.
    let planned = guide.run(&life.room, "ca --config cli.toml revoke --authority issuing").ok();
    assert!(
        planned.contains("1 issuing / device") && planned.contains("1 more is revoked already"),
        "{planned}"
    );
    guide.run(&life.room, "ca --config cli.toml revoke --apply").ok();
    assert_eq!(service.ocsp(judge, "issuing.pem", "old.pem"), "revoked");
    assert_eq!(service.ocsp(judge, "issuing-2.pem", "leaf.pem"), "good");
    let good =
        service.ca(&["list", "--authority", "issuing", "--profile", "device", "--status", "good"]).ok();
    assert!(!good.contains(&old), "{good}");
}
