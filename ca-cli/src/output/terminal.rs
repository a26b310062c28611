//! The person at the terminal. Questions go to standard error, so that standard output stays data.

use std::io::{self, IsTerminal as _, Write as _};

use dialoguer::Confirm;
use zeroize::Zeroizing;

use super::layout::Page;
use super::report::certificate_fields;
use super::text::{Label, Phrase};
use super::{Style, operation, show};
use crate::command::Person;
use crate::report::Question;

/// The terminal that this process has.
pub(crate) struct Terminal {
    style: Style,
}

impl Terminal {
    /// With the style of standard error.
    pub(crate) fn new(style: Style) -> Self {
        Self { style }
    }
}

impl Person for Terminal {
    fn is_present(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    fn confirm(&self, question: &Question) -> io::Result<bool> {
        io::stderr().write_all(text(question, &self.style).as_bytes())?;
        Confirm::new()
            .with_prompt(self.style.language.words().phrase(Phrase::GoOn))
            .default(false)
            .interact()
            .map_err(|dialoguer::Error::IO(error)| error)
    }

    fn password(&self, again: bool) -> io::Result<Zeroizing<String>> {
        let phrase = if again { Phrase::PasswordAgain } else { Phrase::Password };
        rpassword::prompt_password(self.style.language.words().phrase(phrase)).map(Zeroizing::new)
    }
}

/// A question as text: what would happen, and to what.
pub(super) fn text(question: &Question, style: &Style) -> String {
    match question {
        Question::Certificate { change, certificate } => {
            let mut page = Page::new(style.language.words().intention(change), style);
            certificate_fields(&mut page, certificate, style);
            page.finish()
        }
        Question::Own { change, subject, serial } => {
            Page::new(style.language.words().intention(change), style)
                .field(Label::Subject, show::name(subject, style))
                .field(Label::Serial, serial)
                .finish()
        }
        Question::Authority { change, authority } => operation::authority_question(*change, authority, style),
        Question::Plan(plan) => operation::plan_question(plan, style),
    }
}
