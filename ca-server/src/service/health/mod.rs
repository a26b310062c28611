//! How the service is: checks with figures, states and stable codes, each within a bounded time.

mod authorities;
mod board;
mod disk;
mod ends;
mod finding;
mod guards;
mod lists;
mod remedy;
mod store;

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

pub use disk::Room;
pub use finding::{Figure, Finding, State, Unit};

use super::Services;
use super::authorities::Authority;
use super::backup::Schedule;
use super::settings::Mode;
use crate::port::{Act, StoreError};
use board::{Board, Look};

/// How long a look may take: less than clients wait, more than anything that works needs and than an isolated signer is given
/// to be started anew.
const LIMIT: Duration = Duration::from_secs(4);

/// What the process has that its services do not know of.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// Folders that have to have room.
    pub folders: Vec<PathBuf>,
    /// How much.
    pub room: Room,
    /// From when until when the HTTPS certificate that is served is valid.
    pub https: Option<(Timestamp, Timestamp)>,
    /// Backups that are made here by themselves.
    pub backups: Option<Schedule>,
}

/// Looks how the service is.
pub struct Health {
    inner: Arc<Inner>,
    board: Arc<Board>,
    limit: Duration,
}

/// What the looks need, on threads of their own.
struct Inner {
    services: Services,
    surroundings: Surroundings,
}

/// How the service is.
#[derive(Clone, Debug)]
pub struct Report {
    /// When it was looked.
    pub at: Timestamp,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The worst of all.
    pub fn state(&self) -> State {
        self.findings.iter().map(|finding| finding.state).max().unwrap_or(State::Ok)
    }
}

type Work = fn(&Inner) -> Vec<Finding>;

/// The looks that there are once; those at folders are one each.
const LOOKS: [(&str, Work); 13] = [
    ("database", store::database),
    ("schema", store::schema),
    ("intents", store::intents),
    ("status-feed", store::feed),
    ("authority", authorities::look),
    ("certificate", certificates),
    ("administrator", ends::administrators),
    ("crl", lists::look),
    ("clock", guards::clock),
    ("quarantine", guards::quarantine),
    ("off-host-log", guards::off_host),
    ("backup", guards::backup),
    ("signer", guards::signer),
];

impl Health {
    /// Of these services.
    pub fn new(services: &Services, surroundings: Surroundings) -> Self {
        let inner = Arc::new(Inner { services: services.clone(), surroundings });
        Self { inner, board: Arc::default(), limit: LIMIT }
    }

    /// Looks at everything, within four seconds whatever hangs. The act's nonce is used up where the store takes it: where it
    /// does not, that is what the report is for, and a reading that is sent twice changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NonceReplayed`].
    pub fn look(&self, act: &Act) -> Result<Report, StoreError> {
        let begun = Instant::now();
        let at = self.inner.services.ports.clock.now();
        let written = self.write(act);
        let mut findings = self.board.ask(self.looks(), self.limit);
        let rest = self.limit.saturating_sub(begun.elapsed());
        findings.insert(1, store::writing(written.recv_timeout(rest).ok(), self.limit)?);
        Ok(Report { at, findings })
    }

    /// Uses up the nonce, on a thread that may wait for the store; says how long it took.
    fn write(&self, act: &Act) -> mpsc::Receiver<Result<Duration, StoreError>> {
        let (told, written) = mpsc::channel();
        let (inner, act) = (Arc::clone(&self.inner), act.clone());
        let work = move || {
            let begun = Instant::now();
            let used = inner.services.ports.store.use_nonce(&act).map(|()| begun.elapsed());
            // Nobody waits for it any more.
            let _ = told.send(used);
        };
        // Without threads nothing is written, and nobody will say so.
        let _ = thread::Builder::new().name("health-write".to_owned()).spawn(work);
        written
    }

    fn looks(&self) -> Vec<Look> {
        let once = LOOKS.into_iter().map(|(check, work)| self.at(check, None, work));
        let folders = self.inner.surroundings.folders.iter().map(|folder| {
            let (about, folder) = (folder.display().to_string(), folder.clone());
            self.at("disk", Some(about), move |inner| vec![disk::look(&folder, inner.surroundings.room)])
        });
        once.chain(folders).collect()
    }

    fn at(
        &self,
        check: &'static str,
        about: Option<String>,
        work: impl FnOnce(&Inner) -> Vec<Finding> + Send + 'static,
    ) -> Look {
        let inner = Arc::clone(&self.inner);
        Look { key: (check, about), work: Box::new(move || work(&inner)) }
    }
}

fn certificates(inner: &Inner) -> Vec<Finding> {
    let mut findings = authorities::certificates(inner);
    findings.extend(ends::https(inner));
    findings
}

impl Inner {
    fn now(&self) -> Timestamp {
        self.services.ports.clock.now()
    }

    /// The authorities by name: those made in one moment have no other order.
    fn authorities(&self) -> Vec<Arc<Authority>> {
        let mut all = self.services.authorities.all().to_vec();
        all.sort_by(|one, other| one.name().cmp(other.name()));
        all
    }

    /// Whether this is for trying things out, where nothing has to last.
    fn is_dev(&self) -> bool {
        self.services.settings.mode == Mode::Dev
    }
}

#[cfg(test)]
impl Health {
    /// The same with another bound, which tests wait for.
    pub(crate) fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }
}
