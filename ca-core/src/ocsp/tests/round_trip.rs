//! Requests and responses are written as they are read, by the structures that read them.

use der::{Decode, Encode};
use proptest::prelude::*;

use super::*;
use crate::ocsp::asn1;
use crate::revocation::Reason;

fn status() -> impl Strategy<Value = CertStatus> {
    let reasons = Reason::ALL.to_vec();
    prop_oneof![
        Just(CertStatus::Good),
        Just(CertStatus::Unknown),
        (0_i64..4_000_000_000, prop::sample::select(reasons)).prop_map(|(second, reason)| {
            CertStatus::Revoked { at: Timestamp::from_second(second).unwrap(), reason }
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn questions_and_answers(
        serials in prop::collection::vec(prop::collection::vec(1_u8..0x80, 1..19), 1..5),
        statuses in prop::collection::vec(status(), 5),
        nonce in prop::option::of(prop::collection::vec(any::<u8>(), 1..33)),
    ) {
        thread_local! {
            static SCENE: Scene = Scene::new();
        }
        SCENE.with(|scene| {
            let id = |serial: &Vec<u8>| {
                let serial = SerialNumber::from_bytes(serial).unwrap();
                CertId::new(DigestAlgorithm::Sm3, scene.issuer(), &serial).unwrap()
            };
            let ids: Vec<_> = serials.iter().map(id).collect();
            let request = OcspRequest::new(ids, nonce.as_deref()).unwrap();
            let written = asn1::Request::from_der(request.der()).unwrap().to_der().unwrap();
            assert_eq!(written, request.der());
            let read = OcspRequest::from_der(request.der()).unwrap();
            assert_eq!(OcspRequest::new(read.cert_ids().to_vec(), read.nonce()).unwrap().der(), request.der());

            let answer = |status: &CertStatus| SingleAnswer {
                status: *status,
                this_update: now(),
                next_update: now() + SignedDuration::from_hours(1),
                archive_cutoff: None,
            };
            let answers = statuses.iter().take(serials.len()).map(answer).collect();
            let der = scene.responder.respond(&read, answers, now(), &mut rng()).unwrap();
            let outer = asn1::Response::from_der(&der).unwrap();
            assert_eq!(outer.to_der().unwrap(), der);
            let inner = outer.bytes.unwrap().response;
            let basic = asn1::BasicResponse::from_der(inner.as_bytes()).unwrap();
            assert_eq!(basic.to_der().unwrap(), inner.as_bytes());
            let data = basic.tbs.decode_as::<asn1::ResponseData>().unwrap();
            assert_eq!(data.to_der().unwrap(), basic.tbs.to_der().unwrap());
            OcspResponse::from_der(&der).unwrap();
        });
    }
}
