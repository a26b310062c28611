//! Plans, written as the person who prepares a ceremony writes them.

use std::fmt::Write as _;

use crate::room::{ADMINISTRATOR, AUDITOR, OFFICERS, Room, WITNESS};

/// When ceremonies are held.
pub(crate) const TIME: &str = "2026-03-02T10:00:00+08:00";

/// The head of a plan, with the people.
pub(crate) fn head(
    room: &Room,
    kind: &str,
    sequence: u64,
    previous: &str,
    officers: &[(&str, &str)],
) -> String {
    let mut text = format!(
        "kind = \"{kind}\"\ntitle = \"{kind} of the city root\"\nsequence = {sequence}\nprevious = \"{previous}\"\n\
         mode = \"real\"\ncustody = \"file\"\ntime = \"{TIME}\"\n\n"
    );
    let mut people = vec![("administrator", ADMINISTRATOR)];
    people.extend(officers);
    people.extend([("witness", WITNESS), ("auditor", AUDITOR)]);
    for (role, name) in people {
        writeln!(
            text,
            "[[people]]\nrole = \"{role}\"\nname = \"{name}\"\npublic_key = \"{}\"\n",
            room.public_key(name)
        )
        .expect("a string grows");
    }
    text
}

/// The five officers.
pub(crate) fn officers() -> Vec<(&'static str, &'static str)> {
    OFFICERS.iter().map(|name| ("key-officer", *name)).collect()
}

/// A root of 20 years.
pub(crate) fn root(room: &Room) -> String {
    head(room, "root", 1, "none", &officers())
        + "[shares]\nthreshold = 3\n\n[root]\nauthority = \"root\"\nsubject = [\"C=CN\", \"O=City\", \"CN=City Root\"]\n\
           key = \"sm2\"\nnot_before = \"2026-03-01T00:00:00Z\"\nnot_after = \"2046-02-28T23:59:59Z\"\n"
}
