use super::*;
use crate::encoding::time::whole_seconds;
use crate::revocation::{Reason, Status};

fn basic(der: &[u8]) -> BasicResponse {
    OcspResponse::from_der(der).unwrap().basic().expect("a successful response").clone()
}

fn revoked(reason: Reason) -> CertStatus {
    CertStatus::Revoked { at: at("2026-11-01T00:00:00Z"), reason }
}

#[test]
fn every_status_is_answered_and_verified_for_every_algorithm() {
    for spec in [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }] {
        let scene = Scene::of(spec, responder_draft());
        let request = scene.request(Some(b"1234567890abcdef"));
        for status in [CertStatus::Good, CertStatus::Unknown, revoked(Reason::KeyCompromise)] {
            let response = basic(&scene.respond(&request, status));
            response.verify(scene.issuer(), now()).unwrap();
            let [answer] = response.answers() else { panic!("one answer") };
            assert_eq!(answer.status, status);
            assert_eq!(answer.cert_id.der(), request.cert_ids()[0].der());
            assert_eq!(answer.this_update, whole_seconds(now()));
            assert!(answer.is_current(now()));
            assert!(!answer.is_current(now() + SignedDuration::from_hours(2)));
            assert!(!answer.is_current(now() - SignedDuration::from_secs(1)));
            assert_eq!(response.produced_at(), whole_seconds(now()));
            assert_eq!(response.nonce(), request.nonce());
            assert_eq!(response.certificates(), [scene.responder.certificate().clone()]);
            assert_eq!(
                *response.responder(),
                ResponderIdentity::by_key(scene.responder.certificate()).unwrap()
            );
        }
    }
}

#[test]
fn what_is_held_is_answered_as_revoked_with_certificate_hold() {
    let since = at("2026-11-01T00:00:00Z");
    assert_eq!(CertStatus::from(Status::Held { since }), revoked(Reason::CertificateHold));
    assert_eq!(CertStatus::from(Status::Good), CertStatus::Good);
    let status = Status::Revoked { at: since, reason: Reason::Superseded, invalidity_date: None };
    assert_eq!(CertStatus::from(status), revoked(Reason::Superseded));
}

#[test]
fn every_reason_is_answered_and_unspecified_is_left_out() {
    let scene = Scene::new();
    let request = scene.request(None);
    let length = |reason| scene.respond(&request, revoked(reason)).len();
    for reason in Reason::ALL {
        let response = basic(&scene.respond(&request, revoked(reason)));
        assert_eq!(response.answers()[0].status, revoked(reason));
    }
    // A reason takes five octets, `[0] { ENUMERATED }`; a signature varies by up to four.
    let lengths = |reason| (0..8).map(|_| length(reason)).max().unwrap();
    assert!(lengths(Reason::Unspecified) < lengths(Reason::KeyCompromise));
}

#[test]
fn answers_stand_in_the_order_of_the_questions() {
    let scene = Scene::new();
    let ids: Vec<_> = DigestAlgorithm::ALL.map(|hash| scene.cert_id(hash)).to_vec();
    let request = OcspRequest::new(ids.clone(), None).unwrap();
    let statuses = [
        CertStatus::Good,
        CertStatus::Unknown,
        revoked(Reason::Superseded),
        CertStatus::Good,
        CertStatus::Unknown,
    ];
    let der = scene.responder.respond(&request, statuses.map(answer).to_vec(), now(), &mut rng()).unwrap();
    let response = basic(&der);
    assert_eq!(response.nonce(), None);
    let read: Vec<_> =
        response.answers().iter().map(|answer| (answer.cert_id.clone(), answer.status)).collect();
    assert_eq!(read, ids.into_iter().zip(statuses).collect::<Vec<_>>());
}

#[test]
fn an_answer_about_what_ended_says_since_when_statuses_are_kept() {
    let scene = Scene::new();
    let request = scene.request(None);
    let cutoff = Some(at("2020-01-01T00:00:00Z"));
    let answer = SingleAnswer { archive_cutoff: cutoff, ..answer(CertStatus::Good) };
    let der = scene.responder.respond(&request, vec![answer], now(), &mut rng()).unwrap();
    let response = basic(&der);
    response.verify(scene.issuer(), now()).unwrap();
    assert_eq!(response.answers()[0].archive_cutoff, cutoff);
    // RFC 6960 §4.4.4: GeneralizedTime in an extension that is not critical.
    let written = b"\x30\x1e\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x06\x04\x11\x18\x0f20200101000000Z";
    assert!(der.windows(written.len()).any(|window| window == written));
    let without = scene.respond(&request, CertStatus::Good);
    assert_eq!(basic(&without).answers()[0].archive_cutoff, None);
}

#[test]
fn there_is_one_answer_for_each_question() {
    let scene = Scene::new();
    let result = scene.responder.respond(&scene.request(None), vec![], now(), &mut rng());
    assert!(matches!(result, Err(RespondError::Count { asked: 1, answered: 0 })));
}

#[test]
fn an_answer_does_not_outlive_the_responder() {
    let scene = Scene::new();
    let end = scene.responder.certificate().validity().not_after;
    let respond = |produced_at: Timestamp| {
        let answer = SingleAnswer {
            status: CertStatus::Good,
            this_update: produced_at,
            next_update: produced_at + SignedDuration::from_hours(1),
            archive_cutoff: None,
        };
        scene.responder.respond(&scene.request(None), vec![answer], produced_at, &mut rng())
    };
    let last_minute = basic(&respond(end - SignedDuration::from_secs(60)).unwrap());
    assert_eq!(last_minute.answers()[0].next_update, Some(end));
    let error = respond(end + SignedDuration::from_secs(1)).unwrap_err();
    assert_eq!(error.code(), "ocsp-responder-outside-validity");
}

#[test]
fn an_answer_is_not_from_the_future_and_does_not_end_before_it_begins() {
    let scene = Scene::new();
    let second = SignedDuration::from_secs(1);
    for (this_update, next_update) in [(now() + second, now() + second), (now(), now() - second)] {
        let answer =
            SingleAnswer { status: CertStatus::Good, this_update, next_update, archive_cutoff: None };
        let error =
            scene.responder.respond(&scene.request(None), vec![answer], now(), &mut rng()).unwrap_err();
        assert_eq!(error.code(), "ocsp-answer-times");
    }
}

#[test]
fn only_who_is_allowed_to_becomes_a_responder() {
    let authority = Draft::authority("Issuing authority").self_signed();
    let Party { certificate, .. } = Draft::end_entity("nobody").issued_by(&authority);
    let Party { signer, .. } = responder_draft().issued_by(&authority);
    let signer: Arc<dyn Signer> = Arc::from(signer);
    let refused = |certificate, signer| Responder::new(certificate, signer).map(|_| ()).unwrap_err().code();
    assert_eq!(refused(certificate, signer), "ocsp-responder-key-mismatch");

    let any = ExtendedKeyUsage(vec![oid::ANY_EXTENDED_KEY_USAGE.into()]).to_extension(false);
    for draft in [Draft::end_entity("no purpose"), Draft::end_entity("any purpose").with(any)] {
        let Party { signer, certificate } = draft.issued_by(&authority);
        assert_eq!(refused(certificate, Arc::from(signer)), "ocsp-responder-not-delegated");
    }
    let no_signature = Draft { usage: Some([].into()), ..responder_draft() };
    let Party { signer, certificate } = no_signature.issued_by(&authority);
    assert_eq!(refused(certificate, Arc::from(signer)), "ocsp-responder-not-delegated");
}

#[test]
fn a_response_is_believed_only_from_a_delegate_of_the_issuer() {
    let scene = Scene::new();
    let request = scene.request(None);
    let answers = || vec![answer(CertStatus::Good)];

    let stranger = Scene::new();
    let foreign = stranger.responder.respond(&request, answers(), now(), &mut rng()).unwrap();
    let error = basic(&foreign).verify(scene.issuer(), now()).unwrap_err();
    assert_eq!(error.code(), "ocsp-responder-not-delegated", "same issuer name, other issuer key");

    let response = basic(&scene.respond(&request, CertStatus::Good));
    let code = |issuer, at| response.verify(issuer, at).unwrap_err().code();
    assert_eq!(code(stranger.issuer(), now()), "ocsp-other-issuer");
    assert_eq!(code(scene.issuer(), at("2037-01-01T00:00:00Z")), "ocsp-responder-expired");
}

#[test]
fn a_changed_response_is_not_believed() {
    let scene = Scene::new();
    let der = scene.respond(&scene.request(Some(b"nonce")), CertStatus::Good);
    let place = der.windows(5).position(|window| window == b"nonce").unwrap();
    let mut changed = der.clone();
    changed[place] ^= 1;
    let error = basic(&changed).verify(scene.issuer(), now()).unwrap_err();
    assert_eq!(error.code(), "ocsp-signature-invalid");
}

#[test]
fn error_responses_have_a_status_and_nothing_else() {
    for status in [
        ResponseStatus::MalformedRequest,
        ResponseStatus::InternalError,
        ResponseStatus::TryLater,
        ResponseStatus::SigRequired,
        ResponseStatus::Unauthorized,
    ] {
        let read = OcspResponse::from_der(&error_response(status)).unwrap();
        assert_eq!(read.status(), status);
        assert!(read.basic().is_none());
    }
    let claimed = OcspResponse::from_der(&error_response(ResponseStatus::Successful)).unwrap();
    assert_eq!(claimed.status(), ResponseStatus::InternalError);
}

#[test]
fn a_response_that_contradicts_itself_is_refused() {
    let code = |der: &[u8]| OcspResponse::from_der(der).unwrap_err().code();
    assert_eq!(code(&[0x30, 3, 0x0a, 1, 0]), "ocsp-response-contradictory");
    let scene = Scene::new();
    let mut answered = scene.respond(&scene.request(None), CertStatus::Good);
    let status = answered.windows(3).position(|window| window == [0x0a, 1, 0]).unwrap();
    answered[status + 2] = 6;
    assert_eq!(code(&answered), "ocsp-response-contradictory");
    answered[status + 2] = 4;
    assert_eq!(code(&answered), "ocsp-response-malformed");
    assert_eq!(code(&vec![0; MAX_RESPONSE + 1]), "ocsp-response-too-large");
}
