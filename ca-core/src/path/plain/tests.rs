use super::*;
use crate::x509::crl::RevokedCertificate;
use crate::x509::extension::{
    BasicConstraints, CertificatePolicies, CrlNumber, Extension, ExtensionValue, IssuingDistributionPoint,
    KeyUsage, KeyUsages, ReasonCode,
};
use crate::x509::testing::{Draft, Party, at, name, shared, sign, sign_list, vector, vector_certificate};
use crate::x509::{Extensions, SerialNumber, TbsCertList, TbsCertificate};

const NOW: &str = "2026-06-15T12:00:00Z";

fn path(leaf: &Party, root: &Party, intermediates: &[&Party]) -> Result<Accepted, Refused> {
    let intermediates: Vec<_> = intermediates.iter().map(|party| party.certificate.clone()).collect();
    verify(&leaf.certificate, std::slice::from_ref(&root.certificate), &intermediates, None, at(NOW))
}

fn limited(common_name: &str, path_length: u32) -> Draft {
    let constraints = Some(BasicConstraints { ca: true, path_length: Some(path_length) });
    Draft { constraints, ..Draft::authority(common_name) }
}

fn list(issuer: &Party, revoked: &[&Party], this_update: &str, more: Option<Extension>) -> CertificateList {
    let entry = |party: &&Party| RevokedCertificate {
        serial: party.certificate.serial().clone(),
        revocation_date: at("2026-05-01T00:00:00Z"),
        reason: Some(ReasonCode::KeyCompromise),
        invalidity_date: None,
    };
    let mut extensions = vec![CrlNumber::from(1).to_extension(false)];
    extensions.extend(more);
    let tbs = TbsCertList {
        signature_algorithm: issuer.signer.identifier().clone(),
        issuer: issuer.certificate.subject().clone(),
        this_update: at(this_update),
        next_update: at("2026-07-01T00:00:00Z"),
        revoked: revoked.iter().map(entry).collect(),
        extensions: Extensions::new(extensions).unwrap(),
    };
    sign_list(&tbs, issuer.signer.as_ref())
}

#[test]
fn a_chain_leads_to_its_root() {
    let root = Draft::authority("root").self_signed();
    let upper = Draft::authority("upper").spec("p256".parse().unwrap()).issued_by(&root);
    let lower = Draft::authority("lower").spec("rsa-2048".parse().unwrap()).issued_by(&upper);
    let leaf = Draft::end_entity("leaf").spec("ed25519".parse().unwrap()).issued_by(&lower);
    let accepted = path(&leaf, &root, &[&upper, &lower]).unwrap();
    let names: Vec<_> = accepted.path().iter().map(|certificate| certificate.subject().clone()).collect();
    assert_eq!(names, ["leaf", "lower", "upper", "root"].map(name));
    assert_eq!(accepted.anchor(), Some(&root.certificate));
    assert_eq!(path(&leaf, &root, &[&lower]).unwrap_err().code(), "path-no-issuer");
    assert_eq!(path(&root, &root, &[]).unwrap().path().len(), 2);
}

#[test]
fn the_national_trees_are_accepted() {
    let roots = ["nrcac-rootca.pem", "nrcac-civil-servant-root.pem", "nrcac-device-root.pem"];
    let anchors: Vec<_> = roots.iter().filter_map(|file| vector_certificate(file)).collect();
    let Some(folder) = shared("vectors/operating-cas") else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if !file.ends_with(".crt") {
            continue;
        }
        let authority = vector_certificate(&format!("operating-cas/{file}")).unwrap();
        let time = authority.validity().not_before;
        verify(&authority, &anchors, &[], None, time).unwrap_or_else(|refused| panic!("{file}: {refused}"));
        count += 1;
    }
    assert_eq!(count, 86);
    let cfca = vector_certificate("ca-cfca-cs.pem").unwrap();
    let below = vector_certificate("ca-cfca-sm2-oca1.cer").unwrap();
    assert_eq!(verify(&below, &anchors, &[cfca], None, at(NOW)).unwrap().path().len(), 3);
}

#[test]
fn the_national_lists_answer_at_their_time() {
    let Some(der) = vector("nrcac-rootca.crl") else { return };
    let crl = CertificateList::from_der(&der).unwrap();
    let (root, authority) =
        (vector_certificate("nrcac-rootca.pem").unwrap(), vector_certificate("ca-cfca-cs.pem").unwrap());
    let asked =
        |time| verify(&authority, std::slice::from_ref(&root), &[], Some(std::slice::from_ref(&crl)), time);
    assert!(asked(crl.this_update()).is_ok());
    assert_eq!(asked(at(NOW)).unwrap_err().code(), "revocation-unknown");
}

#[test]
fn a_forged_link_is_refused() {
    let root = Draft::authority("root").self_signed();
    let impostor = Draft::authority("root").self_signed();
    let leaf = Draft::end_entity("leaf").issued_by(&impostor);
    assert_eq!(path(&leaf, &root, &[]).unwrap_err().code(), "signature-invalid");
    assert_eq!(path(&leaf, &root, &[&impostor]).unwrap_err().code(), "signature-invalid");
    let both = [root.certificate, impostor.certificate];
    assert!(verify(&leaf.certificate, &both, &[], None, at(NOW)).is_ok());
}

#[test]
fn every_certificate_must_be_valid_at_the_time() {
    let root = Draft::authority("root").self_signed();
    let middle =
        Draft { validity: ("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"), ..Draft::authority("middle") };
    let middle = middle.issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&middle);
    assert_eq!(path(&leaf, &root, &[&middle]).unwrap_err().code(), "certificate-not-yet-valid");
    let asked = |time: &str| {
        let (anchors, intermediates) = ([root.certificate.clone()], [middle.certificate.clone()]);
        verify(&leaf.certificate, &anchors, &intermediates, None, at(time)).map_err(|refused| refused.code())
    };
    assert!(asked("2027-06-01T00:00:00Z").is_ok());
    assert_eq!(asked("2028-01-01T00:00:01Z").unwrap_err(), "certificate-expired");
    assert_eq!(asked("2025-12-31T23:59:59Z").unwrap_err(), "certificate-not-yet-valid");
    assert_eq!(asked("2037-01-01T00:00:00Z").unwrap_err(), "certificate-expired");
}

#[test]
fn who_is_no_authority_cannot_issue() {
    let root = Draft::authority("root").self_signed();
    for (middle, code) in [
        (Draft::end_entity("middle"), "path-not-an-authority"),
        (
            Draft { constraints: Some(BasicConstraints::default()), ..Draft::authority("middle") },
            "path-not-an-authority",
        ),
        (
            Draft { usage: Some(KeyUsages::from([KeyUsage::CrlSign])), ..Draft::authority("middle") },
            "path-may-not-sign-certificates",
        ),
    ] {
        let middle = middle.issued_by(&root);
        let leaf = Draft::end_entity("leaf").issued_by(&middle);
        let refused = path(&leaf, &root, &[&middle]).unwrap_err();
        assert_eq!((refused.code(), &refused.subject), (code, &name("middle")));
    }
    let silent = Draft { usage: None, ..Draft::authority("middle") }.issued_by(&root);
    assert!(path(&Draft::end_entity("leaf").issued_by(&silent), &root, &[&silent]).is_ok());
}

#[test]
fn path_lengths_count_what_follows() {
    let root = limited("root", 1).self_signed();
    let upper = limited("upper", 0).issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&upper);
    assert!(path(&leaf, &root, &[&upper]).is_ok());
    let lower = Draft::authority("lower").issued_by(&upper);
    let leaf = Draft::end_entity("leaf").issued_by(&lower);
    let refused = path(&leaf, &root, &[&upper, &lower]).unwrap_err();
    assert_eq!((refused.code(), &refused.subject), ("path-length-exceeded", &name("upper")));
    // An authority at the end is not one that follows.
    assert!(path(&lower, &root, &[&upper]).is_ok());
}

#[test]
fn a_self_issued_intermediate_is_not_counted() {
    let root = limited("root", 0).self_signed();
    let renewed = Draft::authority("root").issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&renewed);
    assert_eq!(path(&leaf, &root, &[&renewed]).unwrap().path().len(), 3);
}

#[test]
fn critical_extensions_must_be_understood() {
    let root = Draft::authority("root").self_signed();
    let unknown = |critical| Extension { oid: "1.2.3.4".parse().unwrap(), critical, value: b"any".to_vec() };
    let leaf = Draft::end_entity("leaf").with(unknown(true)).issued_by(&root);
    assert_eq!(path(&leaf, &root, &[]).unwrap_err().code(), "path-unknown-critical-extension");
    let leaf = Draft::end_entity("leaf").with(unknown(false)).issued_by(&root);
    assert!(path(&leaf, &root, &[]).is_ok());
    let middle = Draft::authority("middle").with(unknown(true)).issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&middle);
    assert_eq!(path(&leaf, &root, &[&middle]).unwrap_err().code(), "path-unknown-critical-extension");
}

#[test]
fn restrictions_that_are_not_judged_are_refused() {
    let root = Draft::authority("root").self_signed();
    for oid in ["2.5.29.30", "2.5.29.36", "2.5.29.54"] {
        for critical in [false, true] {
            let extension = Extension { oid: oid.parse().unwrap(), critical, value: vec![0x30, 0] };
            let middle = Draft::authority("middle").with(extension).issued_by(&root);
            let leaf = Draft::end_entity("leaf").issued_by(&middle);
            assert_eq!(
                path(&leaf, &root, &[&middle]).unwrap_err().code(),
                "path-extension-not-judged",
                "{oid}"
            );
        }
    }
    let policies = CertificatePolicies::of(["1.2.3".parse().unwrap()]).to_extension(true);
    assert!(path(&Draft::end_entity("leaf").with(policies).issued_by(&root), &root, &[]).is_ok());
}

#[test]
fn known_extensions_must_be_readable() {
    let root = Draft::authority("root").self_signed();
    let broken = Extension { oid: "2.5.29.17".parse().unwrap(), critical: false, value: b"x".to_vec() };
    let leaf = Draft::end_entity("leaf").with(broken).issued_by(&root);
    assert_eq!(path(&leaf, &root, &[]).unwrap_err().code(), "extension-malformed");
}

#[test]
fn a_version_1_certificate_is_an_anchor_but_no_intermediate() {
    let root = Draft::authority("root").self_signed();
    let middle = Draft::authority("middle").issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&middle);
    let tbs = TbsCertificate { extensions: Extensions::default(), ..middle.certificate.tbs().clone() };
    let old_middle = Party { certificate: sign(&tbs, root.signer.as_ref()), signer: middle.signer };
    assert_eq!(path(&leaf, &root, &[&old_middle]).unwrap_err().code(), "path-not-an-authority");
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let tbs = TbsCertificate { extensions: Extensions::default(), ..root.certificate.tbs().clone() };
    let old_root = Party { certificate: sign(&tbs, root.signer.as_ref()), signer: root.signer };
    assert!(path(&leaf, &old_root, &[]).is_ok());
    // Self-issued as it may be: below an anchor, version 1 cannot say that it is an authority.
    let anchor = Draft::authority("root").self_signed();
    let renewed = Draft::authority("root").issued_by(&anchor);
    let leaf = Draft::end_entity("leaf").issued_by(&renewed);
    assert!(path(&leaf, &anchor, &[&renewed]).is_ok());
    let tbs = TbsCertificate { extensions: Extensions::default(), ..renewed.certificate.tbs().clone() };
    let old = Party { certificate: sign(&tbs, anchor.signer.as_ref()), signer: renewed.signer };
    assert!(path(&leaf, &anchor, &[&old]).is_err());
}

#[test]
fn revocation_is_asked_of_the_whole_path_but_the_anchor() {
    let root = Draft::authority("root").self_signed();
    let middle = Draft::authority("middle").issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&middle);
    let june = "2026-06-01T00:00:00Z";
    let asked = |crls: &[CertificateList]| {
        let (anchors, intermediates) = ([root.certificate.clone()], [middle.certificate.clone()]);
        let answer = verify(&leaf.certificate, &anchors, &intermediates, Some(crls), at(NOW));
        answer.map(|_| ()).map_err(|refused| (refused.code(), refused.subject.to_string()))
    };
    let (upper, lower) = (list(&root, &[], june, None), list(&middle, &[], june, None));
    assert_eq!(asked(&[upper.clone(), lower.clone()]), Ok(()));
    let unknown = |name: &str| Err(("revocation-unknown", format!("CN={name},C=CN")));
    let revoked = |name: &str| Err(("certificate-revoked", format!("CN={name},C=CN")));
    assert_eq!(asked(&[]), unknown("leaf"));
    assert_eq!(asked(std::slice::from_ref(&lower)), unknown("middle"));
    assert_eq!(asked(&[upper.clone(), list(&middle, &[&leaf], june, None)]), revoked("leaf"));
    assert_eq!(asked(&[list(&root, &[&middle], june, None), lower.clone()]), revoked("middle"));
    // The newer list decides.
    let older = list(&middle, &[], "2026-05-31T00:00:00Z", None);
    assert_eq!(asked(&[upper.clone(), list(&middle, &[&leaf], june, None), older.clone()]), revoked("leaf"));
    assert_eq!(asked(&[upper.clone(), older, list(&middle, &[&leaf], june, None)]), revoked("leaf"));
    // Lists of the future, of another key of the same name, of another scope do not count.
    assert_eq!(asked(&[upper.clone(), list(&middle, &[], "2026-06-16T00:00:00Z", None)]), unknown("leaf"));
    let impostor = Draft::authority("middle").self_signed();
    assert_eq!(asked(&[upper.clone(), list(&impostor, &[], june, None)]), unknown("leaf"));
    let scope =
        IssuingDistributionPoint { only_ca_certificates: true, ..IssuingDistributionPoint::default() };
    assert_eq!(
        asked(&[upper.clone(), list(&middle, &[], june, Some(scope.to_extension(true)))]),
        unknown("leaf")
    );
    let scope =
        IssuingDistributionPoint { only_user_certificates: true, ..IssuingDistributionPoint::default() };
    assert_eq!(asked(&[upper.clone(), list(&middle, &[], june, Some(scope.to_extension(true)))]), Ok(()));
    let critical = Extension { oid: "1.2.3.4".parse().unwrap(), critical: true, value: vec![] };
    assert_eq!(asked(&[upper, list(&middle, &[], june, Some(critical))]), unknown("leaf"));
}

#[test]
fn the_depth_is_bounded() {
    let root = Draft::authority("root").self_signed();
    let mut chain = vec![root];
    for depth in 0..=MAX_INTERMEDIATES {
        let next = Draft::authority(&format!("level {depth}")).issued_by(chain.last().unwrap());
        chain.push(next);
    }
    let intermediates: Vec<_> = chain[1..].iter().collect();
    let fits = Draft::end_entity("leaf").issued_by(&chain[MAX_INTERMEDIATES]);
    assert_eq!(path(&fits, &chain[0], &intermediates).unwrap().path().len(), MAX_INTERMEDIATES + 2);
    let deep = Draft::end_entity("leaf").issued_by(&chain[MAX_INTERMEDIATES + 1]);
    assert_eq!(path(&deep, &chain[0], &intermediates).unwrap_err().code(), "path-too-long");
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
    let short = sign(&tbs, root.signer.as_ref());
    let leaf = Draft::end_entity("leaf").issued_by(&lower).certificate;
    let anchors = [root.certificate.clone()];
    let long = [lower.certificate.clone(), upper.certificate.clone()];
    let both = [&long[..], &[short]].concat();
    let within = |pool: &[Certificate], maximum| verify_within(&leaf, &anchors, pool, None, at(NOW), maximum);
    assert_eq!(within(&long, 2).unwrap().path().len(), 4);
    assert_eq!(within(&long, 1).unwrap_err().code(), "path-too-long");
    assert_eq!(within(&both, 1).unwrap().path().len(), 3);
    assert_eq!(within(&both, 0).unwrap_err().code(), "path-too-long");
}

#[test]
fn the_work_is_bounded() {
    let root = Draft::authority("root").self_signed();
    // Every one of these could have issued every other: a search without bounds tries factorially many paths.
    let first = Draft::authority("same").self_signed();
    let mut crowd = vec![first.certificate.clone()];
    for _ in 0..MAX_SIGNATURES {
        let tbs = TbsCertificate {
            serial: SerialNumber::generate(&mut crate::x509::testing::rng()),
            ..first.certificate.tbs().clone()
        };
        crowd.push(sign(&tbs, first.signer.as_ref()));
    }
    let leaf = Draft::end_entity("leaf").issued_by(&first);
    let refused = verify(&leaf.certificate, &[root.certificate], &crowd, None, at(NOW)).unwrap_err();
    assert_eq!(refused.code(), "path-search-too-large");
}
