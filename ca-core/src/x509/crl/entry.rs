//! Entries of revocation lists.

use crate::x509::asn1::{self, Element, Malformed, tag};
use crate::x509::extension::{
    CertificateIssuer, Extension, ExtensionValue, Extensions, GeneralName, InvalidityDate, ReasonCode,
};
use crate::x509::time;
use crate::x509::{Oid, SerialNumber};
use jiff::Timestamp;

/// One entry of revokedCertificates, RFC 5280 §5.1.2.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedCertificate {
    /// The serial number of the revoked certificate.
    pub serial: SerialNumber,
    /// When it was revoked.
    pub revocation_date: Timestamp,
    /// Why. `unspecified` is not written, RFC 5280 §5.3.1.
    pub reason: Option<ReasonCode>,
    /// Since when its key is not to be trusted.
    pub invalidity_date: Option<Timestamp>,
}

impl RevokedCertificate {
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let reason = self.reason.filter(|&reason| reason != ReasonCode::Unspecified);
        let mut extensions: Vec<Extension> = reason.iter().map(|reason| reason.to_extension(false)).collect();
        extensions.extend(self.invalidity_date.map(|date| InvalidityDate(date).to_extension(false)));
        let mut members = vec![self.serial.to_der(), time::write(self.revocation_date)];
        if !extensions.is_empty() {
            members.push(asn1::sequence(&extensions.iter().map(Extension::to_der).collect::<Vec<_>>()));
        }
        asn1::sequence(&members)
    }
}

/// An entry that was read.
pub(super) struct Read {
    pub(super) entry: RevokedCertificate,
    /// certificateIssuer: whose certificates this entry and those after it are about; empty where it is not said.
    pub(super) issuer: Vec<GeneralName>,
    /// The first critical extension that has no meaning here.
    pub(super) unknown_critical: Option<Oid>,
}

pub(super) fn read(element: Element<'_>, v2: bool) -> Result<Read, Malformed> {
    let mut members = element.members("revokedCertificates");
    let serial = SerialNumber::from_content(members.required(tag::INTEGER)?.content)?;
    let revocation_date = time::read("revocationDate", members.any()?)?;
    let extensions = match members.optional(tag::SEQUENCE)? {
        Some(_) if !v2 => {
            return Err(Malformed::value("crlEntryExtensions", "only version 2 has extensions"));
        }
        Some(sequence) => Extensions::read(sequence)?,
        None => Extensions::default(),
    };
    members.finish()?;
    if extensions.first_duplicate().is_some() {
        return Err(Malformed::value("crlEntryExtensions", "an extension appears more than once"));
    }
    let reason = find::<ReasonCode>(&extensions)?;
    let invalidity_date = find::<InvalidityDate>(&extensions)?.map(|date| date.0);
    let issuer = find::<CertificateIssuer>(&extensions)?.map(|issuer| issuer.0).unwrap_or_default();
    let known = [ReasonCode::OID, InvalidityDate::OID, CertificateIssuer::OID];
    let known = |oid: &Oid| known.iter().any(|known| *oid == *known);
    let unknown = extensions.iter().find(|extension| extension.critical && !known(&extension.oid));
    let unknown = unknown.map(|extension| extension.oid.clone());
    let entry = RevokedCertificate { serial, revocation_date, reason, invalidity_date };
    Ok(Read { entry, issuer, unknown_critical: unknown })
}

fn find<T: ExtensionValue>(extensions: &Extensions) -> Result<Option<T>, Malformed> {
    extensions.get(&T::OID.into()).map(|extension| T::from_value(&extension.value)).transpose()
}
