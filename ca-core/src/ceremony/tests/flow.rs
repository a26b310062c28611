//! Whole ceremonies, one after the other.

use super::kit::{ROOT, Room, hold, issuer, key, request};
use crate::algorithm::KeySpec;
use crate::ceremony::Digest;
use crate::ceremony::plan::Material;
use crate::path::{Question, TrustAnchor, judge};
use crate::x509::{Certificate, CertificateList};

fn certificate(der: &[u8]) -> Certificate {
    Certificate::from_der(der).unwrap()
}

#[test]
fn a_root_certifies_an_authority_and_signs_a_list() {
    let room = Room::new();
    let root = hold(&room, &room.plan("root", 1, None, ROOT), &Material::default(), false, &[]);
    let root_der = root.outputs["root"].clone();
    let root_certificate = certificate(&root_der);
    assert_eq!(root_certificate.subject().to_string(), "CN=City Root,C=CN");
    let sealed = root.sealed.clone().unwrap();

    let authority = key(KeySpec::Sm2);
    let csr = request("Issuing 1", &*authority);
    let tables = issuer(&root_der, &sealed)
        + &format!(
            "[issuing]\nrequest = \"{}\"\nsubject = [\"C=CN\", \"CN=Issuing 1\"]\nnot_before = \"2026-12-01T00:00:00Z\"\n\
             not_after = \"2036-11-30T23:59:59Z\"\n",
            Digest::of(&csr)
        );
    let material = Material {
        previous: Some(root.transcript.clone()),
        issuer: Some(root_der.clone()),
        sealed_key: Some(sealed.clone()),
        request: Some(csr),
        previous_crl: None,
    };
    let text = room.plan("issuing", 2, Some(root.digest()), &tables);
    let issuing = hold(&room, &text, &material, false, &root.shares);
    let issued = certificate(&issuing.outputs["issuing"]);
    let anchors = [TrustAnchor::from_certificate(&root_certificate).unwrap()];
    let at = "2027-01-01T00:00:00Z".parse().unwrap();
    assert!(judge(&Question::new(&issued, &anchors, at)).is_accepted());

    let tables = issuer(&root_der, &sealed)
        + &format!(
            "[crl]\nnumber = 1\nthis_update = \"2026-12-01T02:00:00Z\"\nnext_update = \"2027-06-01T00:00:00Z\"\nprevious = \"none\"\n\
             [[crl.revoked]]\nserial = \"{}\"\nat = \"2026-12-01T01:00:00Z\"\nreason = \"superseded\"\n",
            issued.serial()
        );
    let material = Material {
        previous: Some(issuing.transcript.clone()),
        issuer: Some(root_der),
        sealed_key: Some(sealed),
        ..Material::default()
    };
    let text = room.plan("crl", 3, Some(issuing.digest()), &tables);
    let list = hold(&room, &text, &material, false, &root.shares);
    let list = CertificateList::from_der(&list.outputs["crl"]).unwrap();
    assert!(list.find(issued.serial()).is_some());
    list.verify_signed_by(&root_certificate.public_key().unwrap()).unwrap();
}
