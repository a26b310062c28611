use super::*;
use crate::algorithm::{Signer, verify};
use crate::encoding::pem;
use crate::testing::{openssl, rng, shared};

const SPECS: [KeySpec; 5] =
    [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }];

fn key(spec: KeySpec) -> PrivateKey {
    PrivateKey::generate(spec, &mut rng()).ok().unwrap()
}

fn password(text: &str) -> Password {
    Password::new(Zeroizing::new(text.into())).ok().unwrap()
}

fn code(result: Result<PrivateKey, KeyError>) -> &'static str {
    result.err().map_or("none", |error| error.code())
}

#[test]
fn every_kind_of_key_signs_and_comes_back() {
    for spec in SPECS {
        let key = key(spec);
        let der = key.to_pkcs8_der().unwrap();
        let copy = PrivateKey::from_pkcs8_der(&der).ok().unwrap();
        assert_eq!(copy.public_key(), key.public_key());
        assert_eq!(*copy.to_pkcs8_der().unwrap(), *der);
        assert_eq!(key.public_key().spec(), spec);
        let signer = key.into_signer(Sm2Parameters::Null);
        for signature in [signer.sign(b"message", &mut rng()), signer.sign_to_verify(b"message", &mut rng())]
        {
            let signature = signature.unwrap();
            let check = |message| verify(signer.identifier(), copy.public_key(), message, &signature);
            assert_eq!(check(b"message"), Ok(()), "{spec}");
            assert!(check(b"massage").is_err());
        }
    }
}

#[test]
fn keys_do_not_verify_what_another_kind_signed() {
    for spec in SPECS {
        let signer = key(spec).into_signer(Sm2Parameters::Absent);
        let signature = signer.sign(b"message", &mut rng()).unwrap();
        for other in SPECS {
            let other = key(other);
            assert!(verify(signer.identifier(), other.public_key(), b"message", &signature).is_err());
        }
    }
}

#[test]
fn public_keys_come_back_from_their_encoding() {
    for spec in SPECS {
        let key = key(spec);
        let public = PublicKey::from_spki_der(key.public_key().spki_der()).unwrap();
        assert_eq!(&public, key.public_key());
        assert_eq!(public.normalized(), key.public_key().normalized());
        assert_eq!(public.fingerprint().to_string().parse(), Ok(public.fingerprint()));
    }
}

#[test]
fn a_sm2_key_takes_150_bytes() {
    let der = key(KeySpec::Sm2).to_pkcs8_der().unwrap();
    assert_eq!(der.len(), 150);
    assert!(hex::encode(&*der).starts_with("308193020100301306072a8648ce3d020106082a811ccf5501822d0479"));
}

#[test]
fn a_generated_key_is_never_the_same() {
    for spec in SPECS {
        assert_ne!(key(spec).public_key(), key(spec).public_key());
    }
}

#[test]
fn other_rsa_sizes_are_not_made() {
    for bits in [0, 1024, 2047, 2049, 16384] {
        assert_eq!(code(PrivateKey::generate(KeySpec::Rsa { bits }, &mut rng())), "key-size-unsupported");
    }
}

#[test]
fn a_broken_source_of_randomness_ends_in_an_error() {
    struct Zeros;
    impl rand_core::TryRng for Zeros {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(0)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(0)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            bytes.fill(0);
            Ok(())
        }
    }
    impl rand_core::TryCryptoRng for Zeros {}
    for spec in [KeySpec::P256, KeySpec::P384] {
        assert_eq!(code(PrivateKey::generate(spec, &mut Zeros)), "key-generation-failed");
    }
}

#[test]
fn the_password_decides() {
    let (right, wrong) = (password("密码 right"), password("wrong"));
    for spec in [KeySpec::Sm2, KeySpec::Ed25519] {
        let key = key(spec);
        let der = key.to_encrypted_pkcs8_der(&right, EncryptionForm::Aes256, &mut rng()).unwrap();
        let copy = PrivateKey::from_encrypted_pkcs8_der(&der, &right).ok().unwrap();
        assert_eq!(copy.public_key(), key.public_key());
        assert_eq!(code(PrivateKey::from_encrypted_pkcs8_der(&der, &wrong)), "key-password-wrong");
        let plain = key.to_pkcs8_der().unwrap();
        assert!(!der.windows(16).any(|window| plain.windows(16).any(|secret| secret == window)));
    }
    assert_eq!(Password::new(Zeroizing::new(String::new())).err(), Some(KeyError::EmptyPassword));
}

#[test]
fn the_public_key_stored_must_belong_to_the_private_one() {
    for algorithm in [KeyAlgorithm::Sm2, KeyAlgorithm::P256, KeyAlgorithm::P384] {
        let scalar = vec![7; scalar_length(algorithm)];
        let own = PrivateKey::from_scalar(algorithm, &scalar).ok().unwrap();
        let other = PrivateKey::from_scalar(algorithm, &vec![8; scalar.len()]).ok().unwrap();
        let write = |key: &PrivateKey| {
            let sec1 = sec1::write(algorithm, &scalar, Some(key.public_key().key_bits())).unwrap();
            pem::write("EC PRIVATE KEY", &sec1)
        };
        assert_eq!(code(PrivateKey::from_pem(write(&own).as_bytes(), None)), "none");
        assert_eq!(code(PrivateKey::from_pem(write(&other).as_bytes(), None)), "key-pair-mismatch");
    }
}

#[test]
fn scalars_have_their_length_and_range() {
    let order = hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").unwrap();
    for scalar in [vec![], vec![0; 32], vec![1; 31], vec![1; 33], order, vec![0xff; 32]] {
        for algorithm in [KeyAlgorithm::P256, KeyAlgorithm::Sm2] {
            // The order of P-256 is above that of SM2.
            let sec1 = sec1::write(algorithm, &scalar, None).unwrap();
            let text = pem::write("EC PRIVATE KEY", &sec1);
            assert_eq!(
                code(PrivateKey::from_pem(text.as_bytes(), None)),
                "key-private-invalid",
                "{scalar:02x?}"
            );
        }
    }
}

#[test]
fn a_file_must_hold_one_private_key() {
    let (first, second) = (key(KeySpec::P256), key(KeySpec::Sm2));
    let text = |key: &PrivateKey| key.to_pem(None, &mut rng()).unwrap().to_string();
    let certificate = pem::write("CERTIFICATE", b"x");
    assert_eq!(code(PrivateKey::from_pem(format!("{certificate}{}", text(&first)).as_bytes(), None)), "none");
    assert_eq!(code(PrivateKey::from_pem((text(&first) + &text(&second)).as_bytes(), None)), "key-several");
    assert_eq!(code(PrivateKey::from_pem(certificate.as_bytes(), None)), "pem-label");
    assert_eq!(code(PrivateKey::from_pem(b"", None)), "pem-none");
}

#[test]
fn openssl_reads_every_key_that_is_written() {
    let password = password("letmein");
    for spec in SPECS {
        let key = key(spec);
        for (secret, arguments) in [
            (None, &["pkey", "-pubout", "-outform", "DER"][..]),
            (Some(&password), &["pkey", "-pubout", "-outform", "DER", "-passin", "pass:letmein"]),
        ] {
            let text = key.to_pem(secret, &mut rng()).unwrap();
            let Some(output) = openssl(arguments, text.as_bytes()) else { return };
            assert_eq!(output.unwrap(), key.public_key().spki_der(), "{spec}");
        }
    }
}

#[test]
fn every_key_that_openssl_writes_is_read() {
    let secret = password("letmein");
    for arguments in [
        &["genpkey", "-algorithm", "SM2"][..],
        &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"],
        &["ecparam", "-name", "SM2", "-genkey"],
        &["ecparam", "-name", "SM2", "-genkey", "-noout"],
        &["ecparam", "-name", "prime256v1", "-genkey"],
        &["ecparam", "-name", "secp384r1", "-genkey"],
        &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        &["genpkey", "-algorithm", "ED25519"],
        &["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    ] {
        let Some(text) = openssl(arguments, b"") else { return };
        let text = text.unwrap();
        let read = PrivateKey::from_pem(&text, None).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
        let public = openssl(&["pkey", "-pubout", "-outform", "DER"], &text).unwrap().unwrap();
        assert_eq!(read.public_key().spki_der(), public, "{arguments:?}");
        for cipher in [
            &["-v2", "aes-256-cbc"][..],
            &["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"],
            &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA384"],
            &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"],
            &["-v2", "sm4-cbc"],
        ] {
            let arguments = [&["pkcs8", "-topk8", "-passout", "pass:letmein"], cipher].concat();
            let encrypted = openssl(&arguments, &text).unwrap().unwrap();
            let copy = PrivateKey::from_pem(&encrypted, Some(&secret));
            let copy = copy.unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
            assert_eq!(copy.public_key(), read.public_key());
            assert_eq!(code(PrivateKey::from_pem(&encrypted, None)), "key-password-needed");
            assert_eq!(code(PrivateKey::from_pem(&encrypted, Some(&password("no")))), "key-password-wrong");
        }
    }
}

#[test]
fn what_openssl_encrypts_otherwise_is_refused_by_name() {
    let secret = password("letmein");
    let Some(text) = openssl(&["genpkey", "-algorithm", "ED25519"], b"") else { return };
    let text = text.unwrap();
    for (cipher, expected) in
        [(&["-v2", "des3"][..], "key-encryption-unsupported"), (&["-scrypt"], "key-encryption-unsupported")]
    {
        let arguments = [&["pkcs8", "-topk8", "-passout", "pass:letmein"], cipher].concat();
        let encrypted = openssl(&arguments, &text).unwrap().unwrap();
        assert_eq!(code(PrivateKey::from_pem(&encrypted, Some(&secret))), expected, "{cipher:?}");
    }
    // 65,536 iterations made 8,388,607.
    let arguments = ["pkcs8", "-topk8", "-passout", "pass:letmein", "-iter", "65536", "-outform", "DER"];
    let mut endless = openssl(&arguments, &text).unwrap().unwrap();
    let at = endless.windows(5).position(|window| window == [2, 3, 1, 0, 0]).unwrap();
    endless[at + 2..at + 5].copy_from_slice(&[0x7f, 0xff, 0xff]);
    assert_eq!(code(PrivateKey::from_encrypted_pkcs8_der(&endless, &secret)), "key-encryption-parameters");
    let legacy = openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout"], b"").unwrap().unwrap();
    let legacy = openssl(&["ec", "-aes128", "-passout", "pass:letmein"], &legacy).unwrap().unwrap();
    assert_eq!(code(PrivateKey::from_pem(&legacy, Some(&secret))), "pem-legacy-encryption");
}

#[test]
fn openssl_verifies_what_sm2_keys_sign() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let signer = key(KeySpec::Sm2).into_signer(Sm2Parameters::Absent);
    let spki = pem::write("PUBLIC KEY", signer.public_key().spki_der());
    let (key_file, signature_file) = (path("key.pem"), path("signature"));
    crate::keystore::file::write_new(
        key_file.as_ref(),
        spki.as_bytes(),
        crate::keystore::file::Access::Public,
    )
    .unwrap();
    let signature = signer.sign(b"message", &mut rng()).unwrap();
    crate::keystore::file::write_new(
        signature_file.as_ref(),
        &signature,
        crate::keystore::file::Access::Public,
    )
    .unwrap();
    let arguments = [
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        &key_file,
        "-rawin",
        "-digest",
        "sm3",
        "-sigfile",
        &signature_file,
        "-pkeyopt",
        "distid:1234567812345678",
        "-in",
    ];
    for (message, expected) in [(&b"message"[..], true), (b"massage", false)] {
        let file = path(if expected { "right" } else { "wrong" });
        crate::keystore::file::write_new(file.as_ref(), message, crate::keystore::file::Access::Public)
            .unwrap();
        let Some(output) = openssl(&[&arguments[..], &[file.as_str()]].concat(), b"") else { return };
        assert_eq!(output.is_ok(), expected, "{output:?}");
    }
}

#[test]
fn keys_of_other_programs_are_read() {
    for (file, certificate) in
        [("sm2_server_sign", "tongsuo-sm2_server_sign.crt"), ("sm2_server_enc", "tongsuo-sm2_server_enc.crt")]
    {
        let Some(text) = shared(&format!("vectors/tongsuo-{file}.key")) else { return };
        let key = PrivateKey::from_pem(&text, None).ok().unwrap();
        let certificate = shared(&format!("vectors/{certificate}")).unwrap();
        let der = pem::read_one_of(&certificate, &["CERTIFICATE"]).unwrap();
        assert!(der.windows(65).any(|window| window == key.public_key().key_bits()), "{file}");
    }
    for kind in ["sign", "enc"] {
        let text = shared(&format!("vectors/gmssl-tlcp-server-{kind}key-enc.pem")).unwrap();
        let key = PrivateKey::from_pem(&text, Some(&password("1234"))).ok().unwrap();
        let chain = shared("vectors/gmssl-tlcp-server-double.pem").unwrap();
        let ders: Vec<_> = pem::read_all(&chain).unwrap().into_iter().map(|object| object.der).collect();
        assert!(ders.iter().any(|der| der.windows(65).any(|window| window == key.public_key().key_bits())));
        assert_eq!(code(PrivateKey::from_pem(&text, Some(&password("12345")))), "key-password-wrong");
    }
}

mod any_bytes {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn are_judged_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = PrivateKey::from_pkcs8_der(&bytes);
            let _ = PrivateKey::from_pem(&bytes, None);
            let _ = PublicKey::from_spki_der(&bytes);
        }

        #[test]
        fn in_place_of_some_of_a_key_give_a_sound_key_or_none(
            position in any::<prop::sample::Index>(), byte in any::<u8>(), kind in 0..4_usize,
        ) {
            let key = key(SPECS[kind]);
            let mut der = key.to_pkcs8_der().unwrap().to_vec();
            let index = position.index(der.len());
            der[index] = byte;
            if let Ok(read) = PrivateKey::from_pkcs8_der(&der) {
                let public = read.public_key().clone();
                let signer = read.into_signer(Sm2Parameters::Absent);
                let signature = signer.sign(b"message", &mut rng()).unwrap();
                prop_assert!(verify(signer.identifier(), &public, b"message", &signature).is_ok());
            }
        }
    }
}
