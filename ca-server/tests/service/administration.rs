//! The signed REST interface.

use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::key::PrivateKey;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::request::{certificates, csr, enroll, enroll_body, rng};
use crate::support::server::Server;
use crate::support::signed::{Draft, administrator, now};

const LIST: &str = "/api/v1/certificates";

#[test]
fn an_administrator_issues_looks_up_and_lists() {
    let server = Server::start();
    let body = json!({ "csr": csr(KeySpec::Sm2, "meter-1").to_pem(), "profile": "device" });
    let mut draft = Draft::post(&server, LIST, &body);
    draft.idempotency_key = Some("order-1".to_owned());
    let issued = draft.send(&server);
    assert_eq!(issued.status, 201, "{}", issued.text());
    let view = issued.json();
    assert_eq!(view["subject"], "CN=meter-1");
    let certificate = certificates(view["pem"].as_str().unwrap().as_bytes()).remove(0);
    assert_eq!(view["serial"], certificate.serial().to_string());

    let location = issued.header("location").unwrap();
    let found = Draft::get(&server, location).send(&server);
    assert_eq!(found.json(), view);
    let colons = certificate.serial().as_bytes().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>();
    let spelled = format!("{LIST}/issuing/{}", colons.join(":"));
    assert_eq!(Draft::get(&server, &spelled).send(&server).json(), view);

    let key = view["key_fingerprint"].as_str().unwrap();
    for query in
        ["subject=METER".to_owned(), format!("key={key}"), format!("serial={}", certificate.serial())]
    {
        let page = Draft::get(&server, &format!("{LIST}?{query}")).send(&server).json();
        assert_eq!(page["items"], json!([view]), "{query}");
    }
}

#[test]
fn pages_follow_one_another() {
    let server = Server::start();
    for index in 0..5 {
        enroll(&server, &format!("paged-{index}"));
    }
    let mut seen = Vec::new();
    let mut path = format!("{LIST}?subject=paged&limit=2");
    loop {
        let page = Draft::get(&server, &path).send(&server).json();
        let items = page["items"].as_array().unwrap().clone();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|item| item["subject"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => path = format!("{LIST}?subject=paged&limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["CN=paged-4", "CN=paged-3", "CN=paged-2", "CN=paged-1", "CN=paged-0"]);
}

#[test]
fn requests_that_are_not_signed_rightly_are_refused() {
    let server = Server::start();
    let signer = administrator(&server);
    let draft = Draft::get(&server, LIST);

    let unsigned = server.secure().get(LIST);
    assert_eq!(unsigned.status, 401);
    assert!(unsigned.header("www-authenticate").is_some());
    unsigned.problem();

    let refused = |what: &str, response: crate::support::client::Response| {
        assert_eq!(response.status, 401, "{what}: {}", response.text());
        response.problem()
    };

    let mut broken = draft.headers(&signer);
    broken[2].1 = broken[2].1.replacen("=:", "=:AAAA", 1);
    refused("a signature that was changed", draft.send_with(&server, &broken));

    let mut late = Draft::get(&server, LIST);
    late.created = now() - SignedDuration::from_secs(120);
    assert_eq!(refused("late", late.send(&server)), "request-time-skew");
    late.created = now() + SignedDuration::from_secs(120);
    assert_eq!(refused("early", late.send(&server)), "request-time-skew");

    let stranger = PrivateKey::generate(KeySpec::Sm2, &mut rng()).unwrap();
    let stranger = stranger.into_signer(Sm2Parameters::Absent);
    refused("an unknown key", draft.send_with(&server, &draft.headers(&stranger)));

    let mut other = Draft::get(&server, LIST);
    other.algorithm = Some("ed25519");
    assert_eq!(refused("another algorithm", other.send(&server)), "request-algorithm-mismatch");

    let mut elsewhere = Draft::get(&server, LIST);
    elsewhere.authority = "ca.example".to_owned();
    refused("signed for another server", elsewhere.send(&server));

    let mut moved = Draft::get(&server, LIST);
    let headers = moved.headers(&signer);
    moved.path = format!("{LIST}?limit=1");
    refused("signed for another query", moved.send_with(&server, &headers));
    moved.path = LIST.to_owned();
    moved.method = "POST";
    refused("signed for another method", moved.send_with(&server, &headers));

    let mut body = Draft::post(&server, LIST, &json!({ "csr": "", "profile": "device" }));
    let headers = body.headers(&signer);
    body.body = json!({ "csr": "", "profile": "service" }).to_string().into_bytes();
    assert_eq!(refused("another body", body.send_with(&server, &headers)), "content-digest-mismatch");

    assert_eq!(Draft::get(&server, LIST).send(&server).status, 200, "and the server serves on");
}

#[test]
fn a_request_under_another_host_is_misdirected() {
    let server = Server::start();
    let draft = Draft::get(&server, LIST);
    let mut headers = draft.headers(&administrator(&server));
    headers.push(("Host", "ca.example".to_owned()));
    let response = draft.send_with(&server, &headers);
    assert_eq!((response.status, response.problem().as_str()), (421, "wrong-host"));
    let mut named = Draft::get(&server, LIST);
    named.authority = format!("localhost:{}", server.https.port());
    let mut headers = named.headers(&administrator(&server));
    headers.push(("Host", named.authority.clone()));
    assert_eq!(named.send_with(&server, &headers).status, 200);
}

#[test]
fn a_request_acts_once_reads_included() {
    let server = Server::start();
    let signer = administrator(&server);
    let body = json!({ "csr": csr(KeySpec::Sm2, "once").to_pem(), "profile": "device" });
    for draft in [Draft::get(&server, LIST), Draft::post(&server, LIST, &body)] {
        let headers = draft.headers(&signer);
        let first = draft.send_with(&server, &headers);
        assert!(first.status < 300, "{}", first.text());
        let second = draft.send_with(&server, &headers);
        assert_eq!((second.status, second.problem().as_str()), (401, "nonce-replayed"));
    }
    let page = Draft::get(&server, &format!("{LIST}?subject=once")).send(&server).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_request_that_acted_learns_nothing_of_what_became_of_it() {
    let server = Server::start();
    let signer = administrator(&server);
    let body = json!({ "csr": csr(KeySpec::Sm2, "held").to_pem(), "profile": "device" });
    let issued = Draft::post(&server, LIST, &body).send(&server).json();
    let hold = format!("{LIST}/issuing/{}/hold", issued["serial"].as_str().unwrap());
    let draft = Draft::post(&server, &hold, &json!({}));
    let headers = draft.headers(&signer);
    assert_eq!(draft.send_with(&server, &headers).status, 200);
    let again = draft.send_with(&server, &headers);
    assert_eq!((again.status, again.problem().as_str()), (401, "nonce-replayed"));
}

#[test]
fn what_does_not_make_sense_is_refused_with_a_code() {
    let server = Server::start();
    let good = csr(KeySpec::Sm2, "meter-2").to_pem();
    let device = |extra: serde_json::Value| {
        let mut body = json!({ "csr": good, "profile": "device" });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    let name = |value: &str| json!({ "profile": "device", "subject": [{ "type": "CN", "value": value }] });
    let cases = [
        (422, "unknown-profile", device(json!({ "profile": "no-such" }))),
        (422, "profile-reserved", device(json!({ "profile": "root" }))),
        (404, "unknown-authority", device(json!({ "authority": "nobody" }))),
        (422, "authority-not-issuing", device(json!({ "authority": "root" }))),
        (404, "unknown-authority", device(json!({ "authority": "No Body" }))),
        (400, "malformed-csr", json!({ "csr": "hello", "profile": "device" })),
        (400, "malformed-json", json!({ "csr": good })),
        (400, "malformed-json", device(json!({ "surprise": 1 }))),
        (400, "malformed-alternative-name", device(json!({ "alternative_names": ["meter"] }))),
        (400, "unknown-name-part", device(json!({ "subject": [{ "type": "XX", "value": "a" }] }))),
    ];
    for (status, code, body) in cases {
        let response = Draft::post(&server, LIST, &body).send(&server);
        assert_eq!((response.status, response.problem().as_str()), (status, code), "{body}");
    }
    for subject in ["a\u{0}b", "a\u{202e}b", &"x".repeat(300), ""] {
        let response = Draft::post(&server, LIST, &device(name(subject))).send(&server);
        assert_eq!(response.status, 422, "{subject:?}: {}", response.text());
        response.problem();
    }
    let mut text = Draft::post(&server, LIST, &device(json!({})));
    text.content_type = Some("text/plain");
    assert_eq!(text.send(&server).problem(), "unsupported-media-type");
    let listed = Draft::get(&server, &format!("{LIST}?subject=meter-2")).send(&server).json();
    assert_eq!(listed["items"], json!([]), "nothing was stored");
}

#[test]
fn reads_of_what_is_not_there_say_so() {
    let server = Server::start();
    let cases = [
        (404, "unknown-certificate", format!("{LIST}/issuing/43aa")),
        (404, "unknown-authority", format!("{LIST}/nobody/43aa")),
        (400, "malformed-serial", format!("{LIST}/issuing/xyz")),
        (400, "malformed-query", format!("{LIST}?surprise=1")),
        (400, "malformed-query", format!("{LIST}?status=bad")),
        (400, "malformed-query", format!("{LIST}?expires_before=yesterday")),
        (400, "bad-limit", format!("{LIST}?limit=201")),
        (400, "bad-limit", format!("{LIST}?limit=0")),
        (400, "bad-cursor", format!("{LIST}?cursor=xyz")),
        (400, "malformed-key-fingerprint", format!("{LIST}?key=12")),
    ];
    for (status, code, path) in cases {
        let response = Draft::get(&server, &path).send(&server);
        assert_eq!((response.status, response.problem().as_str()), (status, code), "{path}");
    }
}

#[test]
fn revocations_that_make_no_sense_are_refused() {
    let server = Server::start();
    let device = enroll(&server, "meter-3");
    let revoke = format!("{LIST}/issuing/{}/revoke", device.serial());
    let future = now() + SignedDuration::from_hours(24);
    let bodies = [
        (400, json!({ "reason": "because" })),
        (400, json!({})),
        (409, json!({ "reason": "removeFromCRL" })),
        (409, json!({ "reason": "certificateHold" })),
        (409, json!({ "reason": "keyCompromise", "invalidity_date": future })),
    ];
    for (status, body) in bodies {
        let response = Draft::post(&server, &revoke, &body).send(&server);
        assert_eq!(response.status, status, "{body}: {}", response.text());
        response.problem();
    }
    let missing = format!("{LIST}/issuing/43aa/revoke");
    let response = Draft::post(&server, &missing, &json!({ "reason": "superseded" })).send(&server);
    assert_eq!((response.status, response.problem().as_str()), (404, "unknown-certificate"));
    let body = json!({ "reason": "superseded" });
    assert_eq!(Draft::post(&server, &revoke, &body).send(&server).status, 200);
    let again = Draft::post(&server, &revoke, &body).send(&server);
    assert_eq!(again.status, 409, "{}", again.text());
}

#[test]
fn methods_and_paths_that_are_not_there_are_problems() {
    let server = Server::start();
    let response = server.secure().send("DELETE", LIST, &[], b"");
    assert_eq!((response.status, response.problem().as_str()), (405, "method-not-allowed"));
    assert_eq!(response.header("allow"), Some("GET, POST"));
    for path in ["/api/v1/nothing", "/api/v2", "/nothing"] {
        let response = server.secure().get(path);
        assert_eq!((response.status, response.problem().as_str()), (404, "no-such-resource"), "{path}");
    }
}

#[test]
fn an_order_that_is_sent_again_is_answered_alike_and_another_one_under_its_key_is_refused() {
    let server = Server::start();
    let order = |name: &str| {
        let body = json!({ "csr": csr(KeySpec::Sm2, name).to_pem(), "profile": "device" });
        Draft { idempotency_key: Some("order-1".to_owned()), ..Draft::post(&server, LIST, &body) }
    };
    let first = order("meter-1");
    let again = Draft { nonce: format!("{}-again", first.nonce), ..first.clone() };
    let (issued, repeated) = (first.send(&server), again.send(&server));
    assert_eq!((issued.status, repeated.status), (201, 201), "{}", repeated.text());
    assert_eq!(issued.json(), repeated.json());
    assert_eq!(issued.header("location"), repeated.header("location"));
    let other = order("meter-2").send(&server);
    assert_eq!((other.status, other.problem()), (422, "idempotency-key-reused".to_owned()));
    let mut long = order("meter-3");
    long.idempotency_key = Some("k".repeat(256));
    assert_eq!(long.send(&server).problem(), "malformed-idempotency-key");
    let page = Draft::get(&server, &format!("{LIST}?subject=meter")).send(&server).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_more_than_the_server_takes_at_once_is_refused_and_may_be_asked_again() {
    let folder = tempfile::TempDir::new().unwrap();
    let server = Server::start_in(folder.path(), &[("CITYCA__LIMITS__MAX_ISSUING", "1")]);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let devices: Vec<_> = (0..24)
            .map(|number| {
                let server = &server;
                scope.spawn(move || {
                    let body = csr(KeySpec::Sm2, &format!("device-{number}")).to_pem();
                    enroll_body(server, "", &[], body.as_bytes())
                })
            })
            .collect();
        devices.into_iter().map(|device| device.join().unwrap()).collect()
    });
    assert!(answers.iter().any(|answer| answer.status == 200));
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
    assert!(!refused.is_empty(), "all of {} at once", answers.len());
    for answer in refused {
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
        assert_eq!(answer.est_error(), "overloaded");
    }
}
