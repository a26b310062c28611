//! Devices that enrol over EST, and an administrator who revokes.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::encoding::pem;
use ca_core::key::PrivateKey;
use ca_core::x509::name::AttributeKind;
use ca_core::x509::{Certificate, CertificationRequest, Extensions, Name};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use schemas::message_signature::{Covered, content_digest, sign};

use crate::https::{Answer, Client};

/// A request of a new SM2 key for a common name, DER.
///
/// # Panics
/// Where the name cannot be a common name.
#[must_use]
pub fn request(common_name: &str) -> Vec<u8> {
    let mut rng = UnwrapErr(SysRng);
    let key = PrivateKey::generate(KeySpec::Sm2, &mut rng).expect("a key").into_signer(Sm2Parameters::Absent);
    let name = Name::from_parts(&[(AttributeKind::CommonName, common_name.to_owned())]).expect("a name");
    let request =
        CertificationRequest::create(&name, &Extensions::default(), &key, &mut rng).expect("a request");
    request.der().to_vec()
}

/// Who may enrol at a development server, and who administers it.
pub struct Access {
    authorization: String,
    administrator: Box<dyn Signer>,
}

impl Access {
    /// As the files of its folder say.
    ///
    /// # Panics
    /// Where they are not there.
    #[must_use]
    pub fn read(data: &Path) -> Self {
        let credentials = std::fs::read_to_string(data.join("est.credentials")).expect("est.credentials");
        let encoded = base64::engine::general_purpose::STANDARD.encode(credentials.trim());
        let key = std::fs::read(data.join("admin.key")).expect("admin.key");
        let key = PrivateKey::from_pem(&key, None).expect("the key of the administrator");
        Self {
            authorization: format!("Basic {encoded}"),
            administrator: Box::new(key.into_signer(Sm2Parameters::Absent)),
        }
    }

    /// Enrols: the certificate, or the answer that was none.
    ///
    /// # Errors
    /// What the connection said.
    pub fn enroll(&self, client: &mut Client, request: &[u8]) -> io::Result<Result<Certificate, Answer>> {
        let headers = [
            ("Authorization", self.authorization.as_str()),
            ("Content-Type", "application/pkcs10"),
            ("Accept", "application/x-pem-file"),
        ];
        let answer = client.send("POST", "/.well-known/est/simpleenroll", &headers, request)?;
        if answer.status != 200 {
            return Ok(Err(answer));
        }
        let first = pem::read_all(&answer.body)
            .ok()
            .and_then(|objects| Certificate::from_der(&objects.first()?.der).ok());
        Ok(first.ok_or(answer))
    }

    /// Asks for the revocation of a certificate of the authority `issuing`.
    ///
    /// # Errors
    /// What the connection said.
    ///
    /// # Panics
    /// Where the administrator's key cannot sign.
    pub fn revoke(&self, client: &mut Client, serial: &str) -> io::Result<Answer> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = format!("/api/v1/certificates/issuing/{serial}/revoke");
        let body = br#"{"reason":"superseded"}"#;
        let covered = Covered {
            method: "POST".to_owned(),
            target_uri: format!("https://{}{path}", client.address()),
            content_digest: content_digest(body),
            content_type: Some("application/json".to_owned()),
            idempotency_key: None,
        };
        let now = jiff::Timestamp::now();
        let nonce = format!("{}-{}-{count:08}", std::process::id(), now.as_nanosecond());
        let signed =
            sign(&covered, now, &nonce, &*self.administrator, &mut UnwrapErr(SysRng)).expect("a signature");
        let headers = [
            ("Content-Type", "application/json"),
            ("Content-Digest", signed.content_digest.as_str()),
            ("Signature-Input", signed.signature_input.as_str()),
            ("Signature", signed.signature.as_str()),
        ];
        client.send("POST", &path, &headers, body)
    }
}
