//! The terminal of the room. Everything goes to standard error, so that standard output stays data.

use std::io::{self, BufRead as _, Read as _, Write as _};

use zeroize::Zeroizing;

use super::Room;
use super::text::{Texts, texts};
use crate::output::{Language, printable};

/// Longest line that is read: paths are the longest answers.
const MAX_LINE: u64 = 8 << 10;

/// Erases the screen and what was scrolled off it (ECMA-48 ED, and the extension of xterm that Linux follows).
const CLEAR: &[u8] = b"\x1b[H\x1b[2J\x1b[3J";

/// The terminal that this process has.
pub(crate) struct Console {
    language: Language,
}

impl Console {
    /// Speaks a language.
    pub(crate) fn new(language: Language) -> Self {
        Self { language }
    }
}

impl Room for Console {
    fn say(&self, text: &str) -> io::Result<()> {
        let mut output = io::stderr().lock();
        for line in text.lines() {
            output.write_all(printable(line).as_bytes())?;
            output.write_all(b"\n")?;
        }
        output.flush()
    }

    fn ask(&self, question: &str) -> io::Result<String> {
        let mut output = io::stderr().lock();
        output.write_all(printable(question).as_bytes())?;
        output.write_all(b" ")?;
        output.flush()?;
        let mut line = String::new();
        io::stdin().lock().take(MAX_LINE).read_line(&mut line)?;
        if !line.ends_with('\n') {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        Ok(line.trim().to_owned())
    }

    fn secret(&self, question: &str) -> io::Result<Zeroizing<String>> {
        rpassword::prompt_password(format!("{} ", printable(question))).map(Zeroizing::new)
    }

    fn clear(&self) -> io::Result<()> {
        let mut output = io::stderr().lock();
        output.write_all(CLEAR)?;
        output.flush()
    }

    fn texts(&self) -> &'static Texts {
        texts(self.language)
    }
}
