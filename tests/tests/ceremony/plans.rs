//! Plans, written as the person who prepares a ceremony writes them.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};

use crate::room::{ADMINISTRATOR, AUDITOR, OFFICERS, Room, WITNESS};

/// When ceremonies are held.
pub(crate) const TIME: &str = "2026-03-02T10:00:00+08:00";

/// The five officers.
pub(crate) fn officers() -> Vec<(&'static str, &'static str)> {
    OFFICERS.iter().map(|name| ("key-officer", *name)).collect()
}

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
        let key = room.public_key(name);
        writeln!(text, "[[people]]\nrole = \"{role}\"\nname = \"{name}\"\npublic_key = \"{key}\"\n")
            .expect("a string grows");
    }
    text
}

/// The table of a root.
pub(crate) fn root_table(authority: &str, common_name: &str, until: &str) -> String {
    format!(
        "[shares]\nthreshold = 3\n\n[root]\nauthority = \"{authority}\"\n\
         subject = [\"C=CN\", \"O=City\", \"CN={common_name}\"]\nkey = \"sm2\"\n\
         not_before = \"2026-03-01T00:00:00Z\"\nnot_after = \"{until}\"\n"
    )
}

/// A root of 20 years.
pub(crate) fn root(room: &Room) -> String {
    head(room, "root", 1, "none", &officers()) + &root_table("root", "City Root", "2046-02-28T23:59:59Z")
}

/// The root whose key signs.
pub(crate) fn issuer(certificate: &str, sealed_key: &str) -> String {
    format!(
        "[issuer]\nauthority = \"root\"\ncertificate = \"{certificate}\"\nsealed_key = \"{sealed_key}\"\n\
         public_url = \"http://pki.city.example\"\n\n"
    )
}

/// An issuing authority of ten years.
pub(crate) fn issuing_table(request: &str) -> String {
    format!(
        "[issuing]\nrequest = \"{request}\"\nsubject = [\"C=CN\", \"O=City\", \"CN=City Issuing\"]\n\
         not_before = \"2026-03-02T00:00:00Z\"\nnot_after = \"2036-03-01T23:59:59Z\"\npath_length = 0\n"
    )
}

/// A neighbour that may certify its own names only.
pub(crate) fn cross_table(request: &str) -> String {
    format!(
        "[cross]\nrequest = \"{request}\"\nsubject = [\"C=CN\", \"O=Elsewhere\", \"CN=Elsewhere Root\"]\n\
         not_before = \"2026-03-02T00:00:00Z\"\nnot_after = \"2029-03-01T23:59:59Z\"\npath_length = 1\n\
         policies = [\"1.2.156.99999.1.1\"]\nrequire_explicit_policy = 0\n\n[cross.permitted]\n\
         directory = [[\"C=CN\", \"O=Elsewhere\"]]\ndns = [\"elsewhere.example\"]\n"
    )
}

/// A list that names some serials.
pub(crate) fn crl_table(number: u64, previous: &str, revoked: &[&str]) -> String {
    let mut text = format!(
        "[crl]\nnumber = {number}\nthis_update = \"2026-03-0{}T02:00:00Z\"\nnext_update = \"2026-09-02T02:00:00Z\"\n\
         previous = \"{previous}\"\n\n",
        number + 1
    );
    for serial in revoked {
        writeln!(
            text,
            "[[crl.revoked]]\nserial = \"{serial}\"\nat = \"2026-03-02T01:00:00Z\"\nreason = \"cessationOfOperation\"\n"
        )
        .expect("a string grows");
    }
    text
}

/// A responder of the root, for four weeks.
pub(crate) fn responder_table(request: &str) -> String {
    format!(
        "[ocsp-signer]\nrequest = \"{request}\"\nsubject = [\"C=CN\", \"O=City\", \"CN=City Root OCSP\"]\n\
         not_before = \"2026-03-02T00:00:00Z\"\nnot_after = \"2026-03-30T00:00:00Z\"\n"
    )
}

/// By how many days plans are moved that a server uses, which goes by its own clock: the ceremonies were held in the last days.
#[allow(clippy::disallowed_methods, reason = "the server goes by this clock, too")]
pub(crate) fn days_to_now() -> i64 {
    let held: Timestamp = TIME.parse().expect("a time");
    Timestamp::now().duration_since(held).as_hours() / 24 - 4
}

/// A text with every time in it moved by whole days.
pub(crate) fn moved(text: &str, days: i64) -> String {
    if days == 0 {
        return text.to_owned();
    }
    let mut moved = String::new();
    for piece in text.split_inclusive('"') {
        let time = piece.strip_suffix('"').filter(|text| text.len() >= 20 && text.contains('T'));
        match time.and_then(|text| text.parse::<Timestamp>().ok()) {
            Some(time) => {
                write!(moved, "{}\"", time + SignedDuration::from_hours(24 * days)).expect("a string grows");
            }
            None => moved.push_str(piece),
        }
    }
    moved
}
