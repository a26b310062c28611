//! Which paths are found.

use super::*;
use crate::x509::testing::{Draft, name, sign};
use crate::x509::{TbsCertificate, extension::BasicConstraints};

#[test]
fn a_chain_leads_to_its_root_whatever_the_algorithms() {
    let root = Draft::authority("root").self_signed();
    let upper = Draft::authority("upper").spec("p256".parse().unwrap()).issued_by(&root);
    let lower = Draft::authority("lower").spec("rsa-2048".parse().unwrap()).issued_by(&upper);
    let leaf = Draft::end_entity("leaf").spec("ed25519".parse().unwrap()).issued_by(&lower);
    let found = path(&leaf, &root, &[&upper, &lower]).unwrap();
    let names: Vec<_> = found.iter().map(|certificate| certificate.subject().clone()).collect();
    assert_eq!(names, ["leaf", "lower", "upper"].map(name));
    assert_eq!(path(&leaf, &root, &[&lower]).unwrap_err().code, "path-no-issuer");
    assert_eq!(path(&root, &root, &[]).unwrap().len(), 1);
}

#[test]
fn an_anchor_needs_no_certificate() {
    let root = Draft::authority("root").self_signed();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let key = root.certificate.public_key().unwrap();
    let anchors = [TrustAnchor::new(root.certificate.subject().clone(), key)];
    assert!(asked(&leaf, &anchors, &[], |question| question).is_ok());
}

#[test]
fn a_forged_link_is_refused() {
    let root = Draft::authority("root").self_signed();
    let impostor = Draft::authority("root").self_signed();
    let leaf = Draft::end_entity("leaf").issued_by(&impostor);
    assert_eq!(path(&leaf, &root, &[]).unwrap_err().code, "signature-invalid");
    assert_eq!(path(&leaf, &root, &[&impostor]).unwrap_err().code, "signature-invalid");
    let both = [anchor(&root), anchor(&impostor)];
    assert!(asked(&leaf, &both, &[], |question| question).is_ok());
}

#[test]
fn every_certificate_must_be_valid_at_the_time() {
    let root = Draft::authority("root").self_signed();
    let middle =
        Draft { validity: ("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"), ..Draft::authority("middle") };
    let middle = middle.issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&middle);
    assert_eq!(path(&leaf, &root, &[&middle]).unwrap_err().code, "certificate-not-yet-valid");
    let then = |time: &'static str| {
        asked(&leaf, &[anchor(&root)], &[&middle], |question| Question { at: at(time), ..question })
            .map(|_| ())
            .map_err(|why| why.code)
    };
    assert_eq!(then("2027-06-01T00:00:00Z"), Ok(()));
    assert_eq!(then("2028-01-01T00:00:01Z"), Err("certificate-expired"));
    assert_eq!(then("2025-12-31T23:59:59Z"), Err("certificate-not-yet-valid"));
    assert_eq!(then("2037-01-01T00:00:00Z"), Err("certificate-expired"));
}

#[test]
fn the_depth_is_bounded() {
    let root = Draft::authority("root").self_signed();
    let maximum = Limits::default().intermediates;
    let mut chain = vec![root];
    for depth in 0..=maximum {
        let next = Draft::authority(&format!("level {depth}")).issued_by(chain.last().unwrap());
        chain.push(next);
    }
    let intermediates: Vec<_> = chain[1..].iter().collect();
    let fits = Draft::end_entity("leaf").issued_by(&chain[maximum]);
    assert_eq!(path(&fits, &chain[0], &intermediates).unwrap().len(), maximum + 1);
    let deep = Draft::end_entity("leaf").issued_by(&chain[maximum + 1]);
    assert_eq!(path(&deep, &chain[0], &intermediates).unwrap_err().code, "path-too-long");
}

#[test]
fn a_shorter_path_is_found_where_a_longer_one_is_not_allowed() {
    let root = Draft::authority("root").self_signed();
    let upper = Draft::authority("upper").issued_by(&root);
    let lower = Draft::authority("lower").issued_by(&upper);
    let tbs = TbsCertificate {
        issuer: root.certificate.subject().clone(),
        signature_algorithm: root.signer.identifier().clone(),
        ..lower.certificate.tbs().clone()
    };
    let leaf = Draft::end_entity("leaf").issued_by(&lower).certificate;
    let (long, short) = (certificates(&[&lower, &upper]), sign(&tbs, root.signer.as_ref()));
    let (anchors, both) = ([anchor(&root)], [&long[..], &[short]].concat());
    let within = |pool: &[Certificate], maximum| {
        let question = Question::new(&leaf, &anchors, at(NOW));
        let answer = judge(&Question { intermediates: pool, max_intermediates: Some(maximum), ..question })
            .into_result();
        answer.map(|accepted| accepted.path().len()).map_err(|refused| refused.code())
    };
    assert_eq!(within(&long, 2), Ok(3));
    assert_eq!(within(&long, 1), Err("path-too-long"));
    assert_eq!(within(&both, 1), Ok(2));
    assert_eq!(within(&both, 0), Err("path-too-long"));
}

#[test]
fn dead_ends_and_loops_are_left_again() {
    let root = Draft::authority("root").self_signed();
    let (one, other) = (Draft::authority("one").self_signed(), Draft::authority("other").self_signed());
    let cross = |subject: &Party, issuer: &Party| {
        let tbs = TbsCertificate {
            issuer: issuer.certificate.subject().clone(),
            signature_algorithm: issuer.signer.identifier().clone(),
            ..subject.certificate.tbs().clone()
        };
        sign(&tbs, issuer.signer.as_ref())
    };
    let leaf = Draft::end_entity("leaf").issued_by(&one);
    let mut pool =
        vec![one.certificate.clone(), other.certificate.clone(), cross(&one, &other), cross(&other, &one)];
    let anchors = [anchor(&root)];
    let code = |pool: &[Certificate]| {
        let question = Question::new(&leaf.certificate, &anchors, at(NOW));
        let answer = judge(&Question { intermediates: pool, ..question }).into_result();
        answer.map(|accepted| accepted.path().len()).map_err(|refused| refused.code())
    };
    assert_eq!(code(&pool), Err("path-loop"));
    pool.push(cross(&other, &root));
    assert_eq!(code(&pool), Ok(3));
}

#[test]
fn a_refusal_tells_every_path_that_was_tried() {
    let root = Draft::authority("root").self_signed();
    let middle = |length| {
        let constraints = Some(BasicConstraints { ca: true, path_length: length });
        Draft { constraints, ..Draft::authority("middle") }.issued_by(&root)
    };
    let (fine, short) = (middle(None), middle(Some(0)));
    let lower = Draft::authority("lower").issued_by(&short);
    let leaf = Draft::end_entity("leaf").issued_by(&lower);
    let (pool, anchors) = (certificates(&[&fine, &short, &lower]), [anchor(&root)]);
    let question = Question { intermediates: &pool, ..Question::new(&leaf.certificate, &anchors, at(NOW)) };
    let refused = judge(&question).into_result().unwrap_err();
    let mut codes: Vec<_> = refused.attempts().iter().map(|attempt| attempt.cause.code()).collect();
    codes.sort();
    assert_eq!(codes, ["path-length-exceeded", "signature-invalid"]);
    assert!(refused.attempts().iter().all(|attempt| attempt.to_string().contains("RFC 5280 §6.1")));
}
