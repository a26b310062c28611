//! Certification requests and how they are sent by EST.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::encoding::pem;
use ca_core::key::PrivateKey;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::extension::Extensions;
use ca_core::x509::name::{AttributeKind, Name};
use ca_core::x509::request::CertificationRequest;
use rand_core::UnwrapErr;

use super::client::Response;
use super::server::Server;

/// The system's randomness.
pub(crate) fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// A request for a common name on a fresh key.
pub(crate) fn csr(spec: KeySpec, common_name: &str) -> CertificationRequest {
    let name = Name::from_parts(&[(AttributeKind::CommonName, common_name.to_owned())]).unwrap();
    let key = PrivateKey::generate(spec, &mut rng()).unwrap();
    let signer = key.into_signer(Sm2Parameters::Absent);
    CertificationRequest::create(&name, &Extensions::default(), &signer, &mut rng()).unwrap()
}

/// The value of an Authorization header.
pub(crate) fn basic(credentials: &str) -> String {
    format!("Basic {}", STANDARD.encode(credentials))
}

/// Sends a body to simpleenroll with good credentials.
pub(crate) fn enroll_body(server: &Server, label: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
    let authorization = basic(&server.credentials());
    let mut all = vec![("Authorization", authorization.as_str())];
    if !headers.iter().any(|(name, _)| *name == "Content-Type") {
        all.push(("Content-Type", "application/pkcs10"));
    }
    all.extend_from_slice(headers);
    server.secure().send("POST", &format!("/.well-known/est{label}/simpleenroll"), &all, body)
}

/// Enrols a device and gives its certificate.
pub(crate) fn enroll(server: &Server, common_name: &str) -> Certificate {
    let request = csr(KeySpec::Sm2, common_name);
    let response =
        enroll_body(server, "", &[("Accept", "application/x-pem-file")], request.to_pem().as_bytes());
    assert_eq!(response.status, 200, "{}", response.text());
    certificates(&response.body).remove(0)
}

/// The certificates of a PEM text.
pub(crate) fn certificates(text: &[u8]) -> Vec<Certificate> {
    let objects = pem::read_all(text).unwrap();
    objects.iter().map(|object| Certificate::from_der(&object.der).unwrap()).collect()
}
