//! Marks of rehearsals: nothing that was made in an exercise passes for the real thing, nor the other way round.
//!
//! The mark stands in the common name of every certificate and in the issuer of every list, in the labels of share and key
//! files, and in the first record of the transcript.

use super::Mode;
use crate::x509::name::{AttributeKind, Name, NameError};

/// What common names in rehearsals begin with.
pub const MARK: &str = "REHEARSAL ";

/// Most characters of a common name (RFC 5280 appendix A.1).
const MAX_COMMON_NAME: usize = 64;

/// Whether a name is that of something made in a rehearsal.
#[must_use]
pub fn is_marked(name: &Name) -> bool {
    name.parts().iter().any(|(kind, value)| *kind == AttributeKind::CommonName && value.starts_with(MARK))
}

/// The name with the mark in front of its common name, whose end is cut where both are too long; a name without a common
/// name gets one.
///
/// # Errors
/// [`NameError`] for a name that cannot be written.
pub fn mark(name: &Name) -> Result<Name, NameError> {
    if is_marked(name) {
        return Ok(name.clone());
    }
    let mut parts = name.parts();
    match parts.iter_mut().find(|(kind, _)| *kind == AttributeKind::CommonName) {
        Some((_, value)) => {
            let marked: String = MARK.chars().chain(value.chars()).take(MAX_COMMON_NAME).collect();
            *value = marked.trim_end().to_owned();
        }
        None => parts.push((AttributeKind::CommonName, format!("{MARK}ceremony"))),
    }
    Name::from_parts(&parts)
}

/// The name as it stands in certificates of a ceremony of this mode.
///
/// # Errors
/// [`NameError`] for a name that cannot be written.
pub fn name_in(mode: Mode, name: &Name) -> Result<Name, NameError> {
    match mode {
        Mode::Real => Ok(name.clone()),
        Mode::Rehearsal => mark(name),
    }
}

/// The mode that a name was made in.
#[must_use]
pub fn mode_of(name: &Name) -> Mode {
    if is_marked(name) { Mode::Rehearsal } else { Mode::Real }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(common: &str) -> Name {
        Name::from_parts(&[(AttributeKind::CommonName, common.to_owned())]).unwrap()
    }

    #[test]
    fn a_marked_name_shows_it_and_is_marked_once() {
        let marked = mark(&name("城市根")).unwrap();
        assert_eq!(marked.to_string(), "CN=REHEARSAL 城市根");
        assert!(is_marked(&marked) && !is_marked(&name("城市根")));
        assert_eq!(mark(&marked).unwrap(), marked);
        assert_eq!((mode_of(&marked), mode_of(&name("a"))), (Mode::Rehearsal, Mode::Real));
    }

    #[test]
    fn a_long_name_is_cut_and_an_absent_one_is_made() {
        let long = mark(&name(&"根".repeat(64))).unwrap();
        assert_eq!(long.get(&AttributeKind::CommonName).unwrap().chars().count(), 64);
        let organisation = Name::from_parts(&[(AttributeKind::Organization, "City".to_owned())]).unwrap();
        assert!(is_marked(&mark(&organisation).unwrap()));
    }
}
