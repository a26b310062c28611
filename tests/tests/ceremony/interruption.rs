//! The power fails at each question: the ceremony goes on from the last confirmed step, or is voided on the record.

use ca_core::keystore::file::{Access, replace};

use crate::life::Life;
use crate::plans::{self, TIME, officers};
use crate::room::{Asked, Room, Script};

#[test]
fn a_ceremony_goes_on_after_the_power_failed_at_any_question() {
    let room = Room::new();
    let plan = room.write("plans/root.toml", plans::root(&room));
    let script = Script { time: TIME.to_owned(), generation: 1, given_generation: 1, ..Script::default() };
    let cuts = [
        (Asked::Digits, 0),
        (Asked::Time, 0),
        (Asked::Present, 3),
        (Asked::NewPassphrase, 2),
        (Asked::ShareFile, 0),
        (Asked::Passphrase, 3),
        (Asked::AgreeYes, 0),
        (Asked::Close, 0),
        (Asked::SigningKey, 4),
    ];
    for (at, cut) in cuts.into_iter().enumerate() {
        let out = format!("out-{at}");
        let first = room.hold(&plan, &out, &[], &Script { cut_at: Some(cut), ..script.clone() });
        assert_eq!(first.status, None, "{cut:?}: {}", first.screen);
        // The last line may be torn: here it is.
        let transcript = room.path(&out).join("transcript.jsonl");
        let mut bytes = std::fs::read(&transcript).expect("a transcript");
        bytes.extend_from_slice(b"{\"number\":");
        replace(&transcript, &bytes, Access::Public).expect("a torn line");
        let standing = room.ca(&["--lang", "en", "ceremony", "status", &out]).ok();
        assert!(standing.contains("Next"), "{standing}");
        let shares = room.path(&out).join("shares");
        let second = room.hold(&plan, &out, &["--resume"], &Script { shares, ..script.clone() });
        assert_eq!(second.status, Some(0), "{cut:?}: {}", second.screen);
        let said = room.ca(&["--lang", "en", "ceremony", "verify", &format!("{out}/transcript.jsonl")]).ok();
        assert!(said.contains("The ceremony holds"), "{said}");
    }
}

#[test]
fn a_ceremony_that_was_cut_can_be_voided_and_says_so_for_ever() {
    let room = Room::new();
    let plan = room.write("plans/root.toml", plans::root(&room));
    let script = Script { time: TIME.to_owned(), cut_at: Some((Asked::Close, 0)), ..Script::default() };
    assert_eq!(room.hold(&plan, "out", &[], &script).status, None);
    let said = room.ca(&["--lang", "en", "ceremony", "void", "out", "--reason", "the room was flooded"]).ok();
    assert!(said.contains("voided"), "{said}");
    assert_eq!(room.ca(&["ceremony", "void", "out", "--reason", "again"]).status, 1);
    // Those who were there sign that, too.
    let signing = Script { time: TIME.to_owned(), ..Script::default() };
    let held = room.hold(&plan, "out", &["--resume"], &signing);
    assert!(held.asked.iter().all(|asked| *asked == Asked::SigningKey), "{:?}", held.asked);
    let said = room.ca(&["--lang", "en", "ceremony", "verify", "out/transcript.jsonl"]);
    assert!(said.stdout.contains("must not be used") && said.stdout.contains("flooded"), "{said:?}");
}

#[test]
fn sealing_anew_and_destroying_go_on_where_the_power_failed() {
    let mut life = Life::new();
    let old = life.script("root");
    let plan = life.head("share-renewal", &officers())
        + &life.issuer("root", "root")
        + "[shares]\nthreshold = 3\n[share-renewal]\nreason = \"the yearly one\"\n";
    let before = Script { generation: 2, ..old.clone() };
    // Once the key is sealed anew, only the new shares are asked for.
    let made = life.room.path("renewal/shares");
    let after = Script { generation: 2, given_generation: 2, shares: made, ..old.clone() };
    let cut = |script: &Script, asked, count| Script { cut_at: Some((asked, count)), ..script.clone() };
    let held = life.hold_cut(
        "renewal",
        &plan,
        &[
            cut(&before, Asked::NextOfficer, 1),
            cut(&before, Asked::NewPassphrase, 3),
            cut(&before, Asked::ShareFile, 4),
            cut(&after, Asked::Passphrase, 2),
            cut(&after, Asked::DestroyedHow, 0),
            cut(&after, Asked::DestroyedYes, 1),
            after.clone(),
        ],
    );
    let destroyed: Vec<usize> = held
        .iter()
        .map(|run| run.asked.iter().filter(|asked| **asked == Asked::DestroyedHow).count())
        .collect();
    assert_eq!(destroyed, [0, 0, 0, 0, 1, 2, 1], "what was destroyed is not destroyed twice");

    let plan = life.head("termination", &officers())
        + &life.issuer("root", "renewal")
        + &plans::crl_table(1, "none", &[])
        + "[termination]\nreason = \"a test\"\ndestruction = \"shredded\"\n";
    let script = Script { given_generation: 2, ..life.script("renewal") };
    let held = life.hold_cut(
        "termination",
        &plan,
        &[
            cut(&script, Asked::AgreeYes, 0),
            cut(&script, Asked::DestroyedHow, 0),
            cut(&script, Asked::DestroyedHow, 1),
            cut(&script, Asked::SigningKey, 2),
            script.clone(),
        ],
    );
    // After the list was signed nobody gives a share any more.
    for run in &held[2..] {
        assert!(!run.asked.contains(&Asked::ShareFile), "{:?}", run.asked);
    }
    life.verify();
}

#[test]
fn a_rollover_goes_on_with_the_shares_of_both_keys() {
    let mut life = Life::new();
    let plan = life.head("rollover", &officers())
        + &life.issuer("root", "root")
        + &plans::root_table("root-2", "City Root 2", "2047-02-28T23:59:59Z")
        + "\n[rollover]\nnew_with_old_not_after = \"2030-12-31T23:59:59Z\"\nold_with_new_not_after = \"2046-02-28T23:59:59Z\"\n";
    let script = Script { generation: 2, ..life.script("root") };
    let (old, new) = (life.room.path("root/shares"), life.room.path("rollover/shares"));
    let shares = |new_ones: usize, old_ones: usize| {
        let new_ones = std::iter::repeat_n((new.clone(), 2), new_ones);
        new_ones.chain(std::iter::repeat_n((old.clone(), 1), old_ones)).collect()
    };
    let cut = |queue, asked, count| Script { queue, cut_at: Some((asked, count)), ..script.clone() };
    let none = || shares(0, 0);
    life.hold_cut(
        "rollover",
        &plan,
        &[
            cut(none(), Asked::NewPassphrase, 1),
            // The new shares are checked, the new root is agreed to: it has to be restored for that now.
            cut(none(), Asked::Agree, 0),
            cut(shares(3, 0), Asked::Agree, 0),
            // The new root is signed, and the old key is not open yet.
            cut(shares(3, 2), Asked::ShareFile, 4),
            cut(shares(0, 3), Asked::AgreeYes, 0),
            // The old key has signed; the new one is needed once more.
            Script {
                queue: std::iter::repeat_n((old.clone(), 1), 3)
                    .chain(std::iter::repeat_n((new.clone(), 2), 3))
                    .collect(),
                cut_at: Some((Asked::AgreeYes, 1)),
                ..script.clone()
            },
            Script { queue: shares(3, 0), ..script.clone() },
        ],
    );
    life.verify();
}
