//! Services of the subject that a profile points at.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::x509::extension::SubjectInformationAccess;
use crate::x509::oid::Oid;

/// How a service of the subject is asked, an access method of RFC 5280 section 4.2.2.2.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// id-ad-caRepository: where an authority publishes what it issues.
    CaRepository,
    /// id-ad-timeStamping: where a time-stamping authority answers (RFC 3161).
    TimeStamping,
    /// Another one; never an identifier that has a name above.
    Other(Oid),
}

/// Those that have names, by their names in RFC 5280.
const NAMED: [(Service, &str); 2] =
    [(Service::CaRepository, "caRepository"), (Service::TimeStamping, "timeStamping")];

impl Service {
    /// Its identifier.
    #[must_use]
    pub fn oid(&self) -> Oid {
        match self {
            Self::CaRepository => SubjectInformationAccess::CA_REPOSITORY.into(),
            Self::TimeStamping => SubjectInformationAccess::TIME_STAMPING.into(),
            Self::Other(oid) => oid.clone(),
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CaRepository => f.write_str("caRepository"),
            Self::TimeStamping => f.write_str("timeStamping"),
            Self::Other(oid) => write!(f, "{oid}"),
        }
    }
}

impl Serialize for Service {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Service {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Some((named, _)) = NAMED.iter().find(|(_, name)| *name == text) {
            return Ok(named.clone());
        }
        let oid = Oid::from_str(&text).map_err(|_| {
            serde::de::Error::custom(format_args!(
                "{text:?} is no service: caRepository, timeStamping or a dotted identifier is needed"
            ))
        })?;
        let named = NAMED.iter().find(|(service, _)| service.oid() == oid);
        Ok(named.map_or(Self::Other(oid), |(service, _)| service.clone()))
    }
}
