//! A page of each kind of object that is not of this authority's own making.

#![allow(clippy::print_stdout, reason = "tests say what they skip")]

use std::path::{Path, PathBuf};
use std::process::Command;

use ca_core::key::PrivateKey;
use ca_core::x509::extension::{
    AccessDescription, CertificatePolicies, CrlDistributionPoints, DistributionPoint, DistributionPointName,
    ExtensionValue, FreshestCrl, GeneralName, IdentityForm, IdentityKind, IdentityNumber, InhibitAnyPolicy,
    IssuerAlternativeName, NameConstraints, PolicyConstraints, PolicyInformation, PolicyMapping,
    PolicyMappings, PolicyQualifier, PrivateKeyUsagePeriod, QualifiedStatement, QualifiedStatements,
    StatementMeaning, SubjectInformationAccess, Subtree, TlsFeature,
};
use ca_core::x509::{Extension, Oid};

use super::*;

/// A collected file; none, said aloud, where it is not there.
fn vector(name: &str) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors").join(name);
    let found = std::fs::read(&path).ok();
    if found.is_none() {
        println!("skipped: {} is not there", path.display());
    }
    found
}

/// The report on some bytes, read with this password and opened with this key.
fn read(bytes: &[u8], password: Option<&Path>, key: Option<&PrivateKey>) -> Report {
    let found = objects_in(bytes, "file", &mut Passwords::new(password, &Silent));
    Report::Shown(view::show(&found, Depth { key, ..Depth::default() }))
}

fn page(bytes: &[u8]) -> String {
    text(&read(bytes, None, None), &ENGLISH)
}

/// Without what is new in each run: digits of hashes and serials, times, how far away ends are.
fn steady_text(page: &str) -> String {
    let mut steady = String::new();
    for line in page.lines() {
        let line = match line.find(" UTC") {
            Some(end) if line.is_char_boundary(end.saturating_sub(19)) && end >= 19 => {
                let rest = line[end..].split_once(')').map_or("", |(_, rest)| rest);
                format!("{}<time>{rest}", &line[..end - 19])
            }
            _ => line.split("; ends in").next().unwrap_or_default().to_owned(),
        };
        let words = line.split(' ').map(|word| {
            let digits = word.trim_matches(['"', ',', ';']);
            let hash = digits.len() >= 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            if hash { word.replace(digits, "<digits>") } else { word.to_owned() }
        });
        steady.push_str(&words.collect::<Vec<_>>().join(" "));
        steady.push('\n');
    }
    steady
}

/// Runs openssl; none, said aloud, where it is not installed.
fn openssl(folder: &Path, arguments: &str) -> Option<()> {
    let arguments = arguments.split_whitespace().map(|word| if word == "''" { "" } else { word });
    let Ok(output) = Command::new("openssl").args(arguments).current_dir(folder).output() else {
        println!("skipped: the openssl command is not installed");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

/// A folder with the RSA key `key.pem` and the certificate `cert.pem` for it, for time-stamps too.
fn folder() -> Option<tempfile::TempDir> {
    const CONFIGURATION: &str = "
[req]
distinguished_name = name
[name]
[stamps]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = it
[it]
serial = serial
signer_digest = sha256
default_policy = 2.25.1
digests = sha256, sm3
ess_cert_id_alg = sha256
";
    let folder = tempfile::tempdir().unwrap();
    support::file(folder.path(), "configuration", CONFIGURATION);
    support::file(folder.path(), "serial", "01");
    support::file(folder.path(), "data", "与城市同在\n");
    let request = "req -x509 -newkey rsa:2048 -nodes -subj /CN=one -keyout key.pem -out cert.pem";
    openssl(folder.path(), &format!("{request} -config configuration -extensions stamps"))?;
    Some(folder)
}

fn made(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}

/// A value that says something of each extension that has no field of its own.
fn extensions() -> Vec<Extension> {
    let oid = |text: &str| text.parse::<Oid>().unwrap();
    let uri = |text: &str| GeneralName::Uri(text.to_owned());
    let statement = |meaning| QualifiedStatement::of(&meaning).unwrap();
    let number =
        |kind, number| IdentityNumber::new(kind, number, IdentityForm::Gmt2012).unwrap().to_extension();
    let mut promise = vec![0];
    promise.extend_from_slice(&[7; 32]);
    promise.extend_from_slice(&1_767_323_045_000_u64.to_be_bytes());
    promise.extend_from_slice(&[0, 0, 4, 3, 0, 2, 0x30, 0]);
    let prefixed = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes(), bytes].concat();
    let promises = prefixed(&[prefixed(&promise), prefixed(&[1, 2])].concat());
    let promises = [&[4, promises.len() as u8], &promises[..]].concat();
    let qualifiers = [
        PolicyQualifier::Cps("https://ca.example/cps".to_owned()),
        PolicyQualifier::UserNotice { reference: None, text: Some("仅供测试".to_owned()) },
    ];
    let places = |text: &str| {
        let name =
            DistributionPointName::Full(vec![GeneralName::Directory(support::name("列表")), uri(text)]);
        vec![DistributionPoint { name: Some(name), ..DistributionPoint::default() }]
    };
    vec![
        number(IdentityKind::OrganizationCode, "91350100M000100Y43"),
        Extension { oid: oid("1.2.156.10260.4.1.5"), critical: false, value: b"not DER".to_vec() },
        QualifiedStatements(vec![
            statement(StatementMeaning::Compliance),
            statement(StatementMeaning::SecureDevice),
            statement(StatementMeaning::Limit { currency: "CNY".to_owned(), amount: 5, exponent: 4 }),
            statement(StatementMeaning::RetentionYears(15)),
            statement(StatementMeaning::Disclosure(vec![(
                "https://ca.example/pds".to_owned(),
                "zh".to_owned(),
            )])),
            statement(StatementMeaning::Types(vec![oid("0.4.0.1862.1.6.1")])),
            statement(StatementMeaning::Legislation(vec!["CN".to_owned()])),
            QualifiedStatement { statement: oid("1.2.3.4"), information: None },
        ])
        .to_extension(false),
        Extension { oid: oid("1.3.6.1.4.1.11129.2.4.2"), critical: false, value: promises },
        CertificatePolicies(vec![
            PolicyInformation::with_qualifiers(oid("1.2.156.1"), &qualifiers),
            PolicyInformation::with_qualifiers(oid("2.5.29.32.0"), &[]),
        ])
        .to_extension(false),
        PolicyMappings(vec![PolicyMapping { issuer: oid("1.2.156.1"), subject: oid("1.2.156.2") }])
            .to_extension(true),
        PolicyConstraints { require_explicit_policy: Some(0), inhibit_policy_mapping: Some(2) }
            .to_extension(true),
        InhibitAnyPolicy(1).to_extension(true),
        NameConstraints {
            permitted: vec![
                Subtree::Dns("example".to_owned()),
                Subtree::Ip { address: "192.0.2.0".parse().unwrap(), mask: "255.255.255.0".parse().unwrap() },
                Subtree::Directory(support::name("城市")),
            ],
            excluded: vec![Subtree::Email("example".to_owned()), Subtree::Uri(".example".to_owned())],
        }
        .to_extension(true),
        PrivateKeyUsagePeriod {
            not_before: Some(at("2026-01-01T00:00:00Z")),
            not_after: Some(at("2026-06-23T00:00:00Z")),
        }
        .to_extension(false),
        SubjectInformationAccess(vec![AccessDescription {
            method: SubjectInformationAccess::CA_REPOSITORY.into(),
            location: uri("http://ca.example/"),
        }])
        .to_extension(false),
        FreshestCrl(places("http://ca.example/delta.crl")).to_extension(false),
        CrlDistributionPoints(places("http://ca.example/all.crl")).to_extension(false),
        IssuerAlternativeName(vec![uri("http://ca.example/")]).to_extension(false),
        TlsFeature(vec![5, 17, 23]).to_extension(false),
        Extension { oid: oid("1.2.3.4.5"), critical: false, value: vec![5, 0] },
    ]
}

#[test]
fn extensions_say_what_is_in_them() {
    let mut params = rcgen::CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, "all");
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2036, 1, 1);
    for extension in extensions() {
        let numbers: Vec<u64> =
            extension.oid.to_string().split('.').map(|number| number.parse().unwrap()).collect();
        let mut custom = rcgen::CustomExtension::from_oid_content(&numbers, extension.value);
        custom.set_criticality(extension.critical);
        params.custom_extensions.push(custom);
    }
    let certificate = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
    let report = read(certificate.der(), None, None);
    insta::assert_snapshot!("extensions", steady_text(&text(&report, &ENGLISH)));
    insta::assert_snapshot!("extensions-zh", steady_text(&text(&report, &CHINESE)));
    let json: serde_json::Value = serde_json::from_str(&text(&report, &JSON)).unwrap();
    let meanings: Vec<&serde_json::Value> = json["objects"][0]["extensions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|extension| extension.get("meaning"))
        .collect();
    insta::assert_snapshot!("extensions-json", serde_json::to_string_pretty(&meanings).unwrap());
}

#[test]
fn messages_of_gm_t_0010_are_shown_and_opened() {
    let vectors = [
        "gmt0010-signedAndEnveloped.der",
        "pkcs7_sign_enveloped_test_L76_PRIVATE_KEY.der",
        "gmt0010-signedData-ofdrw.der",
        "gmt0010-signedData-gmssl.der",
    ];
    let [Some(sealed), Some(key), Some(signed), Some(bundle)] = vectors.map(vector) else { return };
    let key = PrivateKey::from_pkcs8_der(&key).ok().unwrap();
    insta::assert_snapshot!("message-sealed", page(&sealed));
    let opened = read(&sealed, None, Some(&key));
    insta::assert_snapshot!("message-opened", text(&opened, &ENGLISH));
    insta::assert_snapshot!("message-opened-json", text(&opened, &JSON));
    insta::assert_snapshot!("message-signed", page(&signed));
    insta::assert_snapshot!("bundle", page(&bundle));
    let other = support::World::new().key;
    insta::assert_snapshot!("message-of-another", text(&read(&sealed, None, Some(&other)), &ENGLISH));
}

#[test]
fn messages_of_openssl_are_shown_and_opened() {
    let Some(folder) = folder() else { return };
    let at = folder.path();
    openssl(at, "cms -encrypt -binary -aes256 -in data -outform DER -out sealed cert.pem").unwrap();
    openssl(at, "cms -encrypt -binary -aes256 -in key.pem -outform DER -out sealed-key cert.pem").unwrap();
    let sign =
        "cms -sign -binary -nodetach -in data -signer cert.pem -inkey key.pem -outform DER -out signed";
    openssl(at, sign).unwrap();
    insta::assert_snapshot!("openssl-signed", steady_text(&page(&made(at, "signed"))));
    let key = PrivateKey::from_pem(&made(at, "key.pem"), None).ok().unwrap();
    let opened = text(&read(&made(at, "sealed"), None, Some(&key)), &ENGLISH);
    insta::assert_snapshot!("openssl-opened", steady_text(&opened));
    let secret = text(&read(&made(at, "sealed-key"), None, Some(&key)), &ENGLISH);
    assert!(secret.contains("Opened") && secret.contains("Private key"), "{secret}");
    let shown = text(&read(&made(at, "sealed-key"), None, Some(&key)), &JSON);
    assert!(!secret.contains("-----BEGIN") && !shown.contains("-----BEGIN"), "{shown}");
}

/// A page on a time stamp, whose nonce is a number of any length up to 64 bits.
fn steady_stamp(page: &str) -> String {
    let mut steady = String::new();
    for line in page.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let varying = match words[..] {
            ["Nonce", nonce] => Some((nonce, "<digits>")),
            ["Content", "id-ct-TSTInfo,", length, "bytes"] => Some((length, "<length>")),
            _ => None,
        };
        steady.push_str(&varying.map_or_else(|| line.to_owned(), |(found, name)| line.replace(found, name)));
        steady.push('\n');
    }
    steady_text(&steady)
}

#[test]
fn time_stamps_are_shown() {
    let Some(folder) = folder() else { return };
    let at = folder.path();
    openssl(at, "ts -query -data data -sm3 -cert -out question").unwrap();
    let reply = "ts -reply -config configuration -queryfile question -signer cert.pem -inkey key.pem";
    openssl(at, &format!("{reply} -out answer")).unwrap();
    openssl(at, &format!("{reply} -token_out -out token")).unwrap();
    for name in ["question", "answer", "token"] {
        insta::assert_snapshot!(format!("time-stamp-{name}"), steady_stamp(&page(&made(at, name))));
    }
    let json = text(&read(&made(at, "token"), None, None), &JSON);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["objects"][0]["time_stamp"]["imprint"]["hash"],
        ca_core::encoding::hex::encode(ca_core::algorithm::digest::sm3(&made(at, "data")))
    );
}

#[test]
fn containers_are_shown() {
    let Some(folder) = folder() else { return };
    let at = folder.path();
    let export = "pkcs12 -export -in cert.pem -inkey key.pem -name meter";
    openssl(at, &format!("{export} -passout pass:secret -out secret.p12")).unwrap();
    openssl(at, &format!("{export} -passout pass: -out empty.p12")).unwrap();
    openssl(at, &format!("{export} -passout pass: -nomac -keypbe NONE -certpbe NONE -out open.p12")).unwrap();
    insta::assert_snapshot!("pkcs12-closed", steady_text(&page(&made(at, "secret.p12"))));
    let password = PathBuf::from(support::file(at, "password", "secret\n"));
    let opened = text(&read(&made(at, "secret.p12"), Some(&password), None), &ENGLISH);
    insta::assert_snapshot!("pkcs12-opened", steady_text(&opened));
    for name in ["empty.p12", "open.p12"] {
        assert!(page(&made(at, name)).contains("CN=one"), "{name}: {}", page(&made(at, name)));
        assert!(text(&read(&made(at, name), Some(&password), None), &ENGLISH).contains("CN=one"), "{name}");
    }
    let Some(container) = vector("cfca-test.sm2") else { return };
    insta::assert_snapshot!("cfca-container", page(&container));
}

#[test]
fn requests_for_two_certificates_are_shown() {
    let [Some(sadk), Some(document)] = ["cfca-sadk-dual-csr.der", "cfca-doc-dual-csr.der"].map(vector) else {
        return;
    };
    insta::assert_snapshot!("dual-request", page(&sadk));
    insta::assert_snapshot!("dual-request-of-the-document", page(&document));
}

#[test]
fn keys_are_shown_in_each_form() {
    let Some(encrypted) = vector("gmssl-tlcp-server-signkey-enc.pem") else { return };
    let folder = tempfile::tempdir().unwrap();
    let password = PathBuf::from(support::file(folder.path(), "password", "1234\n"));
    insta::assert_snapshot!("key-closed", page(&encrypted));
    insta::assert_snapshot!("key-opened", text(&read(&encrypted, Some(&password), None), &ENGLISH));
    let at = folder.path();
    let curve = "ecparam -name prime256v1 -genkey -noout -out sec1.pem";
    if openssl(at, curve).is_none() {
        return;
    }
    openssl(at, "genrsa -traditional -out pkcs1.pem 2048").unwrap();
    let both = [made(at, "sec1.pem"), made(at, "pkcs1.pem")].concat();
    insta::assert_snapshot!("key-sec1-and-pkcs1", steady_text(&page(&both)));
}

#[test]
fn questions_to_responders_are_shown() {
    let question = World::new().ocsp_request();
    insta::assert_snapshot!("ocsp-question", steady_text(&page(&question)));
    insta::assert_snapshot!("ocsp-question-json", steady_text(&text(&read(&question, None, None), &JSON)));
}

#[test]
fn seals_are_shown_by_their_elements() {
    let Some(seal) = vector("UserV4.esl") else { return };
    insta::assert_snapshot!("seal", page(&seal));
}
