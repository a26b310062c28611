//! The digits that are read aloud.
//!
//! Why 24 digits are enough. They are to show that the file on the machine is the one that everybody agreed to. Somebody who
//! wants to exchange an agreed file has to find another one with the same 22 digits: 2⁷³ trials. Somebody who writes the plan
//! and wants two files with the same digits has to find a collision: 2³⁶·⁵ trials, which would be in reach if a trial were one
//! hash. Therefore the digits are derived by Argon2id from the SM3 digest: each trial costs 64 MiB of memory and a tenth of a
//! second, so that the collision takes some hundred years of a core with its memory, to be spent before an agreement is
//! reached. The digits are for the ear; what is signed at the end is the whole digest, which everybody also compares in its
//! 16 groups or as QR. The last two digits are check digits (ISO/IEC 7064, MOD 97-10): a wrong digit or two swapped ones
//! are told apart from another plan.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};

use crate::ceremony::Digest;

/// Digits that carry the digest.
const VALUE_DIGITS: usize = 22;
/// Digits that are read aloud.
const DIGITS: usize = 24;
/// Memory of a derivation in KiB.
const MEMORY_KIB: u32 = 64 << 10;
/// Passes over it.
const PASSES: u32 = 1;
/// Separates these digits from everything else that is derived from a digest.
const SALT: &[u8] = b"cityca-ceremony-digits-1";
/// 10²².
const MODULUS: u128 = 10_000_000_000_000_000_000_000;

/// The 24 digits of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits(String);

/// Why digits that were typed are not those of the plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigitsError {
    /// Not 24 digits.
    #[error("{count} digits, where there are 24")]
    Count {
        /// How many.
        count: usize,
    },
    /// Something that is neither a digit nor a space.
    #[error("character {position} is not a digit")]
    Character {
        /// Its position from 1.
        position: usize,
    },
    /// The check digits are wrong: one or two digits were misread or mistyped.
    #[error("the check digits do not fit: a digit was misread or mistyped; read them once more")]
    Misread,
    /// Digits of another plan.
    #[error("these are the digits of another plan")]
    OtherPlan,
}

impl DigitsError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Count { .. } => "digits-count",
            Self::Character { .. } => "digits-character",
            Self::Misread => "digits-misread",
            Self::OtherPlan => "digits-of-another-plan",
        }
    }
}

impl Digits {
    /// The digits of a digest.
    #[must_use]
    pub fn of(digest: &Digest) -> Self {
        // These parameters are within Argon2's bounds, and so are the lengths; nothing else fails. If it did, the digits would be
        // those of the digest itself.
        let mut derived = digest.0;
        if let Ok(parameters) = Params::new(MEMORY_KIB, PASSES, 1, Some(32)) {
            let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
            let _ = argon.hash_password_into(&digest.0, SALT, &mut derived);
        }
        // 128 of the bits, reduced: the remainder differs from a uniform one by less than 2⁻⁵⁴.
        let mut high = [0; 16];
        high.copy_from_slice(&derived[..16]);
        let value = u128::from_be_bytes(high) % MODULUS;
        // ISO/IEC 7064: the whole number leaves 1.
        let check = 98 - (value * 100) % 97;
        Self(format!("{value:022}{check:02}"))
    }

    /// The digits in six groups of four, as they are read aloud.
    #[must_use]
    pub fn groups(&self) -> String {
        let groups: Vec<&str> = (0..6).filter_map(|at| self.0.get(at * 4..at * 4 + 4)).collect();
        groups.join(" ")
    }

    /// Compares with what was typed; spaces do not count.
    ///
    /// # Errors
    /// [`DigitsError`].
    pub fn confirm(&self, typed: &str) -> Result<(), DigitsError> {
        let mut digits = String::with_capacity(DIGITS);
        for (at, character) in typed.chars().enumerate().filter(|(_, c)| !c.is_whitespace() && *c != '-') {
            if !character.is_ascii_digit() {
                return Err(DigitsError::Character { position: at + 1 });
            }
            digits.push(character);
            // Nobody reads aloud more than a few digits too many.
            if digits.len() > 2 * DIGITS {
                break;
            }
        }
        if digits.len() != DIGITS {
            return Err(DigitsError::Count { count: digits.len() });
        }
        if digits == self.0 {
            return Ok(());
        }
        let (value, check) = digits.split_at(VALUE_DIGITS);
        let number = |text: &str| text.parse::<u128>().unwrap_or_default();
        if (number(value) * 100 + number(check)) % 97 == 1 {
            Err(DigitsError::OtherPlan)
        } else {
            Err(DigitsError::Misread)
        }
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits() -> Digits {
        Digits::of(&Digest::of(b"a plan"))
    }

    #[test]
    fn they_are_24_and_depend_on_the_digest_alone() {
        let digits = digits();
        assert_eq!(digits.to_string().len(), 24);
        assert_eq!(digits.groups().split(' ').count(), 6);
        assert_eq!(digits, Digits::of(&Digest::of(b"a plan")));
        assert_ne!(digits, Digits::of(&Digest::of(b"a plan.")));
    }

    #[test]
    fn what_was_read_rightly_is_confirmed() {
        let digits = digits();
        for typed in [digits.to_string(), digits.groups(), digits.groups().replace(' ', "-")] {
            assert_eq!(digits.confirm(&typed), Ok(()));
        }
    }

    #[test]
    fn every_wrong_digit_and_every_swap_of_neighbours_is_called_a_misreading() {
        let digits = digits();
        let text: Vec<u8> = digits.to_string().into_bytes();
        for at in 0..24 {
            for other in b'0'..=b'9' {
                let mut wrong = text.clone();
                if std::mem::replace(&mut wrong[at], other) != other {
                    let wrong = String::from_utf8(wrong).unwrap();
                    assert_eq!(digits.confirm(&wrong), Err(DigitsError::Misread), "{wrong}");
                }
            }
            let mut swapped = text.clone();
            if at > 0 && swapped[at] != swapped[at - 1] {
                swapped.swap(at, at - 1);
                let swapped = String::from_utf8(swapped).unwrap();
                assert_eq!(digits.confirm(&swapped), Err(DigitsError::Misread), "{swapped}");
            }
        }
    }

    #[test]
    fn other_faults_have_their_names() {
        let digits = digits();
        let other = Digits::of(&Digest::of(b"another"));
        assert_eq!(digits.confirm(&other.to_string()), Err(DigitsError::OtherPlan));
        assert_eq!(digits.confirm(&digits.to_string()[1..]).unwrap_err().code(), "digits-count");
        assert_eq!(digits.confirm(&"1".repeat(10_000)).unwrap_err().code(), "digits-count");
        assert_eq!(digits.confirm("12a").unwrap_err(), DigitsError::Character { position: 3 });
        assert_eq!(digits.confirm("").unwrap_err().code(), "digits-count");
    }
}
