use ca_core::ocsp::CertStatus;
use ca_core::revocation::Reason;

use super::{Instance, order, profiles, request};
use crate::service::authorities::Keys;
use crate::service::settings::{Mode, Settings};
use crate::service::{Fault, Services};

#[test]
fn authorities_made_by_dev_are_not_taken_into_service() {
    let instance = Instance::new();
    let settings =
        Settings::new(Mode::Serve, Keys::in_folder(instance.path("keys")), "http://ca.example".to_owned());
    let error = Services::start(instance.ports.clone(), settings, profiles()).err().unwrap();
    assert_eq!(error.code(), "authority-made-by-dev");
}

#[test]
fn an_authority_with_the_key_of_another_is_refused_by_name() {
    let instance = Instance::new();
    let (root, issuing) = (instance.path("keys/root.key"), instance.path("keys/issuing.key"));
    std::fs::rename(&root, instance.path("keys/kept.key")).unwrap();
    std::fs::copy(&issuing, &root).unwrap();
    let error =
        Services::start(instance.ports.clone(), instance.settings().clone(), profiles()).err().unwrap();
    assert_eq!(error.code(), "authority-unusable");
    assert!(error.to_string().contains("root"), "{error}");
}

#[test]
fn an_authority_knows_its_chain_to_the_anchor() {
    let instance = Instance::new();
    let names = |name: &str| -> Vec<String> {
        let authority = instance.services.authorities.get(name).unwrap();
        authority.chain().iter().map(|certificate| certificate.subject().to_string()).collect()
    };
    assert_eq!(names("root").len(), 1);
    assert_eq!(names("issuing").len(), 2);
    assert_eq!(names("issuing")[1], names("root")[0]);
    assert_eq!(instance.services.authorities.default_issuing().unwrap().name().as_str(), "issuing");
}

#[test]
fn an_authority_whose_certificate_was_taken_back_issues_nothing_and_answers_on() {
    let instance = Instance::new();
    let camera = instance.issue("camera");
    let issuing = instance.services.authorities.get("issuing").unwrap().certificate().serial().clone();
    let (certificates, root) = (&instance.services.certificates, "root".parse().unwrap());
    certificates.hold(&instance.act(), &root, &issuing).unwrap();
    let order = || certificates.issue(&instance.act(), order("device", &request("gate")));
    let error = order().unwrap_err();
    assert_eq!((error.code(), error.fault()), ("authority-not-in-force", Fault::Conflict));
    certificates
        .revoke(&instance.act(), &camera.authority, &camera.serial, Reason::Superseded, None)
        .unwrap();
    instance.services.crl.publish(&instance.act(), &camera.authority, true).unwrap();
    assert!(instance.crl("issuing").find(&camera.serial).is_some());
    assert!(matches!(instance.ocsp("issuing", &camera.serial), CertStatus::Revoked { .. }));
    certificates.release(&instance.act(), &root, &issuing).unwrap();
    order().unwrap();
    instance.observe();
}

#[test]
fn only_an_issuing_authority_in_force_issues_where_none_is_named() {
    let instance = Instance::new();
    let set = |name: &str| instance.services.default_issuing.set(&instance.act(), &name.parse().unwrap());
    let codes = ["root", "nowhere", "issuing"].map(|name| set(name).unwrap_err().code());
    assert_eq!(codes, ["authority-not-issuing", "unknown-authority", "already-default"]);
    instance.services.suspension.set(&instance.act(), &"issuing".parse().unwrap(), true).unwrap();
    assert_eq!(set("issuing").unwrap_err().code(), "authority-suspended");
    instance.observe();
}
