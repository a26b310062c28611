//! The next list beside the one before: what is gone must have gone for a reason on record.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use ca_core::crl::list::{CompareError, Gone, PreparedList, ScanError, Scanner, Scratch, compare};
use ca_core::revocation::{Reason, Status};
use jiff::Timestamp;

use super::{CrlError, CrlPublisher};
use crate::port::StoreError;
use crate::port::record::CrlSummary;
use crate::port::store::VisitError;
use crate::service::authorities::Authority;

impl CrlPublisher {
    /// Refuses a list in which an entry of the one before is missing that neither expired nor was released.
    /// `ended_before` is what the next list may leave out.
    pub(super) fn check<S: Scratch>(
        &self,
        authority: &Authority,
        previous: &CrlSummary,
        next: &PreparedList<S>,
        ended_before: Option<Timestamp>,
    ) -> Result<(), CrlError> {
        let (sender, parts) = sync_channel(2);
        std::thread::scope(|scope| {
            let reading = scope.spawn(|| self.read(previous, sender));
            let compared = self.compare(authority, previous, Parts::new(parts), next, ended_before);
            let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match (compared, read) {
                // Its bytes were dropped: there is nothing to compare with, which who dropped them took care of.
                (_, Ok(false)) => Ok(()),
                (Err(error), Ok(true)) => Err(error),
                (_, Err(error)) => Err(error.into()),
                (Ok(()), Ok(true)) => Ok(()),
            }
        })
    }

    fn read(&self, previous: &CrlSummary, sender: SyncSender<Vec<u8>>) -> Result<bool, StoreError> {
        let read = self.ports.store.visit_crl(previous.id, &mut |part| {
            // Nobody listens any more where the comparison ended early.
            sender.send(part.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe.into())
        });
        match read {
            Ok(found) => Ok(found),
            Err(VisitError::Sink(_)) => Ok(true),
            Err(VisitError::Store(error)) => Err(error),
        }
    }

    fn compare<S: Scratch>(
        &self,
        authority: &Authority,
        previous: &CrlSummary,
        before: Parts,
        next: &PreparedList<S>,
        ended_before: Option<Timestamp>,
    ) -> Result<(), CrlError> {
        let failed = |source: ScanError| CrlError::Compare {
            name: authority.name().clone(),
            previous: previous.number,
            source,
        };
        let mut before = Scanner::of_list(before).map_err(failed)?;
        let compared = compare(&mut before, &mut next.scan(), |gone| {
            self.excuse(authority, previous, &gone, ended_before)
        });
        compared.map_err(|error| match error {
            CompareError::Scan(error) => failed(error),
            CompareError::Gone(error) => error,
        })
    }

    /// Why an entry may be gone: it expired and stood in a scheduled list after that, or it was a hold, the store says
    /// good, and the audit says released.
    fn excuse(
        &self,
        authority: &Authority,
        previous: &CrlSummary,
        gone: &Gone,
        ended_before: Option<Timestamp>,
    ) -> Result<(), CrlError> {
        let vanished = |why| CrlError::Vanished {
            name: authority.name().clone(),
            previous: previous.number,
            serial: gone.serial.clone(),
            why,
        };
        let left = self.ports.store.left(authority.record().id, &gone.serial)?;
        let left = left.ok_or_else(|| vanished("is not in the store"))?;
        let ended = |at: Timestamp| ended_before.is_some_and(|before| at < before);
        if ended(left.not_after) && left.changed_at.is_none_or(ended) {
            return Ok(());
        }
        match (left.status, gone.reason) {
            (Status::Good, Some(Reason::CertificateHold)) if left.released_on_record => Ok(()),
            (Status::Good, Some(Reason::CertificateHold)) => Err(vanished("was not released by the audit")),
            (Status::Good, _) => Err(vanished("was revoked, which is never undone")),
            _ => Err(vanished("is held or revoked by the store")),
        }
    }
}

/// Reads what comes in parts.
struct Parts {
    parts: Receiver<Vec<u8>>,
    part: Vec<u8>,
    at: usize,
}

impl Parts {
    fn new(parts: Receiver<Vec<u8>>) -> Self {
        Self { parts, part: Vec::new(), at: 0 }
    }
}

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.part.len() {
            match self.parts.recv() {
                Ok(part) => (self.part, self.at) = (part, 0),
                Err(_) => return Ok(0),
            }
        }
        let count = buffer.len().min(self.part.len() - self.at);
        buffer[..count].copy_from_slice(&self.part[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
