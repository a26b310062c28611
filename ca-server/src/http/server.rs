//! The two listeners.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App, HttpServer};
use rustls::ServerConfig;

use super::{Api, metrics, observe, ocsp, routes, unread};
use crate::config::Limits;
use crate::service::settings::Roles;

/// Time for a TLS handshake.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(5);
/// Time for a client to take its leave.
pub(super) const DISCONNECT: Duration = Duration::from_secs(2);

/// The sockets, bound before anything else is done, so that a port in use is told at once.
#[derive(Debug)]
pub struct Listeners {
    /// Plain HTTP.
    pub http: TcpListener,
    /// HTTPS.
    pub https: TcpListener,
}

/// A port that cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program has it.
    #[error(
        "cannot listen on {address}: the port is in use; stop the other program or choose another port with {flag}"
    )]
    InUse {
        /// The address.
        address: SocketAddr,
        /// The flag that chooses another.
        flag: &'static str,
    },
    /// The system does not allow it.
    #[error("cannot listen on {address}: {reason}; choose another address with {flag}")]
    Refused {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        reason: String,
        /// The flag that chooses another.
        flag: &'static str,
    },
}

impl ListenError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InUse { .. } => "port-in-use",
            Self::Refused { .. } => "cannot-listen",
        }
    }
}

impl Listeners {
    /// Binds both.
    ///
    /// # Errors
    /// [`ListenError`], which names the address.
    pub fn bind(http: SocketAddr, https: SocketAddr) -> Result<Self, ListenError> {
        Ok(Self { http: bind(http, "--listen")?, https: bind(https, "--listen-tls")? })
    }
}

/// Binds one; `flag` is what chooses another.
///
/// # Errors
/// [`ListenError`], which names the address.
pub(crate) fn bind(address: SocketAddr, flag: &'static str) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).map_err(|error| {
        if error.kind() == io::ErrorKind::AddrInUse {
            ListenError::InUse { address, flag }
        } else {
            ListenError::Refused { address, reason: error.to_string(), flag }
        }
    })
}

/// Sums up what was measured since the last call. Without it samples of times would pile up until somebody asks.
pub fn keep_up() {
    metrics::recorder().run_upkeep();
}

/// Both servers, running on the current actix system until stopped.
pub struct Running {
    plain: Server,
    secure: Server,
}

/// Stops both servers.
#[derive(Clone)]
pub struct Handle {
    plain: ServerHandle,
    secure: ServerHandle,
}

/// Begins to serve.
///
/// # Errors
/// What the operating system said about the sockets.
pub fn start(api: &Api, limits: &Limits, listeners: Listeners, tls: ServerConfig) -> io::Result<Running> {
    metrics::recorder();
    Ok(Running {
        plain: serve(api, limits, listeners.http, None, routes::plain)?,
        secure: serve(api, limits, listeners.https, Some(tls), routes::secure)?,
    })
}

fn serve(
    api: &Api,
    limits: &Limits,
    listener: TcpListener,
    tls: Option<ServerConfig>,
    routes: fn(&mut ServiceConfig, Roles),
) -> io::Result<Server> {
    set_write_timeout(&listener, limits.write_timeout_seconds)?;
    let roles = api.services.roles();
    let data = Data::new(api.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .wrap(from_fn(observe::observe))
            .wrap(from_fn(unread::close))
            .wrap(from_fn(ocsp::answer_at_once))
            .configure(|config| routes(config, roles))
    })
    .workers(limits.workers)
    // The library counts by worker.
    .max_connections(limits.max_connections.div_ceil(limits.workers))
    .client_request_timeout(Duration::from_secs(limits.header_timeout_seconds))
    .client_disconnect_timeout(DISCONNECT)
    .tls_handshake_timeout(HANDSHAKE)
    // An answer goes at once, also where the client has not yet acknowledged what was sent before it, as tickets of TLS 1.3.
    .tcp_nodelay(true)
    .keep_alive(Duration::from_secs(limits.keep_alive_seconds))
    .shutdown_timeout(limits.shutdown_timeout_seconds)
    .disable_signals();
    let server = match tls {
        Some(config) => server.listen_rustls_0_23(listener, config)?,
        None => server.listen(listener)?,
    };
    Ok(server.run())
}

/// Ends connections whose client takes nothing of what is sent to it. The HTTP library has no deadline for that, and the
/// system would wait for as long as the client says that its buffer is full. Accepted sockets inherit the option.
#[cfg(target_os = "linux")]
pub(super) fn set_write_timeout(listener: &TcpListener, seconds: u32) -> io::Result<()> {
    rustix::net::sockopt::set_tcp_user_timeout(listener, seconds.saturating_mul(1000))?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "only Linux has the option")]
pub(super) fn set_write_timeout(_: &TcpListener, _: u32) -> io::Result<()> {
    Ok(())
}

impl Running {
    /// What stops them.
    pub fn handle(&self) -> Handle {
        Handle { plain: self.plain.handle(), secure: self.secure.handle() }
    }

    /// Waits until both have stopped.
    ///
    /// # Errors
    /// What the operating system said.
    pub async fn wait(self) -> io::Result<()> {
        let secure = actix_web::rt::spawn(self.secure);
        let plain = self.plain.await;
        let secure = secure.await.map_err(io::Error::other)?;
        plain.and(secure)
    }
}

impl Handle {
    /// Stops accepting, lets requests under way end, then ends.
    pub async fn stop(&self) {
        let plain = actix_web::rt::spawn(self.plain.stop(true));
        self.secure.stop(true).await;
        // It fails only where the runtime is gone, and then it has stopped.
        let _ = plain.await;
    }
}
