//! Finding a token and logging in.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ca_core::custody::CustodyError;
use ca_core::key::Password;
use ca_device::Connector;
use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::session::UserType;
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;

use crate::error::named;
use crate::session::Session;
use crate::{Wanted, module};

/// A token: where it is and how to log in.
pub(crate) struct Token {
    module: PathBuf,
    wanted: Wanted,
    pin: Option<Password>,
    /// The refusal of the PIN, which is then not presented again. Locked while logging in, so that sessions that are opened at
    /// once do not present a wrong one several times.
    refused: Mutex<Option<Refusal>>,
}

#[derive(Clone, Copy)]
enum Refusal {
    Wrong,
    Locked,
}

impl Token {
    pub(crate) fn new(module: PathBuf, wanted: Wanted, pin: Option<Password>) -> Self {
        Self { module, wanted, pin, refused: Mutex::new(None) }
    }

    pub(crate) fn module(&self) -> &Path {
        &self.module
    }

    fn name(&self) -> String {
        let label = self.wanted.label.as_ref().map(|label| format!("{label:?}"));
        let serial = self.wanted.serial.as_ref().map(|serial| format!("with serial number {serial}"));
        [label, serial].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn find(&self, module: &Pkcs11) -> Result<(Slot, TokenInfo), CustodyError> {
        let failed = |error| named("list its tokens", &self.place(), &error);
        let fits = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|wanted| wanted == is);
        let (mut fitting, mut found) = (Vec::new(), Vec::new());
        for slot in module.get_slots_with_initialized_token().map_err(failed)? {
            // A token that is taken out meanwhile is not there.
            let Ok(info) = module.get_token_info(slot) else { continue };
            found.push(format!("{:?} with serial number {}", info.label(), info.serial_number()));
            if fits(&self.wanted.label, info.label()) && fits(&self.wanted.serial, info.serial_number()) {
                fitting.push((slot, info));
            }
        }
        let (wanted, path) = (self.name(), self.module.clone());
        match fitting.len() {
            0 => Err(CustodyError::TokenMissing { wanted, path, found }),
            1 => Ok(fitting.remove(0)),
            count => Err(CustodyError::TokenAmbiguous { wanted, count, path }),
        }
    }

    fn log_in(&self, session: &cryptoki::session::Session, info: &TokenInfo) -> Result<(), CustodyError> {
        let place = self.place();
        if !info.login_required() {
            return Ok(());
        }
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match *refused {
            Some(Refusal::Wrong) => return Err(CustodyError::PinWrong { place }),
            Some(Refusal::Locked) => return Err(CustodyError::PinLocked { place }),
            None => {}
        }
        if info.user_pin_locked() {
            return Err(CustodyError::PinLocked { place });
        }
        let pin = match &self.pin {
            Some(pin) => Some(AuthPin::from(pin.expose().to_owned())),
            None if info.protected_authentication_path() => None,
            None => return Err(CustodyError::PinNeeded { place }),
        };
        // A service that is started again and again would lock the token with its last try.
        if info.user_pin_final_try() && pin.is_some() {
            return Err(CustodyError::PinLastTry { place });
        }
        match session.login(UserType::User, pin.as_ref()) {
            // The login is the process's: another session has it.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(error) => {
                let error = named("log in", &place, &error);
                *refused = match error {
                    CustodyError::PinWrong { .. } => Some(Refusal::Wrong),
                    CustodyError::PinLocked { .. } => Some(Refusal::Locked),
                    _ => None,
                };
                Err(error)
            }
        }
    }
}

impl Connector for Token {
    type Session = Session;

    fn connect(&self) -> Result<Session, CustodyError> {
        let module = module::load(&self.module)?;
        let (slot, info) = self.find(&module)?;
        let failed = |error| named("open a session", &self.place(), &error);
        let session = if info.write_protected() {
            module.open_ro_session(slot).map_err(failed)?
        } else {
            module.open_rw_session(slot).map_err(failed)?
        };
        self.log_in(&session, &info)?;
        Ok(Session::new(module, slot, session, self.place(), info.login_required()))
    }

    fn place(&self) -> String {
        format!("the token {}", self.name())
    }
}
