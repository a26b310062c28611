//! Streams between the two sides.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use rustix::net::{RecvFlags, recv};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, ServerConnection, StreamOwned};

use super::StartError;

/// Until a connection over TCP stands.
const CONNECT: Duration = Duration::from_secs(2);

/// Where a signer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A Unix socket on the same machine.
    Unix(PathBuf),
    /// TLS over TCP, by host and port.
    Tls {
        /// Name or address of the host, as its certificate has it.
        host: String,
        /// Its port.
        port: u16,
    },
}

impl FromStr for Address {
    type Err = StartError;

    fn from_str(text: &str) -> Result<Self, StartError> {
        let wrong = || StartError::Address { address: text.to_owned() };
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.starts_with('/') { Ok(Self::Unix(path.into())) } else { Err(wrong()) };
        }
        let (host, port) =
            text.strip_prefix("tls:").and_then(|rest| rest.rsplit_once(':')).ok_or_else(wrong)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if ServerName::try_from(host).is_err() {
            return Err(wrong());
        }
        Ok(Self::Tls { host: host.to_owned(), port: port.parse().map_err(|_| wrong())? })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tls { host, port } if host.contains(':') => write!(f, "tls:[{host}]:{port}"),
            Self::Tls { host, port } => write!(f, "tls:{host}:{port}"),
        }
    }
}

/// A stream in both directions.
pub(super) trait Channel: Read + Write + Send {
    /// Its socket.
    fn socket(&self) -> BorrowedFd<'_>;

    /// How long to wait for octets.
    fn patience(&self, time: Duration) -> io::Result<()>;
}

impl Channel for UnixStream {
    fn socket(&self) -> BorrowedFd<'_> {
        self.as_fd()
    }

    fn patience(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

impl Channel for StreamOwned<ClientConnection, TcpStream> {
    fn socket(&self) -> BorrowedFd<'_> {
        self.sock.as_fd()
    }

    fn patience(&self, time: Duration) -> io::Result<()> {
        self.sock.set_read_timeout(Some(time))?;
        self.sock.set_write_timeout(Some(time))
    }
}

impl Channel for StreamOwned<ServerConnection, TcpStream> {
    fn socket(&self) -> BorrowedFd<'_> {
        self.sock.as_fd()
    }

    fn patience(&self, time: Duration) -> io::Result<()> {
        self.sock.set_read_timeout(Some(time))?;
        self.sock.set_write_timeout(Some(time))
    }
}

/// Whether nothing came on an idle channel, its end included.
pub(super) fn is_quiet(channel: &dyn Channel) -> bool {
    let mut octet = [0_u8; 1];
    let seen = recv(channel.socket(), &mut octet[..], RecvFlags::PEEK | RecvFlags::DONTWAIT);
    seen.is_err_and(|error| error == rustix::io::Errno::AGAIN)
}

/// Connects.
pub(super) fn connect(address: &Address, tls: Option<&Arc<ClientConfig>>) -> io::Result<Box<dyn Channel>> {
    match (address, tls) {
        (Address::Unix(path), _) => Ok(Box::new(UnixStream::connect(path)?)),
        (Address::Tls { host, port }, Some(config)) => {
            let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
            for address in (host.as_str(), *port).to_socket_addrs()? {
                match TcpStream::connect_timeout(&address, CONNECT) {
                    Ok(stream) => {
                        stream.set_nodelay(true)?;
                        let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
                        let connection =
                            ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
                        return Ok(Box::new(StreamOwned::new(connection, stream)));
                    }
                    Err(error) => last = error,
                }
            }
            Err(last)
        }
        (Address::Tls { .. }, None) => Err(io::Error::other("there are no settings of TLS")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for text in
            ["unix:/run/cityca/sign.sock", "tls:signer.example:7443", "tls:[::1]:7443", "tls:10.0.0.1:1"]
        {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for text in ["", "unix:relative", "tcp:1.2.3.4:5", "tls:host", "tls::5", "tls:host:70000"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
