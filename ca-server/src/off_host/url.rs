//! The off-host log behind a URL, at whoever keeps it: `ca-server witness`, or anything that answers as that does.
//!
//! `HEAD` tells how many octets there are, `GET` gives them, and `POST` appends if there are as many as the sender believes. So an
//! append whose answer was lost is told from one that was lost, and is done once.

#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ca_core::encoding::pem;
use ca_core::keystore::{file, load_password};
use rustls::RootCertStore;
use schemas::rest::{PROBLEM_MEDIA_TYPE, Problem};
use ureq::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use ureq::http::{Request, Response};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};
use zeroize::Zeroizing;

use crate::port::OffHost;
use crate::port::off_host::{UPLOAD_OFFSET, octets_of};

/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// How long an exchange may take, and how long may pass between two parts of the whole log.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// For how long nobody waits anew for a sink that has not answered: those that are in line do not wait one after another.
const REST: Duration = Duration::from_secs(1);

/// More than any problem that a sink explains.
const MAX_PROBLEM: u64 = 16 << 10;

/// The largest file of roots.
const MAX_TRUST: u64 = 1 << 20;

/// Octets that are read at once.
const STEP: usize = 256 << 10;

/// Where a log is, and how it is reached.
#[derive(Clone, Debug)]
pub struct Sink {
    /// Its URL.
    pub url: String,
    /// Who certifies the other side, in PEM; for `https`.
    pub trust: Option<PathBuf>,
    /// The file with the token that the other side wants.
    pub token_file: Option<PathBuf>,
}

/// A log that is appended to by this process alone.
pub struct LogUrl {
    url: String,
    agent: Agent,
    authorization: Option<HeaderValue>,
    end: Mutex<End>,
}

#[derive(Default)]
struct End {
    /// How many octets the log said to have.
    octets: u64,
    /// What it was sent last, where it is not known whether that arrived.
    lost: Option<Vec<u8>>,
    /// When it did not answer in time.
    silent: Option<Instant>,
}

/// Why an append is not known to be done.
enum Failed {
    /// There are so many octets: nothing was appended.
    Conflict(u64),
    /// It says so.
    Refused(io::Error),
    /// It may be done.
    Lost(io::Error),
}

impl LogUrl {
    /// The log, which has to answer.
    ///
    /// # Errors
    /// What the system or the other side says.
    pub fn open(sink: &Sink) -> io::Result<Self> {
        let roots = sink.trust.as_deref().map(certificates).transpose()?;
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(roots.as_deref().unwrap_or_default()))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("ca-server/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT_WITHIN))
            .timeout_global(Some(ANSWER_WITHIN));
        let log = Self {
            url: sink.url.clone(),
            agent: config.build().new_agent(),
            authorization: sink.token_file.as_deref().map(authorization).transpose()?,
            end: Mutex::default(),
        };
        let octets = log.octets()?;
        Ok(Self { end: Mutex::new(End { octets, ..End::default() }), ..log })
    }

    fn request(&self, method: &str) -> ureq::http::request::Builder {
        let mut request = Request::builder().method(method).uri(&self.url);
        if let Some(value) = &self.authorization {
            request = request.header(AUTHORIZATION, value);
        }
        request
    }

    /// Asks how many octets there are.
    fn octets(&self) -> io::Result<u64> {
        let request = self.request("HEAD").body(()).map_err(io::Error::other)?;
        let answer = self.agent.run(request).map_err(said)?;
        if answer.status() != 200 {
            return Err(refused(answer));
        }
        number(&answer, CONTENT_LENGTH.as_str())
            .ok_or_else(|| wrong("the sink does not say how many octets it has".to_owned()))
    }

    fn send(&self, offset: u64, octets: &[u8]) -> Result<(), Failed> {
        let request = self
            .request("POST")
            .header(UPLOAD_OFFSET, offset)
            .header(CONTENT_TYPE, "text/plain; charset=utf-8")
            .body(octets)
            .map_err(|error| Failed::Refused(io::Error::other(error)))?;
        let answer = self.agent.run(request).map_err(|error| Failed::Lost(said(error)))?;
        match answer.status().as_u16() {
            204 => Ok(()),
            409 => match number(&answer, UPLOAD_OFFSET) {
                Some(has) => Err(Failed::Conflict(has)),
                None => Err(Failed::Refused(refused(answer))),
            },
            400..500 => Err(Failed::Refused(refused(answer))),
            // Whoever is in between may say so of what arrived.
            _ => Err(Failed::Lost(refused(answer))),
        }
    }

    fn append_at(&self, end: &mut End, octets: &[u8]) -> io::Result<()> {
        let after = end.octets + octets.len() as u64;
        if end.lost.is_none() {
            match self.send(end.octets, octets) {
                Ok(()) => {
                    end.octets = after;
                    return Ok(());
                }
                Err(Failed::Conflict(has)) => return Err(other_length(has, end.octets)),
                Err(Failed::Refused(error)) => return Err(error),
                Err(Failed::Lost(error)) => {
                    end.lost = Some(octets.to_vec());
                    if error.kind() == ErrorKind::TimedOut {
                        return Err(error);
                    }
                }
            }
        }
        let same = end.lost.as_deref() == Some(octets);
        let has = self.octets()?;
        if !(same && has == after) {
            if has != end.octets {
                return Err(other_length(has, end.octets));
            }
            end.lost = Some(octets.to_vec());
            match self.send(end.octets, octets) {
                Ok(()) => {}
                // What was lost came after the question.
                Err(Failed::Conflict(has)) if same && has == after => {}
                Err(Failed::Conflict(has)) => return Err(other_length(has, end.octets)),
                Err(Failed::Refused(error) | Failed::Lost(error)) => return Err(error),
            }
        }
        (end.octets, end.lost) = (after, None);
        Ok(())
    }
}

impl OffHost for LogUrl {
    fn place(&self) -> String {
        self.url.clone()
    }

    fn append(&self, octets: &[u8]) -> io::Result<()> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        if end.silent.is_some_and(|since| since.elapsed() < REST) {
            return Err(io::Error::new(ErrorKind::TimedOut, "it did not answer a moment ago"));
        }
        let appended = self.append_at(&mut end, octets);
        let silent = matches!(&appended, Err(error) if error.kind() == ErrorKind::TimedOut);
        end.silent = silent.then(Instant::now);
        appended
    }

    fn read(&self, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let end = self.end.lock().unwrap_or_else(PoisonError::into_inner).octets;
        let request = self.request("GET").body(()).map_err(io::Error::other)?;
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(None)
            .timeout_recv_response(Some(ANSWER_WITHIN))
            .timeout_per_read(Some(ANSWER_WITHIN))
            .build();
        let answer = self.agent.run(request).map_err(said)?;
        if answer.status() != 200 {
            return Err(refused(answer));
        }
        // No more than there was when it was asked: that ends with a line.
        let mut body = answer.into_body().into_with_config().limit(u64::MAX).reader().take(end);
        let (mut buffer, mut has, mut last) = (vec![0; STEP], 0, b'\n');
        loop {
            let length = body.read(&mut buffer)?;
            let Some(octet) = buffer[..length].last() else { break };
            (has, last) = (has + length as u64, *octet);
            sink(&buffer[..length])?;
        }
        match last {
            _ if has != end => Err(other_length(has, end)),
            b'\n' => Ok(()),
            _ => Err(wrong("the last line at the sink was cut short".to_owned())),
        }
    }
}

/// Shows no token.
impl fmt::Debug for LogUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("LogUrl").field(&self.url).finish()
    }
}

fn wrong(text: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, text)
}

fn other_length(has: u64, believed: u64) -> io::Error {
    wrong(format!("the sink lost or gained lines: it has {has} octets, not {believed}"))
}

fn number(answer: &Response<Body>, name: &str) -> Option<u64> {
    octets_of(answer.headers().get(name)?.to_str().ok()?)
}

/// What an answer says that is no success.
fn refused(mut answer: Response<Body>) -> io::Error {
    let status = answer.status();
    let kind = match status.as_u16() {
        401 | 403 => ErrorKind::PermissionDenied,
        404 => ErrorKind::NotFound,
        _ => ErrorKind::Other,
    };
    let text = match code(&mut answer) {
        Some(code) => format!("the sink answers HTTP status {} ({code})", status.as_u16()),
        None => format!("the sink answers HTTP status {}", status.as_u16()),
    };
    io::Error::new(kind, text)
}

/// The code of problem details, if it is one: nothing else of an answer gets into a log.
fn code(answer: &mut Response<Body>) -> Option<String> {
    let kind = answer.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    if !kind.starts_with(PROBLEM_MEDIA_TYPE) {
        return None;
    }
    let body = answer.body_mut().with_config().limit(MAX_PROBLEM).read_to_vec().ok()?;
    let code = serde_json::from_slice::<Problem>(&body).ok()?.code;
    let is_code = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_code.then_some(code)
}

fn said(error: ureq::Error) -> io::Error {
    match error {
        ureq::Error::Io(error) => error,
        ureq::Error::Timeout(stage) => {
            io::Error::new(ErrorKind::TimedOut, format!("no answer in time ({stage})"))
        }
        error => io::Error::other(error.to_string()),
    }
}

/// The certificates of a file of roots that TLS can use.
fn certificates(trust: &Path) -> io::Result<Vec<Certificate<'static>>> {
    let text = file::read_bounded(trust, MAX_TRUST).map_err(io::Error::other)?;
    let mut store = RootCertStore::empty();
    let usable: Vec<Certificate<'static>> = pem::read_all(&text)
        .unwrap_or_default()
        .iter()
        .filter(|object| object.label == "CERTIFICATE" && store.add(object.der.clone().into()).is_ok())
        .map(|object| Certificate::from_der(&object.der).to_owned())
        .collect();
    if usable.is_empty() {
        return Err(wrong(format!("{} holds no certificate in PEM that TLS can use", trust.display())));
    }
    Ok(usable)
}

fn authorization(token_file: &Path) -> io::Result<HeaderValue> {
    let token = load_password(token_file).map_err(io::Error::other)?;
    let text = Zeroizing::new(format!("Bearer {}", token.expose()));
    let mut value = HeaderValue::from_str(&text).map_err(|_| {
        wrong(format!("the token in {} has other characters than ASCII", token_file.display()))
    })?;
    value.set_sensitive(true);
    Ok(value)
}
