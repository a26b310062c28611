//! The steps in which a token or device holds the key.

use std::path::Path;
use std::sync::Arc;

use ca_core::algorithm::{Signer, Sm2Parameters};
use ca_core::ceremony::plan;
use ca_core::ceremony::{Digest, Mode};
use ca_core::custody::{Custody, CustodyError, KeyName, Kind, Settings};
use ca_core::key::{Password, PrivateKey};

use super::Stage;
use super::steps::Done;
use crate::command::ceremony::{ask, fault};
use crate::failure::Failure;
use crate::input::read_file;
use crate::room::fill;

/// What stands in the transcript of a rehearsal in place of a device.
const REHEARSED: &str = "no device: a throwaway key in memory, for this rehearsal";

/// Longest description of a device that is recorded, in characters.
const MAX_DESCRIPTION: usize = 1000;

/// The token or device of a ceremony.
pub(super) struct Device {
    settings: Settings,
    /// Open once the PIN was given.
    open: Option<Box<dyn Custody>>,
}

impl Device {
    /// The device whose settings stand in a file. It has to be of the kind that the plan says.
    pub(super) fn configured(file: &Path, planned: plan::Custody) -> Result<Self, Failure> {
        let bytes = read_file(file)?;
        let text = String::from_utf8_lossy(&bytes);
        let settings = Settings::from_toml(&text)?;
        if settings.kind() == Kind::File || settings.kind().name() != planned.to_string() {
            return Err(Failure::usage(
                "custody-differs",
                format!("{} is of custody {}, the plan says {planned}", file.display(), settings.kind()),
            ));
        }
        Ok(Self { settings, open: None })
    }
}

/// What an act on the device came to.
type Acted<T> = Result<T, CustodyError>;

impl Stage<'_> {
    /// The key is made in the device, or chosen there where only its administration makes keys.
    pub(super) fn create_in_device(&mut self) -> Done {
        let document = self.session.checked().plan().document().clone();
        let Some(root) = &document.root else {
            return Err(Failure::refused("plan-without-root", "the plan has no root to be made"));
        };
        let spec = root.key.0;
        if self.session.checked().mode() == Mode::Rehearsal {
            let signer = PrivateKey::generate(spec, self.rng)?.into_signer(Sm2Parameters::Absent);
            return Ok(self.session.device_created(Arc::new(signer), REHEARSED, &mut self.journal));
        }
        let name = self.ask_key_name(&format!("root-{}", document.sequence))?;
        let made = self.on_device(|custody, stage| {
            let protection = custody.protection_of(spec)?;
            let _ = ask::say(stage.room, &protection.to_string());
            match custody.generate(&name, spec, stage.rng) {
                // The administration of the device has made it before.
                Err(CustodyError::MadeElsewhere { .. }) => custody.public_key(&name).map(|_| ())?,
                other => other.map(|_| ())?,
            }
            opened(custody, &name, Sm2Parameters::Absent)
        })?;
        Ok(match made {
            Ok((signer, device)) => self.session.device_created(signer, &device, &mut self.journal),
            Err(error) => self.session.device_refused(error, &mut self.journal),
        })
    }

    /// A key that the device holds is opened.
    pub(super) fn open_device(&mut self) -> Done {
        let parameters = self.session.device_parameters();
        let name = self.ask_key_name("root-1")?;
        let found = self.on_device(|custody, _| opened(custody, &name, parameters))?;
        Ok(match found {
            Ok((signer, device)) => self.session.device_ready(signer, &device, &mut self.journal),
            Err(error) => self.session.device_refused(error, &mut self.journal),
        })
    }

    /// Destroys the root key in the device, where a program can. What is left to its administration is told.
    pub(super) fn destroy_in_device(&mut self) -> Result<(), Failure> {
        let Some(issuer) =
            self.session.checked().issuer().filter(|_| self.session.checked().mode() == Mode::Real)
        else {
            return Ok(());
        };
        let wanted =
            issuer.public_key().map_err(|error| Failure::refused(error.code(), error.to_string()))?;
        let name = self.ask_key_name("root-1")?;
        let destroyed = self.on_device(|custody, stage| {
            let found = custody.public_key(&name)?;
            if found != wanted {
                let digest = Digest::of(found.spki_der());
                return Err(CustodyError::KeyUnusable {
                    name: name.clone(),
                    place: custody.describe()?.to_string(),
                    reason: format!("it is not the root's: its digest is {digest}"),
                });
            }
            let texts = stage.room.texts();
            if ask::yes(stage.room, &fill(texts.ask_destroy_key, &[name.as_str()])).unwrap_or(false) {
                custody.destroy(&name)?;
                let _ = ask::say(stage.room, &fill(texts.key_destroyed, &[name.as_str()]));
            }
            Ok(())
        })?;
        match destroyed {
            Ok(()) => Ok(()),
            Err(error) => ask::say(self.room, &format!("{error} [{}]", error.code())),
        }
    }

    fn ask_key_name(&self, default: &str) -> Result<KeyName, Failure> {
        let texts = self.room.texts();
        for _ in 0..ask::MAX_TRIES {
            match ask::line_or(self.room, texts.ask_key_name, default)?.parse::<KeyName>() {
                Ok(name) => return Ok(name),
                Err(error) => ask::say(self.room, &format!("{error} [{}]", error.code()))?,
            }
        }
        Err(Failure::refused("no-answer", "no usable answer was given"))
    }

    /// Acts on the device, which is opened with its PIN first. After a refused PIN the next attempt asks for it anew.
    fn on_device<T>(
        &mut self,
        act: impl FnOnce(&dyn Custody, &mut Self) -> Acted<T>,
    ) -> Result<Acted<T>, Failure> {
        let Some(mut device) = self.device.take() else {
            return Err(Failure::usage(
                "device-needed",
                "the key is in a token or device: name the file of its settings with --device",
            ));
        };
        let custody = match device.open.take() {
            Some(custody) => Ok(custody),
            None => self.unlock(&device.settings)?,
        };
        let result = custody.and_then(|custody| {
            let result = act(&*custody, self);
            if !matches!(result, Err(CustodyError::PinWrong { .. } | CustodyError::PinNeeded { .. })) {
                device.open = Some(custody);
            }
            result
        });
        self.device = Some(device);
        Ok(result)
    }

    fn unlock(&self, settings: &Settings) -> Result<Acted<Box<dyn Custody>>, Failure> {
        let pin = match settings.secret_file() {
            Some(_) => match ca_custody::secret(settings) {
                Ok(pin) => pin,
                Err(error) => return Ok(Err(error)),
            },
            None => {
                let typed = self.room.secret(self.room.texts().ask_pin).map_err(fault::terminal)?;
                Password::new(typed).ok()
            }
        };
        let opened = ca_custody::open(settings, &self.folder, pin);
        Ok(opened.and_then(|custody| custody.check().map(|()| custody)))
    }
}

/// The signer with a key, and the words for it on the record.
fn opened(
    custody: &dyn Custody,
    name: &KeyName,
    parameters: Sm2Parameters,
) -> Acted<(Arc<dyn Signer>, String)> {
    let signer = custody.open(name, parameters)?;
    let text = format!("{}, key {name}; {}", custody.describe()?, custody.protection(name)?);
    Ok((signer, text.chars().filter(|letter| !letter.is_control()).take(MAX_DESCRIPTION).collect()))
}
