use super::*;
use crate::algorithm::KeySpec;
use crate::x509::extension::{Extension, ExtensionValue, KeyUsage};
use crate::x509::testing::{Draft, at, name, openssl, shared, sign, vector, vector_certificate};
use crate::x509::{Oid, Problem};
use proptest::prelude::*;

const ROOTS: [&str; 3] = ["nrcac-rootca.pem", "nrcac-civil-servant-root.pem", "nrcac-device-root.pem"];

fn operating_authorities() -> Vec<Certificate> {
    let Some(folder) = shared("vectors/operating-cas") else { return Vec::new() };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "crt"));
    let read = |path: &std::path::PathBuf| {
        let der = pem::read_one_of(&std::fs::read(path).unwrap(), &[PEM_LABEL]).unwrap();
        Certificate::from_der(&der).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    paths.iter().map(read).collect()
}

#[test]
fn every_operating_authority_was_signed_by_a_national_root() {
    let roots: Vec<_> = ROOTS.iter().filter_map(|file| vector_certificate(file)).collect();
    for root in &roots {
        root.verify_signed_by(&root.public_key().unwrap()).unwrap();
        assert!(root.is_self_issued() && root.basic_constraints().unwrap().unwrap().ca);
    }
    let authorities = operating_authorities();
    assert!(authorities.is_empty() || authorities.len() == 86);
    for authority in authorities {
        let issuer = roots.iter().find(|root| root.subject().matches(authority.issuer())).unwrap();
        authority.verify_signed_by(&issuer.public_key().unwrap()).unwrap();
        assert_eq!(authority.public_key().unwrap().spec(), KeySpec::Sm2);
        assert!(authority.key_usage().unwrap().unwrap().contains(KeyUsage::KeyCertSign));
        let expected = issuer.subject_key_identifier().unwrap();
        assert_eq!(authority.authority_key_identifier().unwrap().unwrap().key_identifier, expected);
    }
}

#[test]
fn what_others_wrote_is_written_to_the_same_bytes() {
    let files = [
        "ca-cfca-sm2-oca1.cer",
        "tongsuo-sm2_server_enc.crt",
        "gmssl-tlcp-client.pem",
        "hitls-spki-alg-301.der",
    ];
    let others = files.iter().chain(&ROOTS).filter_map(|file| vector_certificate(file));
    for certificate in others.chain(operating_authorities()) {
        assert_eq!(hex::encode(certificate.tbs().to_der().unwrap()), hex::encode(certificate.tbs_der()));
        let (algorithm, signature) = (certificate.signature_algorithm(), certificate.signature());
        let again = assemble(certificate.tbs_der(), algorithm, signature).unwrap();
        assert_eq!(again.der(), certificate.der());
    }
}

#[test]
fn what_other_implementations_issue_verifies() {
    let read_all = |file: &str| -> Option<Vec<Certificate>> {
        let objects = pem::read_all(&std::fs::read(shared(&format!("vectors/{file}"))?).unwrap()).unwrap();
        Some(objects.iter().map(|object| Certificate::from_der(&object.der).unwrap()).collect())
    };
    for (file, issuers) in [
        ("tongsuo-sm2_server_sign.crt", "tongsuo-sm2_chain-ca.crt"),
        ("tongsuo-sm2_server_enc.crt", "tongsuo-sm2_chain-ca.crt"),
        ("gmssl-tlcp-subca.pem", "gmssl-tlcp-root.pem"),
        ("gmssl-tlcp-client.pem", "gmssl-tlcp-subca.pem"),
        ("gmssl-tlcp-server-double.pem", "gmssl-tlcp-subca.pem"),
    ] {
        let (Some(certificates), Some(issuers)) = (read_all(file), read_all(issuers)) else { return };
        let certificate = &certificates[0];
        let issuer = issuers.iter().find(|issuer| issuer.subject().matches(certificate.issuer())).unwrap();
        let verified = certificate.verify_signed_by(&issuer.public_key().unwrap());
        verified.unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

#[test]
fn a_key_algorithm_written_as_its_curve_is_read() {
    let Some(certificate) = vector_certificate("hitls-spki-alg-301.der") else { return };
    assert_eq!(certificate.public_key().unwrap().spec(), KeySpec::Sm2);
}

#[test]
fn signatures_with_the_empty_identifier_do_not_count() {
    for file in ["hitls-emptyid-ca.der", "hitls-emptyid-inter.der", "hitls-emptyid-enc.der"] {
        let Some(issuer) = vector_certificate("hitls-emptyid-ca.der") else { return };
        let certificate = vector_certificate(file).unwrap();
        assert!(certificate.verify_signed_by(&issuer.public_key().unwrap()).is_err(), "{file}");
    }
}

#[test]
fn every_key_kind_signs_what_openssl_reads() {
    for spec in ["sm2", "p256", "p384", "ed25519", "rsa-2048"] {
        let root = Draft::authority("试验根").spec(spec.parse().unwrap()).self_signed();
        let certificate = &root.certificate;
        certificate.verify_signed_by(root.signer.public_key()).unwrap();
        assert_eq!(Certificate::from_der(certificate.der()).unwrap(), *certificate);
        assert_eq!(certificate.public_key().unwrap(), *root.signer.public_key());
        let arguments = ["x509", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus"];
        let Some((done, text)) = openssl(&arguments, certificate.to_pem().as_bytes()) else { return };
        assert!(done && text.contains("CN=试验根") && text.contains("CA:TRUE"), "{spec}: {text}");
    }
}

#[test]
fn openssl_verifies_a_chain_of_one_link() {
    let root = Draft::authority("root").self_signed();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let folder = tempfile::tempdir().unwrap();
    let (root_file, leaf_file) = (folder.path().join("root.pem"), folder.path().join("leaf.pem"));
    std::io::Write::write_all(
        &mut std::fs::File::create(&root_file).unwrap(),
        root.certificate.to_pem().as_bytes(),
    )
    .unwrap();
    std::io::Write::write_all(
        &mut std::fs::File::create(&leaf_file).unwrap(),
        leaf.certificate.to_pem().as_bytes(),
    )
    .unwrap();
    let options =
        ["verify", "-no_check_time", "-vfyopt", "distid:1234567812345678", "-partial_chain", "-trusted"];
    let arguments = [&options[..], &[root_file.to_str().unwrap(), leaf_file.to_str().unwrap()]].concat();
    let Some((done, text)) = openssl(&arguments, b"") else { return };
    assert!(done, "{text}");
}

#[test]
fn a_version_1_certificate_is_read() {
    let root = Draft::authority("root").self_signed();
    let mut tbs = root.certificate.tbs().clone();
    tbs.extensions = Extensions::default();
    let old = sign(&tbs, root.signer.as_ref());
    assert_eq!((old.version(), root.certificate.version()), (Version::V1, Version::V3));
    assert_eq!(old.basic_constraints().unwrap(), None);
    old.verify_signed_by(root.signer.public_key()).unwrap();
}

#[test]
fn extensions_need_version_3() {
    let root = Draft::authority("root").self_signed().certificate;
    let tbs = root.tbs_der();
    let version = tbs.windows(5).position(|window| window == [0xa0, 3, 2, 1, 2]).unwrap();
    let mut old = tbs.to_vec();
    old[version + 4] = 1;
    let error = assemble(&old, root.signature_algorithm(), root.signature()).unwrap_err();
    assert_eq!(error.code(), "certificate-malformed");
    old[version + 4] = 3;
    assert!(assemble(&old, root.signature_algorithm(), root.signature()).is_err());
}

#[test]
fn both_algorithm_identifiers_must_agree() {
    let root = Draft::authority("root").self_signed();
    let mut outer = root.signer.identifier().clone();
    outer.parameters = Some(der::Any::null());
    let certificate = assemble(root.certificate.tbs_der(), &outer, root.certificate.signature()).unwrap();
    let error = certificate.verify_signed_by(root.signer.public_key()).unwrap_err();
    assert_eq!(error.code(), "signature-algorithm-mismatch");
}

#[test]
fn any_change_is_noticed() {
    let root = Draft::authority("root").self_signed();
    let der = root.certificate.der().to_vec();
    for at in 0..der.len() {
        let mut changed = der.clone();
        changed[at] ^= 1;
        let accepted = Certificate::from_der(&changed)
            .is_ok_and(|it| it.verify_signed_by(root.signer.public_key()).is_ok());
        assert!(!accepted, "octet {at}");
    }
}

#[test]
fn extension_bodies_that_are_not_der_and_large_identifiers_are_read() {
    let arc: Oid = "2.25.329800735698586629295641978511506172918.1".parse().unwrap();
    let vendor = Extension { oid: arc, critical: false, value: b"91460000MA5TXXXX1X".to_vec() };
    let root = Draft::authority("root").self_signed();
    let leaf = Draft::end_entity("leaf").with(vendor.clone()).issued_by(&root).certificate;
    assert_eq!(leaf.extensions().get(&vendor.oid), Some(&vendor));
    leaf.verify_signed_by(root.signer.public_key()).unwrap();
}

#[test]
fn duplicate_extensions_are_told_when_they_are_asked_for() {
    let root = Draft::authority("root").self_signed();
    let usage = root
        .certificate
        .extensions()
        .get(&Oid::from(crate::x509::extension::KeyUsages::OID))
        .unwrap()
        .to_der();
    let twice = asn1::element(tag::context_constructed(3), &asn1::sequence(&[usage.clone(), usage]));
    let bare = TbsCertificate { extensions: Extensions::default(), ..root.certificate.tbs().clone() }
        .to_der()
        .unwrap();
    let content = asn1::only("tbs", &bare, tag::SEQUENCE).unwrap().content;
    let version = asn1::element(tag::context_constructed(0), &asn1::unsigned(2));
    let tbs = asn1::sequence(&[&version[..], content, &twice]);
    let certificate = assemble(&tbs, root.signer.identifier(), root.certificate.signature()).unwrap();
    assert_eq!(certificate.key_usage().unwrap_err().code(), "extension-duplicate");
    assert!(certificate.extensions().first_duplicate().is_some());
}

#[test]
fn what_is_no_certificate_is_refused() {
    let der = Draft::authority("root").self_signed().certificate.der().to_vec();
    let code = |bytes: &[u8]| Certificate::from_der(bytes).unwrap_err().code();
    assert_eq!(code(&[]), "certificate-not-der");
    assert_eq!(code(&[der.clone(), vec![0]].concat()), "certificate-not-der");
    assert_eq!(code(&vec![0x30; 1 << 20]), "certificate-not-der");
    assert_eq!(code(&vec![0; (1 << 20) + 1]), "certificate-too-large");
    assert_eq!(code(&[0x30, 0x80, 0, 0]), "certificate-not-der");
    assert_eq!(code(&[0x30, 0]), "certificate-malformed");
    let error = Certificate::from_der(&[0x30, 0]).unwrap_err();
    assert!(matches!(error, CertificateError::Malformed(Malformed { problem: Problem::Missing, .. })));
    for cut in 0..der.len() {
        assert!(Certificate::from_der(&der[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn the_end_of_time_is_read() {
    let root = Draft::authority("root").self_signed();
    let tbs = TbsCertificate {
        validity: Validity::new(at("2026-01-01T00:00:00Z"), at("9999-01-01T00:00:00Z")).unwrap(),
        ..root.certificate.tbs().clone()
    };
    let der = tbs.to_der().unwrap();
    let from = der.windows(15).position(|window| window == b"99990101000000Z").unwrap();
    let mut endless = der.clone();
    endless[from..from + 15].copy_from_slice(b"99991231235959Z");
    let certificate = assemble(&endless, root.signer.identifier(), &[1]).unwrap();
    assert!(certificate.validity().contains(at("9999-12-30T00:00:00Z")));
    assert_eq!(certificate.tbs_der(), endless);
}

#[test]
fn fingerprints_are_those_of_the_whole() {
    let certificate = Draft::authority("root").self_signed().certificate;
    let Some((_, text)) =
        openssl(&["x509", "-noout", "-fingerprint", "-sha256"], certificate.to_pem().as_bytes())
    else {
        return;
    };
    let printed = text.trim().rsplit('=').next().unwrap().replace(':', "").to_lowercase();
    assert_eq!(hex::encode(certificate.sha256_fingerprint()), printed);
    let Some((_, text)) = openssl(&["dgst", "-sm3"], certificate.der()) else { return };
    assert!(text.trim().ends_with(&hex::encode(certificate.sm3_fingerprint())), "{text}");
}

#[test]
fn names_are_kept_apart_by_their_bytes() {
    let root = Draft::authority("root").self_signed();
    let leaf = Draft::end_entity("leaf").issued_by(&root).certificate;
    assert_eq!((leaf.issuer(), leaf.subject()), (&name("root"), &name("leaf")));
    assert!(!leaf.is_self_issued());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Certificate::from_der(&bytes);
        let _ = assemble(&asn1::element(tag::SEQUENCE, &bytes), &AlgorithmIdentifierOwned { oid: crate::x509::extension::KeyUsages::OID, parameters: None }, &bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_damage_is_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let Some(mut der) = vector("nrcac-rootca.pem") else { return Ok(()) };
        for (index, value) in changes {
            let at = index.index(der.len());
            der[at] = value;
        }
        if let Ok(certificate) = Certificate::from_der(&der) {
            let _ = (certificate.public_key(), certificate.tbs().to_der(), certificate.alternative_names());
            let _: Vec<_> = certificate.extensions().iter().map(Extension::decoded).collect();
            prop_assert_eq!(certificate.der(), der);
        }
    }
}
