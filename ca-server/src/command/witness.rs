//! `ca-server witness`: keeps the off-host log of a server on another machine.

use std::sync::Arc;

use actix_web::rt::System;
use ca_core::keystore::load_password;

use super::arguments::Witness as Arguments;
use super::stop::StopSignals;
use super::{Failure, logging, print};
use crate::config::Log;
use crate::http::{server, tls, witness};
use crate::off_host::LogFile;
use crate::service::off_host::Witness;

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { file, listen, certificate, key, token_file } = arguments;
    logging::start(&Log::default());
    let tls = match (certificate, key) {
        (Some(certificate), Some(key)) => Some(tls::server_config(certificate, key)?),
        _ if listen.ip().is_loopback() => None,
        _ => return Err(Failure::WitnessInPlain { address: *listen }),
    };
    let token = token_file.as_deref().map(load_password).transpose()?;
    let log = LogFile::open(file).map_err(|source| Failure::OffHost { path: file.clone(), source })?;
    let kept = Witness::take_up(Arc::new(log))?;
    let listener = server::bind(*listen, "--listen")?;
    let (address, scheme) = (listener.local_addr()?, if tls.is_some() { "https" } else { "http" });
    System::new().block_on(async move {
        let stop = StopSignals::take_over()?;
        let running = witness::start(kept, token, listener, tls)?;
        let handle = running.handle();
        let stopping = actix_web::rt::spawn(async move {
            stop.come().await;
            handle.stop(true).await;
        });
        print(&format!("{} is kept at {scheme}://{address}/\n", file.display()));
        let result = running.await;
        stopping.abort();
        Ok(result?)
    })
}
