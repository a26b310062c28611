#![allow(clippy::disallowed_methods, reason = "the files of a test are temporary")]

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

use super::*;
use crate::x509::testing::at;

/// Runs openssl; none, said aloud, where it is not installed.
fn openssl(folder: &Path, arguments: &str) -> Option<()> {
    let Ok(output) = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output() else {
        println!("skipped: the openssl command is not installed");
        return None;
    };
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

const CONFIGURATION: &str = "
[req]
distinguished_name = name
[name]
[tsa_certificate]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = it
[it]
serial = serial
signer_digest = sha256
default_policy = 2.25.1
digests = sha256, sm3
accuracy = secs:1, millisecs:500, microsecs:100
ordering = yes
tsa_name = yes
ess_cert_id_alg = sha256
";

/// A request over `data` and the answer to it by an authority of openssl, whose certificate has these extensions.
fn stamp(data: &[u8], digest: &str, extensions: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("data"), data).unwrap();
    std::fs::write(at.join("configuration"), CONFIGURATION).unwrap();
    std::fs::write(at.join("serial"), "01").unwrap();
    let request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=tsa -keyout key.pem -out tsa.pem";
    openssl(at, &format!("{request} -config configuration -extensions {extensions}"))?;
    openssl(at, &format!("ts -query -data data -{digest} -cert -out request"))?;
    openssl(
        at,
        "ts -reply -config configuration -queryfile request -signer tsa.pem -inkey key.pem -out response",
    )?;
    Some((std::fs::read(at.join("request")).unwrap(), std::fs::read(at.join("response")).unwrap()))
}

#[test]
fn a_token_of_openssl_is_read_and_verified() {
    for digest in ["sha256", "sm3"] {
        let Some((request, response)) = stamp(b"data", digest, "tsa_certificate") else { return };
        let request = TimeStampRequest::from_der(&request).unwrap();
        assert!(request.wants_certificate());
        let response = TimeStampResponse::from_der(&response).unwrap();
        assert_eq!(response.status().to_string().split(',').next(), Some("granted"));
        let token = response.answers(&request).unwrap();
        let info = token.info();
        assert_eq!(info.policy.to_string(), "2.25.1");
        assert_eq!(info.accuracy.unwrap().0.as_micros(), 1_500_100);
        assert!(info.ordering && info.authority.is_some() && info.time > at("2020-01-01T00:00:00Z"));
        info.imprint.check(b"data").unwrap();
        assert_eq!(info.imprint.check(b"other").unwrap_err().code(), "timestamp-imprint");
        let verified = token.verify(&[]).unwrap();
        assert_eq!(verified.certificate().subject().to_string(), "CN=tsa");
        assert_eq!(TimeStampToken::parse(token.message().der()).unwrap(), *token);
    }
}

#[test]
fn a_certificate_for_more_than_time_stamps_does_not_count() {
    let Some((_, response)) = stamp(b"data", "sha256", "tsa_certificate") else { return };
    let der = TimeStampResponse::from_der(&response).unwrap().der().to_vec();
    // The purpose in the certificate, changed: then neither the purpose nor the name of the certificate fits.
    let purpose = [0x2b, 6, 1, 5, 5, 7, 3, 8];
    let at = der.windows(8).position(|window| window == purpose).unwrap();
    let mut changed = der.clone();
    changed[at + 7] = 2;
    let changed = TimeStampResponse::from_der(&changed).unwrap();
    assert_eq!(changed.token().unwrap().verify(&[]).unwrap_err().code(), "timestamp-purpose");
}

#[test]
fn an_answer_to_another_request_is_told() {
    let Some((_, response)) = stamp(b"data", "sha256", "tsa_certificate") else { return };
    let Some((request, _)) = stamp(b"data", "sha256", "tsa_certificate") else { return };
    let response = TimeStampResponse::from_der(&response).unwrap();
    let error = response.answers(&TimeStampRequest::from_der(&request).unwrap()).unwrap_err();
    assert_eq!(error, TimestampError::OtherRequest { part: "nonce" });
}

#[test]
fn a_refusal_says_why() {
    let text = crate::x509::asn1::element(0x0c, b"no time");
    let status = crate::x509::asn1::sequence(&[
        crate::x509::asn1::unsigned(2),
        crate::x509::asn1::sequence(&[text]),
        crate::x509::asn1::element(3, &[1, 0x00, 0x02]),
    ]);
    let response = TimeStampResponse::from_der(&crate::x509::asn1::sequence(&[status])).unwrap();
    assert_eq!(response.status().to_string(), "rejection, timeNotAvailable, \"no time\"");
    assert!(response.token().is_none());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = TimeStampRequest::from_der(&bytes);
        let _ = TimeStampResponse::from_der(&bytes);
        let _ = TstInfo::from_der(&bytes);
    }
}
