//! The power fails at each question: the ceremony goes on from the last confirmed step, or is voided on the record.

use ca_core::keystore::file::{Access, replace};

use crate::plans::{self, TIME};
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
