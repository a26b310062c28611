//! The one way by which a certificate is issued: request → authorised → prepared → intent → signed → stored.
//!
//! What was cut short in between is taken up by the [`Reconciler`].

mod basis;
mod error;
mod order;
mod reconciler;

pub(super) use basis::Authorized;
pub use error::IssuingError;
pub use order::IdempotencyKey;
pub(super) use order::Retry;
pub use reconciler::Reconciler;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ca_core::algorithm::Signer;
use ca_core::issuance::{
    AuthorizedRequest, Choices, CommittedCertificate, IssuedCertificate, PreparedCertificate, Shard,
    hierarchy,
};
use ca_core::key::{BlockedKeys, NormalizedKey};
use ca_core::profile::{Kind, Profile, ProfileSet};
use ca_core::revocation::{Reason, Status};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::CertificateList;
use ca_core::x509::extension::Extensions;
use ca_core::x509::name::Name;
use ca_core::x509::request::CertificationRequest;
use ca_core::x509::serial::SerialNumber;
use rand_core::CryptoRng;
use uuid::Uuid;

use super::authorities::Authority;
use super::suspension;
use crate::port::record::{
    CertificateRecord, IntentKind, IntentState, ListScope, NewCertificate, NewIntent, OpenIntent,
};
use crate::port::{Act, Actor, Ports, SignerError, StoreError, fault, new_record_id, new_subject_id};
use basis::Basis;

/// A certificate that is stored and free to leave.
pub(super) struct Issued {
    pub(super) record: CertificateRecord,
    pub(super) certificate: Certificate,
}

/// Which keys are blocked the store knows: it says so in the transaction that opens the intent.
struct DecidedByStore;

impl BlockedKeys for DecidedByStore {
    fn is_blocked(&self, _key: &NormalizedKey) -> bool {
        false
    }
}

/// Reads a request, checks its proof of possession and lets the profile decide.
pub(super) fn authorize(
    profiles: &ProfileSet,
    profile: &str,
    request: &[u8],
    choices: Choices,
) -> Result<Authorized, IssuingError> {
    let profile: Arc<Profile> = Arc::clone(profiles.get(profile)?);
    let basis = Basis { request: request.to_vec(), choices: choices.clone() };
    let request = CertificationRequest::from_der(request)?.verify()?;
    let request = AuthorizedRequest::new(profile, request, choices, &DecidedByStore)?;
    Ok(Authorized { request, basis })
}

/// Whether an authority still issues to others: one that was suspended, or whose own certificate was taken back, does not. Its
/// CRLs and OCSP answers go on.
pub(super) fn check_in_force(ports: &Ports, authority: &Authority) -> Result<(), IssuingError> {
    let record = authority.record();
    if suspension::is_suspended(ports, record.id)? {
        return Err(IssuingError::AuthoritySuspended { name: authority.name().to_string() });
    }
    match status_of_own(ports, authority)? {
        Status::Good => Ok(()),
        status => Err(IssuingError::AuthorityNotInForce {
            name: authority.name().to_string(),
            status: status.as_str(),
        }),
    }
}

/// The status of an authority's own certificate. Where it was not issued here, the CRL of who issued it decides.
pub(super) fn status_of_own(ports: &Ports, authority: &Authority) -> Result<Status, StoreError> {
    let record = authority.record();
    let issuer = record.parent.unwrap_or(record.id);
    if let Some(status) = ports.store.certificate_status(issuer, authority.certificate().serial())? {
        return Ok(status);
    }
    let Some(newest) = ports.store.newest_crl(ListScope::whole(issuer), false)? else {
        return Ok(Status::Good);
    };
    let record = ports.store.crl(newest.id)?.ok_or(StoreError::NotFound { what: "the newest CRL" })?;
    let crl = CertificateList::from_der(&record.der)
        .map_err(|error| StoreError::Damaged { detail: format!("a stored CRL: {error}") })?;
    Ok(match crl.find(authority.certificate().serial()) {
        None => Status::Good,
        Some(entry) if entry.reason == Some(Reason::CertificateHold) => {
            Status::Held { since: entry.revocation_date }
        }
        Some(entry) => Status::Revoked {
            at: entry.revocation_date,
            reason: entry.reason.unwrap_or(Reason::Unspecified),
            invalidity_date: entry.invalidity_date,
        },
    })
}

/// A request on a key of the service's own, checked like any other.
pub(super) fn own_request(
    profile: &Arc<Profile>,
    subject: &Name,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<Authorized, IssuingError> {
    let request = CertificationRequest::create(subject, &Extensions::default(), signer, rng)?;
    let basis = Basis { request: request.der().to_vec(), choices: Choices::default() };
    let request = request.verify()?;
    let profile = Arc::clone(profile);
    let request = match profile.kind() {
        Kind::EndEntity => AuthorizedRequest::new(profile, request, Choices::default(), &DecidedByStore)?,
        _ => hierarchy::authorize(profile, request, Choices::default(), &DecidedByStore)?,
    };
    Ok(Authorized { request, basis })
}

/// Issues a certificate for an authorised request.
pub(super) fn issue(
    ports: &Ports,
    act: &Act,
    authority: &Authority,
    request: Authorized,
    retry: Option<Retry>,
) -> Result<Issued, IssuingError> {
    let mut rng = ports.randomness.generator();
    let issuer = authority.issuer()?;
    let Authorized { request, basis } = request;
    let serial = SerialNumber::generate(&mut *rng);
    let prepared = issuer.prepare(request, serial, act.at, &mut *rng)?;
    if let Some(remote) = authority.remote() {
        // Before anything is on record: an order that comes while it is away leaves nothing behind.
        remote.check()?;
    }
    finish(ports, act, authority.record().id, prepared, retry, &mut *rng, |committed, rng| {
        basis.sign(authority, committed, act.at, rng)
    })
}

/// Commits the intent, has it signed, and closes it with the certificate.
pub(super) fn finish(
    ports: &Ports,
    act: &Act,
    authority: Uuid,
    prepared: PreparedCertificate,
    retry: Option<Retry>,
    rng: &mut dyn CryptoRng,
    sign: impl FnOnce(CommittedCertificate, &mut dyn CryptoRng) -> Result<IssuedCertificate, IssuingError>,
) -> Result<Issued, IssuingError> {
    let intent = NewIntent {
        id: new_record_id(act.at, rng),
        authority,
        kind: IntentKind::Certificate(prepared.serial().clone()),
        tbs: prepared.tbs_der().to_vec(),
        tbs_hash: prepared.tbs_hash(),
        profile: prepared.profile().to_owned(),
        profile_hash: Some(prepared.profile_hash()),
        requester: act.actor.to_string(),
        idempotency_key: retry.as_ref().and_then(|retry| retry.name.clone()),
    };
    let key = prepared.public_key()?.normalized();
    let commit = |ports: &Ports| match &retry {
        None => Ok(ports.store.order_intent(act, &intent, key.as_bytes(), None)?),
        Some(retry) => retry.open(ports, act, &intent, key.as_bytes()),
    };
    conclude(ports, act, prepared, commit, &End::New, rng, sign)
}

/// Which end an issue comes to.
enum End {
    /// That of whoever began it.
    New,
    /// That of another, after whoever began it stopped: with a reason where the certificate may not be used any more, and
    /// is on record as revoked from the start.
    LeftOpen { revoked: Option<Reason> },
}

/// Why nothing is signed for what was prepared.
enum Halt {
    /// The order was given before, and this is its certificate.
    Before(Box<CertificateRecord>),
    Refused(Box<IssuingError>),
}

impl<E: Into<IssuingError>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Refused(Box::new(error.into()))
    }
}

/// The end of every issue, of new ones and of those that are taken up after a crash: the intent is committed or taken
/// over, signed, and closed with the certificate.
fn conclude(
    ports: &Ports,
    act: &Act,
    prepared: PreparedCertificate,
    commit: impl FnOnce(&Ports) -> Result<OpenIntent, Halt>,
    end: &End,
    rng: &mut dyn CryptoRng,
    sign: impl FnOnce(CommittedCertificate, &mut dyn CryptoRng) -> Result<IssuedCertificate, IssuingError>,
) -> Result<Issued, IssuingError> {
    let key_fingerprint = prepared.public_key()?.fingerprint();
    let mut open = None;
    let committed = prepared.commit(|_| {
        open = Some(commit(ports)?);
        Ok::<(), Halt>(())
    });
    let committed = match committed {
        Ok(committed) => committed,
        Err(Halt::Before(record)) => {
            tracing::info!(
                request_id = %act.request_id, authority = %record.authority, serial = %record.serial,
                actor = %act.actor, outcome = "repeated", "the answer to an order was given again"
            );
            return Ok(Issued { certificate: read(&record)?, record: *record });
        }
        Err(Halt::Refused(error)) => return Err(*error),
    };
    fault::point("intent-stored");
    let Some(open) = open else { return Err(StoreError::NotFound { what: "the intent" }.into()) };
    let later = act.continued(ports.clock.now());
    let signed = match sign(committed, rng) {
        Ok(signed) => signed,
        Err(error) => {
            // One that was left open stays so: it is tried again, because the key may have signed it before. So does one that
            // a key elsewhere may have signed.
            let unsigned = match &error {
                IssuingError::Signer(SignerError::Interrupted { .. }) => false,
                IssuingError::Signer(SignerError::NotSigned) => true,
                _ => matches!(end, End::New),
            };
            if unsigned {
                match ports.store.fail_intent(&later, &open, &error.to_string()) {
                    // Another took it over meanwhile, and sees to its end.
                    Ok(()) | Err(StoreError::IntentClosed) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            return Err(error);
        }
    };
    let revoked = match end {
        End::New => None,
        End::LeftOpen { revoked } => *revoked,
    };
    fault::point("signed");
    let certificate = signed.into_document();
    let new = NewCertificate {
        id: new_record_id(later.at, rng),
        new_subject: new_subject_id(rng),
        subject_der: certificate.subject().as_der().to_vec(),
        subject: certificate.subject().to_string(),
        der: certificate.der().to_vec(),
        key_fingerprint,
        shard: Shard::in_certificate(&certificate),
        not_before: certificate.validity().not_before,
        not_after: certificate.validity().not_after,
        revoked,
    };
    let record = match (complete(ports, &later, &open, &new), end) {
        (Err(IssuingError::Store(StoreError::IntentClosed)), End::New) => of_another(ports, open.id)?,
        (completed, _) => completed?,
    };
    fault::point("stored");
    if !matches!(act.actor, Actor::System(_)) {
        metrics::counter!("cityca_certificates_issued_total", "profile" => record.profile.clone())
            .increment(1);
    }
    let outcome = if revoked.is_none() { "issued" } else { "issued-revoked" };
    tracing::info!(
        request_id = %act.request_id, authority = %record.authority, serial = %record.serial,
        actor = %act.actor, outcome, profile = record.profile, "certificate issued"
    );
    // What is stored leaves, whoever signed it.
    let certificate = if record.der == certificate.der() { certificate } else { read(&record)? };
    Ok(Issued { record, certificate })
}

/// How long a store that did not answer, or another server that took an intent over, has to say what became of a certificate.
const SETTLING: Duration = Duration::from_secs(2);
/// Between two of these.
const SETTLING_PAUSE: Duration = Duration::from_millis(200);

/// Stores the certificate that closes an intent. Where the store did not say whether it did, it is asked again: the
/// intent is closed once, so that trying twice does no harm. Where another server took the intent over, what was signed
/// here is thrown away, and what that server stored is the answer.
fn complete(
    ports: &Ports,
    act: &Act,
    open: &OpenIntent,
    new: &NewCertificate,
) -> Result<CertificateRecord, IssuingError> {
    let begun = Instant::now();
    loop {
        let error = match ports.store.complete_certificate(act, open, new) {
            Ok(record) => return Ok(record),
            Err(error @ (StoreError::IntentClosed | StoreError::Unavailable { .. })) => error,
            Err(error @ (StoreError::KeyBlocked | StoreError::Suspended)) => {
                // It is signed: it goes on record, never to be used, and does not leave.
                let revoked = match error {
                    StoreError::KeyBlocked => Reason::KeyCompromise,
                    _ => Reason::PrivilegeWithdrawn,
                };
                let new = NewCertificate { revoked: Some(revoked), ..new.clone() };
                return match ports.store.complete_certificate(act, open, &new) {
                    // Whoever took it over meanwhile met the same objection.
                    Ok(_) | Err(StoreError::IntentClosed) => Err(error.into()),
                    Err(error) => Err(error.into()),
                };
            }
            Err(error) => return Err(error.into()),
        };
        match ports.store.certificate_of_intent(open.id) {
            Ok(Some(record)) if record.status == Status::Good || new.revoked.is_some() => return Ok(record),
            Ok(Some(_)) => return Err(StoreError::IntentClosed.into()),
            _ if matches!(error, StoreError::IntentClosed) || begun.elapsed() > SETTLING => {
                return Err(error.into());
            }
            _ => {}
        }
        std::thread::sleep(SETTLING_PAUSE);
    }
}

/// What another server made of an intent that it took over: it is waited for, for a moment.
fn of_another(ports: &Ports, intent: Uuid) -> Result<CertificateRecord, IssuingError> {
    let begun = Instant::now();
    loop {
        match ports.store.certificate_of_intent(intent)? {
            Some(record) if record.status == Status::Good => return Ok(record),
            Some(_) => return Err(StoreError::IntentClosed.into()),
            None => {}
        }
        let open = ports.store.intent(intent)?.is_some_and(|record| record.state == IntentState::Open);
        if !open || begun.elapsed() > SETTLING {
            return Err(IssuingError::TakenOver);
        }
        std::thread::sleep(SETTLING_PAUSE);
    }
}

fn read(record: &CertificateRecord) -> Result<Certificate, StoreError> {
    Certificate::from_der(&record.der)
        .map_err(|error| StoreError::Damaged { detail: format!("a stored certificate: {error}") })
}
