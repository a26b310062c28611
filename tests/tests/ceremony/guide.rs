//! docs/CEREMONY.md, command by command: what needs people at a terminal is tried here, all else where the other documents are.

use std::collections::VecDeque;
use std::path::Path;

use ca_core::keystore::file::{Access, replace};
use tests::documentation::commands_in_text;
use tests::tools::run;
use tests::workspace::{program, root};

use crate::plans::{self, TIME};
use crate::room::{Room, Script, passphrase};

/// The words of a command, the folder of the media being one of the room.
fn words(command: &str, room: &Room) -> Vec<String> {
    let media = room.path("media").display().to_string();
    command.replace("/media", &media).split(' ').skip(1).map(str::to_owned).collect()
}

fn copy(from: &Path, to: &Path) {
    let bytes = std::fs::read(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    replace(to, &bytes, Access::Private).expect("a copy");
}

#[test]
fn the_guide_is_tried_line_by_line() {
    let text = std::fs::read_to_string(root().join("docs/CEREMONY.md")).expect("the guide");
    let mut commands: VecDeque<String> = commands_in_text(&text).into();
    let room = Room::new();
    std::fs::create_dir(room.path("media")).expect("a folder for media");
    room.write("root.toml", plans::root(&room));
    let mut next = |begins: &str| {
        let command = commands.pop_front().unwrap_or_else(|| panic!("the guide ends before {begins}"));
        assert!(command.starts_with(begins), "{command}: {begins} is tried here");
        words(&command, &room)
    };
    let held = |words: &[String]| {
        let [ceremony, run, more @ ..] = words else { panic!("{words:?}") };
        assert_eq!((ceremony.as_str(), run.as_str()), ("ceremony", "run"));
        let rehearse = more.iter().any(|word| word == "--rehearse");
        let plan = more.iter().find(|word| word.ends_with(".toml")).expect("a plan").as_str();
        let mut script = Script { time: TIME.to_owned(), generation: 1, ..Script::default() };
        let shown = if rehearse { vec!["--rehearse", plan] } else { vec![plan] };
        script.digits.push_back(room.digits(&shown));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let held = room.talk(&[&words[..], &["--allow", "network", "--allow", "swap"]].concat(), script);
        assert_eq!(held.status, Some(0), "{}", held.screen);
    };
    let shown = next("ca ceremony plan --rehearse");
    room.ca(&shown.iter().map(String::as_str).collect::<Vec<_>>()).ok();
    held(&next("ca ceremony run --rehearse"));
    held(&next("ca ceremony run"));
    let made = room.path("media/ceremony");

    // What each keeps, and where.
    copy(&room.share(&made.join("shares"), "Li Na"), &room.path("share-3-Li-Na-1.pem"));
    copy(&made.join("transcript.jsonl"), &room.path("transcript.jsonl"));
    let kept = room.path("ceremonies/root");
    std::fs::create_dir_all(&kept).expect("a folder");
    for paper in ["plan.toml", "transcript.jsonl", "root.pem"] {
        copy(&made.join(paper), &kept.join(paper));
    }
    let check = next("ca ceremony check-share");
    let check: Vec<&str> = check.iter().map(String::as_str).chain(["--allow", "swap"]).collect();
    let script = Script { given_generation: 1, ..Script::default() };
    let checked = room.talk(&check, script);
    assert_eq!(checked.status, Some(0), "{} {}", checked.screen, passphrase("Li Na", 1));

    for (begins, says) in [
        ("ca ceremony verify", "The ceremony holds"),
        ("ca ceremony report", "report.html"),
        ("ca ceremony due", "checks the share"),
    ] {
        let words = next(begins).join(" ");
        let line = format!("{} --lang en {words}", program("ca").display());
        let said = run(&room.path("."), "bash", &["-c", &line]).ok();
        assert!(said.contains(says), "{said}");
    }
    assert!(commands.is_empty(), "not tried: {commands:?}");
}
