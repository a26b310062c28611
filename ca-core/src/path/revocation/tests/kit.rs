//! Authorities, lists and responses made by tests.

use super::context::Context;
use crate::algorithm::digest::DigestAlgorithm;
use crate::ocsp::{BasicResponse, CertId, CertStatus, OcspRequest, OcspResponse, Responder, SingleAnswer};
use crate::path::revocation::{Evidence, Freshness, RevocationCause};
use crate::path::{Cause, TrustAnchor};
use crate::x509::crl::RevokedCertificate;
use crate::x509::extension::{
    AuthorityKeyIdentifier, CrlDistributionPoints, CrlNumber, DeltaCrlIndicator, DistributionPoint,
    DistributionPointName, Extension, ExtensionValue, Extensions, GeneralName, IssuingDistributionPoint,
    ReasonCode,
};
use crate::x509::testing::{Draft, Party, at, rng, sign_indirect_list};
use crate::x509::{Certificate, CertificateList, Name, SerialNumber, TbsCertList};

pub(super) const NOW: &str = "2026-11-22T09:00:00Z";

/// Bits of `ReasonFlags`, bit 0 the most significant.
pub(super) const KEY_COMPROMISE: u16 = 0x4000;
pub(super) const ALL_BUT_KEY_COMPROMISE: u16 = 0x3f80;

/// A list to be made: current, complete, of everything, with nothing in it.
pub(super) struct List<'p> {
    pub(super) signer: &'p Party,
    pub(super) issuer: Name,
    pub(super) dates: (&'static str, &'static str),
    pub(super) number: u64,
    pub(super) base: Option<u64>,
    pub(super) scope: Option<IssuingDistributionPoint>,
    pub(super) entries: Vec<(RevokedCertificate, Option<Name>)>,
    pub(super) more: Vec<Extension>,
}

impl<'p> List<'p> {
    pub(super) fn of(signer: &'p Party) -> Self {
        Self {
            signer,
            issuer: signer.certificate.subject().clone(),
            dates: ("2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z"),
            number: 10,
            base: None,
            scope: None,
            entries: Vec::new(),
            more: Vec::new(),
        }
    }

    /// A delta that adds to `base`, a day younger than complete ones.
    pub(super) fn delta(signer: &'p Party, base: u64) -> Self {
        let dates = ("2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z");
        Self { base: Some(base), number: 11, dates, ..Self::of(signer) }
    }

    pub(super) fn dates(self, this_update: &'static str, next_update: &'static str) -> Self {
        Self { dates: (this_update, next_update), ..self }
    }

    pub(super) fn number(self, number: u64) -> Self {
        Self { number, ..self }
    }

    pub(super) fn scope(self, scope: IssuingDistributionPoint) -> Self {
        Self { scope: Some(scope), ..self }
    }

    pub(super) fn revoking(self, party: &Party, reason: Option<ReasonCode>) -> Self {
        self.entry(party.certificate.serial(), reason, None)
    }

    pub(super) fn revoking_serial(self, serial: &SerialNumber) -> Self {
        self.entry(serial, None, None)
    }

    pub(super) fn revoking_of(self, issuer: &Party, party: &Party) -> Self {
        self.entry(party.certificate.serial(), None, Some(issuer.certificate.subject().clone()))
    }

    fn entry(mut self, serial: &SerialNumber, reason: Option<ReasonCode>, issuer: Option<Name>) -> Self {
        let serial = serial.clone();
        let revocation_date = at("2026-11-19T00:00:00Z");
        self.entries
            .push((RevokedCertificate { serial, revocation_date, reason, invalidity_date: None }, issuer));
        self
    }

    pub(super) fn tbs(&self) -> TbsCertList {
        let key = self.signer.certificate.subject_key_identifier().unwrap().unwrap();
        let mut extensions = vec![
            AuthorityKeyIdentifier::by_key(key).to_extension(false),
            CrlNumber::from(self.number).to_extension(false),
        ];
        extensions.extend(self.base.map(|base| DeltaCrlIndicator(CrlNumber::from(base)).to_extension(true)));
        extensions.extend(self.scope.as_ref().map(|scope| scope.to_extension(true)));
        extensions.extend(self.more.iter().cloned());
        TbsCertList {
            signature_algorithm: self.signer.signer.identifier().clone(),
            issuer: self.issuer.clone(),
            this_update: at(self.dates.0),
            next_update: at(self.dates.1),
            revoked: self.entries.iter().map(|(entry, _)| entry.clone()).collect(),
            extensions: Extensions::new(extensions).unwrap(),
        }
    }

    pub(super) fn sign(self) -> CertificateList {
        let issuers: Vec<_> = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(position, (_, issuer))| Some((position, issuer.clone()?)))
            .collect();
        match issuers.is_empty() {
            true => crate::x509::testing::sign_list(&self.tbs(), self.signer.signer.as_ref()),
            false => sign_indirect_list(&self.tbs(), &issuers, self.signer.signer.as_ref()),
        }
    }
}

pub(super) fn place(uri: &str) -> DistributionPointName {
    DistributionPointName::Full(vec![GeneralName::Uri(uri.into())])
}

pub(super) fn scope(uri: &str) -> IssuingDistributionPoint {
    IssuingDistributionPoint { name: Some(place(uri)), ..IssuingDistributionPoint::default() }
}

pub(super) fn points(points: impl Into<Vec<DistributionPoint>>) -> Extension {
    CrlDistributionPoints(points.into()).to_extension(false)
}

pub(super) fn root() -> Party {
    Draft::authority("root").self_signed()
}

pub(super) fn lists(crls: impl Into<Vec<CertificateList>>) -> Evidence {
    Evidence { crls: crls.into(), ..Evidence::default() }
}

/// What `responder` says of `subject`, from the one date to the other.
pub(super) fn response(
    responder: Party,
    issuer: &Certificate,
    subject: &Party,
    hash: DigestAlgorithm,
    status: CertStatus,
    dates: (&str, &str),
) -> BasicResponse {
    let id = CertId::new(hash, issuer, subject.certificate.serial()).unwrap();
    let request = OcspRequest::new(vec![id], None).unwrap();
    let answer =
        SingleAnswer { status, this_update: at(dates.0), next_update: at(dates.1), archive_cutoff: None };
    let responder = Responder::new(responder.certificate, responder.signer.into()).unwrap();
    let der = responder.respond(&request, vec![answer], at(dates.0), &mut rng()).unwrap();
    OcspResponse::from_der(&der).unwrap().basic().unwrap().clone()
}

/// The status of `subject` below `anchor`.
pub(super) fn status(
    subject: &Party,
    anchor: &Party,
    pool: &[&Party],
    evidence: &Evidence,
) -> Result<Freshness, RevocationCause> {
    let pool: Vec<Certificate> = pool.iter().map(|party| party.certificate.clone()).collect();
    let anchor = TrustAnchor::from_certificate(&anchor.certificate).unwrap();
    match Context::new(&anchor, &pool, evidence, at(NOW)).judge(&subject.certificate) {
        Ok(freshness) => Ok(freshness),
        Err(Cause::Revocation(cause)) => Err(cause),
        Err(cause) => panic!("{cause}"),
    }
}

/// The code of the refusal, and of the first thing that was passed over where there is one; `good` otherwise.
pub(super) fn verdict(subject: &Party, anchor: &Party, pool: &[&Party], evidence: &Evidence) -> String {
    match status(subject, anchor, pool, evidence) {
        Ok(_) => "good".to_owned(),
        Err(RevocationCause::Unknown { passed_over, .. }) => {
            passed_over.first().map_or("revocation-unknown", |passed| passed.fault.code()).to_owned()
        }
        Err(cause) => cause.code().to_owned(),
    }
}
