//! Requests and answers across the air gap.

use std::sync::Arc;

use super::kit::{key, request};
use crate::algorithm::{KeySpec, Signer};
use crate::ceremony::exchange::{Accepted, Content, Octets, Package, Pending, Request};
use crate::ceremony::{Digest, Kind, Mode};
use crate::testing::rng;
use crate::x509::Certificate;
use crate::x509::testing::{Draft, Party, at, name};

struct Gap {
    online: Arc<dyn Signer>,
    administrator: Arc<dyn Signer>,
    root: Party,
    authority: Arc<dyn Signer>,
}

impl Gap {
    fn new() -> Self {
        let root = Draft::authority("Root").self_signed();
        let key = || key(KeySpec::Sm2);
        Self { online: key(), administrator: key(), root, authority: key() }
    }

    fn ask(&self, authority: &str, sequence: u64) -> Package {
        let content = Content::Request(Request {
            kind: Kind::Issuing,
            mode: Mode::Real,
            authority: authority.parse().unwrap(),
            sequence,
            nonce: [sequence as u8; 16],
            made: at("2026-12-01T00:00:00Z"),
            root: Digest::of(self.root.certificate.der()),
            request: Some(Octets(request("Issuing", &*self.authority))),
            revoked: vec![],
            previous_crl: None,
        });
        let made = Package::seal(content, &*self.online, &mut rng()).unwrap();
        let read = Package::open(made.text().as_bytes(), &[self.online.public_key().clone()]).unwrap();
        assert_eq!(read, made);
        read
    }

    fn certificate(&self) -> Certificate {
        let draft = Draft::authority("Issuing");
        let subject = self.root.certificate.subject().clone();
        let tbs = draft.tbs(&subject, self.authority.public_key(), &*self.root.signer);
        crate::x509::testing::sign(&tbs, &*self.root.signer)
    }

    fn answer(&self, asked: &Package, certificate: &Certificate) -> Package {
        let pending = Pending::receive(asked, &self.root.certificate, None).unwrap();
        let (plan, transcript) = (Digest::of(b"plan"), Digest::of(b"transcript"));
        let made = at("2026-12-02T00:00:00Z");
        let certificates = vec![certificate.der().to_vec()];
        let signer = &*self.administrator;
        let made = pending.answer(made, plan, transcript, certificates, None, signer, &mut rng()).unwrap();
        Package::open(made.text().as_bytes(), &[self.administrator.public_key().clone()]).unwrap()
    }

    fn accept(
        &self,
        answer: &Package,
        waiting: &Package,
        last: Option<u64>,
    ) -> Result<Accepted, &'static str> {
        let now = at("2026-12-03T00:00:00Z");
        Accepted::check(answer, waiting, &self.root.certificate, last, now).map_err(|error| error.code())
    }
}

#[test]
fn an_answer_is_accepted_once_for_the_request_that_waits() {
    let gap = Gap::new();
    let (asked, certificate) = (gap.ask("issuing", 7), gap.certificate());
    let answer = gap.answer(&asked, &certificate);
    let accepted = gap.accept(&answer, &asked, Some(6)).unwrap();
    assert_eq!(accepted.certificate.as_ref(), Some(&certificate));
    assert_eq!(gap.accept(&answer, &asked, Some(accepted.sequence)).unwrap_err(), "exchange-replayed");
    assert_eq!(gap.accept(&answer, &gap.ask("issuing", 8), None).unwrap_err(), "exchange-older-request");
    assert_eq!(gap.accept(&answer, &gap.ask("other", 7), None).unwrap_err(), "exchange-other-authority");
    assert_eq!(gap.accept(&answer, &gap.ask("issuing", 6), None).unwrap_err(), "exchange-other-request");
    // The same number and nonce, asked anew with another signature of the request.
    assert_eq!(gap.accept(&answer, &gap.ask("issuing", 7), None).unwrap_err(), "exchange-other-request");
    assert_eq!(gap.accept(&asked, &asked, None).unwrap_err(), "exchange-direction");
}

#[test]
fn a_request_is_taken_up_once_and_by_its_root() {
    let (gap, elsewhere) = (Gap::new(), Gap::new());
    let asked = gap.ask("issuing", 7);
    let code = |root: &Party, last| {
        Pending::receive(&asked, &root.certificate, last).err().map(|error| error.code())
    };
    assert_eq!(code(&gap.root, Some(6)), None);
    assert_eq!(code(&gap.root, Some(7)), Some("exchange-replayed"));
    assert_eq!(code(&elsewhere.root, None), Some("exchange-other-root"));
}

#[test]
fn what_the_answer_holds_is_what_was_asked_for() {
    let gap = Gap::new();
    let asked = gap.ask("issuing", 7);
    let other_key = Draft::authority("Issuing").issued_by(&gap.root).certificate;
    assert_eq!(gap.accept(&gap.answer(&asked, &other_key), &asked, None).unwrap_err(), "exchange-contents");
    let false_root = Draft::authority("Root").self_signed();
    let tbs = Draft::authority("Issuing").tbs(&name("Root"), gap.authority.public_key(), &*false_root.signer);
    let forged = crate::x509::testing::sign(&tbs, &*false_root.signer);
    let refused = gap.accept(&gap.answer(&asked, &forged), &asked, None).unwrap_err();
    assert!(!refused.starts_with("exchange-"), "{refused}");
}

#[test]
fn an_altered_package_is_refused() {
    let gap = Gap::new();
    let asked = gap.ask("issuing", 7);
    let expected = [gap.online.public_key().clone()];
    let code = |text: String, keys: &[crate::key::PublicKey]| {
        Package::open(text.as_bytes(), keys).unwrap_err().code()
    };
    let text = asked.text().to_owned();
    assert_eq!(code(text.replace("request 7", "request 8"), &expected), "exchange-text-differs");
    assert_eq!(code(text.clone() + "\n", &expected), "exchange-text-differs");
    assert_eq!(code(text.clone(), &[gap.administrator.public_key().clone()]), "exchange-sender-unknown");
    for at in (0..text.len()).step_by(23) {
        let mut altered = text.clone().into_bytes();
        altered[at] ^= 1;
        assert!(Package::open(&altered, &expected).is_err(), "octet {at}");
    }
    // Signed again by somebody else, in the name of the first.
    let Content::Request(content) = asked.content().clone() else { panic!() };
    let forged = Package::seal(Content::Request(content), &*gap.administrator, &mut rng()).unwrap();
    assert_eq!(code(forged.text().to_owned(), &expected), "exchange-sender-unknown");
}

#[test]
fn the_answer_to_a_rollover_holds_what_leads_to_the_root_and_nothing_else() {
    let gap = Gap::new();
    let new = Draft::authority("Root 2").self_signed();
    let link = |subject: &str, issuer: &Party, key: &crate::key::PublicKey| {
        let tbs = Draft::authority(subject).tbs(issuer.certificate.subject(), key, &*issuer.signer);
        crate::x509::testing::sign(&tbs, &*issuer.signer)
    };
    let new_with_old = link("Root 2", &gap.root, new.signer.public_key());
    let old_with_new = link("Root", &new, gap.root.signer.public_key());
    let Content::Request(request) = gap.ask("root", 7).content().clone() else { panic!() };
    let request = Request { kind: Kind::Rollover, request: None, ..request };
    let asked = Package::seal(Content::Request(request), &*gap.online, &mut rng()).unwrap();
    let accept = |certificates: &[&Certificate]| {
        let pending = Pending::receive(&asked, &gap.root.certificate, None).unwrap();
        let ders = certificates.iter().map(|certificate| certificate.der().to_vec()).collect();
        let (plan, made) = (Digest::of(b""), at("2026-12-02T00:00:00Z"));
        let signer = &*gap.administrator;
        let answer = pending.answer(made, plan, plan, ders, None, signer, &mut rng()).unwrap();
        gap.accept(&answer, &asked, None).map(|accepted| accepted.others.len())
    };
    assert_eq!(accept(&[&new.certificate, &new_with_old, &old_with_new]), Ok(3));
    assert_eq!(accept(&[&new.certificate, &old_with_new]), Err("exchange-contents"));
    let stranger = Draft::authority("Root 2").self_signed().certificate;
    assert_eq!(accept(&[&new.certificate, &new_with_old, &stranger]), Err("exchange-contents"));
}
