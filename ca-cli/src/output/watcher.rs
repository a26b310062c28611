//! Who watches a long command: a bar on standard error where that is a terminal, reports on standard output.

use std::cell::RefCell;
use std::io::{self, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Style, render};
use crate::args::Format;
use crate::command::{Stage, Watcher};
use crate::report::Report;

/// How often the bar is drawn, in times a second.
const DRAWN: u8 = 5;

/// The terminal as far as it shows how a command goes on.
pub(crate) struct Screen {
    output: Style,
    error: Style,
    bar: RefCell<Option<(Stage, ProgressBar)>>,
}

impl Screen {
    /// With the styles of standard output and standard error.
    pub(crate) fn new(output: Style, error: Style) -> Self {
        Self { output, error, bar: RefCell::new(None) }
    }

    fn bar(&self, stage: Stage, of: Option<u64>) -> ProgressBar {
        // To what is no terminal nothing is drawn.
        let bar = ProgressBar::with_draw_target(of, ProgressDrawTarget::stderr_with_hz(DRAWN));
        let word = self.error.language.operations().stage(stage);
        let form = match of {
            Some(_) => "{msg} {wide_bar} {pos}/{len} {per_sec} {eta}",
            None => "{msg} {spinner} {pos} {per_sec}",
        };
        if let Ok(form) = ProgressStyle::with_template(form) {
            bar.set_style(form);
        }
        bar.set_message(word);
        bar
    }
}

impl Watcher for Screen {
    fn progress(&self, stage: Stage, done: u64, of: Option<u64>) {
        let mut kept = self.bar.borrow_mut();
        if kept.as_ref().is_none_or(|(before, _)| *before != stage) {
            if let Some((_, bar)) = kept.take() {
                bar.finish_and_clear();
            }
            *kept = Some((stage, self.bar(stage, of)));
        }
        let Some((_, bar)) = kept.as_ref() else { return };
        bar.set_position(done);
        if of == Some(done) {
            bar.finish_and_clear();
        }
    }

    fn report(&self, report: &Report) -> io::Result<()> {
        let mut output = io::stdout().lock();
        let bytes = match self.output.format {
            // One document a line: what reads them needs to know where each ends.
            Format::Json => super::json::line(report).into_bytes(),
            Format::Text => render(report, &self.output),
        };
        output.write_all(&bytes).and_then(|()| output.flush())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if let Some((_, bar)) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}
