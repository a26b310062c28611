//! Questions to the people in the room.

use ca_core::ceremony::share::Passphrase;
use jiff::Timestamp;

use super::fault::terminal;
use crate::failure::Failure;
use crate::room::{Room, fill};

/// How often one question is asked before the program gives up.
pub(super) const MAX_TRIES: usize = 20;

/// Shows lines.
pub(super) fn say(room: &dyn Room, text: &str) -> Result<(), Failure> {
    room.say(text).map_err(terminal)
}

/// Takes what was shown off the screen.
pub(super) fn clear(room: &dyn Room) -> Result<(), Failure> {
    room.clear().map_err(terminal)
}

/// A line that is not empty.
pub(super) fn line(room: &dyn Room, question: &str) -> Result<String, Failure> {
    until(room, || {
        let answer = room.ask(question).map_err(terminal)?;
        Ok(if answer.is_empty() { Err(room.texts().answer_needed.to_owned()) } else { Ok(answer) })
    })
}

/// A line, or what stands for an empty one.
pub(super) fn line_or(room: &dyn Room, question: &str, default: &str) -> Result<String, Failure> {
    let answer = room.ask(&format!("{question} [{default}]")).map_err(terminal)?;
    Ok(if answer.is_empty() { default.to_owned() } else { answer })
}

/// Yes or no, spelt out or by its first letter.
pub(super) fn yes(room: &dyn Room, question: &str) -> Result<bool, Failure> {
    let texts = room.texts();
    until(room, || {
        let answer = room.ask(&format!("{question} [{}]", texts.yes_or_no)).map_err(terminal)?;
        Ok(match answer.to_lowercase().as_str() {
            "y" | "yes" | "是" => Ok(true),
            "n" | "no" | "否" => Ok(false),
            _ => Err(texts.yes_or_no_needed.to_owned()),
        })
    })
}

/// One of some names, by its number or as it is written.
pub(super) fn choose(room: &dyn Room, question: &str, names: &[String]) -> Result<String, Failure> {
    let texts = room.texts();
    let list: Vec<String> =
        names.iter().enumerate().map(|(at, name)| format!("  {}  {name}", at + 1)).collect();
    say(room, &list.join("\n"))?;
    until(room, || {
        let answer = room.ask(question).map_err(terminal)?;
        let by_number = answer.parse::<usize>().ok().and_then(|number| names.get(number.checked_sub(1)?));
        let found = by_number.or_else(|| names.iter().find(|name| **name == answer));
        Ok(found.cloned().ok_or_else(|| texts.choice_needed.to_owned()))
    })
}

/// A time as it was read aloud.
pub(super) fn time(room: &dyn Room, question: &str) -> Result<Timestamp, Failure> {
    until(room, || {
        let answer = room.ask(question).map_err(terminal)?;
        Ok(answer.parse().map_err(|_| room.texts().time_needed.to_owned()))
    })
}

/// A passphrase that an officer knows.
pub(super) fn passphrase(room: &dyn Room, officer: &str) -> Result<Passphrase, Failure> {
    let question = fill(room.texts().ask_passphrase, &[officer]);
    until(room, || {
        let typed = room.secret(&question).map_err(terminal)?;
        Ok(Passphrase::new(&typed).map_err(|error| error.to_string()))
    })
}

/// A passphrase that an officer chooses, typed twice.
pub(super) fn new_passphrase(room: &dyn Room, officer: &str) -> Result<Passphrase, Failure> {
    let texts = room.texts();
    until(room, || {
        let first = room.secret(&fill(texts.ask_new_passphrase, &[officer])).map_err(terminal)?;
        let passphrase = match Passphrase::new(&first) {
            Ok(passphrase) => passphrase,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let second = room.secret(&fill(texts.ask_passphrase_again, &[officer])).map_err(terminal)?;
        Ok(if *first == *second { Ok(passphrase) } else { Err(texts.passphrases_differ.to_owned()) })
    })
}

/// Asks until there is an answer; each refusal is shown.
fn until<T>(
    room: &dyn Room,
    mut question: impl FnMut() -> Result<Result<T, String>, Failure>,
) -> Result<T, Failure> {
    for _ in 0..MAX_TRIES {
        match question()? {
            Ok(answer) => return Ok(answer),
            Err(reason) => say(room, &reason)?,
        }
    }
    Err(Failure::refused("no-answer", "no usable answer was given"))
}
