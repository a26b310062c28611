//! The one writer of a process: a thread that owns the connection for changes.
//!
//! **Writes share transactions.** While one transaction is on its way to the disk, the next jobs queue; the next
//! transaction takes all that are there. An idle store does a job at once, alone: there is no waiting for others to come.
//!
//! **What is not a job** borrows the connection in its turn, so that the queue is fair between both.
//!
//! The queue is bounded: who finds it full waits. How many may be under way at all is decided before a request gets here.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::backend::{self, Connection, Kept, Purpose};
use super::convert::micros;
use super::group::{self, Decided, Done, Job, Names, Work};
use super::idempotency;
use super::witness::Witness;
use crate::port::{Act, StoreError, fault};
use crate::store::Location;

/// Jobs of one transaction: more would make the first wait for the last without sparing the disk much.
const MAX_GROUP: usize = 128;
/// Turns that may wait.
const QUEUE: usize = 1024;
/// Between two times at which orders that expired are forgotten.
const FORGETTING: Duration = Duration::from_secs(1);
/// Groups that are done in transactions after one that could not be done without, as when other servers write too.
const CROWDED: u32 = 32;

enum Turn {
    Job(Box<Job>),
    Loan(Request),
}

struct Request {
    give: SyncSender<Result<Kept, StoreError>>,
    back: Receiver<Kept>,
}

/// The handle of the thread. It ends when this is dropped, after what is queued.
pub(super) struct Committer {
    queue: Option<SyncSender<Turn>>,
    thread: Option<JoinHandle<()>>,
}

impl Committer {
    pub(super) fn start(
        location: Arc<Location>,
        connection: Kept,
        witness: Option<Arc<Witness>>,
    ) -> io::Result<Self> {
        let (queue, turns) = mpsc::sync_channel(QUEUE);
        let mut writer = Writer {
            location,
            kept: Some(connection),
            witness,
            names: Names::default(),
            forgot: None,
            crowded: 0,
        };
        let thread = thread::Builder::new().name("store".to_owned()).spawn(move || writer.work(&turns))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Does a job in a transaction that it may share, and waits until that is on the disk.
    pub(super) fn run(&self, act: &Act, work: Work) -> Result<Done, StoreError> {
        let (answer, answered) = mpsc::sync_channel(1);
        self.queue(Turn::Job(Box::new(Job { act: act.clone(), work, answer })))?;
        answered.recv().map_err(|_| stopped())?
    }

    /// Borrows the connection once all who came before had their turn, with a channel to give it back by. Where it is
    /// not given back, as after a panic, it is closed, and another one is opened for the next.
    pub(super) fn borrow(&self) -> Result<(Kept, SyncSender<Kept>), StoreError> {
        let (give, given) = mpsc::sync_channel(1);
        let (back, returned) = mpsc::sync_channel(1);
        self.queue(Turn::Loan(Request { give, back: returned }))?;
        let kept = given.recv().map_err(|_| stopped())??;
        Ok((kept, back))
    }

    fn queue(&self, turn: Turn) -> Result<(), StoreError> {
        self.queue.as_ref().ok_or_else(stopped)?.send(turn).map_err(|_| stopped())
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // It catches what panics; there is nothing to learn from the result.
            let _ = thread.join();
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable { detail: "the writer of the store stopped".to_owned() }
}

struct Writer {
    location: Arc<Location>,
    /// None after a write that ended in an unknown state: the next write opens a new connection, and the database rolls
    /// back what the old one left.
    kept: Option<Kept>,
    witness: Option<Arc<Witness>>,
    names: Names,
    /// When orders that expired were forgotten last.
    forgot: Option<Instant>,
    /// Groups that are done in a transaction although one statement might do.
    crowded: u32,
}

impl Writer {
    fn work(&mut self, turns: &Receiver<Turn>) {
        while let Ok(first) = turns.recv() {
            let mut jobs = Vec::new();
            let mut next = Some(first);
            while let Some(Turn::Job(job)) = next {
                jobs.push(*job);
                next = if jobs.len() < MAX_GROUP { turns.try_recv().ok() } else { None };
            }
            if !jobs.is_empty() {
                self.commit(jobs);
            }
            if let Some(Turn::Loan(request)) = next {
                self.lend(&request);
            }
        }
    }

    fn lend(&mut self, request: &Request) {
        match self.usable() {
            Ok(kept) => {
                if request.give.send(Ok(kept)).is_ok() {
                    self.kept = request.back.recv().ok();
                }
            }
            Err(error) => drop(request.give.send(Err(error))),
        }
    }

    fn usable(&mut self) -> Result<Kept, StoreError> {
        match self.kept.take().and_then(Kept::if_usable) {
            Some(kept) => Ok(kept),
            None => Ok(Kept::new(backend::connect(&self.location, Purpose::Write)?)),
        }
    }

    /// Does jobs in one transaction. Where one of them makes it fail they are done one by one, so that it alone does.
    fn commit(&mut self, jobs: Vec<Job>) {
        metrics::histogram!("cityca_store_group_size").record(u32::try_from(jobs.len()).unwrap_or(u32::MAX));
        match self.attempt(&jobs) {
            Ok(outcomes) => {
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    let _ = job.answer.send(outcome);
                }
            }
            // Whether it was kept is unknown: nothing is tried a second time under them.
            Err(error @ StoreError::Unavailable { .. }) => {
                for job in jobs {
                    let _ = job.answer.send(Err(error.clone()));
                }
            }
            Err(error) if jobs.len() == 1 => {
                for job in jobs {
                    let _ = job.answer.send(Err(error.clone()));
                }
            }
            Err(_) => {
                for job in jobs {
                    self.commit(vec![job]);
                }
            }
        }
    }

    fn attempt(&mut self, jobs: &[Job]) -> Result<Vec<Result<Done, StoreError>>, StoreError> {
        let mut kept = self.usable()?;
        let forget = self.forgot.is_none_or(|last| last.elapsed() >= FORGETTING);
        let now = jobs.iter().map(|job| job.act.at).min().filter(|_| forget);
        // After a panic the connection is dropped with its transaction.
        let result = catch_unwind(AssertUnwindSafe(|| {
            let result = self.run(&mut kept.connection, jobs, now);
            kept.used(&result);
            (result, kept)
        }));
        let (result, kept) = result.map_err(|_| stopped())?;
        self.kept = Some(kept);
        if now.is_some() {
            self.forgot = Some(Instant::now());
        }
        let Decided { outcomes, head, .. } = result?;
        fault::point("group-committed");
        if let Some(witness) = &self.witness {
            witness.note(head);
        }
        Ok(outcomes)
    }

    /// Does jobs, without a transaction around them where that goes.
    fn run(
        &mut self,
        connection: &mut Connection,
        jobs: &[Job],
        forget_until: Option<Timestamp>,
    ) -> Result<Decided, StoreError> {
        let plain = matches!(connection, Connection::Postgresql(_))
            && forget_until.is_none()
            && group::are_plain(jobs);
        if plain && self.crowded == 0 {
            if let Some(decided) = group::run_unlocked(connection, jobs, &mut self.names)? {
                return Ok(decided);
            }
            self.crowded = CROWDED;
        }
        self.crowded = self.crowded.saturating_sub(1);
        backend::write(connection, |connection| {
            if let Some(until) = forget_until {
                idempotency::forget(connection, micros(until))?;
            }
            let decided = group::run(connection, jobs, &mut self.names)?;
            fault::point("group-commit");
            Ok(decided)
        })
    }
}
