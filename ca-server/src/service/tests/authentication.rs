use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::keystore::load_private_key;
use ca_core::revocation::Reason;
use jiff::SignedDuration;
use schemas::message_signature::{Covered, SignedHeaders, content_digest, sign};
use uuid::Uuid;

use super::{Instance, signer};
use crate::port::{Clock as _, Randomness as _, SystemRandomness};
use crate::service::authentication::{Authenticated, AuthenticationError, SignedRequest};

const URI: &str = "https://127.0.0.1:8443/api/v1/certificates?limit=1";

fn covered(body: &[u8]) -> Covered {
    Covered {
        method: "GET".to_owned(),
        target_uri: URI.to_owned(),
        content_digest: content_digest(body),
        content_type: None,
        idempotency_key: None,
    }
}

fn admin(instance: &Instance) -> impl Signer + use<> {
    load_private_key(&instance.path("admin.key"), None).unwrap().into_signer(Sm2Parameters::Absent)
}

fn signed(instance: &Instance, by: &dyn Signer, nonce: &str) -> SignedHeaders {
    let mut rng = SystemRandomness.generator();
    sign(&covered(b""), instance.clock.now(), nonce, by, &mut *rng).unwrap()
}

fn verify(
    instance: &Instance,
    covered: &Covered,
    headers: &SignedHeaders,
) -> Result<Authenticated, AuthenticationError> {
    instance.services.authentication.verify(SignedRequest {
        covered,
        body: b"",
        signature_input: Some(&headers.signature_input),
        signature: Some(&headers.signature),
        request_id: Uuid::nil(),
    })
}

#[test]
fn an_administrator_is_known_by_the_key() {
    let instance = Instance::new();
    let headers = signed(&instance, &admin(&instance), "nonce-0123456789");
    let authenticated = verify(&instance, &covered(b""), &headers).unwrap();
    assert_eq!(authenticated.administrator().name, "admin");
    let act = authenticated.into_act();
    assert!(act.actor.to_string().starts_with("administrator:"));
    let evidence = String::from_utf8(act.evidence.unwrap()).unwrap();
    assert!(evidence.contains(URI) && evidence.contains("@signature-params"), "{evidence}");
}

#[test]
fn a_request_acts_once() {
    // A clock that is set back by half an hour is believed here.
    let instance =
        Instance::new().with_settings(|settings| settings.clock_bound = SignedDuration::from_hours(1));
    let headers = signed(&instance, &admin(&instance), "nonce-0123456789");
    let list = |act| instance.services.certificates.list(&act, &Default::default(), None, None);
    let first = verify(&instance, &covered(b""), &headers).unwrap();
    let at_once = verify(&instance, &covered(b""), &headers).unwrap();
    list(first.into_act()).unwrap();
    let again = list(at_once.into_act()).unwrap_err();
    assert_eq!((again.code(), again.fault()), ("nonce-replayed", crate::service::Fault::Unauthenticated));
    let again = verify(&instance, &covered(b""), &headers).unwrap_err();
    assert_eq!((again.code(), again.fault()), ("nonce-replayed", crate::service::Fault::Unauthenticated));
    // Set back by less than the margin, the clock does not make it new.
    instance.clock.advance(SignedDuration::from_mins(30));
    list(
        verify(&instance, &covered(b""), &signed(&instance, &admin(&instance), "another-nonce-16"))
            .unwrap()
            .into_act(),
    )
    .unwrap();
    instance.clock.advance(SignedDuration::from_mins(-30));
    let again = verify(&instance, &covered(b""), &headers).unwrap_err();
    assert_eq!(again.code(), "nonce-replayed");
}

#[test]
fn what_was_signed_for_something_else_is_refused() {
    let instance = Instance::new();
    let headers = signed(&instance, &admin(&instance), "nonce-0123456789");
    let mut elsewhere = covered(b"");
    elsewhere.target_uri.push('0');
    let mut deleting = covered(b"");
    deleting.method = "DELETE".to_owned();
    for other in [elsewhere, deleting] {
        let error = verify(&instance, &other, &headers).unwrap_err();
        assert!(matches!(error, AuthenticationError::Signature(_)), "{error}");
    }
    instance.clock.advance(SignedDuration::from_secs(61));
    assert!(matches!(verify(&instance, &covered(b""), &headers), Err(AuthenticationError::Signature(_))));
}

#[test]
fn strangers_and_the_unsigned_are_refused() {
    let instance = Instance::new();
    let stranger = signed(&instance, &signer(KeySpec::Sm2), "nonce-0123456789");
    let error = verify(&instance, &covered(b""), &stranger).unwrap_err();
    assert_eq!(error.code(), "administrator-unknown");
    let unsigned = SignedRequest {
        covered: &covered(b""),
        body: b"",
        signature_input: None,
        signature: None,
        request_id: Uuid::nil(),
    };
    assert_eq!(instance.services.authentication.verify(unsigned).unwrap_err().code(), "request-unsigned");
    assert_eq!(instance.observe().refusals, 2);
}

#[test]
fn an_administrator_whose_certificate_ended_is_refused() {
    let instance = Instance::new();
    let key = admin(&instance);
    let headers = signed(&instance, &key, "nonce-0123456789");
    let administrator = verify(&instance, &covered(b""), &headers).unwrap().administrator().clone();
    let certificate =
        instance.ports.store.certificate_by_id(administrator.certificate.unwrap()).unwrap().unwrap();
    let (services, act) = (&instance.services, instance.act());
    services.certificates.hold(&act, &certificate.authority, &certificate.serial).unwrap();
    assert_eq!(
        verify(&instance, &covered(b""), &headers).unwrap_err().code(),
        "administrator-certificate-revoked"
    );
    services.certificates.release(&act, &certificate.authority, &certificate.serial).unwrap();
    verify(&instance, &covered(b""), &headers).unwrap();
    let reason = Reason::KeyCompromise;
    services.certificates.revoke(&act, &certificate.authority, &certificate.serial, reason, None).unwrap();
    assert_eq!(
        verify(&instance, &covered(b""), &headers).unwrap_err().code(),
        "administrator-certificate-revoked"
    );
}

#[test]
fn an_administrator_whose_certificate_expired_is_refused() {
    let instance = Instance::new();
    instance.clock.advance(SignedDuration::from_hours(24 * 1100));
    let headers = signed(&instance, &admin(&instance), "nonce-0123456789");
    let error = verify(&instance, &covered(b""), &headers).unwrap_err();
    assert_eq!(error.code(), "administrator-certificate-expired");
}
