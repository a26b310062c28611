//! Extensions of certificates, requests and revocation lists.

pub mod alternative_name;
pub mod authority_information_access;
pub mod basic_constraints;
pub mod crl;
pub mod decoded;
pub mod distribution_points;
pub mod extended_key_usage;
pub mod identity;
pub mod key_identifiers;
pub mod key_usage;
pub mod name_constraints;
pub mod ocsp_no_check;
pub mod policies;
pub mod policy_rules;
pub mod private_key_usage_period;
pub mod qualified_statements;
pub mod signed_timestamps;
pub mod subject_information_access;
pub mod tls_feature;

pub use alternative_name::{GeneralName, IssuerAlternativeName, SubjectAlternativeName};
pub use authority_information_access::{AccessDescription, AuthorityInformationAccess};
pub use basic_constraints::BasicConstraints;
pub use crl::{
    CertificateIssuer, CrlNumber, DeltaCrlIndicator, InvalidityDate, IssuingDistributionPoint, ReasonCode,
    ReasonCodeError,
};
pub use decoded::Decoded;
pub use distribution_points::{CrlDistributionPoints, DistributionPoint, DistributionPointName, FreshestCrl};
pub use extended_key_usage::ExtendedKeyUsage;
pub use identity::{IdentityError, IdentityForm, IdentityKind, IdentityNumber};
pub use key_identifiers::{AuthorityKeyIdentifier, SubjectKeyIdentifier};
pub use key_usage::{KeyUsage, KeyUsages};
pub use name_constraints::{NameConstraints, Subtree};
pub use ocsp_no_check::OcspNoCheck;
pub use policies::{CertificatePolicies, PolicyInformation, PolicyQualifier};
pub use policy_rules::{InhibitAnyPolicy, PolicyConstraints, PolicyMapping, PolicyMappings};
pub use private_key_usage_period::PrivateKeyUsagePeriod;
pub use qualified_statements::{QualifiedStatement, QualifiedStatements, StatementMeaning};
pub use signed_timestamps::{SignedTimestamp, SignedTimestamps};
pub use subject_information_access::SubjectInformationAccess;
pub use tls_feature::TlsFeature;

use super::asn1::{self, Element, Malformed, Problem, tag};
use super::oid::Oid;
use const_oid::ObjectIdentifier;

/// The most extensions of one object. Certificates in use have fewer than twenty.
pub const MAX_EXTENSIONS: usize = 100;

/// `Extension`, RFC 5280 §4.1: the value stays as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// What it is.
    pub oid: Oid,
    /// Whether who does not understand it must refuse the object.
    pub critical: bool,
    /// The content of extnValue: DER by RFC 5280, but some authorities put other bytes here.
    pub value: Vec<u8>,
}

/// Why an extension is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionError {
    /// The same extension stands twice, RFC 5280 §4.2.
    #[error("the extension {0} appears more than once")]
    Duplicate(Oid),
    /// Its value cannot be read.
    #[error("the extension {oid} cannot be read: {malformed}")]
    Malformed {
        /// Which extension.
        oid: Oid,
        /// Why.
        malformed: Malformed,
    },
    /// An extension of another kind was given.
    #[error("the extension is {found}, not {expected}")]
    OtherKind {
        /// The kind that was asked for.
        expected: Oid,
        /// The kind that was given.
        found: Oid,
    },
}

impl ExtensionError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Duplicate(_) => "extension-duplicate",
            Self::Malformed { .. } => "extension-malformed",
            Self::OtherKind { .. } => "extension-other-kind",
        }
    }
}

/// A kind of extension with a value that has a meaning here.
pub trait ExtensionValue: Sized {
    /// The identifier of the extension.
    const OID: ObjectIdentifier;

    /// The value in DER.
    fn to_value(&self) -> Vec<u8>;

    /// Reads the value.
    ///
    /// # Errors
    /// DER that is not that of this extension.
    fn from_value(value: &[u8]) -> Result<Self, Malformed>;

    /// The extension with this value.
    fn to_extension(&self, critical: bool) -> Extension {
        Extension { oid: Self::OID.into(), critical, value: self.to_value() }
    }

    /// Reads the value of an extension of this kind.
    ///
    /// # Errors
    /// An extension of another kind, or a value that cannot be read.
    fn from_extension(extension: &Extension) -> Result<Self, ExtensionError> {
        if extension.oid != Self::OID {
            return Err(ExtensionError::OtherKind {
                expected: Self::OID.into(),
                found: extension.oid.clone(),
            });
        }
        Self::from_value(&extension.value)
            .map_err(|malformed| ExtensionError::Malformed { oid: extension.oid.clone(), malformed })
    }
}

impl Extension {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let mut members = element.members("Extension");
        let oid = Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)?;
        let critical = match members.optional(tag::BOOLEAN)? {
            Some(boolean) => asn1::read_boolean("critical", boolean.content)?,
            None => false,
        };
        let value = members.required(tag::OCTET_STRING)?.content.to_vec();
        members.finish()?;
        Ok(Self { oid, critical, value })
    }

    /// The extension in DER; `critical` is left out where it is FALSE.
    pub fn to_der(&self) -> Vec<u8> {
        let mut members = vec![self.oid.to_der()];
        if self.critical {
            members.push(asn1::element(tag::BOOLEAN, &[0xff]));
        }
        members.push(asn1::element(tag::OCTET_STRING, &self.value));
        asn1::sequence(&members)
    }

    /// Whether it has no part in any decision: not critical, and of a kind that is shown to people and no more. Such a one is
    /// passed over where it cannot be read.
    pub fn is_only_shown(&self) -> bool {
        let shown = [
            PrivateKeyUsagePeriod::OID,
            SubjectInformationAccess::OID,
            TlsFeature::OID,
            QualifiedStatements::OID,
            SignedTimestamps::OID,
        ];
        !self.critical && shown.iter().any(|oid| self.oid == *oid)
    }

    /// What it says, by its kind. Never fails: what cannot be read is [`Decoded::Unreadable`].
    pub fn decoded(&self) -> Decoded {
        Decoded::of(self)
    }
}

/// `Extensions`, RFC 5280 §4.1, in order.
///
/// Those that are built have no duplicates; those that were read may, and say so when one of them is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions(Vec<Extension>);

impl Extensions {
    /// Extensions to be written.
    ///
    /// # Errors
    /// The same one twice.
    pub fn new(extensions: Vec<Extension>) -> Result<Self, ExtensionError> {
        let extensions = Self(extensions);
        match extensions.first_duplicate() {
            Some(oid) => Err(ExtensionError::Duplicate(oid.clone())),
            None => Ok(extensions),
        }
    }

    /// Adds one to be written.
    ///
    /// # Errors
    /// One of this kind is there already.
    pub fn push(&mut self, extension: Extension) -> Result<(), ExtensionError> {
        if self.get(&extension.oid).is_some() {
            return Err(ExtensionError::Duplicate(extension.oid));
        }
        self.0.push(extension);
        Ok(())
    }

    /// Reads a SEQUENCE of extensions.
    ///
    /// # Errors
    /// DER that is not that of extensions, none, or more than [`MAX_EXTENSIONS`].
    pub fn from_der(bytes: &[u8]) -> Result<Self, Malformed> {
        Self::read(asn1::only("Extensions", bytes, tag::SEQUENCE)?)
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, Malformed> {
        if element.tag != tag::SEQUENCE {
            let problem = Problem::Tag { expected: tag::SEQUENCE, found: element.tag };
            return Err(Malformed { part: "Extensions", problem });
        }
        let members = element.members("Extensions").collect_all(MAX_EXTENSIONS)?;
        if members.is_empty() {
            return Err(Malformed { part: "Extensions", problem: Problem::Missing });
        }
        members
            .into_iter()
            .map(|member| match member.tag {
                tag::SEQUENCE => Extension::read(member),
                found => Err(Malformed {
                    part: "Extension",
                    problem: Problem::Tag { expected: tag::SEQUENCE, found },
                }),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The SEQUENCE in DER.
    pub fn to_der(&self) -> Vec<u8> {
        asn1::sequence(&self.0.iter().map(Extension::to_der).collect::<Vec<_>>())
    }

    /// The first extension with this identifier.
    pub fn get(&self, oid: &Oid) -> Option<&Extension> {
        self.0.iter().find(|extension| extension.oid == *oid)
    }

    /// The value of the extension of kind `T`, where it is there.
    ///
    /// # Errors
    /// It stands twice, or its value cannot be read.
    pub fn find<T: ExtensionValue>(&self) -> Result<Option<T>, ExtensionError> {
        let mut found = self.0.iter().filter(|extension| extension.oid == T::OID);
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(extension), None) => T::from_extension(extension).map(Some),
            (Some(extension), Some(_)) => Err(ExtensionError::Duplicate(extension.oid.clone())),
        }
    }

    /// The identifier that stands more than once, where one does.
    pub fn first_duplicate(&self) -> Option<&Oid> {
        let before = |at: usize| self.0[..at].iter().any(|earlier| earlier.oid == self.0[at].oid);
        (1..self.0.len()).find(|&at| before(at)).map(|at| &self.0[at].oid)
    }

    /// All, in order.
    pub fn iter(&self) -> core::slice::Iter<'_, Extension> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Extensions {
    type Item = &'a Extension;
    type IntoIter = core::slice::Iter<'a, Extension>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
pub(super) mod round_trip;
#[cfg(test)]
mod tests;
