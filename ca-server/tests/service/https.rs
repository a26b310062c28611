//! The server's own HTTPS certificate over the years.

use std::fs;

use ca_core::x509::certificate::Certificate;
use ca_server::http::tls::{OwnTls, server_config};
use jiff::SignedDuration;
use tempfile::TempDir;

use crate::support::request::certificates;
use crate::support::signed::now;

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn read(path: &std::path::Path) -> Certificate {
    certificates(&fs::read(path).unwrap()).remove(0)
}

#[test]
fn the_certificate_is_renewed_near_its_end_by_the_same_authority() {
    let folder = TempDir::new().unwrap();
    let (data, keys, start) = (folder.path(), folder.path().join("keys"), now());
    fs::create_dir(&keys).unwrap();
    let ensure = |at, hosts: &[String]| OwnTls::ensure(data, &keys, hosts, at).unwrap();
    let own = ensure(start, &[]);
    let (authority, first) = (read(&own.authority), read(&own.certificate));
    first.verify_signed_by(&authority.public_key().unwrap()).unwrap();
    server_config(&own.certificate, &own.key).unwrap();

    ensure(start + days(300), &[]);
    assert_eq!(read(&own.certificate), first, "far from its end it stays");

    ensure(start + days(350), &[]);
    let second = read(&own.certificate);
    assert_ne!(second, first);
    assert_eq!(read(&own.authority), authority);
    second.verify_signed_by(&authority.public_key().unwrap()).unwrap();
    assert!(second.validity().not_after > start + days(700));
    assert_eq!(second.spki_der(), first.spki_der(), "the key stays");

    ensure(start + days(351), &["ca.example".to_owned()]);
    let named = read(&own.certificate);
    assert!(named.alternative_names().unwrap().iter().any(|name| name.to_string() == "dns:ca.example"));

    ensure(start + days(3600), &[]);
    assert!(read(&own.certificate).validity().not_after <= authority.validity().not_after);
    let ended = OwnTls::ensure(data, &keys, &[], start + days(3700)).unwrap_err();
    assert!(ended.to_string().contains("tls-ca.pem") && ended.to_string().contains("ended"), "{ended}");
}

#[test]
fn a_key_of_another_authority_is_told() {
    let folder = TempDir::new().unwrap();
    let (data, keys) = (folder.path(), folder.path().join("keys"));
    fs::create_dir(&keys).unwrap();
    let own = OwnTls::ensure(data, &keys, &[], now()).unwrap();
    fs::remove_file(keys.join("tls-ca.key")).unwrap();
    fs::copy(&own.key, keys.join("tls-ca.key")).unwrap();
    fs::remove_file(&own.certificate).unwrap();
    let error = OwnTls::ensure(data, &keys, &[], now()).unwrap_err();
    assert!(error.to_string().contains("it is not the key of tls-ca.pem"), "{error}");
}
