//! What stands against issuing and signing: a store that went back in time, a clock that cannot be believed. And what has to
//! happen before a change is acknowledged: that it is told off the host.

mod clock;
mod quarantine;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use ca_core::audit::Head;
use ca_core::issuance::AuthorityName;
use jiff::Timestamp;
use uuid::Uuid;

pub use clock::{ClockFault, NEWEST_TIME, Whose};
pub use quarantine::{Quarantine, Sign};

use super::off_host::{TakeUpError, TellError, Teller, Told};
use super::recovery::{self, Found};
use super::status::Changes;
use super::{Fault, Settings};
use crate::port::record::{CrlSummary, crl_floor};
use crate::port::{Act, Clock, Ports, StoreError};

/// Why nothing is issued or signed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Halt {
    /// The store went back in time.
    #[error("{0}")]
    Quarantined(Box<Quarantine>),
    /// The clock is wrong.
    #[error(transparent)]
    Clock(#[from] ClockFault),
    /// The database may be another one.
    #[error("the database was started anew, and is compared with what is known of it")]
    Compared,
}

impl Halt {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Quarantined(_) => "quarantined",
            Self::Clock(fault) => fault.code(),
            Self::Compared => "database-compared",
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        Fault::Unavailable
    }
}

/// The CRL number up to which an authority is known to have used them, though the store does not tell of it; 0 where it does.
pub(super) fn floor(ports: &Ports, authority: Uuid) -> Result<u64, StoreError> {
    Ok(ports.store.setting(&crl_floor(authority))?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// The time as it is believed: by this who asks for a revocation is known though the clock is wrong.
pub(super) struct Believed(pub(super) Arc<Safeguards>);

impl Clock for Believed {
    fn now(&self) -> Timestamp {
        match self.0.clock() {
            None => self.0.ports.clock.now(),
            Some(_) => self.0.clock.believed(self.0.ports.clock.now()),
        }
    }
}

/// Says what stands against issuing and signing.
pub struct Safeguards {
    ports: Ports,
    changes: Arc<Changes>,
    quarantine: RwLock<Option<Quarantine>>,
    clock: clock::ClockWatch,
    teller: Option<Teller>,
    /// Whether the store is not compared yet with what is known of it.
    compared: AtomicBool,
    /// One look at a time.
    turn: Mutex<()>,
    /// Why the off-host log did not take the newest change.
    untold: RwLock<Option<String>>,
}

impl Safeguards {
    /// Takes up the off-host log, where there is one, and compares the store with it and with what is published.
    ///
    /// # Errors
    /// [`TakeUpError`].
    pub fn start(ports: &Ports, settings: &Settings, changes: Arc<Changes>) -> Result<Self, TakeUpError> {
        let clock = clock::ClockWatch::start(ports, settings.clock_bound, settings.compare_clocks)?;
        let (teller, told) = match &ports.off_host {
            None => (None, None),
            Some(log) => {
                let (teller, told) = Teller::take_up(ports, log)?;
                (Some(teller), Some(told))
            }
        };
        let safeguards = Self {
            ports: ports.clone(),
            changes,
            quarantine: RwLock::new(Quarantine::of(ports)?),
            clock,
            teller,
            compared: AtomicBool::new(true),
            turn: Mutex::default(),
            untold: RwLock::default(),
        };
        let found = Found::gather(ports, told)?;
        if let Some(newest) = found.newest {
            safeguards.clock.learn(newest);
        }
        let behind = found.sign(ports)?;
        if behind.is_some() || safeguards.quarantine().is_some() {
            safeguards.enter(behind, found)?;
        } else if let (Some(teller), Some(told)) = (&safeguards.teller, &found.told) {
            safeguards.go_on(teller, told);
        }
        safeguards.clock.look(ports)?;
        safeguards.tell();
        safeguards.gauge();
        Ok(safeguards)
    }

    /// The quarantine that stands.
    pub fn quarantine(&self) -> Option<Quarantine> {
        self.quarantine.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why the clock is not believed.
    pub fn clock(&self) -> Option<ClockFault> {
        let now = self.ports.clock.now();
        if self.clock.has_jumped(now)
            && let Err(error) = self.clock.look(&self.ports)
        {
            tracing::error!(outcome = error.code(), %error, "the clock jumped, and could not be compared");
        }
        self.clock.fault(now)
    }

    /// Why the newest changes are not told off the host.
    pub fn untold(&self) -> Option<String> {
        self.untold.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where the off-host log is, and the newest entry of the audit that it tells of; none where there is no log.
    pub fn told(&self) -> Option<(String, Head)> {
        self.teller.as_ref().map(|teller| (teller.place(), teller.told()))
    }

    /// What stands against issuing.
    ///
    /// # Errors
    /// [`Halt`].
    pub fn issuing(&self) -> Result<(), Halt> {
        if let Some(quarantine) = self.quarantine() {
            return Err(Halt::Quarantined(Box::new(quarantine)));
        }
        self.signing()
    }

    /// What stands against signing anything with a time in it.
    ///
    /// # Errors
    /// [`Halt::Clock`], [`Halt::Compared`].
    pub fn signing(&self) -> Result<(), Halt> {
        if !self.is_compared() {
            return Err(Halt::Compared);
        }
        self.clock().map_or(Ok(()), |fault| Err(fault.into()))
    }

    /// Whether the store is compared with what is known of it: not for a moment after its database was started anew.
    pub fn is_compared(&self) -> bool {
        self.compared.load(Ordering::SeqCst)
    }

    /// What stands against publishing the lists of an authority.
    ///
    /// # Errors
    /// [`Halt`].
    pub fn publishing(&self, authority: &AuthorityName) -> Result<(), Halt> {
        match self.quarantine() {
            Some(quarantine) if !quarantine.floors.contains(authority) => {
                Err(Halt::Quarantined(Box::new(quarantine)))
            }
            _ => self.signing(),
        }
    }

    /// Whether the newest list of an authority in the store may be an older one than relying parties have.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) fn is_overtaken(&self, newest: &CrlSummary, name: &AuthorityName) -> Result<bool, StoreError> {
        match self.quarantine() {
            None => Ok(!self.is_compared()),
            Some(quarantine) if !quarantine.floors.contains(name) => Ok(true),
            Some(_) => Ok(newest.number <= floor(&self.ports, newest.authority)?),
        }
    }

    /// The act at a time that was not recorded before already, whatever the clock says: what is revoked is recorded always.
    pub(super) fn dated(&self, act: &Act) -> Act {
        match self.clock() {
            None => act.clone(),
            Some(_) => Act { at: self.clock.believed(self.ports.clock.now()), ..act.clone() },
        }
    }

    /// Returns once all that was changed until now is told off the host, where there is a log.
    ///
    /// # Errors
    /// [`TellError`]; the change stands all the same, and is told later.
    pub(super) fn acknowledge(&self) -> Result<(), TellError> {
        let Some(teller) = &self.teller else { return Ok(()) };
        let told = teller.tell().or_else(|error| match error {
            TellError::WentBack { .. } => {
                let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
                self.compare(teller)?;
                teller.tell()
            }
            error => Err(error),
        });
        self.note(teller, &told);
        told
    }

    fn note(&self, teller: &Teller, told: &Result<(), TellError>) {
        let why = told.as_ref().err().map(ToString::to_string);
        if let Err(error) = told {
            metrics::counter!("cityca_off_host_failures_total").increment(1);
            tracing::error!(log = teller.place(), outcome = error.code(), %error, "ALARM: not told off the host");
        }
        *self.untold.write().unwrap_or_else(PoisonError::into_inner) = why;
    }

    fn tell(&self) {
        if let Some(teller) = &self.teller {
            self.note(teller, &teller.tell());
        }
    }

    /// Looks at the clocks, at what other servers know, and whether the store still holds what was told of it; for timers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn look(&self) -> Result<(), StoreError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.meet()?;
        if self.clock.look(&self.ports)?.is_some() {
            // What was said before is not said again at a time that nobody knows.
            self.changes.all_changed();
        }
        let stands = Quarantine::of(&self.ports)?;
        if stands != self.quarantine() {
            self.set(stands);
        }
        if let Some(teller) = &self.teller {
            let mut told = teller.tell();
            if let Err(TellError::WentBack { .. }) = told {
                told = self.compare(teller).map_err(TellError::from).and_then(|()| teller.tell());
            }
            self.note(teller, &told);
        }
        self.gauge();
        Ok(())
    }

    /// Compares a database that may be another one, as after a failover or a restore, before anything is taken from it.
    fn meet(&self) -> Result<(), StoreError> {
        // Whether it answers, and which it is.
        let answered = self.ports.store.audit_head();
        if self.ports.store.is_another() {
            // In this order: whoever read of it looks again, and finds that it is not compared.
            self.compared.store(false, Ordering::SeqCst);
            self.changes.all_changed();
            self.ports.store.accept();
        } else if self.is_compared() {
            return answered.map(drop);
        }
        match &self.teller {
            Some(teller) if !self.ports.store.holds(teller.told())? => self.compare(teller)?,
            Some(_) => {}
            None => {
                let found = Found::gather(&self.ports, None)?;
                if let Some(sign) = found.sign(&self.ports)? {
                    self.enter(Some(sign), found)?;
                }
            }
        }
        self.compared.store(true, Ordering::SeqCst);
        tracing::info!(outcome = "database-compared", "the database was started anew, and was compared");
        Ok(())
    }

    fn gauge(&self) {
        let set = |name, stands: bool| metrics::gauge!(name).set(if stands { 1.0 } else { 0.0 });
        set("cityca_quarantine", self.quarantine().is_some());
        set("cityca_clock_alarm", self.clock().is_some());
        set("cityca_off_host_alarm", self.untold().is_some());
    }

    fn set(&self, stands: Option<Quarantine>) {
        match &stands {
            Some(quarantine) => {
                tracing::error!(outcome = "quarantined", %quarantine, "ALARM: nothing is issued");
            }
            None => tracing::info!(outcome = "quarantine-over", "the quarantine is over"),
        }
        *self.quarantine.write().unwrap_or_else(PoisonError::into_inner) = stands;
        // No answer that was kept is given again.
        self.changes.all_changed();
    }

    /// The store does not hold what was told of it.
    fn compare(&self, teller: &Teller) -> Result<(), StoreError> {
        let told = match teller.read() {
            Ok(told) => told,
            Err(TakeUpError::Store(error)) => return Err(error),
            Err(TakeUpError::Log(error)) => {
                return Err(StoreError::Unavailable { detail: error.to_string() });
            }
        };
        let found = Found::gather(&self.ports, Some(told))?;
        match (found.sign(&self.ports)?, &found.told) {
            (Some(sign), _) => self.enter(Some(sign), found),
            (None, Some(told)) => {
                self.go_on(teller, told);
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }

    /// Lets the log follow a store that went back, where that is known.
    fn go_on(&self, teller: &Teller, told: &Told) {
        if let Err(error) = teller.went_back(told, self.ports.clock.now()) {
            tracing::error!(outcome = error.code(), %error, "the off-host log was not told that the store went back");
        }
    }

    /// Puts the store in quarantine, and back into it what is known to be missing.
    fn enter(&self, sign: Option<Sign>, found: Found) -> Result<(), StoreError> {
        let now = self.ports.clock.now();
        let act = self.dated(&Act::system("quarantine", Uuid::nil(), now));
        let stands = Quarantine::of(&self.ports)?;
        let mut quarantine = match (stands, sign) {
            (Some(stands), None) => stands,
            (Some(stands), Some(sign)) if stands.sign == sign => stands,
            (_, sign) => Quarantine {
                since: act.at,
                sign: sign.unwrap_or(Sign::Restored),
                has: self.ports.store.audit_head()?.sequence,
                had: None,
                floors: Default::default(),
            },
        };
        let head = found.told.as_ref().map(|told| told.head().sequence);
        quarantine.had = quarantine.had.max(head.filter(|head| *head > quarantine.has));
        // First of all, so that nobody issues meanwhile.
        quarantine.put(&self.ports, &act)?;
        self.set(Some(quarantine.clone()));
        recovery::replay(&self.ports, &act, &found)?;
        quarantine.floors.extend(found.known_floors());
        quarantine.put(&self.ports, &act.continued(act.at))?;
        self.set(Some(quarantine));
        if let (Some(teller), Some(told)) = (&self.teller, &found.told) {
            self.go_on(teller, told);
        }
        Ok(())
    }
}
