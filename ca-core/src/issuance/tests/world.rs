//! A root and an issuing authority, and requests to them.

use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use rand_core::{CryptoRng, UnwrapErr};

use crate::algorithm::{KeySpec, Signer, Sm2Parameters};
use crate::issuance::{
    AuthorizedRequest, Choices, CommittedCertificate, IssuedCertificate, Issuer, PrepareError,
    PreparedCertificate, Urls, hierarchy, root,
};
use crate::key::{BlockedKeys, NormalizedKey, PrivateKey};
use crate::path::{Question, TrustAnchor, judge};
use crate::profile::tests::default_profile;
use crate::x509::Certificate;
use crate::x509::extension::{Extension, Extensions};
use crate::x509::name::{AttributeKind, Name};
use crate::x509::request::{CertificationRequest, VerifiedRequest};
use crate::x509::serial::SerialNumber;

/// The systems' source of random numbers.
pub(super) fn rng() -> impl CryptoRng {
    UnwrapErr(getrandom::SysRng)
}

pub(super) fn now() -> Timestamp {
    "2027-03-01T12:00:00Z".parse().unwrap()
}

pub(super) fn name(common_name: &str) -> Name {
    Name::from_parts(&[(AttributeKind::CommonName, common_name.to_owned())]).unwrap()
}

pub(super) fn key(spec: KeySpec, parameters: Sm2Parameters) -> Arc<dyn Signer> {
    Arc::new(PrivateKey::generate(spec, &mut rng()).unwrap().into_signer(parameters))
}

/// No keys are blocked.
pub(super) struct Unblocked;

impl BlockedKeys for Unblocked {
    fn is_blocked(&self, _: &NormalizedKey) -> bool {
        false
    }
}

/// Stands for a store that keeps what it is given.
pub(super) fn committed(prepared: PreparedCertificate) -> CommittedCertificate {
    prepared.commit(|_| Ok::<(), Infallible>(())).unwrap_or_else(|never| match never {})
}

pub(super) fn request(subject: &Name, extensions: Vec<Extension>, signer: &dyn Signer) -> VerifiedRequest {
    let extensions = Extensions::new(extensions).unwrap();
    CertificationRequest::create(subject, &extensions, signer, &mut rng()).unwrap().verify().unwrap()
}

pub(super) struct World {
    pub(super) root: Issuer,
    pub(super) issuing: Issuer,
}

/// A world of P-256 keys for tests that are not about algorithms.
pub(super) static WORLD: LazyLock<World> = LazyLock::new(|| World::of(KeySpec::P256, Sm2Parameters::Absent));

impl World {
    pub(super) fn of(spec: KeySpec, parameters: Sm2Parameters) -> Self {
        let signer = key(spec, parameters);
        let profile = default_profile("root");
        let serial = SerialNumber::generate(&mut rng());
        let prepared =
            root::prepare(&profile, &name("City Root"), signer.clone(), None, serial, now(), &mut rng())
                .unwrap();
        let issued = root::sign(committed(prepared), signer.as_ref(), &mut rng()).unwrap();
        let root = issuer("root", issued, signer);
        let signer = key(spec, parameters);
        let prepared = subordinate(&root, "issuing", "City Issuing", signer.as_ref()).unwrap();
        let issued = root.sign(committed(prepared), &mut rng()).unwrap();
        let issuing = issuer("issuing", issued, signer);
        Self { root, issuing }
    }

    /// Issues under a profile for end entities.
    pub(super) fn issue(
        &self,
        profile: &str,
        request: VerifiedRequest,
        choices: Choices,
    ) -> IssuedCertificate {
        let profile = Arc::new(default_profile(profile));
        let authorized = AuthorizedRequest::new(profile, request, choices, &Unblocked).unwrap();
        let serial = SerialNumber::generate(&mut rng());
        let prepared = self.issuing.prepare(authorized, serial, now(), &mut rng()).unwrap();
        self.issuing.sign(committed(prepared), &mut rng()).unwrap()
    }
}

pub(super) fn urls(authority: &str) -> Urls {
    Urls::under("http://pki.example.cn", &authority.parse().unwrap()).unwrap()
}

pub(super) fn issuer(authority: &str, issued: IssuedCertificate, signer: Arc<dyn Signer>) -> Issuer {
    Issuer::new(authority.parse().unwrap(), issued.into_document(), signer, urls(authority), &mut rng())
        .unwrap()
}

/// Prepares an authority or a responder below `above`.
pub(super) fn subordinate(
    above: &Issuer,
    profile: &str,
    common_name: &str,
    signer: &dyn Signer,
) -> Result<PreparedCertificate, PrepareError> {
    let request = hierarchy::request(&name(common_name), signer, &mut rng()).unwrap();
    let profile = Arc::new(default_profile(profile));
    let authorized = hierarchy::authorize(profile, request, Choices::default(), &Unblocked).unwrap();
    above.prepare(authorized, SerialNumber::generate(&mut rng()), now(), &mut rng())
}

/// There is a valid path from the root of `world` to `certificate`.
pub(super) fn assert_path(world: &World, certificate: &Certificate) {
    let anchors = [TrustAnchor::from_certificate(world.root.certificate()).unwrap()];
    let question = Question {
        intermediates: std::slice::from_ref(world.issuing.certificate()),
        ..Question::new(certificate, &anchors, now())
    };
    judge(&question).into_result().map_err(|refused| refused.to_string()).unwrap();
}
