//! Sets of reasons.

/// `ReasonFlags`, RFC 5280 §4.2.1.13: the reasons for which something answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reasons(u16);

impl Reasons {
    pub(super) const NONE: Self = Self(0);
    /// keyCompromise to aACompromise, bits 1 to 8. Bit 0 is not used.
    pub(super) const ALL: Self = Self(0x7f80);

    /// Those of a field that leaves out what is all.
    pub(super) fn of(flags: Option<u16>) -> Self {
        flags.map_or(Self::ALL, |flags| Self(flags & Self::ALL.0))
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn includes(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}
