//! An HTTPS server that answers what it is told to and keeps what it was asked. It speaks just enough HTTP/1.1 for
//! one request a connection, and verifies signatures with the code that the real one uses.

#![allow(clippy::unwrap_used, unreachable_pub, reason = "tests share it, and may panic")]

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ca_core::key::PublicKey;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use schemas::message_signature::{Covered, MAX_SKEW, parse_signature, parse_signature_input, verify};

/// What the server says: status, media type, body.
pub type Answer = (u16, &'static str, String);

/// What it was asked.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
    /// Whether the request was signed as the contract says, by the administrator's key.
    pub signature: Result<(), String>,
}

/// A server on a loopback port of its own.
pub struct Server {
    pub port: u16,
    /// The certificate that clients have to trust, PEM.
    pub trust: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers as many requests as there are answers, in order.
    pub fn start(administrator: PublicKey, answers: Vec<Answer>) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        std::thread::spawn(move || {
            let mut answers = answers.into_iter().peekable();
            while answers.peek().is_some() {
                let (stream, _) = listener.accept().unwrap();
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = BufReader::new(StreamOwned::new(connection, stream));
                // A client that does not trust the server ends the connection before it asks anything.
                let Some(request) = read(&mut stream, port, &administrator) else { continue };
                kept.lock().unwrap().push(request);
                let (status, kind, body) = answers.next().unwrap();
                let head = format!(
                    "HTTP/1.1 {status} Told\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let stream = stream.get_mut();
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(body.as_bytes()).unwrap();
                stream.conn.send_close_notify();
                stream.flush().unwrap();
            }
        });
        Self { port, trust: made.cert.pem(), requests }
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// Writes a configuration for it into a folder; the key is made before.
    pub fn configure(&self, folder: &Path, host: &str) {
        crate::support::file(folder, "tls-ca.pem", &self.trust);
        let config = format!(
            "server = \"https://{host}:{}\"\ntrust = \"tls-ca.pem\"\nkey = \"admin.key\"\n",
            self.port
        );
        crate::support::file(folder, "cli.toml", config);
    }
}

type Stream = BufReader<StreamOwned<ServerConnection, std::net::TcpStream>>;

fn read(stream: &mut Stream, port: u16, administrator: &PublicKey) -> Option<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let mut parts = line.split_whitespace();
    let (method, path) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let covered = Covered {
        method: method.clone(),
        target_uri: format!("https://127.0.0.1:{port}{path}"),
        content_digest: headers.get("content-digest").cloned().unwrap_or_default(),
        content_type: headers.get("content-type").cloned(),
        idempotency_key: headers.get("idempotency-key").cloned(),
    };
    let signature = check(&covered, &body, &headers, administrator);
    Some(Request { method, path, headers, body, signature })
}

#[allow(clippy::disallowed_methods, reason = "the client signs at the real time")]
fn check(
    covered: &Covered,
    body: &[u8],
    headers: &HashMap<String, String>,
    administrator: &PublicKey,
) -> Result<(), String> {
    let header = |name: &str| headers.get(name).cloned().unwrap_or_default();
    let input = parse_signature_input(&header("signature-input")).map_err(|error| error.to_string())?;
    let signature = parse_signature(&header("signature")).map_err(|error| error.to_string())?;
    verify(covered, body, &input, &signature, administrator, jiff::Timestamp::now(), MAX_SKEW)
        .map(|_| ())
        .map_err(|error| error.to_string())
}
