//! Whole ceremonies, one after the other, and each verified from its papers.

use super::kit::{Papers, ROOT, Room, hold, issuer, key, request};
use crate::algorithm::KeySpec;
use crate::ceremony::due::{What, due};
use crate::ceremony::plan::{Material, Mode};
use crate::ceremony::share::Share;
use crate::ceremony::transcript::Slot;
use crate::ceremony::verify::{self, Report, follow};
use crate::ceremony::{Digest, Kind, rehearsal};
use crate::path::{Question, TrustAnchor, judge};
use crate::testing::rng;
use crate::x509::{Certificate, CertificateList};

fn certificate(der: &[u8]) -> Certificate {
    Certificate::from_der(der).unwrap()
}

/// A root, and the ceremonies held with it.
pub(super) struct City {
    pub(super) room: Room,
    sequence: u64,
    last: Papers,
    root: Vec<u8>,
    sealed: Vec<u8>,
    pub(super) shares: Vec<Share>,
    reports: Vec<Report>,
}

pub(super) fn report(papers: &Papers, mut material: Material) -> Report {
    // Whoever verifies has no sealed key.
    material.sealed_key = None;
    let papers = verify::Papers {
        plan: papers.plan.clone(),
        transcript: papers.transcript.clone(),
        material,
        outputs: papers.outputs.clone().into_iter().collect(),
    };
    verify::verify(&papers, &mut rng()).unwrap_or_else(|error| panic!("{error}"))
}

impl City {
    pub(super) fn found() -> Self {
        let room = Room::new();
        let last = hold(&room, &room.plan("root", 1, None, ROOT), &Material::default(), false, &[]);
        let reports = vec![report(&last, Material::default())];
        let (root, sealed) = (last.outputs["root"].clone(), last.sealed.clone().unwrap());
        let shares = last.shares.clone();
        Self { room, sequence: 1, last, root, sealed, shares, reports }
    }

    pub(super) fn material(&self) -> Material {
        Material {
            previous: Some(self.last.transcript.clone()),
            issuer: Some(self.root.clone()),
            sealed_key: Some(self.sealed.clone()),
            ..Material::default()
        }
    }

    pub(super) fn plan(&self, kind: &str, tables: &str) -> String {
        let tables = issuer(&self.root, &self.sealed) + tables;
        self.room.plan(kind, self.sequence + 1, Some(self.last.digest()), &tables)
    }

    fn hold(&mut self, kind: &str, tables: &str, change: impl FnOnce(&mut Material)) -> Papers {
        let mut material = self.material();
        change(&mut material);
        let papers = hold(&self.room, &self.plan(kind, tables), &material, false, &self.shares);
        self.reports.push(report(&papers, material));
        self.sequence += 1;
        self.last = papers.clone();
        papers
    }

    fn certify(&mut self, kind: &str, name: &str, more: &str) -> Certificate {
        let csr = request(name, &*key(KeySpec::Sm2));
        let tables = format!(
            "[{kind}]\nrequest = \"{}\"\nsubject = [\"C=CN\", \"CN={name}\"]\nnot_before = \"2026-12-01T00:00:00Z\"\n{more}",
            Digest::of(&csr)
        );
        let papers = self.hold(kind, &tables, |material| material.request = Some(csr));
        certificate(&papers.outputs[kind])
    }

    fn accepts(&self, certificate: &Certificate) -> bool {
        let anchors = [TrustAnchor::from_certificate(&self::certificate(&self.root)).unwrap()];
        judge(&Question::new(certificate, &anchors, "2026-12-15T00:00:00Z".parse().unwrap())).is_accepted()
    }
}

#[test]
fn a_root_lives_from_its_creation_to_its_end() {
    let mut city = City::found();
    let root = certificate(&city.root);
    assert_eq!(root.subject().to_string(), "CN=City Root,C=CN");

    let issuing = city.certify("issuing", "Issuing 1", "not_after = \"2036-11-30T23:59:59Z\"\n");
    assert!(city.accepts(&issuing));
    assert_eq!(issuing.basic_constraints().unwrap().unwrap().path_length, Some(0));

    let responder = city.certify("ocsp-signer", "Responder", "not_after = \"2026-12-31T23:59:59Z\"\n");
    assert!(city.accepts(&responder));

    let cross = city.certify(
        "cross",
        "Elsewhere",
        "not_after = \"2030-11-30T23:59:59Z\"\npath_length = 1\npolicies = [\"1.2.3.4\"]\nrequire_explicit_policy = 0\n\
         mappings = [{ issuer = \"1.2.3.4\", subject = \"1.2.3.5\" }]\ninhibit_any_policy = 0\n\
         [cross.permitted]\ndns = [\"elsewhere.example\"]\ndirectory = [[\"C=CN\", \"CN=Elsewhere\"]]\n[cross.excluded]\nip = [\"0.0.0.0/0\"]\n",
    );
    assert!(city.accepts(&cross));

    let list = |number: u64, previous: &str| {
        format!(
            "[crl]\nnumber = {number}\nthis_update = \"2026-12-01T02:00:00Z\"\nnext_update = \"2027-06-01T00:00:00Z\"\nprevious = \"{previous}\"\n\
             [[crl.revoked]]\nserial = \"{}\"\nat = \"2026-12-01T01:00:00Z\"\nreason = \"superseded\"\n",
            cross.serial()
        )
    };
    let first = city.hold("crl", &list(1, "none"), |_| {}).outputs["crl"].clone();
    let read = CertificateList::from_der(&first).unwrap();
    assert!(read.find(cross.serial()).is_some() && read.find(issuing.serial()).is_none());

    let (old_sealed, old_shares) = (city.sealed.clone(), city.shares.clone());
    let renewed = city.hold("share-renewal", "[share-renewal]\nreason = \"a change of officers\"\n", |_| {});
    (city.sealed, city.shares) = (renewed.sealed.clone().unwrap(), renewed.shares.clone());
    assert_ne!(old_sealed, city.sealed);
    let sealed = crate::ceremony::share::SealedKey::from_pem(&city.sealed).unwrap();
    for old in &old_shares {
        let passphrase = super::kit::passphrase(old.officer());
        assert_eq!(old.open(sealed.set(), &passphrase).err().unwrap().code(), "share-outdated");
    }

    let due_now = due(&city.reports, &[], "2027-01-01T00:00:00Z".parse().unwrap());
    let names: Vec<&What> = due_now.iter().map(|due| &due.what).collect();
    assert_eq!(names[0], &What::OcspSigner { subject: "CN=Responder,C=CN".to_owned() });
    assert_eq!(names[1], &What::RootCrl { number: 2 });
    assert!(due_now[0].overdue && !due_now[1].overdue);
    assert!(names.contains(&&What::ShareCheck { officer: "Li".to_owned() }));
    assert!(names.contains(&&What::Rollover));

    // Who gave a share has opened it: the check is due a year from then.
    let mut used = city.reports[..2].to_vec();
    let later = used[0].time.unwrap() + jiff::SignedDuration::from_hours(24 * 100);
    (used[1].time, used[1].used) = (Some(later), used[0].made.as_ref().map(|(key, _)| *key));
    let checks = |officer: &str| {
        let all = due(&used, &[], later);
        let own = all.iter().find(|due| due.what == What::ShareCheck { officer: officer.to_owned() });
        own.unwrap().at
    };
    let holders = &used[0].made.as_ref().unwrap().1.holders;
    for holder in holders {
        let gave = used[1].given.contains(&(Slot::Existing, holder.officer.clone()));
        let from = if gave { later } else { used[0].time.unwrap() };
        assert_eq!(checks(&holder.officer), from + jiff::SignedDuration::from_hours(24 * 365));
    }
    assert!(!used[1].given.is_empty() && used[1].given.len() < holders.len());

    let end = "[termination]\nreason = \"it was a test\"\ndestruction = \"shredded\"\n";
    let tables = list(2, &Digest::of(&first).to_string()) + end;
    city.hold("termination", &tables, |material| material.previous_crl = Some(first));
    follow(&city.reports).unwrap();
    assert!(due(&city.reports, &[], "2040-01-01T00:00:00Z".parse().unwrap()).is_empty());

    // A list with the number of an earlier one is not taken for its successor.
    let before = city.reports.iter().position(|report| report.kind == Kind::Crl).unwrap();
    let mut reports = city.reports[..=before].to_vec();
    let again = Report {
        sequence: reports[before].sequence + 1,
        previous: Some(reports[before].digest),
        ..reports[before].clone()
    };
    reports.push(again);
    assert!(follow(&reports).unwrap_err().to_string().contains("rise"));
    let mut reports = city.reports.clone();
    reports.remove(2);
    assert_eq!(follow(&reports).unwrap_err().code(), "ceremonies-do-not-follow");
}

#[test]
fn after_a_rollover_each_root_leads_to_the_other() {
    let mut city = City::found();
    let issuing = city.certify("issuing", "Issuing 1", "not_after = \"2036-11-30T23:59:59Z\"\n");
    for subject in ["City Root 2", "City Root"] {
        let tables = format!(
            "{}[rollover]\nnew_with_old_not_after = \"2031-11-30T23:59:59Z\"\nold_with_new_not_after = \"2046-11-30T23:59:59Z\"\n",
            ROOT.replace("City Root", subject)
                .replace("\"root\"", "\"root-2\"")
                .replace("key = \"sm2\"", "key = \"p384\"")
        );
        let text = city.plan("rollover", &tables);
        let material = city.material();
        let papers = hold(&city.room, &text, &material, false, &city.shares);
        report(&papers, material);
        let old = certificate(&city.root);
        let [new, new_with_old, old_with_new] =
            ["root", "new-with-old", "old-with-new"].map(|name| certificate(&papers.outputs[name]));
        assert_eq!(new_with_old.spki_der(), new.spki_der());
        assert_eq!(old_with_new.spki_der(), old.spki_der());
        let at = "2027-01-01T00:00:00Z".parse().unwrap();
        let leads = |end: &Certificate, through: &Certificate, anchor: &Certificate| {
            let anchors = [TrustAnchor::from_certificate(anchor).unwrap()];
            let through = [through.clone()];
            judge(&Question { intermediates: &through, ..Question::new(end, &anchors, at) }).is_accepted()
        };
        // Who trusts the new root accepts what the old one issued, and who trusts the old one accepts the new one.
        assert!(leads(&issuing, &old_with_new, &new), "{subject}");
        assert!(leads(&new_with_old, &new_with_old, &old), "{subject}");
        assert!(!leads(&issuing, &new_with_old, &new), "{subject}");
    }
}

#[test]
fn a_rehearsal_shows_in_everything_and_does_not_mix() {
    let city = City::found();
    let csr = request("Issuing 1", &*key(KeySpec::Sm2));
    let tables = format!(
        "[issuing]\nrequest = \"{}\"\nsubject = [\"C=CN\", \"CN=Issuing 1\"]\nnot_before = \"2026-12-01T00:00:00Z\"\nnot_after = \"2036-11-30T23:59:59Z\"\n",
        Digest::of(&csr)
    );
    let text = city.plan("issuing", &tables);
    let material = Material { request: Some(csr), ..city.material() };
    // With a stand-in nobody's share is touched.
    let papers = hold(&city.room, &text, &material, true, &[]);
    let issued = certificate(&papers.outputs["issuing"]);
    assert!(rehearsal::is_marked(issued.issuer()) && rehearsal::is_marked(issued.subject()));
    assert!(!city.accepts(&issued));
    assert_eq!(report(&papers, material).mode, Mode::Rehearsal);

    let room = &city.room;
    let text = room.plan("root", 1, None, ROOT);
    let practice = hold(room, &text, &Material::default(), true, &[]);
    let root = certificate(&practice.outputs["root"]);
    assert_eq!(root.subject().to_string(), "CN=REHEARSAL City Root,C=CN");
    let sealed = practice.sealed.clone().unwrap();
    assert!(String::from_utf8(sealed.clone()).unwrap().contains("REHEARSAL SEALED KEY"));
    assert!(practice.shares[0].to_pem().contains("REHEARSAL KEY SHARE"));

    // A real list by the rehearsed root, or with its transcript before it, is not planned.
    let list = "[crl]\nnumber = 1\nthis_update = \"2026-12-01T02:00:00Z\"\nnext_update = \"2027-06-01T00:00:00Z\"\nprevious = \"none\"\n";
    let tables = issuer(&practice.outputs["root"], &sealed) + list;
    let plan = room.plan("crl", 2, Some(practice.digest()), &tables);
    let material = Material {
        previous: Some(practice.transcript),
        issuer: Some(practice.outputs["root"].clone()),
        sealed_key: Some(sealed),
        ..Material::default()
    };
    let plan = crate::ceremony::Plan::from_toml(plan.as_bytes()).unwrap();
    let refused = plan.check(&material, false, &mut rng()).unwrap_err();
    assert_eq!(refused.code(), "rehearsal-mixed-with-real");
    assert_eq!(refused.0.len(), 3, "{refused}");
    // A rehearsed share does not open a real key.
    let real = crate::ceremony::share::SealedKey::from_pem(&city.sealed).unwrap();
    let share = &practice.shares[0];
    let error = share.open(real.set(), &super::kit::passphrase(share.officer())).err().unwrap();
    assert_eq!(error.code(), "rehearsal-mixed-with-real");
}
