//! Rules for certification requests.

mod challenge_password_absent;
mod extensions_readable;
mod public_key_not_weak;
mod signature_parameters;
mod subject_named;

use crate::lint::RequestRule;

/// All of them.
pub(in crate::lint) static ALL: &[&dyn RequestRule] = &[
    &signature_parameters::SignatureParameters,
    &public_key_not_weak::PublicKeyNotWeak,
    &extensions_readable::ExtensionsReadable,
    &challenge_password_absent::ChallengePasswordAbsent,
    &subject_named::SubjectNamed,
];
