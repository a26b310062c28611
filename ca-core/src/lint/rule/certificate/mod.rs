//! Rules for certificates.

mod alternative_name_critical;
mod alternative_name_form;
mod alternative_names_distinct;
mod authority_information_access;
mod authority_key_identifier;
mod basic_constraints_of_authority;
mod basic_constraints_of_end_entity;
mod common_name_of_server;
mod constraints_of_authority;
mod critical_extensions_known;
mod crl_distribution_points;
mod domain_names_not_addresses;
mod extended_key_usage;
mod extension_criticality;
mod extension_values_in_der;
mod extensions_not_repeated;
mod extensions_readable;
mod freshest_crl;
mod gm_authority_key_usage;
mod gm_identity_form;
mod gm_identity_number;
mod gm_key_of_issuer;
mod gm_resident_number_published;
mod gm_serial_length;
mod gm_single_use_key;
mod issuer_may_sign;
mod issuer_name_chains;
mod issuer_not_empty;
mod key_usage_of_algorithm;
mod key_usage_of_role;
mod name_constraints_not_empty;
mod name_country;
mod name_parts_distinct;
mod name_parts_meaningful;
mod name_string_types;
mod name_upper_bounds;
mod ocsp_responder;
mod path_length;
mod policies_distinct;
mod policy_mappings_any;
mod policy_qualifiers;
mod private_key_usage_period;
mod public_key_not_weak;
mod public_key_parameters;
mod purposes_distinct;
mod rsa_key_form;
mod serial_number_of_project;
mod serial_number_range;
mod server_named;
mod shown_extensions_not_critical;
mod signature_algorithms_equal;
mod signature_parameters;
mod status_can_be_asked;
mod subject_differs_from_issuer;
mod subject_information_access;
mod subject_key_identifier;
mod subject_named;
mod tls_features;
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
    &alternative_names_distinct::AlternativeNamesDistinct,
    &alternative_name_critical::AlternativeNameCritical,
    &server_named::ServerNamed,
    &domain_names_not_addresses::DomainNamesNotAddresses,
    &common_name_of_server::CommonNameOfServer,
    &policies_distinct::PoliciesDistinct,
    &policy_qualifiers::PolicyQualifiers,
    &policy_mappings_any::PolicyMappingsAny,
    &constraints_of_authority::ConstraintsOfAuthority,
    &name_constraints_not_empty::NameConstraintsNotEmpty,
    &shown_extensions_not_critical::ShownExtensionsNotCritical,
    &private_key_usage_period::PrivateKeyUsagePeriodForm,
    &subject_information_access::SubjectInformationAccessForm,
    &tls_features::TlsFeatures,
    &freshest_crl::FreshestCrlForm,
    &name_parts_distinct::NamePartsDistinct,
    &name_parts_meaningful::NamePartsMeaningful,
    &status_can_be_asked::StatusCanBeAsked,
    &subject_differs_from_issuer::SubjectDiffersFromIssuer,
    &purposes_distinct::PurposesDistinct,
    &extension_values_in_der::ExtensionValuesInDer,
    &rsa_key_form::RsaKeyForm,
    &gm_serial_length::GmSerialLength,
    &gm_authority_key_usage::GmAuthorityKeyUsage,
    &gm_single_use_key::GmSingleUseKey,
    &gm_identity_form::GmIdentityForm,
    &gm_identity_number::GmIdentityNumber,
    &gm_resident_number_published::GmResidentNumberPublished,
    &gm_key_of_issuer::GmKeyOfIssuer,
];
