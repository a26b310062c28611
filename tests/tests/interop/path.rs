use ca_core::algorithm::{KeySpec, Sm2Parameters};
use jiff::SignedDuration;
use tests::judge::{Algorithm, Judge};
use tests::tools::openssl;

use crate::KINDS;
use crate::city::{City, now};

#[test]
fn certificates_and_paths_of_every_algorithm_are_accepted() {
    let Some(judge) = Judge::get() else { return };
    for (spec, parameters, oid, written) in KINDS {
        let city = City::new(spec, parameters);
        let [root, issuing, chain, leaf] =
            ["root.pem", "issuing.pem", "chain.pem", "leaf.pem"].map(|name| city.file(name));
        for (issuer, certificate) in [(&root, &root), (&root, &issuing), (&issuing, &leaf)] {
            let signed = judge.certificate(issuer, certificate).expect("BouncyCastle verifies it");
            assert_eq!(signed.algorithm, Algorithm { oid: oid.to_string(), parameters: written.to_owned() });
        }
        assert_eq!(judge.path_at(&root, &chain, &leaf, &[], now()), Ok(2), "{spec}");
        openssl_agrees(&city);
    }
}

/// OpenSSL 3.0 verifies SM2 link by link with the identifier given, the others as a whole.
fn openssl_agrees(city: &City) {
    let at = format!("-attime {}", now().as_second());
    let commands = if city.spec == KeySpec::Sm2 {
        ["-trusted root.pem issuing.pem", "-trusted issuing.pem leaf.pem"]
            .map(|link| format!("verify {at} -partial_chain -vfyopt distid:1234567812345678 {link}"))
            .to_vec()
    } else {
        vec![format!("verify {at} -x509_strict -CAfile root.pem -untrusted issuing.pem leaf.pem")]
    };
    for command in commands {
        let said = openssl(city.folder(), &command);
        assert!(said.status == 0 && said.stdout.contains(": OK"), "{}: {said:?}", city.spec);
    }
}

#[test]
fn the_judge_refuses_what_is_changed_late_or_signed_by_someone_else() {
    let Some(judge) = Judge::get() else { return };
    let city = City::new(KeySpec::Sm2, Sm2Parameters::Absent);
    let [root, issuing, chain, leaf] =
        ["root.pem", "issuing.pem", "chain.pem", "leaf.pem"].map(|name| city.file(name));
    let mut changed = city.leaf.der().to_vec();
    *changed.last_mut().expect("bytes") ^= 1;
    let changed = city.write("changed.der", &changed);
    assert!(judge.certificate(&issuing, &changed).is_err());
    assert!(judge.certificate(&root, &leaf).is_err());
    assert!(judge.path_at(&root, &chain, &changed, &[], now()).is_err());
    let too_late = now() + SignedDuration::from_hours(24 * 366);
    assert!(judge.path_at(&root, &chain, &leaf, &[], too_late).is_err());
}
