//! What a check found.

use jiff::{SignedDuration, Timestamp};

use super::remedy;

/// How something is; a later one is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// As it should be.
    Ok,
    /// It works, and will not for long.
    Warning,
    /// Something that the service is for does not work.
    Critical,
}

/// Units of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Octets.
    Octets,
    /// Things that are counted.
    Count,
}

impl Unit {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Octets => "octets",
            Self::Count => "count",
        }
    }
}

/// A number that tells how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// The number.
    pub value: i64,
    /// Its unit.
    pub unit: Unit,
    /// From where on it is a warning, where there is such a bound.
    pub warning: Option<i64>,
    /// From where on it is critical, where there is such a bound.
    pub critical: Option<i64>,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check; stable.
    pub check: &'static str,
    /// Which one, where there are several.
    pub about: Option<String>,
    /// How it is.
    pub state: State,
    /// `ok`, or the stable code of what is wrong.
    pub code: &'static str,
    /// What is wrong, for people.
    pub detail: String,
    /// Its figures.
    pub figures: Vec<Figure>,
}

impl Finding {
    /// All is as it should be.
    pub(super) fn well(check: &'static str) -> Self {
        debug_assert!(remedy::by_check(check).is_some(), "{check} has no remedy");
        Self { check, about: None, state: State::Ok, code: "ok", detail: String::new(), figures: Vec::new() }
    }

    pub(super) fn about(mut self, about: impl Into<String>) -> Self {
        self.about = Some(about.into());
        self
    }

    pub(super) fn figure(mut self, name: &'static str, value: i64, unit: Unit) -> Self {
        self.figures.push(Figure { name, value, unit, warning: None, critical: None });
        self
    }

    /// What the newest figure is held against.
    pub(super) fn bounds(mut self, warning: Option<i64>, critical: Option<i64>) -> Self {
        if let Some(figure) = self.figures.last_mut() {
            (figure.warning, figure.critical) = (warning, critical);
        }
        self
    }

    /// How many seconds a time is ahead; negative where it is over.
    pub(super) fn until(self, name: &'static str, time: Timestamp, now: Timestamp) -> Self {
        self.figure(name, time.duration_since(now).as_secs(), Unit::Seconds)
    }

    pub(super) fn seconds(self, name: &'static str, time: SignedDuration) -> Self {
        self.figure(name, time.as_secs(), Unit::Seconds)
    }

    /// It is no better than this. Of several faults the worst is told, and of equal ones the first.
    pub(super) fn fault(mut self, state: State, code: &'static str, detail: impl ToString) -> Self {
        if state > self.state {
            (self.state, self.code, self.detail) = (state, code, detail.to_string());
        }
        self
    }

    pub(super) fn warning(self, code: &'static str, detail: impl ToString) -> Self {
        self.fault(State::Warning, code, detail)
    }

    pub(super) fn critical(self, code: &'static str, detail: impl ToString) -> Self {
        self.fault(State::Critical, code, detail)
    }

    /// What to do; none where nothing is wrong.
    pub fn remedy(&self) -> Option<&'static str> {
        (self.state > State::Ok).then(|| remedy::of(self.code, self.check))
    }
}
