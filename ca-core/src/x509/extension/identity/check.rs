//! How numbers are formed, and their check characters.

use super::IdentityKind::{self, *};
use super::{IdentityError, MAX_CHARACTERS};
use jiff::civil::Date;

/// Checks a number against the rules of its kind.
pub(super) fn number(kind: IdentityKind, number: &str) -> Result<(), IdentityError> {
    let fail = |expected| Err(IdentityError::Form { kind, expected });
    match kind {
        ResidentNumber => resident(number),
        OrganizationCode => match number.len() {
            18 => credit_code(kind, number),
            9 => organization_code(number),
            _ => fail("it has 18 characters (GB 32100), or 9 (GB 11714)"),
        },
        TaxationNumber => match number.len() {
            18 if !is_resident(number) => credit_code(kind, number),
            15..=20 if number.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) => {
                Ok(())
            }
            _ => fail("it has 15 to 20 digits and capital letters"),
        },
        PassportNumber => match number.len() {
            5..=20 if number.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) => Ok(()),
            _ => fail("it has 5 to 20 digits and capital letters"),
        },
        MilitaryNumber => {
            let length = number.chars().count();
            let plain = number.trim() == number && !number.chars().any(char::is_control);
            if (1..=MAX_CHARACTERS).contains(&length) && plain {
                Ok(())
            } else {
                fail("it is one line of 1 to 64 characters")
            }
        }
        InsuranceNumber | RegistrationNumber => {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            if (1..=MAX_CHARACTERS).contains(&number.len()) && number.bytes().all(allowed) {
                Ok(())
            } else {
                fail("it has 1 to 64 digits, letters and hyphens")
            }
        }
        PersonalNumber => Ok(()),
    }
}

/// Whether a number is one of a resident, whatever it is called: people are taxed and insured under theirs. Few codes of
/// organisations are formed like one, and those keep their own check character too.
pub(super) fn is_resident(number: &str) -> bool {
    resident(number).is_ok() && credit_code(OrganizationCode, number).is_err()
}

fn compare(kind: IdentityKind, number: &str, expected: u8) -> Result<(), IdentityError> {
    let found = number.bytes().last().unwrap_or_default();
    if found == expected {
        Ok(())
    } else {
        Err(IdentityError::CheckCharacter { kind, expected: expected.into(), found: found.into() })
    }
}

/// GB 11643: 6 digits of a place, 8 of the day of birth, 3 of an order, and a check character by ISO 7064 MOD 11-2.
fn resident(number: &str) -> Result<(), IdentityError> {
    let bytes = number.as_bytes();
    let well_formed = bytes.len() == 18
        && bytes[..17].iter().all(u8::is_ascii_digit)
        && (bytes[17].is_ascii_digit() || bytes[17] == b'X');
    if !well_formed {
        let expected = "it has 17 digits and a digit or X";
        return Err(IdentityError::Form { kind: ResidentNumber, expected });
    }
    let digits = |range: core::ops::Range<usize>| {
        bytes[range].iter().fold(0_i16, |value, digit| value * 10 + i16::from(digit - b'0'))
    };
    let (year, month, day) = (digits(6..10), digits(10..12), digits(12..14));
    if year < 1800 || Date::new(year, month as i8, day as i8).is_err() {
        return Err(IdentityError::DayOfBirth);
    }
    // Horner's scheme over powers of two, from the left.
    let sum = bytes[..17].iter().fold(0, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    let check = (12 - sum) % 11;
    compare(ResidentNumber, number, b"0123456789X"[check as usize])
}

/// The 31 characters of GB 32100: no I, O, S, V, Z.
const CREDIT: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// GB 32100: 17 characters weighted by the powers of 3 modulo 31. The ninth to the seventeenth are the organisation code.
fn credit_code(kind: IdentityKind, number: &str) -> Result<(), IdentityError> {
    let value = |byte: u8| CREDIT.iter().position(|&known| known == byte);
    let bytes = number.as_bytes();
    let Some(values) = bytes.iter().map(|&byte| value(byte)).collect::<Option<Vec<_>>>() else {
        let expected = "it has digits and the capital letters but I, O, S, V, Z";
        return Err(IdentityError::Form { kind, expected });
    };
    if !bytes[2..8].iter().all(u8::is_ascii_digit) {
        let expected = "the third to the eighth character are the digits of a place";
        return Err(IdentityError::Form { kind, expected });
    }
    let weighted = values[..17].iter().scan(1, |weight, value| {
        let product = *weight * value;
        *weight = *weight * 3 % 31;
        Some(product)
    });
    let sum = weighted.sum::<usize>() % 31;
    compare(kind, number, CREDIT[(31 - sum) % 31])
}

/// GB 11714: 8 characters weighted modulo 11.
fn organization_code(number: &str) -> Result<(), IdentityError> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let bytes = number.as_bytes();
    let well_formed = bytes[..8].iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && (bytes[8].is_ascii_digit() || bytes[8] == b'X');
    if !well_formed {
        let expected = "it has 8 digits and capital letters, then a digit or X";
        return Err(IdentityError::Form { kind: OrganizationCode, expected });
    }
    let value = |byte: u8| u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 });
    let sum: u32 = bytes[..8].iter().zip(WEIGHTS).map(|(&byte, weight)| value(byte) * weight).sum();
    let check = (11 - sum % 11) % 11;
    compare(OrganizationCode, number, b"0123456789X"[check as usize])
}
