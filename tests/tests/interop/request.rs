use ca_core::algorithm::KeySpec;
use ca_core::x509::{CertificationRequest, Extensions};
use tests::judge::{Algorithm, Judge};
use tests::tools::openssl;

use crate::KINDS;
use crate::city::{name, rng, signer};

#[test]
fn requests_of_every_algorithm_are_accepted() {
    let Some(judge) = Judge::get() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("device.csr");
    for (spec, parameters, oid, written) in KINDS {
        let subject = name("摄像头-0001");
        let request = CertificationRequest::create(
            &subject,
            &Extensions::default(),
            signer(spec, parameters).as_ref(),
            &mut rng(),
        )
        .expect("a request");
        std::fs::write(&file, request.to_pem()).expect("a temporary file is written");
        let signed = judge.request(&file).expect("BouncyCastle verifies it");
        assert_eq!(signed.algorithm, Algorithm { oid: oid.to_string(), parameters: written.to_owned() });
        assert_eq!(signed.subject, "C=CN,O=示范城市,CN=摄像头-0001", "{spec}");
        let id = if spec == KeySpec::Sm2 { "-vfyopt distid:1234567812345678" } else { "" };
        let said = openssl(folder.path(), &format!("req -in device.csr -verify -noout {id}"));
        assert_eq!(said.status, 0, "{spec}: {said:?}");

        let mut changed = request.der().to_vec();
        *changed.last_mut().expect("bytes") ^= 1;
        std::fs::write(&file, changed).expect("a temporary file is written");
        assert!(judge.request(&file).is_err(), "{spec}");
    }
}
