use uuid::Uuid;

use super::{Instance, request};
use crate::service::Fault;

pub(super) fn password(instance: &Instance) -> String {
    let text = std::fs::read_to_string(instance.path("est.credentials")).unwrap();
    text.trim().strip_prefix("device:").unwrap().to_owned()
}

#[test]
fn a_device_enrols_and_gets_its_chain() {
    let instance = Instance::new();
    let enrollment = &instance.services.enrollment;
    let enroller = enrollment.authenticate("device", password(&instance).as_bytes(), Uuid::nil()).unwrap();
    let enrolled = enrollment.enroll(&enroller, None, &request("camera"), Uuid::nil()).unwrap();
    assert_eq!(
        (enrolled.record.profile.as_str(), enrolled.record.requester.as_str()),
        ("device", "enroller:device")
    );
    let mut below = &enrolled.certificate;
    for above in &enrolled.chain {
        below.verify_signed_by(&above.public_key().unwrap()).unwrap();
        below = above;
    }
    assert_eq!(below.der(), instance.services.authorities.get("root").unwrap().certificate().der());
    assert_eq!(enrollment.ca_certificates(None).unwrap().len(), 2);
    instance.observe();
}

#[test]
fn wrong_credentials_are_refused_alike() {
    let instance = Instance::new();
    let enrollment = &instance.services.enrollment;
    for (user, password) in [("device", "wrong"), ("nobody", "wrong"), ("device", ""), ("", "")] {
        let error = enrollment.authenticate(user, password.as_bytes(), Uuid::nil()).unwrap_err();
        assert_eq!((error.code(), error.fault()), ("wrong-credentials", Fault::Unauthenticated));
        assert_eq!(error.to_string(), "the user or password is wrong");
    }
    assert_eq!(instance.observe().refusals, 4);
}

#[test]
fn who_was_let_in_a_moment_ago_is_asked_for_anew_after_it() {
    let instance = Instance::new();
    let enrollment = &instance.services.enrollment;
    let try_with = |password: &str| {
        enrollment
            .authenticate("device", password.as_bytes(), Uuid::nil())
            .map(drop)
            .map_err(|error| error.code())
    };
    let password = password(&instance);
    for _ in 0..2 {
        assert_eq!(try_with(&password), Ok(()));
        assert_eq!(try_with("wrong"), Err("wrong-credentials"));
    }
    assert_eq!(try_with(&password), Ok(()));
    // By another process.
    instance.place.sql(match instance.place.url() {
        None => "UPDATE enrollment_credentials SET active = 0",
        Some(_) => "UPDATE enrollment_credentials SET active = false",
    });
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert_eq!(try_with(&password), Err("wrong-credentials"));
}

#[test]
fn labels_are_the_profiles_of_end_entities() {
    let instance = Instance::new();
    let enrollment = &instance.services.enrollment;
    let enroller = enrollment.authenticate("device", password(&instance).as_bytes(), Uuid::nil()).unwrap();
    for label in ["root", "issuing", "ocsp-signing", "nothing", "../device", ""] {
        let error = enrollment.enroll(&enroller, Some(label), &request("camera"), Uuid::nil()).unwrap_err();
        assert_eq!((error.code(), error.fault()), ("unknown-label", Fault::NotFound), "{label}");
        assert_eq!(enrollment.csr_attributes(Some(label)).unwrap_err().code(), "unknown-label");
        assert_eq!(enrollment.ca_certificates(Some(label)).unwrap_err().code(), "unknown-label");
    }
    for label in ["device", "tls-client"] {
        let enrolled = enrollment.enroll(&enroller, Some(label), &request("camera"), Uuid::nil()).unwrap();
        assert_eq!(enrolled.record.profile, label);
    }
}

#[test]
fn csr_attributes_are_der_and_name_sm2() {
    let instance = Instance::new();
    for profile in ["device", "person-signing", "service"] {
        let der = instance.services.enrollment.csr_attributes(Some(profile)).unwrap();
        ca_core::encoding::der::check_structure(&der).unwrap();
        let sm2_curve = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
        assert!(der.windows(sm2_curve.len()).any(|window| window == sm2_curve), "{profile}");
    }
}
