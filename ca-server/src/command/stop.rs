//! The signals by which a server is told to stop.

use std::io;

use actix_web::rt::signal::unix::{Signal, SignalKind, signal};

/// SIGTERM and SIGINT, which end nothing by themselves any more.
pub(super) struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Takes them over: one that comes from here on is not lost.
    pub(super) fn take_over() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for one of them.
    pub(super) async fn come(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
