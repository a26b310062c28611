//! Whose certificates the entries of an indirect CRL are about.

use crate::x509::Name;
use crate::x509::extension::GeneralName;

/// The certificateIssuer extensions of a list, RFC 5280 §5.3.3: each holds for its entry and all that follow, up to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Issuers {
    /// Position of the first entry, ascending, and the issuer's names.
    changes: Vec<(usize, Vec<GeneralName>)>,
}

impl Issuers {
    /// Takes what the entry at `position` says; entries come in order.
    pub(super) fn note(&mut self, position: usize, names: Vec<GeneralName>) {
        if !names.is_empty() {
            self.changes.push((position, names));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether the entry at `position` is about a certificate of `issuer`; `None` where nothing is said, so that it is about
    /// one of the issuer of the list.
    pub(super) fn includes(&self, position: usize, issuer: &Name) -> Option<bool> {
        let next = self.changes.partition_point(|(first, _)| *first <= position);
        let (_, names) = self.changes.get(next.checked_sub(1)?)?;
        let is_issuer = |name: &GeneralName| match name {
            GeneralName::Directory(name) => name.matches(issuer),
            _ => false,
        };
        Some(names.iter().any(is_issuer))
    }
}
