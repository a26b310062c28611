//! A root is made by three of five.

use crate::plans::{self, TIME};
use crate::room::{Room, Script};

#[test]
fn a_root_is_made_before_witnesses() {
    let room = Room::new();
    let plan = room.write("plans/root.toml", plans::root(&room));
    let script = Script { time: TIME.to_owned(), ..Script::default() };
    let held = room.hold(&plan, "out", &[], &script);
    assert_eq!(held.status, Some(0), "{}", held.screen);
    println!("{}", held.screen);
    let shown = room.ca(&["show", "out/root.pem"]).ok();
    assert!(shown.contains("CN=City Root"), "{shown}");
}
