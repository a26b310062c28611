//! `ca-server serve` where `roles = ["sign"]`: the isolated signer.

use std::sync::Arc;

use ca_core::algorithm::Signer;
use ca_core::custody::Custody;
use ca_core::encoding::pem;
use ca_core::issuance::{Issuer, Urls};
use ca_core::keystore::file;
use ca_core::x509::certificate::Certificate;

use super::folder::Folder;
use super::{Failure, instance};
use crate::config::{Config, ConfigError, SignerConfig, SigningAuthority};
use crate::folder::Folder as Scratches;
use crate::port::{Clock as _, Randomness as _, SystemClock, SystemRandomness};
use crate::service::Settings;
use crate::service::authorities::Keys;
use crate::service::settings::Mode;
use crate::signer::{self, Address, Journal, Office, Peers, SignerClient, StartError, Terms, TlsFiles};

/// Largest file of a certificate.
const MAX_FILE: u64 = 1 << 20;

/// The name of the record of what was signed.
const JOURNAL: &str = "signed.log";

/// Octets from which on the record goes on in another file after a start: what is read through at each.
const VOLUME: u64 = 256 << 20;

pub(super) fn run(config: &Config) -> Result<(), Failure> {
    let signer = section(config)?;
    let folder = Folder::open(&config.data, false)?;
    let public_url = config
        .public_url
        .clone()
        .ok_or(ConfigError::Value { setting: "public_url", reason: "is not set".to_owned() })?;
    let mut settings = Settings::new(Mode::Serve, instance::keys(config, &folder.keys)?, public_url);
    config.status.apply(&mut settings);
    let authorities =
        signer.authorities.iter().map(|authority| issuer(authority, &settings)).collect::<Result<_, _>>()?;
    let journal = Journal::open(&folder.path.join(JOURNAL)).map_err(StartError::from)?;
    let journal = journal.divided(SystemClock.now(), VOLUME).map_err(StartError::from)?;
    let terms = Terms {
        per_minute: signer.per_minute,
        crl_validity: settings.crl_validity.max(settings.root_crl_validity),
    };
    let office = Office::new(
        authorities,
        instance::profiles()?,
        (Arc::new(SystemClock), Arc::new(SystemRandomness)),
        Arc::new(Scratches::open(folder.path.join("scratch"))?),
        journal,
        terms,
    );
    let (address, tls, lines) = (address(signer)?, tls(signer), office.lines());
    signer::serve(office, &address, Peers(signer.uids.clone()), tls.as_ref(), |address| {
        tracing::info!(%address, lines, started = %SystemClock.now(), outcome = "ready", "ready to sign");
    })?;
    Ok(())
}

/// The keys of a process that asks a signer: those of OCSP signers are its own.
pub(super) fn remote_keys(config: &Config, keys: Keys) -> Result<Keys, Failure> {
    let signer = section(config)?;
    let client = SignerClient::new(address(signer)?, tls(signer).as_ref())?;
    Ok(Keys { signer: Some(Arc::new(client)), ..keys })
}

fn section(config: &Config) -> Result<&SignerConfig, ConfigError> {
    config
        .signer
        .as_ref()
        .ok_or_else(|| ConfigError::Value { setting: "signer", reason: "is missing".to_owned() })
}

fn address(signer: &SignerConfig) -> Result<Address, StartError> {
    signer.address.parse()
}

fn tls(signer: &SignerConfig) -> Option<TlsFiles> {
    Some(TlsFiles {
        certificate: signer.certificate.clone()?,
        key: signer.key.clone()?,
        trust: signer.trust.clone()?,
    })
}

/// An authority from its certificate and its key.
fn issuer(authority: &SigningAuthority, settings: &Settings) -> Result<Issuer, Failure> {
    let name = &authority.name;
    let unusable = |reason: String| StartError::Authority { name: name.to_string(), reason };
    let text = file::read_bounded(&authority.certificate, MAX_FILE)?;
    let der = pem::read_one_of(&text, &["CERTIFICATE"]).map_err(|error| unusable(error.to_string()))?;
    let certificate = Certificate::from_der(&der).map_err(|error| unusable(error.to_string()))?;
    let key = match &authority.key {
        Some(key) => key.clone(),
        None => name.as_str().parse().map_err(|_| unusable("its name is no name of a key".to_owned()))?,
    };
    let keys: &Arc<dyn Custody> = &settings.keys.authorities;
    let signer: Arc<dyn Signer> = keys.open(&key, authority.sm2_parameters)?;
    let urls = Urls::under(&settings.public_url, name)
        .map_err(|error| unusable(error.to_string()))?
        .with_shards(settings.lists_of(name).shards);
    let mut rng = SystemRandomness.generator();
    Ok(Issuer::new(name.clone(), certificate, signer, urls, &mut *rng)
        .map_err(|error| unusable(error.to_string()))?)
}
