//! Rules for CRLs.

mod authority_key_identifier;
mod delta_indicator;
mod entries_dated;
mod entries_not_repeated;
mod extensions_known;
mod freshest_crl;
mod gm_validity_period;
mod issuer_may_sign;
mod issuer_name_chains;
mod issuing_distribution_point;
mod list_not_empty;
mod next_update;
mod number;
mod reason_not_unspecified;
mod remove_from_crl;
mod signature_algorithms_equal;
mod signature_parameters;
mod time_encoding;
mod validity_period;
mod version_two;

use crate::lint::CrlRule;

/// All of them, in the order of the fields of a CRL.
pub(in crate::lint) static ALL: &[&dyn CrlRule] = &[
    &version_two::VersionTwo,
    &signature_algorithms_equal::SignatureAlgorithmsEqual,
    &signature_parameters::SignatureParameters,
    &issuer_name_chains::IssuerNameChains,
    &issuer_may_sign::IssuerMaySign,
    &next_update::NextUpdate,
    &time_encoding::TimeEncoding,
    &list_not_empty::ListNotEmpty,
    &entries_not_repeated::EntriesNotRepeated,
    &entries_dated::EntriesDated,
    &reason_not_unspecified::ReasonNotUnspecified,
    &remove_from_crl::RemoveFromCrl,
    &authority_key_identifier::AuthorityKeyIdentifierOfIssuer,
    &number::Number,
    &extensions_known::ExtensionsKnown,
    &issuing_distribution_point::IssuingDistributionPointForm,
    &delta_indicator::DeltaIndicator,
    &freshest_crl::FreshestCrlForm,
    &validity_period::ValidityPeriod,
    &gm_validity_period::GmValidityPeriod,
];
