use ca_core::algorithm::KeySpec;
use ca_core::crl::RevokedEntry;
use ca_core::revocation::Reason;
use ca_core::x509::SerialNumber;
use jiff::SignedDuration;
use tests::judge::{Algorithm, Judge};
use tests::tools::openssl;

use crate::KINDS;
use crate::city::{City, now, rng};

fn entry(serial: &SerialNumber, reason: Option<Reason>, suspected: bool) -> RevokedEntry {
    let at = now() - SignedDuration::from_hours(1);
    let invalidity_date = suspected.then(|| at - SignedDuration::from_hours(24));
    RevokedEntry { serial: serial.clone(), at, reason, invalidity_date }
}

#[test]
fn crls_of_every_algorithm_are_accepted_and_revoke_what_they_list() {
    let Some(judge) = Judge::get() else { return };
    for (spec, parameters, oid, written) in KINDS {
        let city = City::new(spec, parameters);
        let [root, issuing, chain, leaf] =
            ["root.pem", "issuing.pem", "chain.pem", "leaf.pem"].map(|name| city.file(name));
        let (of_root, _) = city.crl(&city.root, 1, vec![]);
        let (empty, _) = city.crl(&city.issuing, 1, vec![]);
        let said = judge.crl(&issuing, &empty).expect("BouncyCastle verifies it");
        assert_eq!(said.algorithm, Algorithm { oid: oid.to_string(), parameters: written.to_owned() });
        assert_eq!((said.number, said.has_list, said.entries.len()), (1, false, 0));
        let crls = [of_root.clone(), empty];
        assert_eq!(judge.path_at(&root, &chain, &leaf, &crls, now()), Ok(2), "{spec}");

        let others: Vec<_> = (0..2).map(|_| SerialNumber::generate(&mut rng())).collect();
        let (revoking, crl) = city.crl(
            &city.issuing,
            2,
            vec![
                entry(city.leaf.serial(), Some(Reason::KeyCompromise), true),
                entry(&others[0], Some(Reason::CertificateHold), false),
                entry(&others[1], Some(Reason::Unspecified), false),
            ],
        );
        let said = judge.crl(&issuing, &revoking).expect("BouncyCastle verifies it");
        assert_eq!((said.number, said.has_list, said.entries.len()), (2, true, 3));
        for (serial, reason, invalid) in [
            (
                city.leaf.serial(),
                Some(1),
                crl.find(city.leaf.serial()).and_then(|entry| entry.invalidity_date),
            ),
            (&others[0], Some(6), None),
            (&others[1], None, None),
        ] {
            assert!(said.entries.contains(&(serial.to_string(), reason, invalid)), "{said:?}");
        }
        let refused = judge
            .path_at(&root, &chain, &leaf, &[of_root, revoking], now())
            .expect_err("the certificate is revoked");
        assert!(refused.to_string().contains("revocation"), "{spec}: {refused}");
        assert!(judge.crl(&root, &city.file("issuing-2.crl")).is_err(), "signed by another authority");
        openssl_agrees(&city);
    }
}

/// OpenSSL 3.0 does not verify SM2 CRLs.
fn openssl_agrees(city: &City) {
    if city.spec == KeySpec::Sm2 {
        return;
    }
    for (number, status) in [(1, 0), (2, 2)] {
        let said = openssl(
            city.folder(),
            &format!(
                "crl -inform DER -in issuing-{number}.crl -CAfile issuing.pem -out issuing-{number}.pem"
            ),
        );
        assert!(said.stderr.contains("verify OK"), "{}: {said:?}", city.spec);
        let root = openssl(city.folder(), "crl -inform DER -in root-1.crl -out root-1.pem");
        assert_eq!(root.status, 0, "{root:?}");
        let said = openssl(
            city.folder(),
            &format!(
                "verify -attime {} -crl_check_all -CRLfile root-1.pem -CRLfile issuing-{number}.pem -CAfile root.pem -untrusted issuing.pem leaf.pem",
                now().as_second()
            ),
        );
        assert_eq!(said.status, status, "{}: {said:?}", city.spec);
    }
}
