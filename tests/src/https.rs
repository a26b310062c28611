//! An HTTPS client that keeps its connection, and makes a new one where the server closed it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Longest silence of a server that is waited for: longer than it takes to give up on its database.
const PATIENCE: Duration = Duration::from_secs(40);

/// What a client trusts.
///
/// # Panics
/// Where the file holds no certificates.
#[must_use]
pub fn trust(pem: &Path) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(pem).expect("a file of certificates") {
        roots.add(certificate.expect("a certificate")).expect("a certificate to trust");
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the versions of the library")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

/// A client of one server.
pub struct Client {
    address: SocketAddr,
    config: Arc<ClientConfig>,
    stream: Option<StreamOwned<ClientConnection, TcpStream>>,
    buffer: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers as they were sent.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Client {
    /// A client that trusts what `config` says. It connects when it is needed.
    #[must_use]
    pub fn new(address: SocketAddr, config: Arc<ClientConfig>) -> Self {
        Self { address, config, stream: None, buffer: Vec::new() }
    }

    /// The address of the server.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a request and waits for the answer. After an error nobody knows whether it was done.
    ///
    /// # Errors
    /// What the connection said.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let answer = self.try_send(method, path, headers, body);
        if answer
            .as_ref()
            .map_or(true, |answer| answer.head.to_ascii_lowercase().contains("connection: close"))
        {
            self.stream = None;
        }
        answer
    }

    fn try_send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        if self.stream.is_none() {
            let socket = TcpStream::connect_timeout(&self.address, PATIENCE)?;
            socket.set_nodelay(true)?;
            socket.set_read_timeout(Some(PATIENCE))?;
            socket.set_write_timeout(Some(PATIENCE))?;
            let name = ServerName::from(self.address.ip());
            let connection =
                ClientConnection::new(Arc::clone(&self.config), name).map_err(io::Error::other)?;
            self.stream = Some(StreamOwned::new(connection, socket));
        }
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        stream.write_all(&request)?;
        stream.flush()?;
        self.buffer.clear();
        let mut part = [0; 8 * 1024];
        loop {
            let count = stream.read(&mut part)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.buffer.extend_from_slice(&part[..count]);
            if let Some(answer) = parse(&self.buffer) {
                return Ok(answer);
            }
        }
    }
}

/// An answer with a Content-Length, where it is there to its end.
fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length: usize = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    })?;
    let body = bytes.get(end + 4..end + 4 + length)?;
    Some(Answer { status, head: head.to_owned(), body: body.to_vec() })
}
