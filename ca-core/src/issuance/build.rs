//! The to-be-signed bytes of a certificate, from a profile and what was decided under it.

use jiff::SignedDuration;
use spki::AlgorithmIdentifierOwned;
use thiserror::Error;

use super::hierarchy::Constraints;
use super::{Shard, Urls};
use crate::encoding::der::DerError;
use crate::key::PublicKey;
use crate::profile::{ExtensionPolicy, Kind, Profile, Service};
use crate::x509::certificate::TbsCertificate;
use crate::x509::extension::{
    AccessDescription, AuthorityInformationAccess, AuthorityKeyIdentifier, BasicConstraints,
    CertificatePolicies, CrlDistributionPoints, DistributionPoint, DistributionPointName, ExtendedKeyUsage,
    Extension, ExtensionError, ExtensionValue, Extensions, FreshestCrl, GeneralName, IdentityNumber,
    KeyUsages, OcspNoCheck, PolicyInformation, PolicyQualifier, PrivateKeyUsagePeriod,
    SubjectAlternativeName, SubjectInformationAccess, SubjectKeyIdentifier, TlsFeature,
};
use crate::x509::key_identifier::KeyIdentifier;
use crate::x509::name::Name;
use crate::x509::oid::Oid;
use crate::x509::serial::SerialNumber;
use crate::x509::validity::Validity;

/// Why the bytes of a certificate cannot be built.
#[derive(Debug, Error)]
pub enum BuildError {
    /// An extension stands twice.
    #[error("{0}")]
    Extension(#[from] ExtensionError),
    /// A value cannot be encoded.
    #[error("the certificate cannot be encoded: {0}")]
    Encoding(#[from] DerError),
}

impl BuildError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "certificate-not-encodable"
    }
}

/// Everything that a certificate says.
pub(super) struct Content<'a> {
    pub(super) profile: &'a Profile,
    pub(super) serial: SerialNumber,
    pub(super) algorithm: &'a AlgorithmIdentifierOwned,
    pub(super) issuer: &'a Name,
    pub(super) issuer_key: &'a KeyIdentifier,
    /// None for a root, which points at nothing.
    pub(super) urls: Option<&'a Urls>,
    pub(super) validity: Validity,
    pub(super) subject: &'a Name,
    pub(super) public_key: &'a PublicKey,
    pub(super) alternative_names: &'a [GeneralName],
    pub(super) identity: &'a [IdentityNumber],
    /// What an authority below may not do.
    pub(super) constraints: Option<&'a Constraints>,
}

/// The to-be-signed bytes of a version 3 certificate.
pub(super) fn certificate(content: Content<'_>) -> Result<Vec<u8>, BuildError> {
    let extensions = Extensions::new(extensions(&content))?;
    let tbs = TbsCertificate {
        serial: content.serial,
        signature_algorithm: content.algorithm.clone(),
        issuer: content.issuer.clone(),
        validity: content.validity,
        subject: content.subject.clone(),
        spki: content.public_key.spki_der().to_vec(),
        extensions,
    };
    Ok(tbs.to_der()?)
}

fn extensions(content: &Content<'_>) -> Vec<Extension> {
    let profile = content.profile;
    let subject_key = KeyIdentifier::from(content.public_key.key_identifier());
    let mut extensions = vec![
        AuthorityKeyIdentifier::by_key(content.issuer_key.clone()).to_extension(false),
        SubjectKeyIdentifier(subject_key).to_extension(false),
    ];
    if profile.kind().is_authority() {
        let path_length = profile.extensions().path_length.map(u32::from);
        extensions.push(BasicConstraints { ca: true, path_length }.to_extension(true));
    }
    let usage = profile.usage();
    let key_usage: KeyUsages = usage.key_usage_for(content.public_key.algorithm()).into_iter().collect();
    extensions.push(key_usage.to_extension(true));
    if !usage.extended_key_usage.is_empty() {
        let purposes = usage.extended_key_usage.iter().map(|purpose| purpose.oid()).collect();
        extensions.push(ExtendedKeyUsage(purposes).to_extension(false));
    }
    let policies = &profile.extensions().policies;
    if !policies.is_empty() {
        extensions.push(qualified(profile.extensions()).to_extension(false));
    }
    if let Some(days) = profile.extensions().private_key_days {
        let end = content.validity.not_before + SignedDuration::from_hours(24 * i64::from(days));
        let period = PrivateKeyUsagePeriod {
            not_before: Some(content.validity.not_before),
            not_after: Some(end.min(content.validity.not_after)),
        };
        extensions.push(period.to_extension(false));
    }
    if profile.extensions().must_staple {
        extensions.push(TlsFeature(vec![TlsFeature::STATUS_REQUEST]).to_extension(false));
    }
    if !content.alternative_names.is_empty() {
        // Critical where it alone names the subject (RFC 5280 section 4.2.1.6).
        let names = SubjectAlternativeName(content.alternative_names.to_vec());
        extensions.push(names.to_extension(content.subject.is_empty()));
    }
    extensions.extend(content.identity.iter().map(IdentityNumber::to_extension));
    extensions.extend(content.constraints.into_iter().flat_map(Constraints::extensions));
    extensions.extend(pointers(content));
    extensions.extend(statements(profile.extensions()));
    if profile.kind() == Kind::Ocsp && profile.extensions().ocsp_no_check {
        extensions.push(OcspNoCheck.to_extension(false));
    }
    extensions
}

/// The policies with the qualifiers that the profile gives them.
fn qualified(policy: &ExtensionPolicy) -> CertificatePolicies {
    let statement = policy.practice_statement.clone().map(PolicyQualifier::Cps);
    let notice = policy.notice.clone();
    let notice = notice.map(|text| PolicyQualifier::UserNotice { reference: None, text: Some(text) });
    let qualifiers: Vec<_> = statement.into_iter().chain(notice).collect();
    let with = |policy: &Oid| PolicyInformation::with_qualifiers(policy.clone(), &qualifiers);
    CertificatePolicies(policy.policies.iter().map(with).collect())
}

/// The distribution point of the issuer's CRL, or of that of the shard, under all names that the profile gives it.
fn distribution_points(policy: &ExtensionPolicy, list: String, issuer: &Name) -> CrlDistributionPoints {
    let directory = policy.crl_directory_name.then(|| GeneralName::Directory(issuer.clone()));
    let uris = core::iter::once(list).chain(policy.crl_mirrors.iter().cloned());
    let names = directory.into_iter().chain(uris.map(GeneralName::Uri)).collect();
    let name = Some(DistributionPointName::Full(names));
    CrlDistributionPoints(vec![DistributionPoint { name, ..DistributionPoint::default() }])
}

/// What the profile says of the subject: its services, and in which sense its certificate is qualified.
fn statements(policy: &ExtensionPolicy) -> impl Iterator<Item = Extension> {
    let describe = |(service, uri): (&Service, &String)| AccessDescription {
        method: service.oid(),
        location: GeneralName::Uri(uri.clone()),
    };
    let services: Vec<_> = policy.services.iter().map(describe).collect();
    let services = (!services.is_empty()).then(|| SubjectInformationAccess(services).to_extension(false));
    let qualified = policy.qualified.statements().map(|statements| statements.to_extension(false));
    services.into_iter().chain(qualified)
}

/// Where the issuer's CRL, OCSP responder and certificate are.
fn pointers(content: &Content<'_>) -> Vec<Extension> {
    let Some(urls) = content.urls else { return Vec::new() };
    let policy = content.profile.extensions();
    let shard = Shard::of(&content.serial, urls.shards);
    let mut extensions = Vec::new();
    if policy.crl_distribution_point {
        extensions.push(distribution_points(policy, urls.list(shard), content.issuer).to_extension(false));
    }
    if policy.delta_crl {
        let points = CrlDistributionPoints::at(urls.delta(shard));
        extensions.push(FreshestCrl(points.0).to_extension(false));
    }
    let describe = |there: bool, method, uri: &str| {
        let location = GeneralName::Uri(uri.to_owned());
        there.then(|| AccessDescription { method: Into::into(method), location })
    };
    let descriptions: Vec<AccessDescription> = [
        describe(policy.ocsp, AuthorityInformationAccess::OCSP, &urls.ocsp),
        describe(policy.ca_issuers, AuthorityInformationAccess::CA_ISSUERS, &urls.ca_issuers),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !descriptions.is_empty() {
        extensions.push(AuthorityInformationAccess(descriptions).to_extension(false));
    }
    extensions
}
