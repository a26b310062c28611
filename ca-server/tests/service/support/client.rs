//! An HTTP/1.1 client that can also misbehave: it sends the bytes it is given.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

/// Longest silence of the server that is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A listener to talk to.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// A connection.
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    socket: TcpStream,
}

impl Peer {
    pub(crate) fn plain(address: SocketAddr) -> Self {
        Self { address, tls: None }
    }

    pub(crate) fn secure(address: SocketAddr, config: Arc<ClientConfig>) -> Self {
        Self { address, tls: Some(config) }
    }

    pub(crate) fn connect(&self) -> Connection {
        let socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let twin = socket.try_clone().unwrap();
        let stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(twin),
            Some(config) => {
                let name = ServerName::from(self.address.ip());
                let connection = ClientConnection::new(Arc::clone(config), name).unwrap();
                Box::new(StreamOwned::new(connection, twin))
            }
        };
        Connection { stream, socket }
    }

    /// Sends a whole request on a connection of its own.
    pub(crate) fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let mut connection = self.connect();
        connection.write(head(self.address, method, target, headers, Some(body.len())).as_bytes());
        connection.write(body);
        connection.response()
    }

    pub(crate) fn get(&self, target: &str) -> Response {
        self.send("GET", target, &[], b"")
    }
}

/// The head of a request.
pub(crate) fn head(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    length: Option<usize>,
) -> String {
    let mut head = format!("{method} {target} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        head.push_str(&format!("Host: {address}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(length) = length {
        head.push_str(&format!("Content-Length: {length}\r\n"));
    }
    head.push_str("\r\n");
    head
}

impl Connection {
    /// Sends bytes. The server may have closed the connection already: what it said before can still be read.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).and_then(|()| self.stream.flush());
    }

    /// Says that nothing more will be sent.
    pub(crate) fn finish(&mut self) {
        self.socket.shutdown(Shutdown::Write).unwrap();
    }

    /// Reads an answer; an early end of the connection ends the body.
    pub(crate) fn response(&mut self) -> Response {
        let mut bytes = Vec::new();
        loop {
            if let Some(response) = parse(&bytes, false) {
                return response;
            }
            let mut buffer = [0; 16 * 1024];
            match self.stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => bytes.extend_from_slice(&buffer[..count]),
                Err(error) => {
                    assert!(parse(&bytes, true).is_some(), "no answer: {error}");
                    break;
                }
            }
        }
        parse(&bytes, true).unwrap_or_else(|| panic!("no answer but {:?}", String::from_utf8_lossy(&bytes)))
    }

    /// Whether the server closes the connection without a word.
    pub(crate) fn is_closed(&mut self) -> bool {
        match self.stream.read(&mut [0; 1]) {
            Ok(count) => count == 0,
            // Waited in vain.
            Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        }
    }
}

fn parse(bytes: &[u8], ended: bool) -> Option<Response> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let body = &bytes[end + 4..];
    let response = Response { status, headers, body: body.to_vec() };
    let complete: Option<usize> = response.header("content-length").and_then(|length| length.parse().ok());
    match complete {
        Some(length) if body.len() >= length => Some(response),
        None if status == 304 || status == 204 => Some(response),
        _ if ended => Some(response),
        _ => None,
    }
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The code of a problem, after checking that it is one.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let json = self.json();
        let code = json["code"].as_str().unwrap().to_owned();
        assert_eq!(json["type"], format!("urn:cityca:error:{code}"));
        assert_eq!(json["status"], self.status);
        assert_eq!(json["request_id"].as_str(), self.header("x-request-id"));
        code
    }

    /// The code of an EST refusal, after checking that it is one line of text.
    pub(crate) fn est_error(&self) -> String {
        assert_eq!(self.header("content-type"), Some("text/plain; charset=utf-8"), "{self:?}");
        assert_eq!(self.text().matches('\n').count(), 1, "{self:?}");
        self.header("ca-error").unwrap().to_owned()
    }
}
