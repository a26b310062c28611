//! Asks a signer.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use schemas::signer::{
    self as wire, Answer, Ask, CertificateAsk, ListAsk, MAX_MESSAGE, RecallAsk, RefusalCode,
};

use super::channel::{self, Channel};
use super::{Address, StartError, TlsFiles, frame};
use crate::port::{Octets, Signer, SignerError};

/// Connections at once: fewer than the signer takes, so that several servers share it.
const MAX_CONNECTIONS: usize = 16;

/// How long an order waits for a signer that is not there, as while it is started anew.
const WAIT: Duration = Duration::from_secs(3);

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a connection may have been idle to be used again: less than the signer keeps it.
const IDLE: Duration = Duration::from_secs(30);

/// How long an answer may take: a certificate takes milliseconds, also where it is one of many.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long one of a CRL may take, whose entries are read several times.
const PATIENCE_OF_LISTS: Duration = Duration::from_secs(300);

/// A signer in another process.
pub struct SignerClient {
    address: Address,
    tls: Option<Arc<ClientConfig>>,
    pool: Mutex<Pool>,
    freed: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<(Box<dyn Channel>, Instant)>,
    out: usize,
}

impl SignerClient {
    /// The signer at an address; it is asked nothing yet.
    ///
    /// # Errors
    /// [`StartError`] where the files of TLS cannot be used.
    pub fn new(address: Address, tls: Option<&TlsFiles>) -> Result<Self, StartError> {
        let tls = match (&address, tls) {
            (Address::Unix(_), _) => None,
            (Address::Tls { .. }, None) => return Err(StartError::NoTls),
            (Address::Tls { .. }, Some(files)) => Some(files.client()?),
        };
        Ok(Self { address, tls, pool: Mutex::default(), freed: Condvar::new() })
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection, one that is there or a new one; waits while there are as many as may be, or the signer is away.
    fn take(&self) -> Result<Taken<'_>, SignerError> {
        let begun = Instant::now();
        let mut pool = self.lock();
        while pool.out >= MAX_CONNECTIONS {
            let left = PATIENCE.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(SignerError::Unreachable { reason: "it is busy with other orders".to_owned() });
            }
            pool = self.freed.wait_timeout(pool, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        pool.out += 1;
        let mut taken = Taken { client: self, channel: None };
        while let Some((channel, since)) = pool.idle.pop() {
            if since.elapsed() < IDLE && channel::is_quiet(&*channel) {
                taken.channel = Some(channel);
                return Ok(taken);
            }
        }
        drop(pool);
        taken.channel = Some(self.connect()?);
        Ok(taken)
    }

    fn connect(&self) -> Result<Box<dyn Channel>, SignerError> {
        let begun = Instant::now();
        loop {
            match channel::connect(&self.address, self.tls.as_ref()) {
                Ok(channel) => return Ok(channel),
                Err(error) if begun.elapsed() >= WAIT => {
                    return Err(SignerError::Unreachable { reason: format!("{}: {error}", self.address) });
                }
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }

    /// One question and its answer.
    fn ask(&self, ask: &Ask, patience: Duration, entries: Option<Octets<'_>>) -> Result<Answer, SignerError> {
        let message = wire::write(ask).map_err(|error| SignerError::Refused {
            code: RefusalCode::SignerMessage,
            detail: error.to_string(),
        })?;
        let mut taken = self.take()?;
        let answer = taken.channel.as_deref_mut().map_or_else(
            || Err(io::Error::from(io::ErrorKind::NotConnected)),
            |channel| exchange(channel, &message, patience, entries),
        );
        match answer {
            Ok(answer) => {
                // After what it does not read the signer ends the connection.
                if !matches!(&answer, Answer::Refused { code: RefusalCode::SignerMessage, .. }) {
                    taken.give_back();
                }
                Ok(answer)
            }
            Err(error) => Err(SignerError::Interrupted { reason: error.to_string() }),
        }
    }
}

fn exchange(
    channel: &mut dyn Channel,
    message: &[u8],
    patience: Duration,
    entries: Option<Octets<'_>>,
) -> io::Result<Answer> {
    channel.patience(patience)?;
    frame::write(&mut *channel, message)?;
    if let Some(entries) = entries {
        entries(&mut |octets| {
            octets.chunks(MAX_MESSAGE).try_for_each(|part| frame::write(&mut *channel, part))
        })?;
    }
    let answer = frame::read(&mut *channel)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    wire::read(&answer).map_err(io::Error::other)
}

/// A connection in use; its place is free again when it is dropped.
struct Taken<'a> {
    client: &'a SignerClient,
    channel: Option<Box<dyn Channel>>,
}

impl Taken<'_> {
    /// All was asked and answered: it may be used again.
    fn give_back(mut self) {
        if let Some(channel) = self.channel.take() {
            self.client.lock().idle.push((channel, Instant::now()));
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.client.lock().out -= 1;
        self.client.freed.notify_one();
    }
}

impl Signer for SignerClient {
    fn certificate(&self, ask: &CertificateAsk) -> Result<Vec<u8>, SignerError> {
        let answer = self.ask(&Ask::Certificate(Box::new(ask.clone())), PATIENCE, None);
        match answer {
            // It may have signed: it is asked whether it did, and will not if it did not.
            Err(SignerError::Interrupted { reason }) => {
                let recall = RecallAsk { authority: ask.authority.clone(), tbs_hash: ask.tbs_hash };
                match self.recall(&recall) {
                    Ok(signature) => Ok(signature),
                    Err(SignerError::NotSigned) => Err(SignerError::NotSigned),
                    Err(_) => Err(SignerError::Interrupted { reason }),
                }
            }
            other => signature(other?),
        }
    }

    fn recall(&self, ask: &RecallAsk) -> Result<Vec<u8>, SignerError> {
        signature(self.ask(&Ask::Recall(ask.clone()), PATIENCE_OF_LISTS, None)?)
    }

    fn list(&self, ask: &ListAsk, entries: Octets<'_>) -> Result<Vec<u8>, SignerError> {
        signature(self.ask(&Ask::List(ask.clone()), PATIENCE_OF_LISTS, Some(entries))?)
    }

    fn check(&self) -> Result<(), SignerError> {
        self.take()?.give_back();
        Ok(())
    }

    fn greet(&self) -> Result<(), SignerError> {
        match self.ask(&Ask::Hello {}, PATIENCE, None)? {
            Answer::Hello { .. } => Ok(()),
            Answer::Refused { code, detail } => Err(SignerError::Refused { code, detail }),
            Answer::Signed { .. } | Answer::NotSigned {} => {
                Err(SignerError::Interrupted { reason: "it answered another question".to_owned() })
            }
        }
    }
}

fn signature(answer: Answer) -> Result<Vec<u8>, SignerError> {
    match answer {
        Answer::Signed { signature } => Ok(signature),
        Answer::NotSigned {} => Err(SignerError::NotSigned),
        Answer::Refused { code, detail } => Err(SignerError::Refused { code, detail }),
        Answer::Hello { .. } => {
            Err(SignerError::Interrupted { reason: "it answered another question".to_owned() })
        }
    }
}
