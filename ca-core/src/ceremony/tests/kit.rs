//! A room with people, and ceremonies that they hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::algorithm::{KeySpec, Signer, Sm2Parameters};
use crate::ceremony::plan::{Checked, Material};
use crate::ceremony::share::{Passphrase, Share};
use crate::ceremony::{Digest, PinnedKey, Plan, Session, Step};
use crate::key::PrivateKey;
use crate::testing::rng;
use crate::x509::name::{AttributeKind, Name};
use crate::x509::{CertificationRequest, Extensions};

pub(super) struct Somebody {
    pub(super) role: &'static str,
    pub(super) name: &'static str,
    pub(super) signer: Arc<dyn Signer>,
}

/// The people of a ceremony, with their keys.
pub(super) struct Room {
    pub(super) people: Vec<Somebody>,
}

pub(super) fn key(spec: KeySpec) -> Arc<dyn Signer> {
    Arc::new(PrivateKey::generate(spec, &mut rng()).unwrap().into_signer(Sm2Parameters::Absent))
}

impl Room {
    pub(super) fn new() -> Self {
        let people = [
            ("administrator", "Zhao", KeySpec::Sm2),
            ("key-officer", "Qian", KeySpec::Sm2),
            ("key-officer", "Sun", KeySpec::P256),
            ("key-officer", "Li", KeySpec::Ed25519),
            ("witness", "Zhou", KeySpec::Sm2),
            ("auditor", "Wu", KeySpec::Sm2),
        ];
        let somebody = |(role, name, spec)| Somebody { role, name, signer: key(spec) };
        Self { people: people.into_iter().map(somebody).collect() }
    }

    /// Everybody of the plan.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.people.iter().map(|person| person.name).collect()
    }

    /// A plan with these people.
    pub(super) fn plan(&self, kind: &str, sequence: u64, previous: Option<Digest>, tables: &str) -> String {
        let previous = previous.map_or("none".to_owned(), |digest| digest.to_string());
        let mut text = format!(
            "kind = \"{kind}\"\ntitle = \"A ceremony\"\nsequence = {sequence}\nprevious = \"{previous}\"\nmode = \"real\"\n\
             custody = \"file\"\ntime = \"2026-12-01T02:00:00Z\"\n[shares]\nthreshold = 2\n"
        );
        for Somebody { role, name, signer } in &self.people {
            let key = PinnedKey(signer.public_key().clone());
            text += &format!("[[people]]\nrole = \"{role}\"\nname = \"{name}\"\npublic_key = \"{key}\"\n");
        }
        text + tables
    }
}

pub(super) const ROOT: &str = "[root]\nauthority = \"root\"\nsubject = [\"C=CN\", \"CN=City Root\"]\nkey = \"sm2\"\n\
    not_before = \"2026-12-01T00:00:00Z\"\nnot_after = \"2046-11-30T23:59:59Z\"\npath_length = 2\n";

pub(super) fn passphrase(name: &str) -> Passphrase {
    Passphrase::new(&format!("the passphrase of {name}")).unwrap()
}

pub(super) fn machine() -> BTreeMap<String, String> {
    BTreeMap::from([("program".to_owned(), "a test".to_owned())])
}

/// What a ceremony left behind.
#[derive(Default, Clone)]
pub(super) struct Papers {
    pub(super) plan: Vec<u8>,
    pub(super) transcript: Vec<u8>,
    pub(super) sealed: Option<Vec<u8>>,
    pub(super) shares: Vec<Share>,
    pub(super) outputs: BTreeMap<String, Vec<u8>>,
}

pub(super) fn check(text: &str, material: &Material, rehearse: bool) -> Checked {
    let plan = Plan::from_toml(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    plan.check(material, rehearse, &mut rng()).unwrap_or_else(|error| panic!("{error}"))
}

/// Holds a ceremony from its first step to its last.
pub(super) fn hold(room: &Room, text: &str, material: &Material, rehearse: bool, shares: &[Share]) -> Papers {
    let checked = check(text, material, rehearse);
    let mut papers = Papers { plan: text.as_bytes().to_vec(), ..Papers::default() };
    let mut journal = Vec::new();
    let mut session = Session::open(checked, machine(), &mut journal).unwrap();
    go_on(room, &mut session, &mut journal, shares, &mut papers);
    papers.transcript = journal;
    papers
}

/// Does every step that is left.
pub(super) fn go_on(
    room: &Room,
    session: &mut Session,
    journal: &mut Vec<u8>,
    shares: &[Share],
    papers: &mut Papers,
) {
    for _ in 0..200 {
        let step = session.next();
        if step == Step::Finished {
            break;
        }
        do_step(room, session, journal, shares, papers, &step);
    }
    assert_eq!(session.next(), Step::Finished);
    papers.outputs = session.issued().map(|(name, der)| (name.to_owned(), der.to_vec())).collect();
}

pub(super) fn do_step(
    room: &Room,
    session: &mut Session,
    journal: &mut Vec<u8>,
    shares: &[Share],
    papers: &mut Papers,
    step: &Step,
) {
    let officers: Vec<&str> =
        room.people.iter().filter(|person| person.role == "key-officer").map(|person| person.name).collect();
    let phrases: Vec<Passphrase> = officers.iter().map(|name| passphrase(name)).collect();
    let phrases: Vec<(&str, &Passphrase)> = officers.iter().copied().zip(&phrases).collect();
    let mut rng = rng();
    match step {
        Step::ConfirmDigits => {
            let digits = session.checked().plan().digits().groups();
            session.confirm_digits(&digits, "Zhao", journal).unwrap();
        }
        Step::ConfirmTime => {
            let time = "2026-12-01T02:07:00Z".parse().unwrap();
            session.confirm_time(time, "Zhao", "Zhou", journal).unwrap();
        }
        Step::TakeAttendance => session.take_attendance(&room.names(), journal).unwrap(),
        Step::MakeStandIn => session.make_stand_in(&mut rng, journal).unwrap(),
        Step::CreateKey | Step::Reseal => {
            let (mut made_shares, mut sealed) = (Vec::new(), Vec::new());
            let mut keep = |made: &crate::ceremony::share::SharesMade| {
                made_shares.clone_from(&made.shares);
                sealed = made.sealed.to_pem().unwrap().into_bytes();
                Ok(())
            };
            if *step == Step::CreateKey {
                session.create_key(&phrases, &mut keep, &mut rng, journal).unwrap();
            } else {
                session.reseal(&phrases, &mut keep, &mut rng, journal).unwrap();
            }
            papers.shares = made_shares;
            papers.sealed = Some(sealed);
        }
        Step::CheckShare { officer } => {
            let share = papers.shares.iter().find(|share| share.officer() == officer).unwrap().clone();
            let share = Share::read(share.to_pem().as_bytes()).unwrap();
            session.check_share(&share, &passphrase(officer), journal).unwrap();
        }
        Step::GiveShare { slot, officers, .. } => {
            let officer = &officers[0];
            let from = match slot {
                crate::ceremony::transcript::Slot::Existing => shares,
                crate::ceremony::transcript::Slot::New => &papers.shares,
            };
            let share = from.iter().find(|share| share.officer() == officer).unwrap().clone();
            session.give_share(&share, &passphrase(officer), journal).unwrap();
        }
        Step::OpenDevice { .. } => panic!("no device"),
        Step::Prepare { .. } => {
            session.prepare(&mut rng, journal).unwrap();
        }
        Step::Confirm { .. } => session.confirm("Wu", journal).unwrap(),
        Step::Sign { .. } => {
            session.sign(&mut rng, journal).unwrap();
        }
        Step::Destroy { .. } => session.destroyed("shredded", "Zhou", journal).unwrap(),
        Step::Close => session.close(journal).unwrap(),
        Step::SignTranscript { person } => {
            let somebody = room.people.iter().find(|other| other.name == person).unwrap();
            session.sign_transcript(person, &*somebody.signer, &mut rng, journal).unwrap();
        }
        Step::Finished => {}
    }
}

/// A request by a new key.
pub(super) fn request(common_name: &str, signer: &dyn Signer) -> Vec<u8> {
    let name = Name::from_parts(&[
        (AttributeKind::Country, "CN".to_owned()),
        (AttributeKind::CommonName, common_name.to_owned()),
    ])
    .unwrap();
    CertificationRequest::create(&name, &Extensions::default(), signer, &mut rng()).unwrap().der().to_vec()
}

/// The `[issuer]` table for a root that a ceremony made.
pub(super) fn issuer(root: &[u8], sealed: &[u8]) -> String {
    format!(
        "[issuer]\nauthority = \"root\"\ncertificate = \"{}\"\nsealed_key = \"{}\"\npublic_url = \"http://pki.example.cn\"\n",
        Digest::of(root),
        Digest::of(sealed)
    )
}

impl Papers {
    pub(super) fn digest(&self) -> Digest {
        crate::ceremony::Transcript::from_bytes(&self.transcript).unwrap().digest().unwrap()
    }
}
