//! What is missing before the service can do its work.

use std::fmt;
use std::sync::Arc;

use ca_core::issuance::AuthorityName;
use jiff::Timestamp;

use super::alarms::Alarms;
use super::authorities::Authorities;
use super::safeguards::{ClockFault, Halt, Quarantine, Safeguards};
use crate::port::record::{AuthorityKind, ListScope};
use crate::port::{Ports, StoreError};

/// Says what is missing.
pub struct Readiness {
    ports: Ports,
    authorities: Arc<Authorities>,
    alarms: Arc<Alarms>,
    safeguards: Arc<Safeguards>,
}

/// Something that is missing.
#[derive(Debug)]
pub enum Missing {
    /// Nobody may administer.
    Administrator,
    /// No authority for end entities is certified.
    Authority,
    /// An authority has a key and waits for its certificate.
    Certificate {
        /// The authority.
        name: AuthorityName,
    },
    /// An authority has published no CRL.
    Crl {
        /// The authority.
        name: AuthorityName,
        /// Whether it has to come out of a ceremony.
        offline: bool,
    },
    /// The CRL of an authority is not in force any more.
    CrlEnded {
        /// The authority.
        name: AuthorityName,
        /// When it ended.
        next_update: Timestamp,
        /// Whether the next one has to come out of a ceremony.
        offline: bool,
    },
    /// The CRL of an authority cannot be published; the one before is served on while it is in force.
    CrlStopped {
        /// The authority.
        name: AuthorityName,
        /// The code of what stopped it.
        code: &'static str,
        /// What stopped it.
        detail: String,
    },
    /// The store went back in time.
    Recovery(Box<Quarantine>),
    /// The database was started anew, and is not compared yet with what is known of it.
    Comparison,
    /// The clock is wrong.
    Clock(ClockFault),
    /// The off-host log does not take what happens.
    OffHost {
        /// What it says.
        detail: String,
    },
    /// The store does not answer.
    Store(StoreError),
}

impl Readiness {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        alarms: Arc<Alarms>,
        safeguards: Arc<Safeguards>,
    ) -> Self {
        Self { ports, authorities, alarms, safeguards }
    }

    /// All that is missing; nothing where the service can do its work.
    pub fn missing(&self) -> Vec<Missing> {
        self.look().unwrap_or_else(|error| vec![Missing::Store(error)])
    }

    fn look(&self) -> Result<Vec<Missing>, StoreError> {
        let (store, now) = (&self.ports.store, self.ports.clock.now());
        let mut missing = Vec::new();
        missing
            .extend(self.safeguards.quarantine().map(|quarantine| Missing::Recovery(Box::new(quarantine))));
        missing.extend((!self.safeguards.is_compared()).then_some(Missing::Comparison));
        missing.extend(self.safeguards.clock().map(Missing::Clock));
        missing.extend(self.safeguards.untold().map(|detail| Missing::OffHost { detail }));
        if !store.administrators()?.iter().any(|administrator| administrator.active) {
            missing.push(Missing::Administrator);
        }
        let all = self.authorities.all();
        if !all.iter().any(|authority| authority.record().kind == AuthorityKind::Issuing) {
            missing.push(Missing::Authority);
        }
        for record in store.authorities()? {
            if record.certificate.is_none() {
                missing.push(Missing::Certificate { name: record.name });
            }
        }
        for authority in all.iter() {
            let (name, offline) = (authority.name().clone(), authority.is_offline());
            match store.newest_crl(ListScope::whole(authority.record().id), false)? {
                Some(crl) if crl.next_update > now => {}
                Some(crl) => {
                    missing.push(Missing::CrlEnded { name, next_update: crl.next_update, offline });
                }
                None => missing.push(Missing::Crl { name, offline }),
            }
        }
        let standing = self.alarms.standing().into_iter();
        missing.extend(standing.map(|(name, code, detail)| Missing::CrlStopped { name, code, detail }));
        Ok(missing)
    }
}

impl Missing {
    /// Whether relying parties and requesters get no proper answers while it is missing.
    pub fn hinders(&self) -> bool {
        !matches!(
            self,
            Self::Administrator | Self::Certificate { .. } | Self::CrlStopped { .. } | Self::OffHost { .. }
        )
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = |offline: &bool| {
            if *offline { ": sign one in a ceremony and publish it with ca ceremony publish" } else { "" }
        };
        match self {
            Self::Administrator => f.write_str(
                "no administrator is registered: register one with ca-server administrator add, on this host",
            ),
            Self::Authority => f.write_str(
                "no authority is certified: request one with ca ceremony request, certify it in a ceremony, and \
                 install the answer with ca ceremony accept",
            ),
            Self::Certificate { name } => {
                write!(f, "authority {name} has a key and waits for its certificate")
            }
            Self::Crl { name, offline } => write!(f, "authority {name} has no CRL yet{}", from(offline)),
            Self::CrlEnded { name, next_update, offline } => {
                write!(f, "the CRL of authority {name} ended at {next_update}{}", from(offline))
            }
            Self::CrlStopped { name, code, detail } => {
                write!(f, "ALARM: the next CRL of authority {name} is not published: {detail} [{code}]")
            }
            Self::Recovery(quarantine) => write!(f, "ALARM: {quarantine} [quarantined]"),
            Self::Comparison => write!(f, "{} [{}]", Halt::Compared, Halt::Compared.code()),
            Self::Clock(fault) => write!(f, "ALARM: {fault} [{}]", fault.code()),
            Self::OffHost { detail } => write!(f, "ALARM: {detail} [off-host-unanswered]"),
            Self::Store(error) => error.fmt(f),
        }
    }
}
