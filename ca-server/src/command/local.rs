//! What the commands that change a store on its own host have in common.

use super::arguments::Configured;
use super::folder::{check_owner, make_folders, user};
use super::{Failure, instance, logging, serve};
use crate::port::{Act, Actor, Ports, new_record_id};
use crate::store::Location;

/// A store that is worked on beside the server that may be running.
pub(super) struct Local {
    pub(super) ports: Ports,
    pub(super) act: Act,
}

impl Local {
    /// Opens the store of a configuration; makes folder and store where they are not there and `make` says so.
    pub(super) fn open(arguments: &Configured, make: bool) -> Result<Self, Failure> {
        let config = serve::load(arguments)?;
        logging::start(&config.log);
        check_owner(&config.data)?;
        if make {
            make_folders(&config.data)?;
        } else if let Location::Sqlite(path) = instance::location(&config)?
            && !path.exists()
        {
            return Err(Failure::NoStore { place: path.display().to_string() });
        }
        let ports = instance::ports(&config)?;
        let at = ports.clock.now();
        let act = Act {
            actor: Actor::Host { user: user() },
            request_id: new_record_id(at, &mut *ports.randomness.generator()),
            at,
            nonce: None,
            evidence: None,
            lease: None,
        };
        Ok(Self { ports, act })
    }
}
