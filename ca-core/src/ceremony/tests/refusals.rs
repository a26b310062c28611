//! What is refused in the room, by whom it is named, and that it is on the record.

use super::kit::{
    Papers, ROOT, Room, check, do_step, go_on, hold, issuer, key, machine, passphrase, request,
};
use crate::algorithm::KeySpec;
use crate::ceremony::plan::Material;
use crate::ceremony::session::JournalError;
use crate::ceremony::share::Share;
use crate::ceremony::transcript::Event;
use crate::ceremony::verify;
use crate::ceremony::{Digest, Journal, Plan, Session, Step, Transcript};
use crate::testing::rng;
use crate::x509::extension::{CertificatePolicies, ExtensionValue, NameConstraints, Subtree};
use crate::x509::name::{AttributeKind, Name};
use crate::x509::testing::Draft;

fn name_of(organization: &str) -> Name {
    Name::from_parts(&[(AttributeKind::Organization, organization.to_owned())]).unwrap()
}

/// A root with the plan of a list to come.
struct Ready {
    room: Room,
    root: Papers,
    text: String,
    material: Material,
}

const LIST: &str = "[crl]\nnumber = 1\nthis_update = \"2026-12-01T02:00:00Z\"\nnext_update = \"2027-06-01T00:00:00Z\"\nprevious = \"none\"\n";

fn ready() -> Ready {
    let room = Room::new();
    let root = hold(&room, &room.plan("root", 1, None, ROOT), &Material::default(), false, &[]);
    let sealed = root.sealed.clone().unwrap();
    let text = room.plan("crl", 2, Some(root.digest()), &(issuer(&root.outputs["root"], &sealed) + LIST));
    let material = Material {
        previous: Some(root.transcript.clone()),
        issuer: Some(root.outputs["root"].clone()),
        sealed_key: Some(sealed),
        ..Material::default()
    };
    Ready { room, root, text, material }
}

/// Does the steps before the first of that name.
fn until(name: &str, ready: &Ready, session: &mut Session, journal: &mut Vec<u8>) {
    while session.next().name() != name {
        let step = session.next();
        assert_ne!(step, Step::Finished);
        do_step(&ready.room, session, journal, &ready.root.shares, &mut Papers::default(), &step);
    }
}

fn refusals(journal: &[u8]) -> Vec<String> {
    let transcript = Transcript::from_bytes(journal).unwrap();
    transcript
        .events()
        .filter_map(|event| match event {
            Event::Refused { code, .. } => Some(code.clone()),
            _ => None,
        })
        .collect()
}

#[test]
fn what_people_do_wrong_is_refused_and_recorded_and_nothing_is_signed() {
    let ready = ready();
    let mut journal = Vec::new();
    let mut session =
        Session::open(check(&ready.text, &ready.material, false), machine(), &mut journal).unwrap();
    let digits = session.checked().plan().digits().to_string();
    let misread = digits.replacen(&digits[..1], if digits.starts_with('1') { "2" } else { "1" }, 1);
    let mut seen = Vec::new();
    let mut note =
        |result: Result<(), crate::ceremony::session::StepError>| seen.push(result.unwrap_err().code());

    note(session.confirm_digits(&misread, "Zhao", &mut journal));
    note(session.confirm_digits(&digits, "Qian", &mut journal));
    session.confirm_digits(&digits, "Zhao", &mut journal).unwrap();
    note(session.confirm_time("2026-12-02T03:00:00Z".parse().unwrap(), "Zhao", "Zhou", &mut journal));
    note(session.confirm_time("2026-12-01T03:00:00Z".parse().unwrap(), "Zhao", "Sun", &mut journal));
    session.confirm_time("2026-12-01T03:00:00Z".parse().unwrap(), "Zhao", "Zhou", &mut journal).unwrap();
    note(session.take_attendance(&["Zhao", "Qian", "Zhou", "Wu"], &mut journal));
    note(session.take_attendance(&["Zhao", "Qian", "Qian", "Zhou", "Wu"], &mut journal));
    note(session.take_attendance(&["Zhao", "Qian", "Sun", "Zhou"], &mut journal));
    note(session.take_attendance(&["Zhao", "Qian", "Sun", "Zhou", "Wu", "Nobody"], &mut journal));
    session.take_attendance(&["Zhao", "Qian", "Sun", "Zhou", "Wu"], &mut journal).unwrap();
    note(session.prepare(&mut rng(), &mut journal).map(|_| ()));
    let share = |name: &str| ready.root.shares.iter().find(|share| share.officer() == name).unwrap();
    let give = |session: &mut Session, name: &str, phrase: &str, journal: &mut Vec<u8>| {
        session.give_share(share(name), &passphrase(phrase), journal).map(|_| ())
    };
    note(give(&mut session, "Li", "Li", &mut journal));
    note(give(&mut session, "Qian", "Sun", &mut journal));
    give(&mut session, "Qian", "Qian", &mut journal).unwrap();
    note(give(&mut session, "Qian", "Qian", &mut journal));
    assert!(matches!(session.next(), Step::GiveShare { missing: 1, .. }));
    give(&mut session, "Sun", "Sun", &mut journal).unwrap();
    session.prepare(&mut rng(), &mut journal).unwrap();
    note(session.sign(&mut rng(), &mut journal).map(|_| ()));
    note(session.confirm("Qian", &mut journal));
    note(session.close(&mut journal));

    assert_eq!(
        seen,
        [
            "digits-misread",
            "person-not-theirs",
            "ceremony-time",
            "person-not-theirs",
            "officers-too-few",
            "person-twice",
            "people-too-few",
            "person-unknown",
            "ceremony-out-of-order",
            "person-absent",
            "share-not-opened",
            "share-twice",
            "ceremony-out-of-order",
            "person-not-theirs",
            "ceremony-out-of-order",
        ]
    );
    assert_eq!(refusals(&journal), seen);
    assert_eq!(session.issued().count(), 0);
    let mut papers = Papers { plan: ready.text.clone().into_bytes(), ..Papers::default() };
    go_on(&ready.room, &mut session, &mut journal, &ready.root.shares, &mut papers);
    let papers =
        verify::Papers { plan: papers.plan, transcript: journal, material: ready.material, outputs: vec![] };
    assert_eq!(verify::verify(&papers, &mut rng()).unwrap().refusals.len(), seen.len());
}

#[test]
fn a_foreign_share_is_named_by_its_officer() {
    let (one, other) = (ready(), ready());
    let mut journal = Vec::new();
    let mut session = Session::open(check(&one.text, &one.material, false), machine(), &mut journal).unwrap();
    until("give-share", &one, &mut session, &mut journal);
    let share: &Share = &other.root.shares[0];
    let error = session.give_share(share, &passphrase("Qian"), &mut journal).unwrap_err();
    assert_eq!(error.code(), "share-foreign");
    assert!(error.to_string().contains("Qian"));
}

#[test]
fn a_ceremony_that_was_cut_goes_on_behind_any_record() {
    let ready = ready();
    let whole = {
        let mut journal = Vec::new();
        let mut session =
            Session::open(check(&ready.text, &ready.material, false), machine(), &mut journal).unwrap();
        go_on(&ready.room, &mut session, &mut journal, &ready.root.shares, &mut Papers::default());
        journal
    };
    let lines: Vec<&[u8]> = whole.split_inclusive(|octet| *octet == b'\n').collect();
    let closed = lines.iter().position(|line| line.windows(8).any(|part| part == b"\"closed\"")).unwrap();
    for kept in 1..=closed {
        // The line after it was being written when the power failed.
        let mut cut = lines[..kept].concat();
        cut.extend_from_slice(&lines[kept][..lines[kept].len() / 2]);
        let mut journal = Transcript::whole_lines(&cut).to_vec();
        let checked = check(&ready.text, &ready.material, false);
        let at = "2026-12-01T04:00:00Z".parse().unwrap();
        let mut session =
            Session::resume(checked, &cut, None, "the power failed", at, "Zhao", machine(), &mut journal)
                .unwrap();
        let mut papers = Papers::default();
        go_on(&ready.room, &mut session, &mut journal, &ready.root.shares, &mut papers);
        let papers = verify::Papers {
            plan: ready.text.clone().into_bytes(),
            transcript: journal,
            material: ready.material.clone(),
            outputs: papers.outputs.into_iter().collect(),
        };
        let report = verify::verify(&papers, &mut rng()).unwrap_or_else(|error| panic!("{kept}: {error}"));
        assert_eq!(report.interruptions, 1);
    }
}

#[test]
fn a_root_that_was_cut_after_its_key_was_sealed_is_restored_from_the_shares() {
    let room = Room::new();
    let text = room.plan("root", 1, None, ROOT);
    let mut journal = Vec::new();
    let mut papers = Papers::default();
    let mut session =
        Session::open(check(&text, &Material::default(), false), machine(), &mut journal).unwrap();
    while session.next().name() != "confirm" {
        let step = session.next();
        do_step(&room, &mut session, &mut journal, &[], &mut papers, &step);
    }
    drop(session);
    let checked = || check(&text, &Material::default(), false);
    let at = "2026-12-01T04:00:00Z".parse().unwrap();
    let resume = |sealed: Option<&[u8]>, journal: &mut Vec<u8>| {
        let cut = journal.clone();
        Session::resume(checked(), &cut, sealed, "the power failed", at, "Zhao", machine(), journal)
    };
    assert_eq!(resume(None, &mut journal).err().unwrap().code(), "sealed-key-not-given");
    let sealed = papers.sealed.clone().unwrap();
    let mut session = resume(Some(&sealed), &mut journal).unwrap();
    assert!(matches!(session.next(), Step::GiveShare { missing: 2, .. }));
    go_on(&room, &mut session, &mut journal, &[], &mut papers);
    let papers = verify::Papers { plan: text.into_bytes(), transcript: journal, ..verify::Papers::default() };
    verify::verify(&papers, &mut rng()).unwrap();
}

#[test]
fn a_voided_ceremony_is_signed_and_makes_nothing() {
    let ready = ready();
    let mut journal = Vec::new();
    let mut session =
        Session::open(check(&ready.text, &ready.material, false), machine(), &mut journal).unwrap();
    until("sign-transcript", &ready, &mut session, &mut journal);
    assert_eq!(session.void("too late", "Zhao", &mut journal).unwrap_err().code(), "ceremony-over");

    let mut journal = Vec::new();
    let mut session =
        Session::open(check(&ready.text, &ready.material, false), machine(), &mut journal).unwrap();
    until("close", &ready, &mut session, &mut journal);
    session.void("the building is evacuated", "Zhao", &mut journal).unwrap();
    let mut papers = Papers::default();
    go_on(&ready.room, &mut session, &mut journal, &[], &mut papers);
    let mut verified = verify::Papers {
        plan: ready.text.into_bytes(),
        transcript: journal,
        material: ready.material,
        outputs: vec![],
    };
    assert_eq!(
        verify::verify(&verified, &mut rng()).unwrap().voided.as_deref(),
        Some("the building is evacuated")
    );
    verified.outputs = papers.outputs.into_iter().collect();
    assert_eq!(verify::verify(&verified, &mut rng()).unwrap_err().code(), "output-other");
}

#[test]
fn nothing_happens_that_the_journal_did_not_take() {
    struct Full;
    impl Journal for Full {
        fn append(&mut self, _line: &[u8]) -> Result<(), JournalError> {
            Err(JournalError { reason: "the disk is full".to_owned() })
        }
    }
    let ready = ready();
    let checked = check(&ready.text, &ready.material, false);
    assert_eq!(Session::open(checked, machine(), &mut Full).err().unwrap().code(), "journal-failed");
    let mut journal = Vec::new();
    let mut session =
        Session::open(check(&ready.text, &ready.material, false), machine(), &mut journal).unwrap();
    until("sign", &ready, &mut session, &mut journal);
    assert_eq!(session.sign(&mut rng(), &mut Full).unwrap_err().code(), "journal-failed");
    assert_eq!(session.issued().count(), 0);
    assert_eq!(session.next().name(), "sign");
    session.sign(&mut rng(), &mut journal).unwrap();
}

#[test]
fn a_signature_by_somebody_else_is_refused() {
    let ready = ready();
    let mut journal = Vec::new();
    let mut session =
        Session::open(check(&ready.text, &ready.material, false), machine(), &mut journal).unwrap();
    let signer = key(KeySpec::Sm2);
    let error =
        session.sign_transcript("Wu", &*ready.room.people[5].signer, &mut rng(), &mut journal).unwrap_err();
    assert_eq!(error.code(), "ceremony-out-of-order");
    until("sign-transcript", &ready, &mut session, &mut journal);
    let error = session.sign_transcript("Wu", &*signer, &mut rng(), &mut journal).unwrap_err();
    assert_eq!(error.code(), "key-not-pinned");
    let bytes = session.transcript_to_sign("Wu").unwrap();
    let signature = signer.sign(&bytes, &mut rng()).unwrap();
    let error = session.add_signature("Wu", &signature, &mut journal).unwrap_err();
    assert_eq!(error.code(), "transcript-signature-invalid");
    // Nor is the ceremony believed while a signature is missing.
    let papers = verify::Papers {
        plan: ready.text.into_bytes(),
        transcript: journal,
        material: ready.material,
        outputs: vec![],
    };
    assert_eq!(verify::verify(&papers, &mut rng()).unwrap_err().code(), "transcript-unsigned");
}

#[test]
fn a_transcript_altered_in_one_byte_is_refused() {
    let ready = ready();
    let papers = |transcript: Vec<u8>| verify::Papers {
        plan: ready.root.plan.clone(),
        transcript,
        ..verify::Papers::default()
    };
    let whole = &ready.root.transcript;
    verify::verify(&papers(whole.clone()), &mut rng()).unwrap();
    let mut at = 0;
    while at < whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 1 + (at % 7) as u8;
        assert!(verify::verify(&papers(altered), &mut rng()).is_err(), "octet {at}");
        at += 37;
    }
}

#[test]
fn what_asks_for_more_than_the_issuer_may_is_refused() {
    let ready = ready();
    let csr = request("Issuing 1", &*key(KeySpec::Sm2));
    let (root, sealed) = (&ready.root.outputs["root"], ready.root.sealed.as_ref().unwrap());
    let table = |more: &str, digest: Digest| {
        let text = format!(
            "{}[issuing]\nrequest = \"{digest}\"\nsubject = [\"C=CN\", \"CN=Issuing 1\"]\nnot_before = \"2026-12-01T00:00:00Z\"\n{more}",
            issuer(root, sealed)
        );
        ready.room.plan("issuing", 2, Some(ready.root.digest()), &text)
    };
    let code = |text: String, csr: &[u8]| {
        let material = Material { request: Some(csr.to_vec()), ..ready.material.clone() };
        let plan = Plan::from_toml(text.as_bytes()).unwrap();
        plan.check(&material, false, &mut rng()).err().map(|refused| refused.code())
    };
    let digest = Digest::of(&csr);
    let end = "not_after = \"2036-11-30T23:59:59Z\"\n";
    assert_eq!(code(table(end, digest), &csr), None);
    for (more, expected) in [
        ("not_after = \"2047-11-30T23:59:59Z\"\n".to_owned(), "validity-beyond-issuer"),
        ("not_after = \"2042-11-30T23:59:59Z\"\n".to_owned(), "not-after-too-late"),
        (format!("{end}path_length = 2\n"), "path-length-beyond-issuer"),
        (format!("{end}path_length = \"none\"\n"), "path-length-beyond-issuer"),
    ] {
        assert_eq!(code(table(&more, digest), &csr), Some(expected), "{more}");
    }
    // Proof of possession is broken by one bit of the signature.
    let mut broken = csr.clone();
    let last = broken.len() - 1;
    broken[last] ^= 1;
    assert_eq!(code(table(end, Digest::of(&broken)), &broken), Some("request-signature-invalid"));
    assert_eq!(code(table(end, Digest::of(b"")), &csr), Some("material-other-file"));
    // An officer's own key certifies nobody.
    let own = request("Issuing 1", &*ready.room.people[1].signer);
    assert_eq!(code(table(end, Digest::of(&own)), &own), Some("key-blocked"));
}

#[test]
fn what_is_wider_than_an_issuer_with_constraints_is_refused() {
    let tree = |dns: &str| Subtree::Dns(dns.to_owned());
    let limits = NameConstraints {
        permitted: vec![tree("city.example"), Subtree::Directory(name_of("City"))],
        excluded: vec![tree("secret.city.example")],
    };
    let policies = CertificatePolicies::of(["1.2.3.4".parse().unwrap()]);
    let root = Draft::authority("Root").with(limits.to_extension(true)).with(policies.to_extension(false));
    let root = root.self_signed().certificate;
    let validity = root.validity();
    let room = Room::new();
    let csr = request("Elsewhere", &*key(KeySpec::Sm2));
    let material =
        Material { issuer: Some(root.der().to_vec()), request: Some(csr.clone()), ..Material::default() };
    let good = format!(
        "[issuer]\nauthority = \"root\"\ncertificate = \"{}\"\n[cross]\nrequest = \"{}\"\n\
         subject = [\"O=City\", \"CN=Elsewhere\"]\nnot_before = \"{}\"\nnot_after = \"{}\"\npath_length = 0\n\
         policies = [\"1.2.3.4\"]\n[cross.permitted]\ndns = [\"a.city.example\"]\n",
        Digest::of(root.der()),
        Digest::of(&csr),
        validity.not_before,
        validity.not_after
    );
    let codes = |table: &str| {
        let text = room.plan("cross", 1, None, table).replace("\"file\"", "\"pkcs11\"");
        let plan = Plan::from_toml(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        let refused = plan.check(&material, false, &mut rng()).err();
        refused.map_or(vec![], |refused| refused.0.iter().map(|problem| problem.code()).collect::<Vec<_>>())
    };
    assert_eq!(codes(&good), Vec::<&str>::new());
    for (from, to, expected) in [
        ("[\"a.city.example\"]", "[\"example\"]", "names-beyond-issuer"),
        ("[\"a.city.example\"]", "[\"a.city.example\", \"other.example\"]", "names-beyond-issuer"),
        ("[\"a.city.example\"]", "[\"x.secret.city.example\"]", "names-beyond-issuer"),
        ("\"O=City\", ", "\"O=Another\", ", "names-beyond-issuer"),
        ("[\"1.2.3.4\"]", "[\"1.2.3.5\"]", "policy-beyond-issuer"),
        ("not_after = \"2", "not_after = \"3", "validity-beyond-issuer"),
    ] {
        let found = codes(&good.replace(from, to));
        assert!(found.contains(&expected), "{to}: {found:?}");
    }
}

#[test]
fn plans_that_contradict_themselves_are_refused() {
    let room = Room::new();
    let good = room.plan("root", 1, None, ROOT);
    let code = |text: &str| Plan::from_toml(text.as_bytes()).err().map(|error| error.code());
    assert_eq!(code(&good), None);
    let first_key = format!("{}", crate::ceremony::PinnedKey(room.people[1].signer.public_key().clone()));
    let second_key = format!("{}", crate::ceremony::PinnedKey(room.people[2].signer.public_key().clone()));
    for (text, expected) in [
        (good.replace("custody", "custodian"), "plan-unknown-field"),
        (good.replace("path_length", "pathlen"), "plan-unknown-field"),
        (good.replace("custody = \"file\"\n", ""), "plan-missing-field"),
        (good.replace("sequence = 1", "sequence = \"one\""), "plan-syntax"),
        (good.replace("sequence = 1", "sequence = 2"), "plan-sequence"),
        (good.replace("sequence = 1", "sequence = 0"), "plan-sequence"),
        (good.replace(&second_key, &first_key), "plan-one-person-two-names"),
        (good.replace("\"Sun\"", "\"qian\""), "plan-name-twice"),
        (good.replace("threshold = 2", "threshold = 4"), "plan-threshold"),
        (good.replace("threshold = 2", "threshold = 1"), "plan-threshold"),
        (good.replace("\"auditor\"", "\"witness\""), "plan-people"),
        (good.replace("CN=City Root", "CN=REHEARSAL Root"), "plan-rehearsal-name"),
        (good.replace("2046-", "2016-"), "plan-times"),
        (good.replace("kind = \"root\"", "kind = \"crl\""), "plan-table-of-another-kind"),
        (good.replace("A ceremony", "A \\u0007 ceremony"), "plan-text"),
        (good.clone() + "[crl]\nnumber = 1\n", "plan-missing-field"),
        (good.clone() + LIST, "plan-table-of-another-kind"),
        (format!("{good}#{}", "x".repeat(2 << 20)), "plan-too-long"),
    ] {
        assert_eq!(code(&text), Some(expected), "{text}");
    }
    let unknown = Plan::from_toml(good.replace("custody", "custodian").as_bytes()).unwrap_err();
    assert!(unknown.to_string().contains("custodian"));
    let example = Plan::from_toml(Plan::example(crate::ceremony::Kind::Root).as_bytes()).unwrap();
    let checked = example.check(&Material::default(), false, &mut rng()).unwrap();
    let error = Session::open(checked, machine(), &mut Vec::new()).err().unwrap();
    assert_eq!(error.code(), "plan-is-an-example");
}

#[test]
fn whoever_confirmed_the_time_is_there_to_sign() {
    let ready = ready();
    let mut journal = Vec::new();
    let mut session =
        Session::open(check(&ready.text, &ready.material, false), machine(), &mut journal).unwrap();
    let digits = session.checked().plan().digits().to_string();
    session.confirm_digits(&digits, "Zhao", &mut journal).unwrap();
    session.confirm_time("2026-12-01T03:00:00Z".parse().unwrap(), "Zhao", "Zhou", &mut journal).unwrap();
    let error = session.take_attendance(&["Zhao", "Qian", "Sun", "Wu"], &mut journal).unwrap_err();
    assert_eq!(error.code(), "person-absent");
}

#[test]
fn a_list_keeps_what_the_list_before_names_and_rises_above_it() {
    let ready = ready();
    let listed =
        "[[crl.revoked]]\nserial = \"4301\"\nat = \"2026-12-01T01:00:00Z\"\nreason = \"superseded\"\n";
    let (root, sealed) = (&ready.root.outputs["root"], ready.root.sealed.as_ref().unwrap());
    let text = ready.room.plan("crl", 2, Some(ready.root.digest()), &(issuer(root, sealed) + LIST + listed));
    let first = hold(&ready.room, &text, &ready.material, false, &ready.root.shares);
    let list = first.outputs["crl"].clone();
    let code = |number: u64, this_update: &str, listed: &str| {
        let table = LIST
            .replace("number = 1", &format!("number = {number}"))
            .replace("this_update = \"2026-12-01", &format!("this_update = \"{this_update}"))
            .replace("none", &Digest::of(&list).to_string());
        let text = ready.room.plan("crl", 3, Some(first.digest()), &(issuer(root, sealed) + &table + listed));
        let material = Material {
            previous: Some(first.transcript.clone()),
            previous_crl: Some(list.clone()),
            ..ready.material.clone()
        };
        let plan = Plan::from_toml(text.as_bytes()).unwrap();
        plan.check(&material, false, &mut rng()).err().map(|refused| refused.code())
    };
    assert_eq!(code(2, "2026-12-01", listed), None);
    assert_eq!(code(2, "2026-12-01", ""), Some("crl-drops-entry"));
    assert_eq!(code(1, "2026-12-01", listed), Some("crl-number-not-rising"));
    assert_eq!(code(2, "2026-11-30", listed), Some("crl-this-update-falls"));
}

#[test]
fn a_plan_that_chains_to_another_transcript_is_refused() {
    let (one, other) = (ready(), ready());
    let code = |text: &str, previous: &[u8]| {
        let material = Material { previous: Some(previous.to_vec()), ..one.material.clone() };
        let plan = Plan::from_toml(text.as_bytes()).unwrap();
        plan.check(&material, false, &mut rng()).err().map(|refused| refused.code())
    };
    assert_eq!(code(&one.text, &one.root.transcript), None);
    assert_eq!(code(&one.text, &other.root.transcript), Some("material-other-file"));
    let cut = &one.root.transcript[..one.root.transcript.len() / 2];
    assert_eq!(code(&one.text, Transcript::whole_lines(cut)), Some("transcript-not-closed"));
    let later = one.text.replace("sequence = 2", "sequence = 3");
    assert_eq!(code(&later, &one.root.transcript), Some("transcript-not-the-next"));
}

#[test]
fn a_key_in_a_device_takes_the_same_way_without_shares() {
    let room = Room::new();
    let in_device = |text: String| text.replace("custody = \"file\"", "custody = \"pkcs11\"");
    let text = in_device(room.plan("root", 1, None, ROOT));
    let (device, stranger) = (key(KeySpec::Sm2), key(KeySpec::Sm2));
    let mut journal = Vec::new();
    let mut papers = Papers::default();
    let mut session =
        Session::open(check(&text, &Material::default(), false), machine(), &mut journal).unwrap();
    while session.next() != Step::CreateKey {
        let step = session.next();
        do_step(&room, &mut session, &mut journal, &[], &mut papers, &step);
    }
    let error = session.device_created(key(KeySpec::P256), "a token", &mut journal).unwrap_err();
    assert_eq!(error.code(), "key-kind-not-planned");
    session.device_created(device.clone(), "a token", &mut journal).unwrap();
    go_on(&room, &mut session, &mut journal, &[], &mut papers);
    let root = papers.outputs["root"].clone();
    let verified =
        verify::Papers { plan: text.into_bytes(), transcript: journal.clone(), ..verify::Papers::default() };
    verify::verify(&verified, &mut rng()).unwrap();

    let previous = Transcript::from_bytes(&journal).unwrap().digest();
    let table = format!("[issuer]\nauthority = \"root\"\ncertificate = \"{}\"\n", Digest::of(&root));
    let text = in_device(room.plan("crl", 2, previous, &(table + LIST)));
    let material = Material { previous: Some(journal), issuer: Some(root), ..Material::default() };
    let mut journal = Vec::new();
    let mut session = Session::open(check(&text, &material, false), machine(), &mut journal).unwrap();
    while session.next().name() != "open-device" {
        let step = session.next();
        do_step(&room, &mut session, &mut journal, &[], &mut papers, &step);
    }
    let error = session.device_ready(stranger, "another token", &mut journal).unwrap_err();
    assert_eq!(error.code(), "key-not-the-roots");
    session.device_ready(device, "a token", &mut journal).unwrap();
    go_on(&room, &mut session, &mut journal, &[], &mut papers);
    let verified = verify::Papers { plan: text.into_bytes(), transcript: journal, material, outputs: vec![] };
    assert_eq!(verify::verify(&verified, &mut rng()).unwrap().refusals.len(), 1);
}
