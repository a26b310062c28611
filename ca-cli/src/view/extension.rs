//! Extensions, and the purposes that they give.

use std::fmt;

use ca_core::encoding::{dump, hex};
use ca_core::x509::extension::{
    AuthorityInformationAccess, BasicConstraints, CertificatePolicies, CrlDistributionPoints,
    ExtendedKeyUsage, KeyUsages, SubjectAlternativeName,
};
use ca_core::x509::{Extension, Extensions, Oid};
use serde::Serialize;

use super::Meaning;

/// An object identifier and its usual name.
#[derive(Clone, Serialize)]
pub(crate) struct Identifier {
    pub(crate) oid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'static str>,
}

/// An extension as it stands in the object.
#[derive(Serialize)]
pub(crate) struct ExtensionDetails {
    #[serde(flatten)]
    pub(crate) kind: Identifier,
    pub(crate) critical: bool,
    /// The value in hexadecimal.
    pub(crate) value: String,
    /// What it says, where no member of the object says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) meaning: Option<Meaning>,
}

/// What extensions say that people ask about. Those that cannot be read leave their member empty; all stand in
/// `extensions` too.
#[derive(Default, Serialize)]
pub(crate) struct Purposes {
    pub(crate) alternative_names: Vec<String>,
    /// Whether the subject is an authority; absent where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_authority: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path_length: Option<u32>,
    pub(crate) key_usage: Vec<&'static str>,
    pub(crate) extended_key_usage: Vec<Identifier>,
    pub(crate) policies: Vec<Identifier>,
    pub(crate) crl_urls: Vec<String>,
    pub(crate) ocsp_urls: Vec<String>,
    pub(crate) issuer_urls: Vec<String>,
    pub(crate) extensions: Vec<ExtensionDetails>,
}

impl Identifier {
    pub(crate) fn of(identifier: &Oid) -> Self {
        Self { oid: identifier.to_string(), name: identifier.to_object_identifier().and_then(dump::name) }
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name.unwrap_or(&self.oid))
    }
}

impl Purposes {
    pub(super) fn of(extensions: &Extensions) -> Self {
        let mut purposes =
            Self { extensions: extensions.iter().map(ExtensionDetails::of).collect(), ..Self::default() };
        if let Ok(Some(names)) = extensions.find::<SubjectAlternativeName>() {
            purposes.alternative_names = names.0.iter().map(ToString::to_string).collect();
        }
        if let Ok(Some(constraints)) = extensions.find::<BasicConstraints>() {
            purposes.is_authority = Some(constraints.ca);
            purposes.path_length = constraints.path_length;
        }
        if let Ok(Some(usages)) = extensions.find::<KeyUsages>() {
            purposes.key_usage = usages.iter().map(|usage| usage.name()).collect();
        }
        if let Ok(Some(usages)) = extensions.find::<ExtendedKeyUsage>() {
            purposes.extended_key_usage = usages.0.iter().map(Identifier::of).collect();
        }
        if let Ok(Some(policies)) = extensions.find::<CertificatePolicies>() {
            purposes.policies =
                policies.0.iter().map(|information| Identifier::of(&information.policy)).collect();
        }
        if let Ok(Some(points)) = extensions.find::<CrlDistributionPoints>() {
            purposes.crl_urls = points.uris().map(str::to_owned).collect();
        }
        if let Ok(Some(access)) = extensions.find::<AuthorityInformationAccess>() {
            let urls = |method| access.uris(method).map(str::to_owned).collect();
            purposes.ocsp_urls = urls(AuthorityInformationAccess::OCSP);
            purposes.issuer_urls = urls(AuthorityInformationAccess::CA_ISSUERS);
        }
        purposes
    }
}

impl ExtensionDetails {
    pub(super) fn of(extension: &Extension) -> Self {
        Self {
            kind: Identifier::of(&extension.oid),
            critical: extension.critical,
            value: hex::encode(&extension.value),
            meaning: Meaning::of(extension),
        }
    }
}
