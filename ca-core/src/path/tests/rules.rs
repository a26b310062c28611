//! The rules for the certificates of a path.

use super::*;
use crate::x509::Extensions;
use crate::x509::TbsCertificate;
use crate::x509::extension::{BasicConstraints, Extension, KeyUsage, KeyUsages};
use crate::x509::testing::{Draft, Party, name, sign};

fn limited(common_name: &str, path_length: u32) -> Draft {
    let constraints = Some(BasicConstraints { ca: true, path_length: Some(path_length) });
    Draft { constraints, ..Draft::authority(common_name) }
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
        assert_eq!((refused.code, refused.at), (code, Some(name("middle"))));
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
    assert_eq!((refused.code, refused.at), ("path-length-exceeded", Some(name("upper"))));
    // An authority at the end is not one that follows.
    assert!(path(&lower, &root, &[&upper]).is_ok());
}

#[test]
fn a_self_issued_intermediate_is_not_counted() {
    let root = limited("root", 0).self_signed();
    let renewed = Draft::authority("root").issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&renewed);
    assert_eq!(path(&leaf, &root, &[&renewed]).unwrap().len(), 2);
}

#[test]
fn critical_extensions_must_be_understood() {
    let root = Draft::authority("root").self_signed();
    let unknown = |critical| Extension { oid: "1.2.3.4".parse().unwrap(), critical, value: b"any".to_vec() };
    let leaf = Draft::end_entity("leaf").with(unknown(true)).issued_by(&root);
    assert_eq!(path(&leaf, &root, &[]).unwrap_err().code, "path-unknown-critical-extension");
    let leaf = Draft::end_entity("leaf").with(unknown(false)).issued_by(&root);
    assert!(path(&leaf, &root, &[]).is_ok());
    let middle = Draft::authority("middle").with(unknown(true)).issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&middle);
    assert_eq!(path(&leaf, &root, &[&middle]).unwrap_err().code, "path-unknown-critical-extension");
}

#[test]
fn known_extensions_must_be_readable() {
    let root = Draft::authority("root").self_signed();
    let broken = Extension { oid: "2.5.29.17".parse().unwrap(), critical: false, value: b"x".to_vec() };
    let leaf = Draft::end_entity("leaf").with(broken).issued_by(&root);
    assert_eq!(path(&leaf, &root, &[]).unwrap_err().code, "extension-malformed");
}

#[test]
fn a_version_1_certificate_is_an_anchor_but_no_intermediate() {
    let root = Draft::authority("root").self_signed();
    let middle = Draft::authority("middle").issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&middle);
    let tbs = TbsCertificate { extensions: Extensions::default(), ..middle.certificate.tbs().clone() };
    let old_middle = Party { certificate: sign(&tbs, root.signer.as_ref()), signer: middle.signer };
    assert_eq!(path(&leaf, &root, &[&old_middle]).unwrap_err().code, "path-not-an-authority");
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
