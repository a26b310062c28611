//! Rules for OCSP responses.

mod answers_there;
mod critical_extensions_known;
mod next_update;
mod nonce_length;
mod responder_delegated;
mod revoked_before_produced;
mod signature_parameters;
mod times_in_order;

use crate::lint::OcspResponseRule;

/// All of them.
pub(in crate::lint) static ALL: &[&dyn OcspResponseRule] = &[
    &signature_parameters::SignatureParameters,
    &answers_there::AnswersThere,
    &times_in_order::TimesInOrder,
    &next_update::NextUpdate,
    &revoked_before_produced::RevokedBeforeProduced,
    &critical_extensions_known::CriticalExtensionsKnown,
    &nonce_length::NonceLength,
    &responder_delegated::ResponderDelegated,
];
