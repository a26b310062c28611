//! A small world of certificates, always the same: random bits by a seed, time standing still.

#![allow(clippy::unwrap_used, unreachable_pub, reason = "tests share it, and may panic")]
#![allow(dead_code, reason = "each test takes what it needs")]

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use ca_core::algorithm::digest::{DigestAlgorithm, sm3};
use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::crl::{CrlPlan, RevokedEntry};
use ca_core::issuance::{
    AuthorizedRequest, Choices, CommittedCertificate, Issuer, PreparedCertificate, Urls, hierarchy, root,
};
use ca_core::key::{BlockedKeys, NormalizedKey, PrivateKey};
use ca_core::keystore::file::{Access, write_new};
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, Responder, SingleAnswer};
use ca_core::profile::ProfileSet;
use ca_core::revocation::Reason;
use ca_core::x509::extension::{ExtensionValue as _, Extensions, GeneralName, SubjectAlternativeName};
use ca_core::x509::name::{AttributeKind, Name};
use ca_core::x509::{Certificate, CertificateList, CertificationRequest, SerialNumber};
use jiff::Timestamp;
use rand_core::{CryptoRng, TryCryptoRng, TryRng};

/// Random bits that are the same each time: SM3 of a counter.
#[derive(Default)]
pub struct Seeded(u64);

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        for part in target.chunks_mut(32) {
            self.0 += 1;
            part.copy_from_slice(&sm3(&self.0.to_be_bytes())[..part.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

/// When all was made.
pub fn now() -> Timestamp {
    at("2026-03-04T05:06:07Z")
}

/// A time.
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A name of a country and a common name.
pub fn name(common_name: &str) -> Name {
    let part = |kind, value: &str| (kind, value.to_owned());
    Name::from_parts(&[part(AttributeKind::Country, "CN"), part(AttributeKind::CommonName, common_name)])
        .unwrap()
}

struct Unblocked;

impl BlockedKeys for Unblocked {
    fn is_blocked(&self, _: &NormalizedKey) -> bool {
        false
    }
}

/// A root, an issuing authority, and what it issued.
pub struct World {
    pub rng: Seeded,
    pub root: Issuer,
    pub issuing: Issuer,
    pub request: CertificationRequest,
    pub device: Certificate,
    pub service: Certificate,
    pub key: PrivateKey,
}

impl World {
    /// Of SM2 keys.
    pub fn new() -> Self {
        let mut rng = Seeded::default();
        let signer = signer(&mut rng);
        let serial = SerialNumber::generate(&mut rng);
        let profile = profiles().get("root").unwrap().clone();
        let prepared =
            root::prepare(&profile, &name("测试根"), signer.clone(), None, serial, now(), &mut rng).unwrap();
        let issued = root::sign(committed(prepared), signer.as_ref(), &mut rng).unwrap();
        let root = issuer("root", issued.into_document(), signer, &mut rng);
        let (issuing, signer) = subordinate(&root, "issuing", "测试签发", &mut rng);
        let issuing = issuer("issuing", issuing, signer, &mut rng);
        let key = PrivateKey::generate(KeySpec::Sm2, &mut rng).unwrap();
        let pem = key.to_pem(None, &mut rng).unwrap();
        let copy = PrivateKey::from_pem(pem.as_bytes(), None).unwrap();
        let signer = copy.into_signer(Sm2Parameters::Absent);
        let names = SubjectAlternativeName(vec![
            GeneralName::Dns("meter-7.example".to_owned()),
            GeneralName::Ip("192.0.2.7".parse().unwrap()),
        ]);
        let extensions = Extensions::new(vec![names.to_extension(false)]).unwrap();
        let request =
            CertificationRequest::create(&name("meter-7.example"), &extensions, &signer, &mut rng).unwrap();
        let device = issue(&issuing, "device", &request, &mut rng);
        let service = issue(&issuing, "service", &request, &mut rng);
        Self { rng, root, issuing, request, device, service, key }
    }

    /// A revocation list of the issuing authority.
    pub fn crl(&mut self, entries: Vec<RevokedEntry>) -> CertificateList {
        crl(&self.issuing, entries, &mut self.rng)
    }

    /// A revocation list of the root.
    pub fn root_crl(&mut self) -> CertificateList {
        crl(&self.root, Vec::new(), &mut self.rng)
    }

    /// A question about the device's certificate.
    pub fn ocsp_request(&self) -> Vec<u8> {
        let id = CertId::new(DigestAlgorithm::Sm3, self.issuing.certificate(), self.device.serial()).unwrap();
        OcspRequest::new(vec![id], Some(b"a nonce")).unwrap().der().to_vec()
    }

    /// The response of a delegated responder: the device is revoked, another serial unknown.
    pub fn ocsp_response(&mut self) -> Vec<u8> {
        let (certificate, signer) = subordinate(&self.issuing, "ocsp-signing", "测试状态", &mut self.rng);
        let id = |serial: &SerialNumber| {
            CertId::new(DigestAlgorithm::Sm3, self.issuing.certificate(), serial).unwrap()
        };
        let ids = vec![id(self.device.serial()), id(&"43ab".parse().unwrap())];
        let request = OcspRequest::new(ids, Some(b"a nonce")).unwrap();
        let revoked = CertStatus::Revoked { at: at("2026-03-04T06:00:00Z"), reason: Reason::KeyCompromise };
        let answer = |status| SingleAnswer {
            status,
            this_update: at("2026-03-04T06:30:00Z"),
            next_update: at("2026-03-05T06:30:00Z"),
            archive_cutoff: None,
        };
        let answers = vec![answer(revoked), answer(CertStatus::Unknown)];
        let responder = Responder::new(certificate, signer).unwrap();
        responder.respond(&request, answers, at("2026-03-04T06:30:00Z"), &mut self.rng).unwrap()
    }
}

/// The entry that revokes a certificate.
pub fn revoked(certificate: &Certificate) -> RevokedEntry {
    RevokedEntry {
        serial: certificate.serial().clone(),
        at: at("2026-03-04T06:00:00Z"),
        reason: Some(Reason::KeyCompromise),
        invalidity_date: Some(at("2026-03-01T00:00:00Z")),
    }
}

/// Writes a file into a folder and gives its path.
pub fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    write_new(&path, content.as_ref(), Access::Private).unwrap();
    path.display().to_string()
}

fn profiles() -> ProfileSet {
    ProfileSet::load(schemas::profiles::DEFAULT.iter().copied()).unwrap()
}

fn signer(rng: &mut dyn CryptoRng) -> Arc<dyn Signer> {
    Arc::new(PrivateKey::generate(KeySpec::Sm2, rng).unwrap().into_signer(Sm2Parameters::Absent))
}

fn committed(prepared: PreparedCertificate) -> CommittedCertificate {
    prepared.commit(|_| Ok::<(), Infallible>(())).unwrap()
}

fn issuer(
    authority: &str,
    certificate: Certificate,
    signer: Arc<dyn Signer>,
    rng: &mut dyn CryptoRng,
) -> Issuer {
    let name = authority.parse().unwrap();
    let urls = Urls::under("http://pki.example.cn", &name).unwrap();
    Issuer::new(name, certificate, signer, urls, rng).unwrap()
}

fn subordinate(
    above: &Issuer,
    profile: &str,
    common_name: &str,
    rng: &mut dyn CryptoRng,
) -> (Certificate, Arc<dyn Signer>) {
    let signer = signer(rng);
    let request = hierarchy::request(&name(common_name), signer.as_ref(), rng).unwrap();
    let profile = profiles().get(profile).unwrap().clone();
    let authorized = hierarchy::authorize(profile, request, Choices::default(), &Unblocked).unwrap();
    let serial = SerialNumber::generate(rng);
    let prepared = above.prepare(authorized, serial, now(), rng).unwrap();
    (above.sign(committed(prepared), rng).unwrap().into_document(), signer)
}

fn issue(
    issuing: &Issuer,
    profile: &str,
    request: &CertificationRequest,
    rng: &mut dyn CryptoRng,
) -> Certificate {
    let profile = profiles().get(profile).unwrap().clone();
    let verified = request.clone().verify().unwrap();
    let authorized = AuthorizedRequest::new(profile, verified, Choices::default(), &Unblocked).unwrap();
    let serial = SerialNumber::generate(rng);
    let prepared = issuing.prepare(authorized, serial, now(), rng).unwrap();
    issuing.sign(committed(prepared), rng).unwrap().into_document()
}

fn crl(issuer: &Issuer, entries: Vec<RevokedEntry>, rng: &mut dyn CryptoRng) -> CertificateList {
    let plan =
        CrlPlan::after(None, 7, at("2026-03-04T07:00:00Z"), at("2026-03-11T07:00:00Z"), entries).unwrap();
    let prepared = issuer.prepare_crl(plan, rng).unwrap();
    let committed = prepared.commit(|_| Ok::<_, Infallible>(())).unwrap();
    issuer.sign_crl(committed, rng).unwrap().into_document()
}
