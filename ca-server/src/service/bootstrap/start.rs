//! The steps of the first start.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::ceremony::act::{self, ActError};
use ca_core::ceremony::plan::{KeyKind, Mode, PathLength, RootPlan, Subject};
use ca_core::encoding::pem;
use ca_core::issuance::AuthorityName;
use ca_core::issuance::root::RootError;
use ca_core::key::PrivateKey;
use ca_core::keystore::file::{self, Access};
use ca_core::keystore::{load_private_key, save_private_key};
use ca_core::profile::ProfileSet;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::name::{AttributeKind, Name, NameError};
use ca_core::x509::serial::SerialNumber;
use rand_core::CryptoRng;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{BootstrapError, DevPlan, PUBLIC_URL};
use crate::port::record::{
    AdministratorRecord, AuthorityKind, AuthorityRecord, CertificateFilter, CertificateRecord, Origin,
    StatusFilter,
};
use crate::port::{Act, Ports, new_record_id};
use crate::service::authorities::Authorities;
use crate::service::credentials;
use crate::service::issuing::{self, Authorized, IssuingError};
use crate::service::settings::Settings;

/// The user of the enrolment credentials.
const ENROLLER: &str = "device";
/// The name of the administrator.
const ADMINISTRATOR: &str = "admin";
/// The organisation in the names of what `dev` makes, so that nobody takes them for more.
const ORGANIZATION: &str = "City CA Development";
/// More than any file that is written here.
const MAX_FILE: u64 = 64 * 1024;

/// What the steps work with.
pub(super) struct Start<'a> {
    pub(super) ports: &'a Ports,
    pub(super) profiles: &'a ProfileSet,
    pub(super) data: &'a Path,
    pub(super) keys: PathBuf,
    pub(super) act: Act,
    pub(super) rng: Box<dyn CryptoRng + Send>,
}

impl Start<'_> {
    pub(super) fn make_key_folder(&self) -> Result<(), BootstrapError> {
        use std::os::unix::fs::DirBuilderExt as _;
        let folder = |error| BootstrapError::Folder { path: self.keys.clone(), error };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.keys).map_err(folder)
    }

    /// The base of the URLs: what is wanted now, else what was fixed at the first start, else the default.
    pub(super) fn public_url(&self, plan: &DevPlan) -> Result<String, BootstrapError> {
        let stored = self.ports.store.setting(PUBLIC_URL)?;
        let url = match (&plan.public_url, stored) {
            (Some(wanted), _) => wanted.clone(),
            (None, Some(stored)) => stored,
            (None, None) => plan.default_public_url.clone(),
        };
        self.ports.store.put_setting(&self.act, PUBLIC_URL, &url)?;
        Ok(url)
    }

    /// A key from its file, or a new one in a new file. A key that the store knows must be there.
    fn key(&mut self, path: &Path, known: bool) -> Result<PrivateKey, BootstrapError> {
        if path.exists() {
            return Ok(load_private_key(path, None)?);
        }
        if known {
            return Err(BootstrapError::Inconsistent {
                what: format!("the key {} is missing", path.display()),
            });
        }
        let key = PrivateKey::generate(KeySpec::Sm2, &mut *self.rng)?;
        save_private_key(path, &key, None, &mut *self.rng)?;
        Ok(key)
    }

    /// The record of an authority and its key; both are made where they are missing.
    fn authority(
        &mut self,
        name: &str,
        kind: AuthorityKind,
        parent: Option<Uuid>,
    ) -> Result<(AuthorityRecord, Arc<dyn Signer>), BootstrapError> {
        let known = self.ports.store.authorities()?.into_iter().find(|record| record.name.as_str() == name);
        let place = match &known {
            Some(record) => record.key.clone(),
            None => name
                .parse()
                .map_err(|_| BootstrapError::Inconsistent { what: format!("{name} cannot name a key") })?,
        };
        let Some(key) = place.name() else {
            return Err(BootstrapError::Inconsistent { what: format!("the key of {name} is offline") });
        };
        let key = self.key(&self.keys.join(format!("{key}.key")), known.is_some())?;
        let record = match known {
            Some(record) => record,
            None => {
                let name: AuthorityName = name.parse().map_err(|_| BootstrapError::Inconsistent {
                    what: format!("{name} cannot name an authority"),
                })?;
                let record = AuthorityRecord {
                    id: new_record_id(self.act.at, &mut *self.rng),
                    name,
                    kind,
                    parent,
                    certificate: None,
                    key: place,
                    sm2_parameters: Sm2Parameters::default(),
                    origin: Origin::Dev,
                    created_at: self.act.at,
                    version: 1,
                };
                self.ports.store.add_authority(&self.act, &record)?;
                record
            }
        };
        let parameters = record.sm2_parameters;
        Ok((record, Arc::new(key.into_signer(parameters))))
    }

    /// A certificate that an earlier start had issued on this key, where it was cut short before it could say so.
    fn issued_before(
        &self,
        authority: &str,
        profile: &str,
        signer: &dyn Signer,
    ) -> Result<Option<CertificateRecord>, BootstrapError> {
        let filter = CertificateFilter {
            authority: authority.parse().ok(),
            profile: Some(profile.to_owned()),
            status: Some(StatusFilter::Good),
            key_fingerprint: Some(signer.public_key().fingerprint().to_string()),
            ..CertificateFilter::default()
        };
        Ok(self.ports.store.find_certificates(&filter, None, 1)?.items.into_iter().next())
    }

    pub(super) fn root(&mut self) -> Result<(), BootstrapError> {
        let (record, signer) = self.authority("root", AuthorityKind::Root, None)?;
        if record.certificate.is_some() {
            return Ok(());
        }
        let der = match self.issued_before("root", "root", &*signer)? {
            Some(certificate) => certificate.der,
            None => {
                // As a ceremony does; the plan says what the profile leaves open.
                let profile = self.profiles.get("root").map_err(IssuingError::from)?;
                let validity = profile
                    .validity()
                    .apply(self.act.at, None, None)
                    .map_err(RootError::from)
                    .map_err(ActError::from)?;
                let table = RootPlan {
                    authority: record.name.clone(),
                    subject: Subject(name("City CA Development Root")?),
                    key: KeyKind(KeySpec::Sm2),
                    not_before: validity.not_before,
                    not_after: validity.not_after,
                    path_length: PathLength(None),
                };
                let serial = SerialNumber::generate(&mut *self.rng);
                let (mode, signer_of) = (Mode::Real, Arc::clone(&signer));
                let prepared = act::self_signed(&table, mode, signer_of, serial, &mut *self.rng)?;
                issuing::finish(
                    self.ports,
                    &self.act,
                    record.id,
                    prepared,
                    None,
                    &mut *self.rng,
                    |committed, rng| Ok(act::sign_certificate(committed, &*signer, rng)?),
                )?
                .record
                .der
            }
        };
        Ok(self.ports.store.certify_authority(&self.act, record.id, record.parent, &der)?)
    }

    pub(super) fn issuing(&mut self, settings: &Settings) -> Result<(), BootstrapError> {
        let parent =
            self.ports.store.authorities()?.into_iter().find(|record| record.kind == AuthorityKind::Root);
        let (record, signer) =
            self.authority("issuing", AuthorityKind::Issuing, parent.map(|record| record.id))?;
        if record.certificate.is_some() {
            return Ok(());
        }
        let der = match self.issued_before("root", "issuing", &*signer)? {
            Some(certificate) => certificate.der,
            None => {
                let above = Authorities::load(self.ports, settings)?;
                let root = above.get("root").ok_or_else(|| missing("root"))?;
                let request = self.request("issuing", "City CA Development Issuing", &*signer)?;
                issuing::issue(self.ports, &self.act, &root, request, None)?.record.der
            }
        };
        Ok(self.ports.store.certify_authority(&self.act, record.id, record.parent, &der)?)
    }

    fn request(
        &mut self,
        profile: &str,
        common_name: &str,
        signer: &dyn Signer,
    ) -> Result<Authorized, BootstrapError> {
        let profile = self.profiles.get(profile).map_err(IssuingError::from)?;
        Ok(issuing::own_request(profile, &name(common_name)?, signer, &mut *self.rng)?)
    }

    pub(super) fn administrator(&mut self, authorities: &Authorities) -> Result<(), BootstrapError> {
        let path = self.data.join("admin.key");
        // Who deleted the key wants another one: the old one stays registered until it is revoked.
        let key = self.key(&path, false)?;
        let signer = key.into_signer(Sm2Parameters::default());
        let fingerprint = signer.public_key().fingerprint().to_string();
        let certificate = match self.issued_before("issuing", "person-signing", &signer)? {
            Some(certificate) => certificate,
            None => {
                let issuing = authorities.get("issuing").ok_or_else(|| missing("issuing"))?;
                let request = self.request("person-signing", "Development Administrator", &signer)?;
                issuing::issue(self.ports, &self.act, &issuing, request, None)?.record
            }
        };
        if self.ports.store.administrator(&fingerprint)?.is_none() {
            let record = AdministratorRecord {
                id: new_record_id(self.act.at, &mut *self.rng),
                name: ADMINISTRATOR.to_owned(),
                key_fingerprint: fingerprint,
                spki: signer.public_key().spki_der().to_vec(),
                certificate: Some(certificate.id),
                active: true,
                created_at: self.act.at,
                version: 1,
            };
            self.ports.store.add_administrator(&self.act, &record)?;
        }
        self.write_pem("admin.pem", &certificate.der)
    }

    pub(super) fn credentials(&mut self) -> Result<(), BootstrapError> {
        if self.ports.store.credential(ENROLLER)?.is_some() {
            return Ok(());
        }
        let path = self.data.join("est.credentials");
        let password = if path.exists() {
            let text = file::read_bounded(&path, MAX_FILE)?;
            let password = std::str::from_utf8(&text)
                .ok()
                .and_then(|text| text.trim_end().strip_prefix(ENROLLER)?.strip_prefix(':'))
                .map(str::to_owned)
                .ok_or_else(|| BootstrapError::Inconsistent {
                    what: format!("{} does not hold {ENROLLER}:PASSWORD", path.display()),
                })?;
            Zeroizing::new(password)
        } else {
            let password = credentials::new_password(self.ports);
            file::write_new(&path, format!("{ENROLLER}:{}", *password).as_bytes(), Access::Private)?;
            password
        };
        let profiles = credentials::profiles_of_end_entities(self.profiles);
        credentials::register(self.ports, &self.act, ENROLLER, &password, profiles)?;
        Ok(())
    }

    pub(super) fn write_certificate(
        &self,
        file: &str,
        certificate: &Certificate,
    ) -> Result<(), BootstrapError> {
        self.write_pem(file, certificate.der())
    }

    /// Writes a certificate where its file is missing or says something else.
    fn write_pem(&self, name: &str, der: &[u8]) -> Result<(), BootstrapError> {
        let path = self.data.join(name);
        let text = pem::write("CERTIFICATE", der);
        if path.exists() && file::read_bounded(&path, MAX_FILE)?.as_slice() == text.as_bytes() {
            return Ok(());
        }
        Ok(file::replace(&path, text.as_bytes(), Access::Public)?)
    }
}

fn missing(authority: &str) -> BootstrapError {
    BootstrapError::Inconsistent { what: format!("authority {authority} is missing") }
}

fn name(common_name: &str) -> Result<Name, NameError> {
    Name::from_parts(&[
        (AttributeKind::Country, "CN".to_owned()),
        (AttributeKind::Organization, ORGANIZATION.to_owned()),
        (AttributeKind::CommonName, common_name.to_owned()),
    ])
}
