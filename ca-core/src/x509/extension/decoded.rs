//! Extensions by what they say.

use super::*;

/// What an extension says, for those who show or judge it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decoded {
    /// Basic constraints.
    BasicConstraints(BasicConstraints),
    /// Key usage.
    KeyUsage(KeyUsages),
    /// Extended key usage.
    ExtendedKeyUsage(ExtendedKeyUsage),
    /// Subject key identifier.
    SubjectKeyIdentifier(SubjectKeyIdentifier),
    /// Authority key identifier.
    AuthorityKeyIdentifier(AuthorityKeyIdentifier),
    /// Subject alternative name.
    SubjectAlternativeName(SubjectAlternativeName),
    /// Issuer alternative name.
    IssuerAlternativeName(IssuerAlternativeName),
    /// CRL distribution points.
    CrlDistributionPoints(CrlDistributionPoints),
    /// Where delta CRLs are.
    FreshestCrl(FreshestCrl),
    /// Authority information access.
    AuthorityInformationAccess(AuthorityInformationAccess),
    /// Certificate policies.
    CertificatePolicies(CertificatePolicies),
    /// Pairs of equivalent policies.
    PolicyMappings(PolicyMappings),
    /// From where on policies are required.
    PolicyConstraints(PolicyConstraints),
    /// From where on any policy stands for no other.
    InhibitAnyPolicy(InhibitAnyPolicy),
    /// Which names may stand below.
    NameConstraints(NameConstraints),
    /// When the private key is in use.
    PrivateKeyUsagePeriod(PrivateKeyUsagePeriod),
    /// Where the subject's services are.
    SubjectInformationAccess(SubjectInformationAccess),
    /// What a TLS server must offer.
    TlsFeature(TlsFeature),
    /// Statements of a qualified certificate.
    QualifiedStatements(QualifiedStatements),
    /// Promises of transparency logs.
    SignedTimestamps(SignedTimestamps),
    /// A number of a person or an organisation, GM/T 0015.
    Identity(IdentityNumber),
    /// ocsp-nocheck.
    OcspNoCheck(OcspNoCheck),
    /// CRL number.
    CrlNumber(CrlNumber),
    /// Delta CRL indicator.
    DeltaCrlIndicator(DeltaCrlIndicator),
    /// Issuing distribution point.
    IssuingDistributionPoint(IssuingDistributionPoint),
    /// Reason of an entry.
    ReasonCode(ReasonCode),
    /// Invalidity date of an entry.
    InvalidityDate(InvalidityDate),
    /// Issuer of the certificate of an entry.
    CertificateIssuer(CertificateIssuer),
    /// A kind that is not known here.
    Unknown,
    /// A kind that is known, with a value that cannot be read.
    Unreadable(Malformed),
}

type Reader = fn(&[u8]) -> Result<Decoded, Malformed>;

macro_rules! readers {
    ($($variant:ident: $type:ty),* $(,)?) => {
        [$((<$type>::OID, |value| <$type>::from_value(value).map(Decoded::$variant))),*]
    };
}

static READERS: [(ObjectIdentifier, Reader); 27] = readers! {
    BasicConstraints: BasicConstraints,
    KeyUsage: KeyUsages,
    ExtendedKeyUsage: ExtendedKeyUsage,
    SubjectKeyIdentifier: SubjectKeyIdentifier,
    AuthorityKeyIdentifier: AuthorityKeyIdentifier,
    SubjectAlternativeName: SubjectAlternativeName,
    IssuerAlternativeName: IssuerAlternativeName,
    CrlDistributionPoints: CrlDistributionPoints,
    FreshestCrl: FreshestCrl,
    AuthorityInformationAccess: AuthorityInformationAccess,
    CertificatePolicies: CertificatePolicies,
    PolicyMappings: PolicyMappings,
    PolicyConstraints: PolicyConstraints,
    InhibitAnyPolicy: InhibitAnyPolicy,
    NameConstraints: NameConstraints,
    PrivateKeyUsagePeriod: PrivateKeyUsagePeriod,
    SubjectInformationAccess: SubjectInformationAccess,
    TlsFeature: TlsFeature,
    QualifiedStatements: QualifiedStatements,
    SignedTimestamps: SignedTimestamps,
    OcspNoCheck: OcspNoCheck,
    CrlNumber: CrlNumber,
    DeltaCrlIndicator: DeltaCrlIndicator,
    IssuingDistributionPoint: IssuingDistributionPoint,
    ReasonCode: ReasonCode,
    InvalidityDate: InvalidityDate,
    CertificateIssuer: CertificateIssuer,
};

impl Decoded {
    pub(super) fn of(extension: &Extension) -> Self {
        if let Some(number) = IdentityNumber::read(extension) {
            return Self::Identity(number);
        }
        match READERS.iter().find(|(oid, _)| extension.oid == *oid) {
            Some((_, read)) => read(&extension.value).unwrap_or_else(Self::Unreadable),
            None => Self::Unknown,
        }
    }
}
