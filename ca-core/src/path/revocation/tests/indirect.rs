//! Lists of another issuer than that of the certificate.

use super::kit::*;
use crate::x509::extension::{DistributionPoint, GeneralName, IssuingDistributionPoint};
use crate::x509::testing::{Draft, Party};

struct Scene {
    root: Party,
    issuing: Party,
    lister: Party,
    leaf: Party,
}

/// A certificate of `issuing` whose lists `lister` signs.
fn scene() -> Scene {
    let root = root();
    let issuing = Draft::authority("issuing").issued_by(&root);
    let lister = Draft::authority("lister").issued_by(&root);
    let crl_issuer = vec![GeneralName::Directory(lister.certificate.subject().clone())];
    let point = DistributionPoint { crl_issuer, ..Default::default() };
    let leaf = Draft::end_entity("leaf").with(points([point])).issued_by(&issuing);
    Scene { root, issuing, lister, leaf }
}

fn indirect() -> IssuingDistributionPoint {
    IssuingDistributionPoint { indirect: true, ..Default::default() }
}

impl Scene {
    fn verdict(&self, list: List<'_>) -> String {
        let evidence = lists([List::of(&self.root).sign(), list.sign()]);
        verdict(&self.leaf, &self.root, &[&self.issuing, &self.lister], &evidence)
    }
}

#[test]
fn it_answers_for_the_certificates_of_those_whom_its_entries_name() {
    let scene = scene();
    let list = || List::of(&scene.lister).scope(indirect());
    assert_eq!(scene.verdict(list()), "good");
    assert_eq!(scene.verdict(list().revoking_of(&scene.issuing, &scene.leaf)), "certificate-revoked");
    // The same serial of other issuers, the signer of the list first.
    assert_eq!(scene.verdict(list().revoking(&scene.leaf, None)), "good");
    assert_eq!(scene.verdict(list().revoking_of(&scene.root, &scene.leaf)), "good");
    // Who is named stays named.
    let sticky = list().revoking_of(&scene.issuing, &scene.lister).revoking(&scene.leaf, None);
    assert_eq!(scene.verdict(sticky), "certificate-revoked");
}

#[test]
fn it_must_say_that_it_is_indirect() {
    let scene = scene();
    assert_eq!(scene.verdict(List::of(&scene.lister)), "crl-scope");
    let silent = List::of(&scene.lister).revoking_of(&scene.issuing, &scene.leaf);
    assert_eq!(scene.verdict(silent), "crl-not-indirect");
}

#[test]
fn it_counts_for_those_only_who_name_its_issuer() {
    let scene = scene();
    let plain = Draft::end_entity("plain").issued_by(&scene.issuing);
    let list = List::of(&scene.lister).scope(indirect()).sign();
    let evidence = lists([List::of(&scene.root).sign(), list]);
    let pool = [&scene.issuing, &scene.lister];
    assert_eq!(verdict(&plain, &scene.root, &pool, &evidence), "revocation-unknown");
    // A list of the issuer itself answers as well, for all that the point says.
    let evidence = lists([List::of(&scene.root).sign(), List::of(&scene.issuing).sign()]);
    assert_eq!(verdict(&scene.leaf, &scene.root, &pool, &evidence), "good");
}

#[test]
fn its_signer_needs_a_path_of_its_own() {
    let scene = scene();
    let list = || List::of(&scene.lister).scope(indirect()).sign();
    let evidence = lists([List::of(&scene.root).sign(), list()]);
    assert_eq!(verdict(&scene.leaf, &scene.root, &[&scene.issuing], &evidence), "revocation-no-signer");
    let stranger = Draft::authority("lister").self_signed();
    let forged = List::of(&stranger).scope(indirect()).sign();
    let evidence = lists([List::of(&scene.root).sign(), forged]);
    let pool = [&scene.issuing, &stranger];
    assert_eq!(verdict(&scene.leaf, &scene.root, &pool, &evidence), "path-no-issuer");
    let revoked = lists([List::of(&scene.root).revoking(&scene.lister, None).sign(), list()]);
    let pool = [&scene.issuing, &scene.lister];
    assert_eq!(verdict(&scene.leaf, &scene.root, &pool, &revoked), "certificate-revoked");
}
