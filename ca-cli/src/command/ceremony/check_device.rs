//! `ca ceremony check-device`: whether a token or device does what a ceremony will ask of it.

use std::path::Path;

use ca_core::algorithm::{Sm2Parameters, verify};
use ca_core::ceremony::Digest;
use ca_core::custody::{Custody, KeyName, Settings};
use ca_core::key::Password;
use rand_core::CryptoRng;

use super::Context;
use super::fault::terminal;
use crate::args::CheckDeviceArgs;
use crate::failure::Failure;
use crate::input::read_file;
use crate::report::{CeremonyReport, DeviceChecked, DeviceKey, Outcome, Report};

/// What is signed: nothing that could be taken for a certificate, a list or a transcript.
const TEST: &[u8] = b"City CA: a test of a key, which says nothing";

/// Opens the device, has it checked, and has each key sign the test.
pub(super) fn run(args: &CheckDeviceArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let bytes = read_file(&args.device)?;
    let settings = Settings::from_toml(&String::from_utf8_lossy(&bytes))?;
    let secret = match settings.secret_file() {
        Some(_) => ca_custody::secret(&settings)?,
        None if context.person.is_present() => {
            let typed = context.room.secret(context.room.texts().ask_pin).map_err(terminal)?;
            Password::new(typed).ok()
        }
        None => None,
    };
    let beside = args.device.parent().filter(|folder| !folder.as_os_str().is_empty());
    let custody = ca_custody::open(&settings, beside.unwrap_or(Path::new(".")), secret)?;
    custody.check()?;
    let named: Vec<KeyName> = match &settings {
        Settings::Sdf { keys, .. } if args.key.is_empty() => keys.keys().cloned().collect(),
        _ => args.key.clone(),
    };
    let keys = named.iter().map(|name| signs(&*custody, name, context.rng)).collect::<Result<_, _>>()?;
    let device = custody.describe()?.to_string();
    Ok(Outcome::done(Report::Ceremony(CeremonyReport::DeviceChecked(DeviceChecked { device, keys }))))
}

/// A key that signs the test, its signature being verified with its public key.
fn signs(custody: &dyn Custody, name: &KeyName, rng: &mut dyn CryptoRng) -> Result<DeviceKey, Failure> {
    let signer = custody.open(name, Sm2Parameters::Absent)?;
    let refused = |reason: String| Failure::refused("test-not-signed", format!("key {name}: {reason}"));
    let signature = signer.sign(TEST, rng).map_err(|error| refused(error.to_string()))?;
    let key = signer.public_key();
    verify(signer.identifier(), key, TEST, &signature).map_err(|error| refused(error.to_string()))?;
    Ok(DeviceKey {
        name: name.to_string(),
        algorithm: key.spec().to_string(),
        digest: Digest::of(key.spki_der()).to_string(),
        protection: custody.protection(name)?.to_string(),
    })
}
