//! The one way by which a certificate is issued: request → authorised → prepared → intent → signed → stored.

use std::sync::Arc;

use ca_core::algorithm::Signer;
use ca_core::issuance::{
    AuthorizationError, AuthorizedRequest, Choices, CommittedCertificate, IssuedCertificate, PrepareError,
    PreparedCertificate, SigningError, hierarchy,
};
use ca_core::key::{BlockedKeys, KeyError, NormalizedKey};
use ca_core::profile::{Kind, Profile, ProfileError, ProfileSet};
use ca_core::revocation::{Reason, Status};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::CertificateList;
use ca_core::x509::extension::Extensions;
use ca_core::x509::name::Name;
use ca_core::x509::request::{CertificationRequest, CreateError, RequestError, VerifiedRequest};
use ca_core::x509::serial::SerialNumber;
use rand_core::CryptoRng;
use uuid::Uuid;

use super::Fault;
use super::authorities::{Authority, KeyOffline};
use crate::port::record::{CertificateRecord, IntentKind, NewCertificate, NewIntent, OpenIntent};
use crate::port::{Act, Ports, StoreError, new_record_id, new_subject_id};

/// A certificate that is stored and free to leave.
pub(super) struct Issued {
    pub(super) record: CertificateRecord,
    pub(super) certificate: Certificate,
}

/// What the store says of one key, in the form that the rules ask for.
struct StoredBlock(bool);

impl StoredBlock {
    fn of(ports: &Ports, request: &VerifiedRequest) -> Result<Self, StoreError> {
        let key = request.public_key().normalized();
        Ok(Self(ports.store.is_blocked(key.as_bytes())?))
    }
}

impl BlockedKeys for StoredBlock {
    fn is_blocked(&self, _key: &NormalizedKey) -> bool {
        self.0
    }
}

/// Reads a request, checks its proof of possession and lets the profile decide.
pub(super) fn authorize(
    ports: &Ports,
    profiles: &ProfileSet,
    profile: &str,
    request: &[u8],
    choices: Choices,
) -> Result<AuthorizedRequest, IssuingError> {
    let profile: Arc<Profile> = Arc::clone(profiles.get(profile)?);
    let request = CertificationRequest::from_der(request)?.verify()?;
    let blocked = StoredBlock::of(ports, &request)?;
    Ok(AuthorizedRequest::new(profile, request, choices, &blocked)?)
}

/// Whether an authority still issues to others: one whose own certificate was taken back does not. Its CRLs and OCSP
/// answers go on.
pub(super) fn check_in_force(ports: &Ports, authority: &Authority) -> Result<(), IssuingError> {
    let record = authority.record();
    let issuer = record.parent.unwrap_or(record.id);
    match ports.store.certificate_status(issuer, authority.certificate().serial())? {
        Some(Status::Good) => Ok(()),
        Some(status) => Err(IssuingError::AuthorityNotInForce {
            name: authority.name().to_string(),
            status: status.as_str(),
        }),
        None => check_in_crl(ports, authority, issuer),
    }
}

/// The same where the certificate was not issued here: the CRL of who issued it decides.
fn check_in_crl(ports: &Ports, authority: &Authority, issuer: Uuid) -> Result<(), IssuingError> {
    let Some(newest) = ports.store.newest_crl(issuer, false)? else { return Ok(()) };
    let record = ports.store.crl(newest.id)?.ok_or(StoreError::NotFound { what: "the newest CRL" })?;
    let crl = CertificateList::from_der(&record.der)
        .map_err(|error| StoreError::Damaged { detail: format!("a stored CRL: {error}") })?;
    match crl.find(authority.certificate().serial()) {
        None => Ok(()),
        Some(entry) => Err(IssuingError::AuthorityNotInForce {
            name: authority.name().to_string(),
            status: if entry.reason == Some(Reason::CertificateHold) { "held" } else { "revoked" },
        }),
    }
}

/// A request on a key of the service's own, checked like any other.
pub(super) fn own_request(
    ports: &Ports,
    profile: &Arc<Profile>,
    subject: &Name,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<AuthorizedRequest, IssuingError> {
    let request = CertificationRequest::create(subject, &Extensions::default(), signer, rng)?.verify()?;
    let blocked = StoredBlock::of(ports, &request)?;
    let profile = Arc::clone(profile);
    Ok(match profile.kind() {
        Kind::EndEntity => AuthorizedRequest::new(profile, request, Choices::default(), &blocked)?,
        _ => hierarchy::authorize(profile, request, Choices::default(), &blocked)?,
    })
}

/// Issues a certificate for an authorised request.
pub(super) fn issue(
    ports: &Ports,
    act: &Act,
    authority: &Authority,
    request: AuthorizedRequest,
    idempotency_key: Option<String>,
) -> Result<Issued, IssuingError> {
    let mut rng = ports.randomness.generator();
    let issuer = authority.issuer()?;
    let serial = SerialNumber::generate(&mut *rng);
    let prepared = issuer.prepare(request, serial, act.at, &mut *rng)?;
    finish(ports, act, authority.record().id, prepared, idempotency_key, &mut *rng, |committed, rng| {
        issuer.sign(committed, rng)
    })
}

/// Commits the intent, has it signed, and closes it with the certificate.
pub(super) fn finish(
    ports: &Ports,
    act: &Act,
    authority: Uuid,
    prepared: PreparedCertificate,
    idempotency_key: Option<String>,
    rng: &mut dyn CryptoRng,
    sign: impl FnOnce(CommittedCertificate, &mut dyn CryptoRng) -> Result<IssuedCertificate, SigningError>,
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
        idempotency_key,
    };
    let key_fingerprint = prepared.public_key()?.fingerprint();
    let mut open = None;
    let committed = prepared.commit(|_| {
        open = Some(ports.store.open_intent(act, &intent)?);
        Ok::<(), StoreError>(())
    })?;
    let Some(open) = open else { return Err(StoreError::NotFound { what: "the intent" }.into()) };
    let later = act.continued(ports.clock.now());
    let signed = match sign(committed, rng) {
        Ok(signed) => signed,
        Err(error) => {
            ports.store.fail_intent(&later, &open, &error.to_string())?;
            return Err(error.into());
        }
    };
    let certificate = signed.into_document();
    let new = NewCertificate {
        id: new_record_id(later.at, rng),
        new_subject: new_subject_id(rng),
        subject_der: certificate.subject().as_der().to_vec(),
        subject: certificate.subject().to_string(),
        der: certificate.der().to_vec(),
        key_fingerprint,
        not_before: certificate.validity().not_before,
        not_after: certificate.validity().not_after,
    };
    let record = ports.store.complete_certificate(&later, &open, &new)?;
    tracing::info!(
        request_id = %act.request_id, authority = %record.authority, serial = %record.serial,
        actor = %act.actor, outcome = "issued", profile = record.profile, "certificate issued"
    );
    Ok(Issued { record, certificate })
}

/// How many open intents are given up in one step.
const ABANDON_STEP: u32 = 1_000;

/// Gives up the intents that an earlier run left open. Nothing of them has left, because what is signed leaves only
/// after its intent is closed; and a run that is still at work on one cannot close it any more.
pub(super) fn abandon_open(ports: &Ports) -> Result<u64, StoreError> {
    let act = Act::system("start", Uuid::nil(), ports.clock.now());
    let mut abandoned = 0;
    loop {
        let open = ports.store.open_intents(act.at, ABANDON_STEP)?;
        if open.is_empty() {
            return Ok(abandoned);
        }
        for record in open {
            let handle = OpenIntent { id: record.intent.id, fencing: record.fencing };
            match ports.store.fail_intent(&act, &handle, "left open by an earlier run") {
                Ok(()) => abandoned += 1,
                Err(StoreError::IntentClosed) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Why no certificate was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssuingError {
    /// There is no such profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The authority signs authorities only.
    #[error("authority {name} does not issue to end entities")]
    AuthorityNotIssuing {
        /// The authority.
        name: String,
    },
    /// There is no such authority.
    #[error("there is no authority {name}")]
    UnknownAuthority {
        /// The name that was asked for.
        name: String,
    },
    /// The authority's key is not here.
    #[error(transparent)]
    Offline(#[from] KeyOffline),
    /// The authority's own certificate is held or revoked.
    #[error("the certificate of authority {name} is {status}, so it issues nothing")]
    AuthorityNotInForce {
        /// The authority.
        name: String,
        /// What it is.
        status: &'static str,
    },
    /// The request cannot be read or does not prove possession of its key.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A request of the service's own cannot be made.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// The profile does not allow what was asked for.
    #[error(transparent)]
    Authorization(#[from] AuthorizationError),
    /// The certified key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The certificate cannot be built or breaks a rule.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// Signing failed; nothing left.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The store failed; nothing left.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IssuingError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Profile(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::AuthorityNotIssuing { .. } => "authority-not-issuing",
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::Offline(error) => error.code(),
            Self::AuthorityNotInForce { .. } => "authority-not-in-force",
            Self::Request(error) => error.code(),
            Self::Create(error) => error.code(),
            Self::Authorization(error) => error.code(),
            Self::Prepare(error) => error.code(),
            Self::Signing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Profile(_)
            | Self::AuthorityNotIssuing { .. }
            | Self::UnknownAuthority { .. }
            | Self::Authorization(_)
            | Self::Prepare(_) => Fault::Unacceptable,
            Self::Request(_) | Self::Key(_) => Fault::Malformed,
            Self::AuthorityNotInForce { .. } | Self::Offline(_) => Fault::Conflict,
            Self::Signing(_) | Self::Create(_) => Fault::Internal,
            Self::Store(error) => error.into(),
        }
    }
}

impl From<&StoreError> for Fault {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::NonceReplayed => Self::Unauthenticated,
            StoreError::Conflict { .. } | StoreError::IntentClosed | StoreError::LeaseLost { .. } => {
                Self::Conflict
            }
            StoreError::NotFound { .. } => Self::NotFound,
            StoreError::Unavailable { .. } | StoreError::CannotConnect { .. } => Self::Unavailable,
            StoreError::SchemaFromFuture { .. }
            | StoreError::Damaged { .. }
            | StoreError::WentBack { .. }
            | StoreError::CannotOpen { .. } => Self::Internal,
        }
    }
}
