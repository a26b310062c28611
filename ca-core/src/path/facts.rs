//! What a certificate says, read once, and the rules that it keeps or breaks whatever path it stands in.

use super::cause::Cause;
use super::policy::Rules;
use super::question::Purpose;
use crate::x509::certificate::Version;
use crate::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, CrlDistributionPoints, Decoded,
    ExtendedKeyUsage, Extension, ExtensionError, ExtensionValue, GeneralName, InhibitAnyPolicy,
    IssuerAlternativeName, KeyUsage, KeyUsages, NameConstraints, OcspNoCheck, PolicyConstraints,
    PolicyMappings, SubjectAlternativeName, SubjectKeyIdentifier,
};
use crate::x509::{Certificate, Oid};
use const_oid::ObjectIdentifier;
use jiff::Timestamp;

/// Extensions that may be critical: each is judged, here, in the path or by the checking of revocation.
const UNDERSTOOD: [ObjectIdentifier; 12] = [
    BasicConstraints::OID,
    KeyUsages::OID,
    ExtendedKeyUsage::OID,
    SubjectAlternativeName::OID,
    IssuerAlternativeName::OID,
    CertificatePolicies::OID,
    PolicyMappings::OID,
    PolicyConstraints::OID,
    InhibitAnyPolicy::OID,
    NameConstraints::OID,
    CrlDistributionPoints::OID,
    OcspNoCheck::OID,
];

/// Qualifiers of policies that are understood: they are for people to read, RFC 5280 §4.2.1.4.
const QUALIFIERS: [ObjectIdentifier; 2] =
    [ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1"), ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.2")];

/// What a certificate says.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) self_issued: bool,
    pub(super) constraints: Option<BasicConstraints>,
    pub(super) usage: Option<KeyUsages>,
    pub(super) purposes: Option<ExtendedKeyUsage>,
    pub(super) alternative_names: Vec<GeneralName>,
    pub(super) name_constraints: Option<NameConstraints>,
    pub(super) subject_key: Option<SubjectKeyIdentifier>,
    pub(super) authority_key: Option<AuthorityKeyIdentifier>,
    pub(super) ocsp_no_check: bool,
    policies: Option<CertificatePolicies>,
    mappings: Option<PolicyMappings>,
    policy_constraints: Option<PolicyConstraints>,
    inhibit_any: Option<InhibitAnyPolicy>,
    version: Version,
}

impl Facts {
    /// Reads a certificate and holds it against the rules for all.
    pub(super) fn read(certificate: &Certificate) -> Result<Self, Cause> {
        let extensions = certificate.extensions();
        if let Some(oid) = extensions.first_duplicate() {
            return Err(ExtensionError::Duplicate(oid.clone()).into());
        }
        for extension in extensions {
            understood(extension)?;
        }
        let facts = Self {
            self_issued: certificate.subject().matches(certificate.issuer()),
            constraints: extensions.find()?,
            usage: extensions.find()?,
            purposes: extensions.find()?,
            alternative_names: certificate.alternative_names()?,
            name_constraints: extensions.find()?,
            subject_key: extensions.find()?,
            authority_key: extensions.find()?,
            ocsp_no_check: extensions.find::<OcspNoCheck>()?.is_some(),
            policies: extensions.find()?,
            mappings: extensions.find()?,
            policy_constraints: extensions.find()?,
            inhibit_any: extensions.find()?,
            version: certificate.version(),
        };
        facts.conforms(certificate)?;
        Ok(facts)
    }

    /// Rules for every certificate but an anchor's.
    fn conforms(&self, certificate: &Certificate) -> Result<(), Cause> {
        let breaks = |what, rule| Err(Cause::NotConforming { what, rule });
        if certificate.issuer().is_empty() {
            return Err(Cause::Nameless { issuer: true });
        }
        let is_authority = self.constraints.is_some_and(|constraints| constraints.ca);
        if certificate.subject().is_empty() {
            let named = self.is_critical::<SubjectAlternativeName>(certificate);
            if is_authority || !named {
                return Err(Cause::Nameless { issuer: false });
            }
        }
        if self.usage.is_some_and(KeyUsages::is_empty) {
            return breaks("its key usage allows nothing", "RFC 5280 §4.2.1.3");
        }
        if self.name_constraints.is_some() && !self.is_critical::<NameConstraints>(certificate) {
            return breaks("its name constraints are not critical", "RFC 5280 §4.2.1.10");
        }
        self.policies_conform()
    }

    /// What RFC 5280 §4.2 obliges authorities to write though no rule of §6 depends on it. Hierarchies older than RFC 5280 leave
    /// some of it out, so that it is asked only where the purpose is: of certificates for TLS and the like.
    pub(super) fn is_complete(&self, certificate: &Certificate, is_anchor: bool) -> Result<(), Cause> {
        let breaks = |what, rule| Err(Cause::NotConforming { what, rule });
        if self.version != Version::V3 {
            return Ok(());
        }
        let names_key = self.authority_key.as_ref().is_some_and(|it| it.key_identifier.is_some());
        if !is_anchor && !self.self_issued && !names_key {
            return breaks("its authority key identifier does not name a key", "RFC 5280 §4.2.1.1");
        }
        if self.constraints.is_some_and(|constraints| constraints.ca) && self.subject_key.is_none() {
            return breaks("it is an authority without a subject key identifier", "RFC 5280 §4.2.1.2");
        }
        if self.policy_constraints.is_some() && !self.is_critical::<PolicyConstraints>(certificate) {
            return breaks("its policy constraints are not critical", "RFC 5280 §4.2.1.11");
        }
        Ok(())
    }

    /// Whether it may be used for `purpose`, RFC 5280 §4.2.1.12: as an end entity, or as an authority, which issues for the
    /// purposes that it states only, as all relying parties in use read it.
    pub(super) fn is_for(&self, purpose: Purpose, is_end_entity: bool) -> Result<(), Cause> {
        let (wanted, any): (Oid, Oid) = (purpose.oid().into(), ExtendedKeyUsage::ANY.into());
        if self.purposes.as_ref().is_some_and(|it| !it.contains(&wanted) && !it.contains(&any)) {
            return Err(Cause::Purpose { purpose });
        }
        let is_authority = self.constraints.is_some_and(|constraints| constraints.ca);
        let fits = |usage: KeyUsages| purpose.key_usages().iter().any(|fitting| usage.contains(*fitting));
        match self.usage {
            Some(usage) if is_end_entity && !is_authority && !fits(usage) => Err(Cause::KeyUsage { purpose }),
            _ => Ok(()),
        }
    }

    fn policies_conform(&self) -> Result<(), Cause> {
        let any: Oid = CertificatePolicies::ANY.into();
        let maps = |mappings: &PolicyMappings| {
            mappings.0.iter().any(|pair| pair.issuer == any || pair.subject == any)
        };
        if self.mappings.as_ref().is_some_and(maps) {
            return Err(Cause::MapsAnyPolicy);
        }
        let Some(policies) = &self.policies else { return Ok(()) };
        let mut named: Vec<&Oid> = policies.0.iter().map(|information| &information.policy).collect();
        named.sort();
        if named.windows(2).any(|pair| pair[0] == pair[1]) {
            let what = "it names a policy twice";
            return Err(Cause::NotConforming { what, rule: "RFC 5280 §4.2.1.4" });
        }
        Ok(())
    }

    fn is_critical<T: ExtensionValue>(&self, certificate: &Certificate) -> bool {
        certificate.extensions().get(&T::OID.into()).is_some_and(|extension| extension.critical)
    }

    /// The rules for who issues certificates, RFC 5280 §6.1.4 (k) and (n).
    pub(super) fn may_issue(&self) -> Result<(), Cause> {
        match self.constraints {
            Some(constraints) if constraints.ca => {}
            stated => return Err(Cause::NotAuthority { stated: stated.is_some() }),
        }
        match self.usage {
            Some(usage) if !usage.contains(KeyUsage::KeyCertSign) => Err(Cause::MayNotSignCertificates),
            _ => Ok(()),
        }
    }

    /// The rules for the last certificate of a path: what only authorities may say, it says as one.
    pub(super) fn may_end(&self) -> Result<(), Cause> {
        let breaks = |what, rule| Err(Cause::NotConforming { what, rule });
        if self.constraints.is_some_and(|constraints| constraints.ca) {
            return Ok(());
        }
        if self.name_constraints.is_some() {
            return breaks("it has name constraints and is no authority", "RFC 5280 §4.2.1.10");
        }
        let signs = self.usage.is_some_and(|usage| usage.contains(KeyUsage::KeyCertSign));
        if signs && self.constraints.is_some() {
            return breaks("its key usage includes keyCertSign and it is no authority", "RFC 5280 §4.2.1.3");
        }
        Ok(())
    }

    /// The rules for the certificate of an anchor. One of version 1 cannot say that it is an authority: that it is an anchor
    /// says so.
    pub(super) fn may_be_anchor(&self) -> Result<(), Cause> {
        if self.version != Version::V3 { Ok(()) } else { self.may_issue() }
    }

    /// What it says of policies.
    pub(super) fn rules(&self) -> Rules<'_> {
        Rules {
            policies: self.policies.as_ref(),
            mappings: self.mappings.as_ref(),
            constraints: self.policy_constraints,
            inhibit_any: self.inhibit_any,
            self_issued: self.self_issued,
        }
    }
}

/// RFC 5280 §6.1.3 (a)(2).
pub(super) fn valid_at(certificate: &Certificate, at: Timestamp) -> Result<(), Cause> {
    let validity = certificate.validity();
    if at < validity.not_before {
        return Err(Cause::NotYetValid { at, not_before: validity.not_before });
    }
    if !validity.contains(at) {
        return Err(Cause::Expired { at, not_after: validity.not_after });
    }
    Ok(())
}

fn understood(extension: &Extension) -> Result<(), Cause> {
    // What is only shown does not fail a path, however odd: some authorities put text there that is not DER.
    if extension.is_only_shown() {
        return Ok(());
    }
    if let Decoded::Unreadable(malformed) = extension.decoded() {
        return Err(ExtensionError::Malformed { oid: extension.oid.clone(), malformed }.into());
    }
    if !extension.critical {
        return Ok(());
    }
    if !UNDERSTOOD.iter().any(|understood| extension.oid == *understood) {
        return Err(Cause::UnknownCriticalExtension { oid: extension.oid.clone() });
    }
    if extension.oid == CertificatePolicies::OID {
        let policies = CertificatePolicies::from_extension(extension)?;
        for information in &policies.0 {
            let kinds = information
                .qualifier_kinds()
                .map_err(|malformed| ExtensionError::Malformed { oid: extension.oid.clone(), malformed })?;
            let unknown = |oid: &Oid| !QUALIFIERS.iter().any(|known| *oid == *known);
            if let Some(oid) = kinds.into_iter().find(unknown) {
                return Err(Cause::UnknownPolicyQualifier { oid });
            }
        }
    }
    Ok(())
}
