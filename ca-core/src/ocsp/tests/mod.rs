//! Questions and answers between an authority, its responder and those who ask.

mod request;
mod response;
mod round_trip;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::algorithm::digest::DigestAlgorithm;
use crate::algorithm::{KeySpec, Signer};
use crate::encoding::oid;
use crate::x509::extension::{ExtendedKeyUsage, ExtensionValue, OcspNoCheck};
use crate::x509::testing::{Draft, Party, at, rng};
use crate::x509::{Certificate, SerialNumber};

fn now() -> Timestamp {
    at("2026-11-22T09:00:00.75Z")
}

fn serial() -> SerialNumber {
    "43e0ffee".parse().unwrap()
}

fn responder_draft() -> Draft {
    Draft::end_entity("OCSP responder")
        .with(ExtendedKeyUsage(vec![oid::OCSP_SIGNING.into()]).to_extension(false))
        .with(OcspNoCheck.to_extension(false))
}

/// An authority and what answers for it.
struct Scene {
    authority: Party,
    responder: Responder,
}

impl Scene {
    fn new() -> Self {
        Self::of(KeySpec::Sm2, responder_draft())
    }

    fn of(spec: KeySpec, responder: Draft) -> Self {
        let authority = Draft::authority("Issuing authority").spec(spec).self_signed();
        let Party { signer, certificate } = responder.spec(spec).issued_by(&authority);
        let responder = Responder::new(certificate, Arc::from(signer)).unwrap();
        Self { authority, responder }
    }

    fn issuer(&self) -> &Certificate {
        &self.authority.certificate
    }

    fn cert_id(&self, hash: DigestAlgorithm) -> CertId {
        CertId::new(hash, self.issuer(), &serial()).unwrap()
    }

    fn request(&self, nonce: Option<&[u8]>) -> OcspRequest {
        OcspRequest::new(vec![self.cert_id(DigestAlgorithm::Sha1)], nonce).unwrap()
    }

    fn respond(&self, request: &OcspRequest, status: CertStatus) -> Vec<u8> {
        let answers = request.cert_ids().iter().map(|_| answer(status)).collect();
        self.responder.respond(request, answers, now(), &mut rng()).unwrap()
    }
}

fn answer(status: CertStatus) -> SingleAnswer {
    SingleAnswer {
        status,
        this_update: now(),
        next_update: now() + SignedDuration::from_hours(1),
        archive_cutoff: None,
    }
}
