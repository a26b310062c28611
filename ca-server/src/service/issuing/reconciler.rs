//! Finishes what was cut short: intents that their server left open.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ca_core::issuance::CertificateFacts;
use ca_core::profile::ProfileSet;
use ca_core::revocation::{Reason, Status};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{End, IssuingError, basis, check_in_force, conclude};
use crate::port::record::{IntentKind, IntentRecord, OpenIntent};
use crate::port::{Act, Ports, SignerError, StoreError};
use crate::service::authorities::{Authorities, Authority};
use crate::service::safeguards::Safeguards;
use crate::service::{Settings, lease};

/// Finishes intents that were left open, one server at a time.
///
/// An intent is left where it is older than anything under way takes. That is a guess only: a server that was merely
/// slow loses the intent by its fencing number, throws away what it signed and answers with what was stored.
pub struct Reconciler {
    ports: Ports,
    authorities: Arc<Authorities>,
    profiles: Arc<ProfileSet>,
    settings: Arc<Settings>,
    safeguards: Arc<Safeguards>,
}

/// What became of open intents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Certificates that were issued as they were meant to be.
    pub issued: u32,
    /// Certificates that may not be any more: on record, and revoked.
    pub revoked: u32,
    /// CRLs and unusable intents that were given up.
    pub failed: u32,
    /// Left for a later turn, or for another server.
    pub left: u32,
}

/// Why a certificate that was meant to be issued may not be any more.
#[derive(Debug)]
enum Objection {
    /// The service asked for it itself, and asks anew.
    OwnRequest,
    /// Who asked for it may not ask any more.
    Requester,
    /// The profile is another one now, or none.
    Profile,
    /// It was issued and revoked before the store went back in time.
    Recovered,
    /// The key was blocked meanwhile.
    Key,
    /// The authority was taken back.
    Authority,
    /// It would be over already.
    Expired,
}

impl Objection {
    fn reason(&self) -> Reason {
        match self {
            Self::OwnRequest => Reason::Superseded,
            Self::Key => Reason::KeyCompromise,
            Self::Expired => Reason::CessationOfOperation,
            Self::Recovered | Self::Requester | Self::Profile | Self::Authority => Reason::PrivilegeWithdrawn,
        }
    }
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OwnRequest => "the service itself asked for it, and asks anew",
            Self::Requester => "who asked for it may not any more",
            Self::Profile => "its profile was changed",
            Self::Recovered => "it was revoked before the store went back in time",
            Self::Key => "its key was blocked",
            Self::Authority => "its authority is not in force",
            Self::Expired => "its validity is over",
        })
    }
}

/// The lease under which intents are finished.
const LEASE: &str = "reconcile";
/// Intents of one turn: what one lease is long enough for. More wait for the next turn.
const STEP: u32 = 200;

impl Reconciler {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        profiles: Arc<ProfileSet>,
        settings: Arc<Settings>,
        safeguards: Arc<Safeguards>,
    ) -> Self {
        Self { ports, authorities, profiles, settings, safeguards }
    }

    /// Finishes what an earlier run left open, before this one issues anything. Where the store is this server's alone,
    /// that is everything; among several, what is old enough.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn start(&self) -> Result<Reconciled, StoreError> {
        if self.ports.store.is_shared() { self.turn() } else { self.finish_older(SignedDuration::ZERO) }
    }

    /// Finishes what was left open; for timers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn turn(&self) -> Result<Reconciled, StoreError> {
        self.finish_older(self.settings.take_over_after)
    }

    fn finish_older(&self, age: SignedDuration) -> Result<Reconciled, StoreError> {
        let now = self.ports.clock.now();
        let before = now.saturating_sub(age).unwrap_or(Timestamp::MIN);
        let mut done = Reconciled::default();
        if self.safeguards.issuing().is_err() {
            return Ok(done);
        }
        // Without a lease first: there is hardly ever anything to do.
        if self.ports.store.open_intents(before, 1)?.is_empty() {
            return Ok(done);
        }
        let Some(held) = lease::take(&self.ports, LEASE, Duration::ZERO)? else { return Ok(done) };
        let act = held.fence(&Act::system("reconcile", Uuid::nil(), now));
        for record in self.ports.store.open_intents(before, STEP)? {
            let count = match self.finish(&act, &record) {
                Ok(Outcome::Issued) => &mut done.issued,
                Ok(Outcome::Revoked) => &mut done.revoked,
                Ok(Outcome::Failed) => &mut done.failed,
                Ok(Outcome::Left) | Err(IssuingError::Store(StoreError::IntentClosed)) => &mut done.left,
                Err(error) => {
                    tracing::error!(
                        intent = %record.intent.id, outcome = error.code(), %error,
                        "an intent that was left open could not be finished; it is tried again"
                    );
                    &mut done.left
                }
            };
            *count += 1;
        }
        if done.issued + done.revoked + done.failed > 0 {
            let Reconciled { issued, revoked, failed, left } = done;
            tracing::warn!(
                outcome = "reconciled",
                issued,
                revoked,
                failed,
                left,
                "intents that were left open were finished"
            );
        }
        Ok(done)
    }

    fn finish(&self, act: &Act, record: &IntentRecord) -> Result<Outcome, IssuingError> {
        let authorities = self.authorities.all();
        let authority = authorities.iter().find(|authority| authority.record().id == record.intent.authority);
        match (&record.intent.kind, authority) {
            (IntentKind::Crl(_), _) => self.give_up_crl(act, record),
            (IntentKind::Certificate(_), Some(authority)) if authority.is_offline() => Ok(Outcome::Left),
            (IntentKind::Certificate(_), Some(authority)) => self.finish_certificate(act, authority, record),
            // Its first certificate was never stored, so that it signed nothing else: it gets another.
            (IntentKind::Certificate(_), None) => self.give_up(act, record, "its authority is not certified"),
        }
    }

    fn finish_certificate(
        &self,
        act: &Act,
        authority: &Authority,
        record: &IntentRecord,
    ) -> Result<Outcome, IssuingError> {
        let issuer = authority.issuer()?;
        let intent = &record.intent;
        let facts = CertificateFacts {
            profile: intent.profile.clone(),
            profile_hash: intent.profile_hash.unwrap_or_default(),
        };
        let mut rng = self.ports.randomness.generator();
        let prepared = match issuer.recheck(intent.tbs.clone(), intent.tbs_hash, facts, &mut *rng) {
            Ok(prepared) if IntentKind::Certificate(prepared.serial().clone()) == intent.kind => prepared,
            Ok(_) => return self.give_up(act, record, "its bytes have another serial"),
            // The key does not sign what breaks rules, and nothing that it may have signed before has left.
            Err(error) => return self.give_up(act, record, &format!("{error} [{}]", error.code())),
        };
        let key = prepared.public_key()?.normalized();
        let recovered = self.ports.store.recovered(intent.authority, prepared.serial())?;
        let objection = if recovered.is_some() {
            Some(Objection::Recovered)
        } else if self.ports.store.is_blocked(key.as_bytes())? {
            Some(Objection::Key)
        } else if prepared.validity().not_after <= act.at {
            Some(Objection::Expired)
        } else {
            self.objection(authority, record)?
        };
        if let Some(objection) = &objection {
            tracing::warn!(
                intent = %intent.id, serial = %prepared.serial(), %objection,
                "a certificate that was left unfinished may not be issued any more: it is put on record as revoked"
            );
        }
        let take_over = |ports: &crate::port::Ports| {
            let open = OpenIntent { id: intent.id, fencing: record.fencing };
            Ok(ports.store.take_over_intent(act, &open)?)
        };
        let revoked = objection.as_ref().map(Objection::reason);
        let end = End::LeftOpen { revoked };
        let concluded = conclude(&self.ports, act, prepared, take_over, &end, &mut *rng, |committed, rng| {
            basis::sign_left(authority, committed, rng)
        });
        match concluded {
            Ok(_) => {}
            Err(IssuingError::Signer(SignerError::NotSigned)) => return Ok(Outcome::Failed),
            Err(error) => return Err(error),
        }
        Ok(if revoked.is_some() { Outcome::Revoked } else { Outcome::Issued })
    }

    /// Whether profile, requester and authority still allow it.
    fn objection(
        &self,
        authority: &Authority,
        record: &IntentRecord,
    ) -> Result<Option<Objection>, StoreError> {
        let intent = &record.intent;
        let profile = self.profiles.get(&intent.profile).ok();
        if profile.map(|profile| profile.hash()) != intent.profile_hash {
            return Ok(Some(Objection::Profile));
        }
        match check_in_force(&self.ports, authority) {
            Ok(()) => {}
            Err(IssuingError::Store(error)) => return Err(error),
            Err(_) => return Ok(Some(Objection::Authority)),
        }
        match intent.requester.split_once(':') {
            Some(("enroller", user)) => {
                let credential = self.ports.store.credential(user)?;
                let may =
                    credential.is_some_and(|known| known.active && known.profiles.contains(&intent.profile));
                Ok((!may).then_some(Objection::Requester))
            }
            Some(("administrator", id)) => Ok((!self.is_administrator(id)?).then_some(Objection::Requester)),
            _ => Ok(Some(Objection::OwnRequest)),
        }
    }

    /// Whether the registration is in force, and the certificate where it rests on one.
    fn is_administrator(&self, id: &str) -> Result<bool, StoreError> {
        let all = self.ports.store.administrators()?;
        let Some(known) = all.into_iter().find(|known| known.active && known.id.to_string() == id) else {
            return Ok(false);
        };
        let Some(certificate) = known.certificate else { return Ok(true) };
        let certificate = self.ports.store.certificate_by_id(certificate)?;
        Ok(certificate.is_some_and(|certificate| certificate.status == Status::Good))
    }

    /// A CRL is written anew under the next number, never under an old one. Whoever is about to publish one holds its
    /// lease.
    fn give_up_crl(&self, act: &Act, record: &IntentRecord) -> Result<Outcome, IssuingError> {
        let name = lease::of_crls(record.intent.authority);
        let Some(_held) = lease::take(&self.ports, &name, Duration::ZERO)? else { return Ok(Outcome::Left) };
        self.give_up(act, record, "left open by a server that stopped; the next CRL takes its place")
    }

    fn give_up(&self, act: &Act, record: &IntentRecord, why: &str) -> Result<Outcome, IssuingError> {
        let open = OpenIntent { id: record.intent.id, fencing: record.fencing };
        self.ports.store.fail_intent(act, &open, why)?;
        tracing::warn!(intent = %record.intent.id, why, "an intent that was left open was given up");
        Ok(Outcome::Failed)
    }
}

enum Outcome {
    Issued,
    Revoked,
    Failed,
    Left,
}
