//! A root, an issuing authority, its OCSP responder and a device, made as the server makes them, and their files.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::crl::list::{ListDraft, ListKind, ListPlan};
use ca_core::crl::{CrlPlan, RevokedEntry};
use ca_core::issuance::{AuthorityName, AuthorizedRequest, Choices, Issuer, Shard, Urls, hierarchy, root};
use ca_core::key::{BlockedKeys, NormalizedKey, PrivateKey};
use ca_core::ocsp::Responder;
use ca_core::profile::{Profile, ProfileSet};
use ca_core::x509::name::AttributeKind;
use ca_core::x509::{Certificate, CertificateList, Name, SerialNumber};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// When everything is made and judged.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().expect("a time")
}

pub(crate) fn name(common_name: &str) -> Name {
    let parts = [
        (AttributeKind::Country, "CN"),
        (AttributeKind::Organization, "示范城市"),
        (AttributeKind::CommonName, common_name),
    ];
    Name::from_parts(&parts.map(|(kind, text)| (kind, text.to_owned()))).expect("a name")
}

pub(crate) fn signer(spec: KeySpec, parameters: Sm2Parameters) -> Arc<dyn Signer> {
    Arc::new(PrivateKey::generate(spec, &mut rng()).expect("a key").into_signer(parameters))
}

pub(crate) struct NoneBlocked;

impl BlockedKeys for NoneBlocked {
    fn is_blocked(&self, _: &NormalizedKey) -> bool {
        false
    }
}

/// The hierarchy of one algorithm. Files: `root.pem`, `issuing.pem`, `chain.pem` (both), `leaf.pem`.
pub(crate) struct City {
    folder: TempDir,
    pub(crate) spec: KeySpec,
    pub(crate) root: Issuer,
    pub(crate) issuing: Issuer,
    pub(crate) responder: Responder,
    pub(crate) leaf: Certificate,
}

impl City {
    pub(crate) fn new(spec: KeySpec, parameters: Sm2Parameters) -> Self {
        Self::sharded(spec, parameters, 0)
    }

    /// One whose issuing authority puts certificates into so many shards.
    pub(crate) fn sharded(spec: KeySpec, parameters: Sm2Parameters, shards: u16) -> Self {
        let profiles =
            ProfileSet::load(schemas::profiles::DEFAULT.iter().copied()).expect("the profiles load");
        let profile = |name: &str| Arc::clone(profiles.get(name).expect("a default profile"));

        let root = make_root(&profile("root"), signer(spec, parameters));
        let key = signer(spec, parameters);
        let certificate = issue(&root, member(profile("issuing"), "City issuing authority", key.as_ref()));
        let issuing = issuer("issuing", certificate, key, shards);

        let key = signer(spec, parameters);
        let certificate =
            issue(&issuing, member(profile("ocsp-signing"), "City OCSP responder", key.as_ref()));
        let responder = Responder::new(certificate, key).expect("a responder");

        let leaf = issue(&issuing, device(profile("device"), signer(spec, parameters).as_ref()));
        let city =
            Self { folder: tempfile::tempdir().expect("a folder"), spec, root, issuing, responder, leaf };
        let (root, issuing) = (city.root.certificate().to_pem(), city.issuing.certificate().to_pem());
        city.write("root.pem", &root);
        city.write("issuing.pem", &issuing);
        city.write("chain.pem", format!("{issuing}{root}"));
        city.write("leaf.pem", city.leaf.to_pem());
        city
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.file(name), content).expect("a temporary file is written");
        self.file(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.file(name)).expect("the file is there")
    }

    /// Signs a CRL of an authority as its file `<authority>-<number>.crl`.
    pub(crate) fn crl(
        &self,
        issuer: &Issuer,
        number: u64,
        entries: Vec<RevokedEntry>,
    ) -> (PathBuf, CertificateList) {
        let next_update = now() + SignedDuration::from_hours(24);
        let plan = CrlPlan::after(None, number, now(), next_update, entries).expect("a plan");
        let prepared = issuer.prepare_crl(plan, &mut rng()).expect("a CRL passes the lint");
        let committed = prepared.commit(|_| Ok::<_, Infallible>(())).expect("it is committed");
        let issued = issuer.sign_crl(committed, &mut rng()).expect("it is signed");
        let file = self.write(&format!("{}-{number}.crl", issuer.name()), issued.der());
        (file, issued.into_document())
    }

    /// Signs a streamed list of the issuing authority, about all or a shard, as its file.
    pub(crate) fn list(
        &self,
        name: &str,
        kind: ListKind,
        number: u64,
        shard: Option<Shard>,
        entries: &[RevokedEntry],
    ) -> PathBuf {
        let next_update = now() + SignedDuration::from_hours(24);
        let urls = self.issuing.urls();
        let plan = ListPlan::after(None, number, now(), next_update, kind)
            .expect("a plan")
            .only_for(shard.map(|_| urls.list(shard)))
            .with_deltas_at(Some(urls.delta(shard)));
        let mut draft = ListDraft::new(plan, Vec::new());
        entries.iter().for_each(|entry| draft.push(entry.clone()).expect("an entry in its order"));
        let prepared = self.issuing.prepare_list(draft, &mut rng()).expect("a list passes the lint");
        let committed = prepared.commit(|_| Ok::<_, Infallible>(())).expect("it is committed");
        let signed = self.issuing.sign_list(committed, &mut rng()).expect("it is signed");
        let mut der = Vec::new();
        let visited = signed.visit(&mut |part| {
            der.extend_from_slice(part);
            Ok(())
        });
        visited.expect("memory takes all");
        self.write(name, der)
    }
}

fn issuer(name: &str, certificate: Certificate, signer: Arc<dyn Signer>, shards: u16) -> Issuer {
    let name: AuthorityName = name.parse().expect("a name");
    let urls = Urls::under("http://pki.example.cn", &name).expect("addresses").with_shards(shards);
    Issuer::new(name, certificate, signer, urls, &mut rng()).expect("an issuer")
}

fn make_root(profile: &Profile, signer: Arc<dyn Signer>) -> Issuer {
    let serial = SerialNumber::generate(&mut rng());
    let prepared =
        root::prepare(profile, &name("City root"), Arc::clone(&signer), None, serial, now(), &mut rng())
            .expect("a root passes the lint");
    let committed = prepared.commit(|_| Ok::<_, Infallible>(())).expect("it is committed");
    let issued = root::sign(committed, signer.as_ref(), &mut rng()).expect("it is signed");
    issuer("root", issued.into_document(), signer, 0)
}

/// The request of an authority or a responder.
fn member(profile: Arc<Profile>, common_name: &str, signer: &dyn Signer) -> AuthorizedRequest {
    let request = hierarchy::request(&name(common_name), signer, &mut rng()).expect("a request");
    hierarchy::authorize(profile, request, Choices::default(), &NoneBlocked).expect("the profile agrees")
}

fn device(profile: Arc<Profile>, signer: &dyn Signer) -> AuthorizedRequest {
    let request = hierarchy::request(&name("camera-0001"), signer, &mut rng()).expect("a request");
    AuthorizedRequest::new(profile, request, Choices::default(), &NoneBlocked).expect("the profile agrees")
}

pub(crate) fn issue(issuer: &Issuer, request: AuthorizedRequest) -> Certificate {
    let serial = SerialNumber::generate(&mut rng());
    let prepared = issuer.prepare(request, serial, now(), &mut rng()).expect("a certificate passes the lint");
    let committed = prepared.commit(|_| Ok::<_, Infallible>(())).expect("it is committed");
    issuer.sign(committed, &mut rng()).expect("it is signed").into_document()
}
