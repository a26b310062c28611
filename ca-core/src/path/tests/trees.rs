//! The national trees.

use super::*;
use crate::path::revocation::Evidence;
use crate::x509::CertificateList;
use crate::x509::testing::{shared, vector, vector_certificate};

fn national(file: &str) -> Option<TrustAnchor> {
    vector_certificate(file).map(|certificate| TrustAnchor::from_certificate(&certificate).unwrap())
}

const ROOTS: [&str; 3] = ["nrcac-rootca.pem", "nrcac-civil-servant-root.pem", "nrcac-device-root.pem"];

#[test]
fn each_operating_authority_chains_to_one_national_root() {
    let anchors: Vec<_> = ROOTS.iter().filter_map(|file| national(file)).collect();
    let Some(folder) = shared("vectors/operating-cas") else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if !file.ends_with(".crt") {
            continue;
        }
        let authority = vector_certificate(&format!("operating-cas/{file}")).unwrap();
        let time = authority.validity().not_before;
        let trees = anchors.iter().filter(|&anchor| {
            judge(&Question::new(&authority, std::slice::from_ref(anchor), time)).is_accepted()
        });
        assert_eq!(trees.count(), 1, "{file}");
        count += 1;
    }
    assert_eq!(count, 86);
    let (Some(cfca), Some(below)) =
        (vector_certificate("ca-cfca-cs.pem"), vector_certificate("ca-cfca-sm2-oca1.cer"))
    else {
        return;
    };
    let question =
        Question { intermediates: std::slice::from_ref(&cfca), ..Question::new(&below, &anchors, at(NOW)) };
    assert_eq!(judge(&question).into_result().unwrap().path().len(), 2);
}

#[test]
fn the_national_lists_answer_at_their_time() {
    let Some(der) = vector("nrcac-rootca.crl") else { return };
    let crl = CertificateList::from_der(&der).unwrap();
    let time = crl.this_update();
    let evidence = Evidence { crls: vec![crl], ..Evidence::default() };
    let anchors = [national(ROOTS[0]).unwrap()];
    let authority = vector_certificate("ca-cfca-cs.pem").unwrap();
    let asked = |time| {
        let question = Question { evidence: Some(&evidence), ..Question::new(&authority, &anchors, time) };
        judge(&question).into_result().map(|accepted| accepted.statuses().len()).map_err(|it| it.code())
    };
    assert_eq!(asked(time), Ok(1));
    assert_eq!(asked(at(NOW)), Err("revocation-unknown"));
}
