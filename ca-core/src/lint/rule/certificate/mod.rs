//! Rules for certificates.

mod alternative_name_form;
mod authority_information_access;
mod authority_key_identifier;
mod basic_constraints_of_authority;
mod basic_constraints_of_end_entity;
mod critical_extensions_known;
mod crl_distribution_points;
mod extended_key_usage;
mod extension_criticality;
mod extensions_not_repeated;
mod extensions_readable;
mod issuer_may_sign;
mod issuer_name_chains;
mod issuer_not_empty;
mod key_usage_of_algorithm;
mod key_usage_of_role;
mod name_country;
mod name_string_types;
mod name_upper_bounds;
mod ocsp_responder;
mod path_length;
mod public_key_not_weak;
mod public_key_parameters;
mod serial_number_of_project;
mod serial_number_range;
mod signature_algorithms_equal;
mod signature_parameters;
mod subject_key_identifier;
mod subject_named;
mod unique_identifiers_absent;
mod validity_encoding;
mod validity_order;
mod validity_within_issuer;
mod version_three;

use crate::lint::CertificateRule;

/// All of them, in the order of the fields of a certificate.
pub(in crate::lint) static ALL: &[&dyn CertificateRule] = &[
    &version_three::VersionThree,
    &serial_number_range::SerialNumberRange,
    &serial_number_of_project::SerialNumberOfProject,
    &signature_algorithms_equal::SignatureAlgorithmsEqual,
    &signature_parameters::SignatureParameters,
    &issuer_not_empty::IssuerNotEmpty,
    &issuer_name_chains::IssuerNameChains,
    &issuer_may_sign::IssuerMaySign,
    &validity_order::ValidityOrder,
    &validity_encoding::ValidityEncoding,
    &validity_within_issuer::ValidityWithinIssuer,
    &subject_named::SubjectNamed,
    &name_country::NameCountry,
    &name_upper_bounds::NameUpperBounds,
    &name_string_types::NameStringTypes,
    &public_key_not_weak::PublicKeyNotWeak,
    &public_key_parameters::PublicKeyParameters,
    &unique_identifiers_absent::UniqueIdentifiersAbsent,
    &extensions_not_repeated::ExtensionsNotRepeated,
    &extensions_readable::ExtensionsReadable,
    &critical_extensions_known::CriticalExtensionsKnown,
    &extension_criticality::ExtensionCriticality,
    &subject_key_identifier::SubjectKeyIdentifierOfKey,
    &authority_key_identifier::AuthorityKeyIdentifierOfIssuer,
    &basic_constraints_of_authority::BasicConstraintsOfAuthority,
    &basic_constraints_of_end_entity::BasicConstraintsOfEndEntity,
    &path_length::PathLength,
    &key_usage_of_role::KeyUsageOfRole,
    &key_usage_of_algorithm::KeyUsageOfAlgorithm,
    &extended_key_usage::ExtendedKeyUsageOfRole,
    &ocsp_responder::OcspResponder,
    &alternative_name_form::AlternativeNameForm,
    &crl_distribution_points::CrlDistributionPointsForm,
    &authority_information_access::AuthorityInformationAccessForm,
];
