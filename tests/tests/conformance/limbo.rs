//! x509-limbo, and BetterTLS in its format: paths as TLS clients and servers meet them.

use std::path::Path;
use std::process::Command;

use ca_core::encoding::pem;
use jiff::Timestamp;
use serde_json::Value;
use tests::workspace::shared;

use crate::case::{Case, Peer, Purpose};
use crate::suite;

#[test]
fn the_cases_of_limbo_end_as_expected() {
    let Some(file) = shared("conformance/limbo/limbo.json.xz") else { return };
    let cases = load(&file);
    assert_eq!(cases.len(), 208);
    suite::run("limbo", &cases);
}

#[test]
fn the_paths_of_better_tls_are_found() {
    let Some(file) = shared("conformance/bettertls/pathbuilding.json.xz") else { return };
    let cases = load(&file);
    assert_eq!(cases.len(), 81);
    suite::run("bettertls", &cases);
}

/// When cases without a time are judged.
fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().expect("a time")
}

/// All cases of a suite in limbo's format, compressed.
pub(crate) fn load(file: &Path) -> Vec<Case> {
    let unpacked = Command::new("xz").arg("-dc").arg(file).output().expect("xz starts");
    assert!(unpacked.status.success(), "xz: {}", String::from_utf8_lossy(&unpacked.stderr));
    let suite: Value = serde_json::from_slice(&unpacked.stdout).expect("the suite is JSON");
    suite["testcases"].as_array().expect("cases").iter().map(case).collect()
}

fn case(case: &Value) -> Case {
    let id = case["id"].as_str().expect("an id");
    let at = match case["validation_time"].as_str() {
        Some(time) => time.parse().expect("a time"),
        None => now(),
    };
    let end_entity = der(&case["peer_certificate"]);
    let names = case["expected_peer_name"].as_object().map(|_| &case["expected_peer_name"]);
    let names = names.into_iter().chain(list(&case["expected_peer_names"]));
    Case {
        section: id.rsplit_once("::").map_or(id, |(section, _)| section).to_owned(),
        anchors: list(&case["trusted_certs"]).iter().map(der).collect(),
        intermediates: list(&case["untrusted_intermediates"]).iter().map(der).collect(),
        crls: list(&case["crls"]).iter().map(der).collect(),
        purpose: Some(match case["validation_kind"].as_str().expect("a kind") {
            "SERVER" => Purpose::Server,
            "CLIENT" => Purpose::Client,
            other => panic!("{id} is of the kind {other}"),
        }),
        peers: names.map(peer).collect(),
        max_intermediates: case["max_chain_depth"]
            .as_u64()
            .map(|depth| usize::try_from(depth).expect("a depth")),
        ..Case::new(id, case["expected_result"] == "SUCCESS", end_entity, at)
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn der(text: &Value) -> Vec<u8> {
    let objects = pem::read_all(text.as_str().expect("PEM").as_bytes()).expect("PEM");
    objects.into_iter().next().expect("an object").der
}

fn peer(name: &Value) -> Peer {
    let text = name["value"].as_str().expect("a name");
    match name["kind"].as_str().expect("a kind") {
        "DNS" => Peer::Dns(text.to_owned()),
        "IP" => Peer::Ip(text.parse().expect("an address")),
        "RFC822" => Peer::Email(text.to_owned()),
        other => panic!("names of the kind {other}"),
    }
}
