//! The room of a ceremony: what protects the machine, how people are asked, what is put on paper.

mod account;
mod hardening;
mod html;
mod machine;
mod paper;
mod qr;
mod terminal;
mod text;

use std::io;

use zeroize::Zeroizing;

pub(crate) use hardening::{Hardening, HardeningError, Memory, harden};
pub(crate) use machine::machine_facts;
pub(crate) use paper::{report_page, share_page};
pub(crate) use terminal::Console;
pub(crate) use text::{Texts, fill, texts};

/// The people in the room, before the one terminal of the machine.
pub(crate) trait Room {
    /// Shows lines.
    fn say(&self, text: &str) -> io::Result<()>;
    /// Asks for a line, which everybody sees. Blanks around it are taken off.
    fn ask(&self, question: &str) -> io::Result<String>;
    /// Asks for a line without showing it.
    fn secret(&self, question: &str) -> io::Result<Zeroizing<String>>;
    /// Takes everything off the screen, and off what can be scrolled back to.
    fn clear(&self) -> io::Result<()>;
    /// What to say, in the language of the room.
    fn texts(&self) -> &'static Texts;
}

/// A QR code of some text for the terminal; nothing where the text is too long for one.
pub(crate) fn qr_text(content: &str) -> String {
    qr::text(content.as_bytes()).unwrap_or_default()
}
