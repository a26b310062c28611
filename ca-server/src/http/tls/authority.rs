//! An authority for the server's own HTTPS certificate, apart from the authorities that it serves: common clients
//! cannot verify SM2 in TLS.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use ca_core::encoding::pem;
use ca_core::keystore::file::{self, Access, FileError};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::extension::GeneralName;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType,
};
use zeroize::Zeroizing;

/// Years for which the TLS authority is valid.
const AUTHORITY_YEARS: i64 = 10;
/// Days for which the server's certificate is valid: what browsers accept at most.
const SERVER_DAYS: i64 = 397;
/// Days before its end at which a start makes a new server certificate.
const RENEW_DAYS: i64 = 60;
/// Largest file of these.
const MAX_FILE: u64 = 64 * 1024;

/// Where the server's own TLS files are.
#[derive(Clone, Debug)]
pub struct OwnTls {
    /// The authority's certificate: what clients trust.
    pub authority: PathBuf,
    /// The server's certificate.
    pub certificate: PathBuf,
    /// The server's key.
    pub key: PathBuf,
    /// SHA-256 of the authority's certificate, lowercase hex.
    pub sha256: String,
    /// SM3 of the authority's certificate, lowercase hex.
    pub sm3: String,
}

/// Why the server's own certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TlsAuthorityError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file does not hold what it should.
    #[error("{} is damaged ({reason}); remove tls-ca.pem, tls.pem, keys/tls-ca.key and keys/tls.key to make new ones", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The certificate could not be made.
    #[error("the HTTPS certificate could not be made: {0}")]
    Making(String),
}

impl TlsAuthorityError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Damaged { .. } => "tls-damaged",
            Self::Making(_) => "tls-making",
        }
    }
}

impl OwnTls {
    /// Makes the authority and the server's certificate under `data` where they are not there yet or near their
    /// end. `keys` is the folder of private keys. Names beyond the loopback ones are `hosts`.
    ///
    /// # Errors
    /// [`TlsAuthorityError`].
    pub fn ensure(
        data: &Path,
        keys: &Path,
        hosts: &[String],
        now: Timestamp,
    ) -> Result<Self, TlsAuthorityError> {
        let files = Files {
            authority: data.join("tls-ca.pem"),
            authority_key: keys.join("tls-ca.key"),
            certificate: data.join("tls.pem"),
            key: keys.join("tls.key"),
        };
        let today = now.to_zoned(TimeZone::UTC).date();
        let authority = files.ensure_authority(today)?;
        let end = authority.validity().not_after;
        if end <= now {
            // A new trust anchor is for a person to make and to hand out.
            return Err(damaged(&files.authority, format!("it ended at {end}")));
        }
        files.ensure_server(&authority, hosts, now, today)?;
        Ok(Self {
            sha256: hex::encode(authority.sha256_fingerprint()),
            sm3: hex::encode(authority.sm3_fingerprint()),
            authority: files.authority,
            certificate: files.certificate,
            key: files.key,
        })
    }
}

struct Files {
    authority: PathBuf,
    authority_key: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn ensure_authority(&self, today: Date) -> Result<Certificate, TlsAuthorityError> {
        if !self.authority.exists() {
            // The key first: a start that is cut short between the two leaves a key that the next one takes.
            let key = ensure_key(&self.authority_key)?;
            let mut params = authority_params();
            set_validity(&mut params, today, today.saturating_add(AUTHORITY_YEARS.years()));
            let certificate = params.self_signed(&key).map_err(making)?;
            file::write_new(&self.authority, certificate.pem().as_bytes(), Access::Public)?;
        }
        read_certificate(&self.authority)
    }

    fn ensure_server(
        &self,
        authority: &Certificate,
        hosts: &[String],
        now: Timestamp,
        today: Date,
    ) -> Result<(), TlsAuthorityError> {
        let names = names(hosts);
        if self.certificate.exists() && self.serves(authority, &names, now)? {
            return Ok(());
        }
        let authority_key = read_key(&self.authority_key)?;
        if rcgen::PublicKeyData::subject_public_key_info(&authority_key) != authority.spki_der() {
            return Err(TlsAuthorityError::Damaged {
                path: self.authority_key.clone(),
                reason: "it is not the key of tls-ca.pem".to_owned(),
            });
        }
        let key = ensure_key(&self.key)?;
        let mut params = CertificateParams::default();
        let end = today.saturating_add(SERVER_DAYS.days());
        set_validity(&mut params, today, end.min(last_day(authority)));
        params.distinguished_name = name("City CA server");
        params.subject_alt_names = names.iter().filter_map(|name| alternative_name(name)).collect();
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let issuer = Issuer::new(authority_params(), authority_key);
        let certificate = params.signed_by(&key, &issuer).map_err(making)?;
        file::replace(&self.certificate, certificate.pem().as_bytes(), Access::Public)?;
        Ok(())
    }

    /// Whether the server's certificate is from this authority, has all names and does not end soon.
    fn serves(
        &self,
        authority: &Certificate,
        names: &[String],
        now: Timestamp,
    ) -> Result<bool, TlsAuthorityError> {
        let certificate = read_certificate(&self.certificate)?;
        let signed = authority.public_key().is_ok_and(|key| certificate.verify_signed_by(&key).is_ok());
        let validity = certificate.validity();
        let lasts = now + jiff::SignedDuration::from_hours(24 * RENEW_DAYS) < validity.not_after
            && validity.not_before <= now;
        let present = certificate.alternative_names().unwrap_or_default();
        let named = |name: &String| {
            let general = match name.parse::<IpAddr>() {
                Ok(address) => Ok(GeneralName::Ip(address)),
                Err(_) => GeneralName::dns(name),
            };
            general.is_ok_and(|name| present.contains(&name))
        };
        Ok(signed && lasts && names.iter().all(named))
    }
}

/// The authority's parameters: constant, so that its name is the same when it signs again.
fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name("City CA HTTPS trust");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

fn set_validity(params: &mut CertificateParams, from: Date, to: Date) {
    let midnight = |date: Date| {
        rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    params.not_before = midnight(from);
    params.not_after = midnight(to);
}

/// The loopback names and `hosts`, each once.
fn names(hosts: &[String]) -> Vec<String> {
    let mut names = vec![
        "localhost".to_owned(),
        IpAddr::from(Ipv4Addr::LOCALHOST).to_string(),
        IpAddr::from(Ipv6Addr::LOCALHOST).to_string(),
    ];
    for host in hosts {
        if !names.contains(host) {
            names.push(host.clone());
        }
    }
    names
}

/// An address or a DNS name; what is neither cannot stand in a certificate.
fn alternative_name(name: &str) -> Option<SanType> {
    match name.parse::<IpAddr>() {
        Ok(address) => Some(SanType::IpAddress(address)),
        Err(_) => name.try_into().ok().map(SanType::DnsName),
    }
}

fn last_day(certificate: &Certificate) -> Date {
    certificate.validity().not_after.to_zoned(TimeZone::UTC).date()
}

fn ensure_key(path: &Path) -> Result<KeyPair, TlsAuthorityError> {
    if path.exists() {
        return read_key(path);
    }
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(making)?;
    let pem = Zeroizing::new(key.serialize_pem());
    file::write_new(path, pem.as_bytes(), Access::Private)?;
    Ok(key)
}

fn read_key(path: &Path) -> Result<KeyPair, TlsAuthorityError> {
    let bytes = file::read_bounded(path, MAX_FILE)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| damaged(path, error.to_string()))?;
    KeyPair::from_pem_and_sign_algo(text, &PKCS_ECDSA_P256_SHA256)
        .map_err(|error| damaged(path, error.to_string()))
}

fn read_certificate(path: &Path) -> Result<Certificate, TlsAuthorityError> {
    let bytes = file::read_bounded(path, MAX_FILE)?;
    let der = pem::read_one_of(&bytes, &["CERTIFICATE"]).map_err(|error| damaged(path, error.to_string()))?;
    Certificate::from_der(&der).map_err(|error| damaged(path, error.to_string()))
}

fn damaged(path: &Path, reason: String) -> TlsAuthorityError {
    TlsAuthorityError::Damaged { path: path.to_owned(), reason }
}

fn making(error: rcgen::Error) -> TlsAuthorityError {
    TlsAuthorityError::Making(error.to_string())
}
