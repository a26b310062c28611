//! Rehearsals: everything on throwaway keys, and nothing of it counts.

use crate::life::Life;
use crate::plans::{self, TIME, officers};
use crate::room::{Room, Script};

#[test]
fn a_rehearsal_marks_all_it_makes() {
    let room = Room::new();
    let plan = room.write("plans/root.toml", plans::root(&room));
    let script = Script { time: TIME.to_owned(), ..Script::default() };
    let held = room.hold(&plan, "exercise", &["--rehearse"], &script);
    assert_eq!(held.status, Some(0), "{}", held.screen);
    assert!(held.screen.contains("REHEARSAL"), "{}", held.screen);
    let shown = room.ca(&["show", "exercise/root.pem"]).ok();
    assert!(shown.contains("CN=REHEARSAL City Root"), "{shown}");
    let share = std::fs::read_to_string(room.share(&room.path("exercise/shares"), "Li Na")).expect("a share");
    assert!(share.contains("REHEARSAL"), "{share}");
    let said = room.ca(&["--lang", "en", "ceremony", "verify", "exercise/transcript.jsonl"]).ok();
    assert!(said.contains("rehearsal"), "{said}");
}

#[test]
fn a_rehearsal_of_a_real_root_leaves_its_key_where_it_is() {
    let life = Life::new();
    let request = life.request("issuing", "City Issuing");
    let plan =
        life.head("issuing", &officers()) + &life.issuer("root", "root") + &plans::issuing_table(&request);
    let file = life.room.write("plans/issuing.toml", &plan);
    let material = life.material();
    let mut more: Vec<&str> = material.iter().map(String::as_str).collect();
    more.push("--rehearse");
    let held = life.room.hold(&file, "exercise", &more, &life.script("root"));
    assert_eq!(held.status, Some(0), "{}", held.screen);
    assert!(!held.asked.contains(&crate::room::Asked::ShareFile), "no share is asked for");
    let shown = life.room.ca(&["show", "exercise/issuing.pem"]).ok();
    assert!(shown.contains("REHEARSAL"), "{shown}");
}
