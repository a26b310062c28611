//! Answers those who may ask.

use std::fs::Permissions;
use std::io;
use std::net::TcpListener;
use std::os::fd::AsFd as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ca_core::crl::list::Scratch;
use rustix::fs::Mode;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use schemas::signer::{self as wire, Answer, Ask, RefusalCode};

use super::channel::Channel;
use super::office::{Office, is_bounded};
use super::{Address, StartError, TlsFiles, frame};

/// Connections at once: askers take turns on a few.
const MAX_CONNECTIONS: usize = 64;

/// How long a connection may be idle, or a message may take: askers that went away without a word leave nothing behind.
const PATIENCE: Duration = Duration::from_secs(90);

/// Between two tries to accept where the system has no more files.
const PAUSE: Duration = Duration::from_millis(100);

/// Who may ask over a Unix socket: users by number. This process's own user may always.
#[derive(Clone, Debug, Default)]
pub struct Peers(pub Vec<u32>);

impl Peers {
    fn may(&self, uid: u32) -> bool {
        uid == rustix::process::getuid().as_raw() || self.0.contains(&uid)
    }

    /// Where others may ask, those of the socket's group can reach it, and who they are is looked at then.
    fn mode(&self) -> u32 {
        if self.0.is_empty() { 0o600 } else { 0o660 }
    }
}

/// Listens and answers until the process ends; whenever that is, nothing was given out that is not on record. `ready` is called when
/// questions are answered.
///
/// # Errors
/// [`StartError`] where the address cannot be listened on.
pub fn serve(
    office: Office,
    address: &Address,
    peers: Peers,
    tls: Option<&TlsFiles>,
    ready: impl FnOnce(&Address),
) -> Result<(), StartError> {
    let office = Arc::new(office);
    match address {
        Address::Unix(path) => {
            let listener = bind(path, peers.mode(), address)?;
            ready(address);
            accept(&office, || {
                let (stream, _) = listener.accept()?;
                let peers = peers.clone();
                Ok(move || admit(&stream, &peers).map(|()| Box::new(stream) as Box<dyn Channel>))
            })
        }
        Address::Tls { host, port } => {
            let config = tls.ok_or(StartError::NoTls)?.server()?;
            let listener = TcpListener::bind((host.as_str(), *port))
                .map_err(|source| StartError::Listen { address: address.to_string(), source })?;
            let port = listener.local_addr().map_or(*port, |address| address.port());
            ready(&Address::Tls { host: host.clone(), port });
            accept(&office, || {
                let (stream, _) = listener.accept()?;
                let config = Arc::clone(&config);
                Ok(move || secured(stream, config))
            })
        }
    }
}

fn bind(path: &Path, mode: u32, address: &Address) -> Result<UnixListener, StartError> {
    let fails = |source| StartError::Listen { address: address.to_string(), source };
    if UnixStream::connect(path).is_ok() {
        return Err(StartError::InUse { address: address.to_string() });
    }
    // Left by a process that ended: nobody answers there.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fails(error)),
        _ => {}
    }
    // Nobody else reaches it before its mode is set.
    let before = rustix::process::umask(Mode::from_raw_mode(0o177));
    let bound = UnixListener::bind(path);
    rustix::process::umask(before);
    let listener = bound.map_err(fails)?;
    std::fs::set_permissions(path, Permissions::from_mode(mode)).map_err(fails)?;
    Ok(listener)
}

/// Accepts for ever, each connection on a thread of its own.
fn accept<O: FnOnce() -> io::Result<Box<dyn Channel>> + Send + 'static>(
    office: &Arc<Office>,
    mut next: impl FnMut() -> io::Result<O>,
) -> ! {
    let connections = Arc::new(AtomicUsize::new(0));
    loop {
        let opening = match next() {
            Ok(opening) => opening,
            Err(error) => {
                tracing::warn!(%error, "no connection was accepted");
                std::thread::sleep(PAUSE);
                continue;
            }
        };
        if connections.fetch_add(1, Ordering::AcqRel) >= MAX_CONNECTIONS {
            connections.fetch_sub(1, Ordering::AcqRel);
            tracing::warn!(
                outcome = "signer-busy",
                "more connections than {MAX_CONNECTIONS}: one was closed"
            );
            continue;
        }
        let place = Place(Arc::clone(&connections));
        let office = Arc::clone(office);
        let spawned = std::thread::Builder::new().name("signer".to_owned()).spawn(move || {
            let _place = place;
            if let Err(error) = opening().and_then(|mut channel| converse(&office, &mut *channel)) {
                tracing::warn!(%error, outcome = "closed", "a connection was closed");
            }
        });
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread for a connection");
        }
    }
}

/// A connection's place, free again when it is dropped.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Whether who connected may ask (SO_PEERCRED).
fn admit(stream: &UnixStream, peers: &Peers) -> io::Result<()> {
    let uid = rustix::net::sockopt::socket_peercred(stream.as_fd())?.uid.as_raw();
    if peers.may(uid) {
        return Ok(());
    }
    tracing::warn!(uid, outcome = "signer-peer", "user {uid} may not ask");
    Err(io::Error::new(io::ErrorKind::PermissionDenied, format!("user {uid} may not ask")))
}

fn secured(stream: std::net::TcpStream, config: Arc<ServerConfig>) -> io::Result<Box<dyn Channel>> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut stream = StreamOwned::new(ServerConnection::new(config).map_err(io::Error::other)?, stream);
    // Who has no certificate gets no further than this.
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(Box::new(stream))
}

/// Answers one message after the other.
fn converse(office: &Office, channel: &mut dyn Channel) -> io::Result<()> {
    channel.patience(PATIENCE)?;
    while let Some(octets) = frame::read(&mut *channel)? {
        let ask = match wire::read::<Ask>(&octets) {
            Ok(ask) if is_bounded(&ask) => ask,
            Ok(_) => return refuse(channel, "more entries than a list may have".to_owned()),
            Err(error) => return refuse(channel, error.to_string()),
        };
        let answer = match &ask {
            Ask::List(list) => {
                let left = list.octets;
                office.answer(&ask, |scratch| take(channel, scratch, left))?
            }
            _ => office.answer(&ask, |_| Ok(()))?,
        };
        frame::write(&mut *channel, &wire::write(&answer).map_err(io::Error::other)?)?;
    }
    Ok(())
}

/// Takes the entries of a list.
fn take(channel: &mut dyn Channel, scratch: &mut dyn Scratch, mut left: u64) -> io::Result<()> {
    while left > 0 {
        let part = frame::read(&mut *channel)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let octets = part.len() as u64;
        if octets == 0 || octets > left {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "other entries than were announced"));
        }
        scratch.append(&part)?;
        left -= octets;
    }
    Ok(())
}

/// Says why, and closes: where a message ends is not known any more.
fn refuse(channel: &mut dyn Channel, detail: String) -> io::Result<()> {
    let answer = Answer::Refused { code: RefusalCode::SignerMessage, detail: detail.clone() };
    frame::write(&mut *channel, &wire::write(&answer).map_err(io::Error::other)?)?;
    Err(io::Error::new(io::ErrorKind::InvalidData, detail))
}
