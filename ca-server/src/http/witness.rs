//! The off-host log of another server over HTTP: `GET` and `HEAD` give it and its length, `POST` appends to it.

use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::dev::Server;
use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Bytes, Data, Payload};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use ca_core::key::Password;
use futures_core::Stream;
use rustls::ServerConfig;
use subtle::ConstantTimeEq as _;
use tokio::sync::{Semaphore, mpsc};

use super::context::Context;
use super::refusal::Refusal;
use super::server::{DISCONNECT, HANDSHAKE, set_write_timeout};
use super::{body, observe, problem, routes, status_of, unread};
use crate::port::MAX_APPEND;
use crate::port::off_host::{UPLOAD_OFFSET, octets_of};
use crate::service::off_host::{Witness, WitnessError};

/// Time for the head of a request, and for a client to take something of the log.
const PATIENCE: Duration = Duration::from_secs(5);

/// Time for the lines of a request.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// For so long a connection is kept: the server tells of itself every second while it works.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// There is one server, and whoever looks.
const MAX_CONNECTIONS: usize = 64;

/// Readers of the whole log at once: each has a thread.
const MAX_READERS: usize = 4;

/// Parts of the log that wait for a reader.
const PARTS: usize = 2;

struct Kept {
    witness: Arc<Witness>,
    token: Option<Password>,
    readers: Arc<Semaphore>,
}

/// Begins to serve a log at `/`. Where there is a token, whoever asks has to show it.
///
/// # Errors
/// What the operating system said about the socket.
pub fn start(
    witness: Witness,
    token: Option<Password>,
    listener: TcpListener,
    tls: Option<ServerConfig>,
) -> io::Result<Server> {
    set_write_timeout(&listener, 20)?;
    let readers = Arc::new(Semaphore::new(MAX_READERS));
    let kept = Data::new(Kept { witness: Arc::new(witness), token, readers });
    let server = HttpServer::new(move || {
        let log = web::resource("/")
            .route(web::post().to(append))
            .route(routes::readable().to(read))
            .default_service(web::to(other_method));
        App::new()
            .app_data(kept.clone())
            .wrap(from_fn(observe::observe))
            .wrap(from_fn(unread::close))
            .service(log)
            .default_service(web::to(problem::not_found))
    })
    .workers(1)
    .max_connections(MAX_CONNECTIONS)
    .client_request_timeout(PATIENCE)
    .client_disconnect_timeout(DISCONNECT)
    .tls_handshake_timeout(HANDSHAKE)
    .tcp_nodelay(true)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(BODY_WITHIN.as_secs())
    .disable_signals();
    let server = match tls {
        Some(config) => server.listen_rustls_0_23(listener, config)?,
        None => server.listen(listener)?,
    };
    Ok(server.run())
}

async fn append(request: HttpRequest, payload: Payload, kept: Data<Kept>, context: Context) -> HttpResponse {
    if !kept.admits(&request) {
        return unauthorized(&context);
    }
    let offset =
        request.headers().get(UPLOAD_OFFSET).and_then(|value| value.to_str().ok()).and_then(octets_of);
    let Some(offset) = offset else {
        let detail = "Upload-Offset says how many octets the log has, in decimal digits";
        return problem::respond(&context, &Refusal::bad_request("off-host-offset-missing", detail));
    };
    let lines = match body::read(&request, payload, MAX_APPEND, BODY_WITHIN).await {
        Ok(lines) => lines,
        Err(refusal) => return problem::respond(&context, &refusal),
    };
    let witness = Arc::clone(&kept.witness);
    match web::block(move || witness.append(offset, &lines)).await {
        Ok(Ok(())) => {
            context.set_routine();
            HttpResponse::NoContent().finish()
        }
        Ok(Err(error)) => refuse(&context, &error),
        Err(_) => problem::respond(&context, &Refusal::internal()),
    }
}

fn refuse(context: &Context, error: &WitnessError) -> HttpResponse {
    if let WitnessError::Disk(error) = error {
        tracing::error!(outcome = "off-host-disk", %error, "ALARM: the log cannot be written");
    }
    let refusal = Refusal::new(status_of(error.fault()), error.code(), error.to_string());
    let mut response = problem::respond(context, &refusal);
    if let WitnessError::Offset { has } = error {
        response.headers_mut().insert(HeaderName::from_static(UPLOAD_OFFSET), HeaderValue::from(*has));
    }
    response
}

async fn read(request: HttpRequest, kept: Data<Kept>, context: Context) -> HttpResponse {
    if !kept.admits(&request) {
        return unauthorized(&context);
    }
    // It waits for an append that is under way.
    let witness = Arc::clone(&kept.witness);
    let Ok(octets) = web::block(move || witness.octets()).await else {
        return problem::respond(&context, &Refusal::internal());
    };
    let (sender, parts) = mpsc::channel(PARTS);
    if request.method() == Method::GET {
        let Ok(place) = Arc::clone(&kept.readers).try_acquire_owned() else {
            let detail = "others read the log: ask again in a moment";
            let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", detail);
            return problem::respond(&context, &refusal);
        };
        let witness = Arc::clone(&kept.witness);
        actix_web::rt::task::spawn_blocking(move || {
            let _place = place;
            let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
            let read = witness.read(octets, &mut |part| {
                sender.blocking_send(Ok(Bytes::copy_from_slice(part))).map_err(gone)
            });
            if let Err(error) = read {
                // Nobody is told who went away.
                let _ = sender.blocking_send(Err(error));
            }
        });
    }
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(SizedStream::new(octets, Parts(parts)))
}

/// The parts of a log as they come.
struct Parts(mpsc::Receiver<io::Result<Bytes>>);

impl Stream for Parts {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

impl Kept {
    fn admits(&self, request: &HttpRequest) -> bool {
        let Some(token) = &self.token else { return true };
        let shown = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
        shown.strip_prefix(b"Bearer ").is_some_and(|shown| shown.ct_eq(token.expose().as_bytes()).into())
    }
}

fn unauthorized(context: &Context) -> HttpResponse {
    let detail = "show the token of the log: Authorization: Bearer";
    let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "off-host-token", detail);
    let mut response = problem::respond(context, &refusal);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

async fn other_method(context: Context) -> HttpResponse {
    problem::method_not_allowed(&context, "GET, HEAD, POST")
}
