use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::encoding::oid;
use ca_core::ocsp::{CertStatus, OcspRequest, OcspResponse, SingleAnswer, matches_issuer};
use ca_core::revocation::{Reason, Status};
use ca_core::x509::SerialNumber;
use jiff::{SignedDuration, Timestamp};
use tests::judge::{Algorithm, Judge, Ocsp};
use tests::tools::openssl;

use crate::KINDS;
use crate::city::{City, now, rng};

fn statuses() -> [(CertStatus, &'static str, Option<u8>); 5] {
    let at = now() - SignedDuration::from_hours(3);
    let revoked = |reason| CertStatus::from(Status::Revoked { at, reason, invalidity_date: None });
    [
        (CertStatus::from(Status::Good), "good", None),
        (revoked(Reason::KeyCompromise), "revoked", Some(1)),
        (revoked(Reason::Unspecified), "revoked", None),
        (CertStatus::from(Status::Held { since: at }), "revoked", Some(6)),
        (CertStatus::Unknown, "unknown", None),
    ]
}

fn next_update() -> Timestamp {
    now() + SignedDuration::from_hours(1)
}

/// Has OpenSSL ask about the leaf, answers, and gives what BouncyCastle says of the answer.
fn ask(city: &City, judge: &Judge, options: &str, status: CertStatus) -> (OcspRequest, Ocsp) {
    ask_with(city, judge, options, status, None)
}

fn ask_with(
    city: &City,
    judge: &Judge,
    options: &str,
    status: CertStatus,
    archive_cutoff: Option<Timestamp>,
) -> (OcspRequest, Ocsp) {
    assert_eq!(openssl(city.folder(), &format!("ocsp {options} -reqout ask.der")).status, 0);
    let request = OcspRequest::from_der(&city.read("ask.der")).expect("a request of OpenSSL");
    assert!(request.cert_ids().iter().all(|id| matches_issuer(id, city.issuing.certificate())));
    let answers = request
        .cert_ids()
        .iter()
        .map(|_| SingleAnswer { status, this_update: now(), next_update: next_update(), archive_cutoff })
        .collect();
    let response = city.responder.respond(&request, answers, now(), &mut rng()).expect("an answer");
    let file = city.write("answer.der", &response);
    let read = OcspResponse::from_der(&response).expect("our own answer");
    let basic = read.basic().expect("an answer");
    basic.verify(city.issuing.certificate(), now()).expect("we verify it");
    (request, judge.ocsp(&city.file("issuing.pem"), &file).expect("BouncyCastle verifies it"))
}

#[test]
fn every_status_is_believed_for_every_algorithm() {
    let Some(judge) = Judge::get() else { return };
    for (spec, parameters, oid, written) in KINDS {
        let city = City::new(spec, parameters);
        for (status, word, reason) in statuses() {
            let (request, said) = ask(&city, &judge, "-issuer issuing.pem -cert leaf.pem", status);
            assert_eq!(said.algorithm, Algorithm { oid: oid.to_owned(), parameters: written.to_owned() });
            assert_eq!(said.nonce, request.nonce().map(hex::encode), "OpenSSL sends a nonce");
            assert_eq!((said.certificates, said.no_check), (1, true));
            let key = city.responder.certificate().public_key().expect("a key");
            assert_eq!(said.responder, hex::encode(key.key_identifier()));
            assert_eq!(said.produced_at, now());
            let [answer] = &said.answers[..] else { panic!("one answer: {said:?}") };
            assert_eq!(answer.serial, city.leaf.serial().to_string());
            assert_eq!((answer.status.as_str(), answer.reason), (word, reason), "{spec}");
            assert_eq!((answer.this_update, answer.next_update), (now(), Some(next_update())));
            openssl_agrees(&city, word);
        }
    }
}

/// OpenSSL 3.0 does not verify SM2 answers, but prints them. It compares the nonce with that of the file, to which
/// `-no_nonce` keeps it from adding another.
fn openssl_agrees(city: &City, word: &str) {
    let verifying = if city.spec == KeySpec::Sm2 {
        "-noverify".to_owned()
    } else {
        format!("-CAfile chain.pem -attime {}", now().as_second())
    };
    let said = openssl(
        city.folder(),
        &format!(
            "ocsp -no_nonce -reqin ask.der -respin answer.der -issuer issuing.pem -cert leaf.pem {verifying}"
        ),
    );
    // By its own clock the answer may be old, which OpenSSL says between the name and the status.
    let found = said.stdout.lines().any(|line| line.trim_start_matches("leaf.pem: ") == word);
    assert!(found, "{}: {said:?}", city.spec);
    if city.spec != KeySpec::Sm2 {
        assert!(said.stderr.contains("Response verify OK"), "{}: {said:?}", city.spec);
    }
}

#[test]
fn cert_ids_of_three_hashes_are_answered_as_they_were_asked() {
    let Some(judge) = Judge::get() else { return };
    let city = City::new(KeySpec::Sm2, Sm2Parameters::Absent);
    for (option, hash) in [("sha1", oid::SHA1), ("sha256", oid::SHA256), ("sm3", oid::SM3)] {
        for (status, word, _) in statuses() {
            let options = format!("-issuer issuing.pem -{option} -cert leaf.pem -no_nonce");
            let (_, said) = ask(&city, &judge, &options, status);
            assert_eq!(said.nonce, None);
            let [answer] = &said.answers[..] else { panic!("one answer: {said:?}") };
            assert_eq!((answer.hash.clone(), answer.status.as_str()), (hash.to_string(), word));
        }
    }
}

#[test]
fn several_certificates_are_asked_about_at_once() {
    let Some(judge) = Judge::get() else { return };
    let city = City::new(KeySpec::Sm2, Sm2Parameters::Null);
    let other = SerialNumber::generate(&mut rng());
    let options = format!("-issuer issuing.pem -sm3 -cert leaf.pem -sha1 -serial 0x{other}");
    let (_, said) = ask(&city, &judge, &options, CertStatus::Good);
    let serials: Vec<_> = said.answers.iter().map(|answer| answer.serial.clone()).collect();
    assert_eq!(serials, [city.leaf.serial().to_string(), other.to_string()]);
    assert_eq!(said.answers[0].hash, oid::SM3.to_string());
    assert_eq!(said.answers[1].hash, oid::SHA1.to_string());
}

#[test]
fn an_archive_cutoff_is_read_by_others() {
    let Some(judge) = Judge::get() else { return };
    for (spec, parameters, ..) in KINDS {
        let city = City::new(spec, parameters);
        for (status, word, _) in statuses() {
            let cutoff = Some("2020-02-03T04:05:06Z".parse().expect("a time"));
            ask_with(&city, &judge, "-issuer issuing.pem -cert leaf.pem", status, cutoff);
            openssl_agrees(&city, word);
            let shown = openssl(city.folder(), "ocsp -respin answer.der -noverify -resp_text").ok();
            assert!(shown.contains("OCSP Archive Cutoff"), "{shown}");
            assert!(shown.contains("Feb  3 04:05:06 2020 GMT"), "{shown}");
        }
    }
}

#[test]
fn the_judge_refuses_an_answer_that_was_changed_or_is_about_another_authority() {
    let Some(judge) = Judge::get() else { return };
    let city = City::new(KeySpec::Sm2, Sm2Parameters::Absent);
    ask(&city, &judge, "-issuer issuing.pem -cert leaf.pem", CertStatus::Good);
    let answer = city.file("answer.der");
    assert!(judge.ocsp(&city.file("root.pem"), &answer).is_err());
    let mut changed = city.read("answer.der");
    let serial = city.leaf.serial().as_bytes();
    let place = changed.windows(serial.len()).position(|window| window == serial).expect("the serial");
    changed[place + 5] ^= 1;
    let changed = city.write("changed.der", changed);
    let refused = judge.ocsp(&city.file("issuing.pem"), &changed).expect_err("it was changed");
    assert!(refused.to_string().contains("signature"), "{refused}");
}
