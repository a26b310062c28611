//! The check of identity numbers against a profile.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::profile::IdentityPolicy;
use crate::x509::extension::{Extensions, IdentityError, IdentityKind, IdentityNumber};

/// Why identity numbers are refused. No text repeats a number, which may be a person's.
#[derive(Debug, Error)]
pub enum IdentityRefusal {
    /// A kind that the profile does not take.
    #[error("the request holds a {kind}, which this profile does not take")]
    NotTaken {
        /// The kind.
        kind: IdentityKind,
    },
    /// A required one is absent.
    #[error("the request holds no {kind}, which this profile requires")]
    Missing {
        /// The kind.
        kind: IdentityKind,
    },
    /// Two numbers that have one place.
    #[error("the request holds two identity numbers for the extension {oid}")]
    Twice {
        /// The extension.
        oid: crate::x509::Oid,
    },
    /// Not a number of its kind.
    #[error("{0}")]
    Number(#[from] IdentityError),
}

impl IdentityRefusal {
    /// A stable code of the refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotTaken { .. } => "identity-number-not-taken",
            Self::Missing { .. } => "identity-number-missing",
            Self::Twice { .. } => "identity-number-twice",
            Self::Number(error) => error.code(),
        }
    }
}

/// Checks the numbers that a request asks for; gives them in the form of the policy.
///
/// A personal number whose kind is not said is taken where the profile takes one personal kind only, and for that.
pub(super) fn check(
    policy: &IdentityPolicy,
    requested: &Extensions,
) -> Result<Vec<IdentityNumber>, IdentityRefusal> {
    let mut numbers: Vec<IdentityNumber> = Vec::new();
    for number in requested.iter().filter_map(IdentityNumber::read) {
        let kind = said(policy, number.kind());
        if !policy.kinds.contains(&kind) {
            return Err(IdentityRefusal::NotTaken { kind });
        }
        let number = IdentityNumber::new(kind, &number.text(), policy.form)?;
        if number.is_resident_number() && !policy.kinds.contains(&IdentityKind::ResidentNumber) {
            return Err(IdentityRefusal::NotTaken { kind: IdentityKind::ResidentNumber });
        }
        if numbers.iter().any(|earlier| earlier.oid() == number.oid()) {
            return Err(IdentityRefusal::Twice { oid: number.oid().clone() });
        }
        numbers.push(number);
    }
    let found: BTreeSet<_> = numbers.iter().map(IdentityNumber::kind).collect();
    match policy.required.difference(&found).next() {
        Some(kind) => Err(IdentityRefusal::Missing { kind: *kind }),
        None => Ok(numbers),
    }
}

fn said(policy: &IdentityPolicy, kind: IdentityKind) -> IdentityKind {
    use IdentityKind::{MilitaryNumber, PassportNumber, PersonalNumber, ResidentNumber};
    let personal = [ResidentNumber, MilitaryNumber, PassportNumber];
    let mut taken = personal.into_iter().filter(|personal| policy.kinds.contains(personal));
    match (kind, taken.next(), taken.next()) {
        (PersonalNumber, Some(only), None) => only,
        _ => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::Extension;
    use crate::x509::extension::IdentityForm;

    fn policy(kinds: &[IdentityKind], form: IdentityForm) -> IdentityPolicy {
        IdentityPolicy { kinds: kinds.iter().copied().collect(), form, ..IdentityPolicy::default() }
    }

    fn asking(oid: &str, value: &[u8]) -> Extensions {
        let extension = Extension { oid: oid.parse().unwrap(), critical: false, value: value.to_vec() };
        Extensions::new(vec![extension]).unwrap()
    }

    #[test]
    fn numbers_are_taken_by_name_and_written_in_the_form_of_the_profile() {
        let organization = policy(&[IdentityKind::OrganizationCode], IdentityForm::Legacy);
        let taken = check(&organization, &asking("1.2.156.10260.4.1.4", b"\x13\x09D2143569X")).unwrap();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].to_extension().oid.to_string(), "1.2.86.11.7.3");
        assert_eq!(taken[0].to_extension().value, b"\x0c\x09D2143569X");
        let wrong = check(&organization, &asking("1.2.156.10260.4.1.4", b"\x13\x09D21435691")).unwrap_err();
        assert_eq!(wrong.code(), "identity-number-check-character");
    }

    #[test]
    fn resident_numbers_are_refused_unless_named() {
        let request = asking("1.2.156.10260.4.1.1", b"\xa0\x14\x13\x1211010519491231002X");
        let refused = check(&IdentityPolicy::default(), &request).unwrap_err();
        assert_eq!(refused.code(), "identity-number-not-taken");
        let form = IdentityForm::Gmt2023;
        let others: Vec<_> = IdentityKind::ALL.into_iter().skip(1).collect();
        assert_eq!(check(&policy(&others, form), &request).unwrap_err().code(), "identity-number-not-taken");
        let named = check(&policy(&[IdentityKind::ResidentNumber], form), &request).unwrap();
        assert_eq!(named[0].oid().to_string(), "1.2.156.10260.4.1.1.1");
        let tax = asking("1.2.156.10260.4.1.5", b"\x13\x1211010519491231002X");
        assert_eq!(check(&policy(&others, form), &tax).unwrap_err().code(), "identity-number-not-taken");
        let bare = asking("1.2.156.10260.4.1.1", b"11010519491231002X");
        assert_eq!(check(&policy(&[IdentityKind::ResidentNumber], form), &bare).unwrap(), named);
    }

    #[test]
    fn required_numbers_have_to_be_there_and_none_twice() {
        let kinds = [IdentityKind::TaxationNumber];
        let required = IdentityPolicy { required: kinds.into(), ..policy(&kinds, IdentityForm::Gmt2012) };
        let missing = check(&required, &Extensions::default()).unwrap_err();
        assert_eq!(missing.code(), "identity-number-missing");
        let number = b"\x13\x0f110105194912310";
        let mut twice = asking("1.2.156.10260.4.1.5", number);
        twice
            .push(Extension {
                oid: "1.2.86.11.7.5".parse().unwrap(),
                critical: false,
                value: number.to_vec(),
            })
            .unwrap();
        assert_eq!(check(&required, &twice).unwrap_err().code(), "identity-number-twice");
    }
}
