//! Hierarchies of SM2, P-256 and RSA in every order, each thing right and wrong that PKITS tries on RSA alone. BouncyCastle
//! judges the same files: the two have to agree with each other and with what was made.

use std::path::{Path, PathBuf};

use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::x509::Extension;
use ca_core::x509::extension::policy_rules::{
    InhibitAnyPolicy, PolicyConstraints, PolicyMapping, PolicyMappings,
};
use ca_core::x509::extension::{
    BasicConstraints, CertificatePolicies, ExtensionValue, GeneralName, KeyUsage, KeyUsages, NameConstraints,
    SubjectAlternativeName, Subtree,
};
use tests::judge::Judge;

use crate::case::Case;
use crate::validator;
use tests::hierarchy::{FIRST, Hierarchy, KINDS, Keys, Kind, LEAF, Plan, ROOT, SECOND, name, now};

/// What is made, whether it is to be accepted, and how it differs from what is all right.
type Story = (&'static str, bool, fn(&mut Plan));

const STORIES: &[Story] = &[
    ("all is right", true, |_| {}),
    ("the end entity's signature is broken", false, |plan| plan.certificates[LEAF].broken = true),
    ("an authority's signature is broken", false, |plan| plan.certificates[FIRST].broken = true),
    ("a stranger signed the end entity", false, |plan| plan.certificates[LEAF].by_stranger = true),
    ("the issuer is another", false, |plan| plan.certificates[LEAF].issuer = Some(name("third"))),
    ("an authority is over", false, |plan| {
        plan.certificates[SECOND].validity = ("2025-01-01T00:00:00Z", "2026-05-31T23:59:59Z");
    }),
    ("the end entity is not valid yet", false, |plan| {
        plan.certificates[LEAF].validity = ("2026-06-01T00:00:01Z", "2036-01-01T00:00:00Z");
    }),
    ("an authority has no basic constraints", false, |plan| {
        plan.certificates[SECOND].without::<BasicConstraints>();
    }),
    ("an authority is said to be none", false, |plan| {
        plan.certificates[SECOND].set(BasicConstraints { ca: false, path_length: None }.to_extension(true));
    }),
    ("an authority may sign no certificates", false, |plan| {
        plan.certificates[SECOND].set(KeyUsages::from([KeyUsage::CrlSign]).to_extension(true));
    }),
    ("a path is as long as allowed", true, |plan| path_length(plan, 1)),
    ("a path is longer than allowed", false, |plan| path_length(plan, 0)),
    ("a critical extension is not known", false, |plan| unknown(plan, true)),
    ("another extension is not known", true, |plan| unknown(plan, false)),
    ("names are in a permitted directory", true, |plan| {
        constrain(plan, vec![Subtree::Directory(city())], vec![]);
    }),
    ("names are in no permitted directory", false, |plan| {
        constrain(plan, vec![Subtree::Directory(name("elsewhere"))], vec![]);
    }),
    ("a host is in the permitted domain", true, |plan| {
        constrain(plan, vec![Subtree::Dns("city.example".to_owned())], vec![]);
    }),
    ("a host is in no permitted domain", false, |plan| {
        constrain(plan, vec![Subtree::Dns("town.example".to_owned())], vec![]);
    }),
    ("a host is in an excluded domain", false, |plan| {
        constrain(plan, vec![], vec![Subtree::Dns("city.example".to_owned())]);
    }),
    ("a policy is required and there throughout", true, |plan| policies(plan, [1, 1, 1])),
    ("a policy is required and another is there", false, |plan| policies(plan, [1, 1, 2])),
    ("a policy is required and the end entity has none", false, |plan| {
        policies(plan, [1, 1, 1]);
        plan.certificates[LEAF].without::<CertificatePolicies>();
    }),
    ("a policy is mapped to another", true, |plan| {
        policies(plan, [1, 1, 2]);
        map(plan);
    }),
    ("a mapping is inhibited", false, |plan| {
        policies(plan, [1, 1, 2]);
        map(plan);
        require(plan, Some(0));
    }),
    ("any policy stands for one", true, |plan| policies(plan, [1, 0, 1])),
    ("any policy stands for none", false, |plan| {
        policies(plan, [1, 0, 1]);
        plan.certificates[FIRST].set(InhibitAnyPolicy(0).to_extension(true));
    }),
    ("nobody is revoked", true, |plan| {
        plan.with_lists();
    }),
    ("the end entity is revoked", false, |plan| plan.with_lists().list(SECOND).revoked.push(LEAF)),
    ("an authority is revoked", false, |plan| plan.with_lists().list(ROOT).revoked.push(FIRST)),
    ("a list is out of date", false, |plan| {
        plan.with_lists().list(SECOND).next_update = "2026-05-31T00:00:00Z";
    }),
    ("a stranger signed a list", false, |plan| plan.with_lists().list(SECOND).by_stranger = true),
    ("a list is missing", false, |plan| {
        plan.with_lists().lists.retain(|(authority, _)| *authority != FIRST);
    }),
    ("an authority may sign no lists", false, |plan| {
        plan.with_lists();
        plan.certificates[SECOND].set(KeyUsages::from([KeyUsage::KeyCertSign]).to_extension(true));
    }),
];

fn path_length(plan: &mut Plan, allowed: u32) {
    let constraints = BasicConstraints { ca: true, path_length: Some(allowed) };
    plan.certificates[FIRST].set(constraints.to_extension(true));
}

fn unknown(plan: &mut Plan, critical: bool) {
    let oid = "2.25.1234567".parse().expect("an identifier");
    plan.certificates[SECOND].set(Extension { oid, critical, value: vec![0x05, 0x00] });
}

/// The directory that all names are in.
fn city() -> ca_core::x509::Name {
    use ca_core::x509::name::AttributeKind;
    let parts = [(AttributeKind::Country, "CN"), (AttributeKind::Organization, "示范城市")];
    ca_core::x509::Name::from_parts(&parts.map(|(kind, text)| (kind, text.to_owned()))).expect("a name")
}

fn constrain(plan: &mut Plan, permitted: Vec<Subtree>, excluded: Vec<Subtree>) {
    plan.certificates[FIRST].set(NameConstraints { permitted, excluded }.to_extension(true));
    let host = GeneralName::dns("camera.city.example").expect("a name");
    plan.certificates[LEAF].set(SubjectAlternativeName(vec![host]).to_extension(false));
}

fn policy(number: u32) -> ca_core::x509::Oid {
    match number {
        0 => CertificatePolicies::ANY.into(),
        number => format!("2.25.7777.{number}").parse().expect("an identifier"),
    }
}

/// Policies of first, second and leaf, 0 for any; one is required from the first on.
fn policies(plan: &mut Plan, numbers: [u32; 3]) {
    for (position, number) in [FIRST, SECOND, LEAF].into_iter().zip(numbers) {
        plan.certificates[position].set(CertificatePolicies::of([policy(number)]).to_extension(false));
    }
    require(plan, None);
}

fn require(plan: &mut Plan, inhibit_policy_mapping: Option<u32>) {
    let constraints = PolicyConstraints { require_explicit_policy: Some(0), inhibit_policy_mapping };
    plan.certificates[FIRST].set(constraints.to_extension(true));
}

fn map(plan: &mut Plan) {
    let pair = PolicyMapping { issuer: policy(1), subject: policy(2) };
    plan.certificates[SECOND].set(PolicyMappings(vec![pair]).to_extension(true));
}

/// The end entity's key takes turns: nobody is judged by it.
fn mixtures() -> Vec<[Kind; 4]> {
    let leaf = |position: usize| {
        [(KeySpec::Sm2, Sm2Parameters::Absent), (KeySpec::P256, Sm2Parameters::Absent)][position % 2]
    };
    let pairs = (0..KINDS.len()).flat_map(|root| (0..KINDS.len()).map(move |first| (root, first)));
    pairs
        .map(|(root, first)| {
            [KINDS[root], KINDS[first], KINDS[(root + first) % KINDS.len()], leaf(root + first)]
        })
        .collect()
}

#[test]
fn mixed_hierarchies_are_judged_as_they_were_made_and_as_bouncy_castle_judges() {
    let judge = Judge::get();
    let mut wrong = Vec::new();
    let mut judged = 0;
    for kinds in mixtures() {
        let keys = Keys::new(kinds);
        for (words, accepts, change) in STORIES {
            let mut plan = Plan::new();
            change(&mut plan);
            let hierarchy = plan.make(&keys);
            let ours = validator::judge(&case(words, *accepts, &hierarchy));
            if ours.is_ok() != *accepts {
                wrong.push(format!("{words} {kinds:?}: we say {ours:?}"));
            }
            if let Some(judge) = &judge {
                let theirs = ask(judge, &hierarchy);
                if theirs.is_ok() != *accepts {
                    wrong.push(format!("{words} {kinds:?}: BouncyCastle says {theirs:?}"));
                }
            }
            judged += 1;
        }
    }
    println!("mixed hierarchies: {judged}, wrong {}", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn case(words: &str, accepts: bool, hierarchy: &Hierarchy) -> Case {
    let der = |position: usize| hierarchy.certificates[position].der().to_vec();
    Case {
        anchors: vec![der(ROOT)],
        intermediates: vec![der(FIRST), der(SECOND)],
        crls: hierarchy.lists.iter().map(|list| list.der().to_vec()).collect(),
        ..Case::new(words, accepts, der(LEAF), now())
    }
}

fn ask(judge: &Judge, hierarchy: &Hierarchy) -> Result<usize, tests::judge::Refused> {
    let folder = tempfile::tempdir().expect("a folder");
    let pem = |position: usize| hierarchy.certificates[position].to_pem();
    let chain = format!("{}{}", pem(SECOND), pem(FIRST));
    let [root, chain, leaf] = [("root", pem(ROOT)), ("chain", chain), ("leaf", pem(LEAF))]
        .map(|(name, content)| write(folder.path(), name, content.as_bytes()));
    let lists: Vec<_> = hierarchy
        .lists
        .iter()
        .enumerate()
        .map(|(number, list)| write(folder.path(), &format!("{number}.crl"), list.der()))
        .collect();
    judge.path_at(&root, &chain, &leaf, &lists, now())
}

fn write(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, content).expect("a temporary file is written");
    file
}
