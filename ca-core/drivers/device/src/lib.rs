//! What drivers of cryptographic devices share: sessions on threads of their own, so that nobody waits without end for a device
//! that does not answer.
#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ca_core::custody::CustodyError;

/// Acts that wait for a session before further ones are refused. More than can be done within the limit of time would only wait
/// to be refused later.
pub const MAX_WAITING: usize = 1024;

/// Opens sessions with a device.
pub trait Connector: Send + Sync + 'static {
    /// A session: used by one thread, which opened it.
    type Session: 'static;

    /// Opens a session that is ready to act: logged in, where the device asks for that.
    ///
    /// # Errors
    ///
    /// Why there is none. It is asked again with the next act.
    fn connect(&self) -> Result<Self::Session, CustodyError>;

    /// What errors call the device.
    fn place(&self) -> String;
}

/// Why an act failed.
#[derive(Debug)]
pub enum Fault {
    /// The session is of no use any more. In a new session the act may succeed.
    Lost(CustodyError),
    /// The session is as it was.
    Refused(CustodyError),
}

impl From<Fault> for CustodyError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Lost(error) | Fault::Refused(error) => error,
        }
    }
}

impl From<CustodyError> for Fault {
    fn from(error: CustodyError) -> Self {
        Self::Refused(error)
    }
}

type Job<C> = Box<dyn FnOnce(&C, &mut Option<<C as Connector>::Session>) + Send>;

/// Sessions with one device, each on a thread of its own, opened when they are first needed and again when they are lost.
///
/// When the pool is dropped its sessions are closed and its threads end, which is waited for: libraries of devices may not be in
/// use while the process ends. Threads that wait for a device that never answers are given up after the limit of time.
pub struct Pool<C: Connector> {
    connector: Arc<C>,
    /// None while the pool is dropped.
    queue: Option<SyncSender<Job<C>>>,
    /// Nothing is ever sent: it is disconnected when the last thread has ended.
    ended: Mutex<Receiver<()>>,
    limit: Duration,
}

impl<C: Connector> Pool<C> {
    /// A pool of so many sessions, whose acts take at most `limit`, waiting for a session included.
    ///
    /// # Errors
    ///
    /// [`CustodyError::Device`] where the operating system gives no threads.
    pub fn new(connector: C, sessions: u32, limit: Duration) -> Result<Self, CustodyError> {
        let connector = Arc::new(connector);
        let (queue, jobs) = mpsc::sync_channel(MAX_WAITING);
        let jobs = Arc::new(Mutex::new(jobs));
        let (alive, ended) = mpsc::sync_channel::<()>(0);
        for number in 0..sessions {
            let (theirs, jobs, alive) = (connector.clone(), jobs.clone(), alive.clone());
            let thread = thread::Builder::new().name(format!("device-{number}"));
            let work = move || {
                work(&*theirs, &jobs);
                drop(theirs);
                drop(alive);
            };
            thread.spawn(work).map_err(|error| CustodyError::Device {
                act: "start its sessions",
                place: connector.place(),
                answer: error.to_string(),
            })?;
        }
        Ok(Self { connector, queue: Some(queue), ended: Mutex::new(ended), limit })
    }

    /// What opens the sessions.
    pub fn connector(&self) -> &C {
        &self.connector
    }

    /// Acts in a session. Where the session turns out to be lost, the act is repeated once in a new one: it must be one that may
    /// be repeated. What is answered after the limit of time is discarded; what had not begun by then is not begun.
    ///
    /// # Errors
    ///
    /// [`CustodyError::TimedOut`], [`CustodyError::Busy`], those of connecting and those of the act.
    pub fn act<T: Send + 'static>(
        &self,
        name: &'static str,
        act: impl Fn(&mut C::Session) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, CustodyError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let abandoned = Arc::new(AtomicBool::new(false));
        let job: Job<C> = Box::new({
            let abandoned = abandoned.clone();
            move |connector, session| {
                if !abandoned.load(Ordering::Acquire) {
                    // Nobody listens any more where the limit has passed meanwhile.
                    let _ = answer.send(attempt(connector, session, &act));
                }
            }
        });
        let misbehaved = |reason: &str| CustodyError::Misbehaved {
            act: name,
            place: self.connector.place(),
            reason: reason.to_owned(),
        };
        match self.queue.as_ref().map(|queue| queue.try_send(job)) {
            Some(Ok(())) => {}
            Some(Err(TrySendError::Full(_))) => {
                return Err(CustodyError::Busy { place: self.connector.place(), waiting: MAX_WAITING });
            }
            Some(Err(TrySendError::Disconnected(_))) | None => {
                return Err(misbehaved("all its sessions ended"));
            }
        }
        match answered.recv_timeout(self.limit) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                abandoned.store(true, Ordering::Release);
                Err(CustodyError::TimedOut { act: name, place: self.connector.place(), limit: self.limit })
            }
            Err(RecvTimeoutError::Disconnected) => Err(misbehaved("its session broke off")),
        }
    }
}

impl<C: Connector> Drop for Pool<C> {
    fn drop(&mut self) {
        self.queue = None;
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        // Disconnected where all have ended; nothing is to be done about those that have not.
        let _ = ended.recv_timeout(self.limit);
    }
}

fn work<C: Connector>(connector: &C, jobs: &Mutex<Receiver<Job<C>>>) {
    let mut session = None;
    loop {
        // The lock is held while waiting: whoever has it takes the next job, and no job runs under it.
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        if catch_unwind(AssertUnwindSafe(|| job(connector, &mut session))).is_err() {
            session = None;
        }
    }
}

fn attempt<C: Connector, T>(
    connector: &C,
    session: &mut Option<C::Session>,
    act: &impl Fn(&mut C::Session) -> Result<T, Fault>,
) -> Result<T, CustodyError> {
    match once(connector, session, act) {
        Err(Fault::Lost(_)) => Ok(once(connector, session, act)?),
        result => Ok(result?),
    }
}

fn once<C: Connector, T>(
    connector: &C,
    session: &mut Option<C::Session>,
    act: &impl Fn(&mut C::Session) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let open = match session {
        Some(open) => open,
        None => session.insert(connector.connect()?),
    };
    let result = act(open);
    if matches!(result, Err(Fault::Lost(_))) {
        *session = None;
    }
    result
}

#[cfg(test)]
mod tests;
