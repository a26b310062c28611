//! What tests of certificates share: certificates made by tests, and files made by others.

use super::asn1;
use super::extension::{
    AuthorityKeyIdentifier, BasicConstraints, CertificateIssuer, ExtensionValue, GeneralName, KeyUsage,
    KeyUsages, SubjectKeyIdentifier,
};
use super::name::AttributeKind;
use super::{
    Certificate, CertificateList, Extension, Extensions, KeyIdentifier, Name, SerialNumber, TbsCertList,
};
use super::{TbsCertificate, Validity, certificate, crl};
use crate::algorithm::{KeySpec, Signer, Sm2Parameters};
use crate::key::{PrivateKey, PublicKey};
pub(crate) use crate::testing::rng;
use jiff::Timestamp;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn name(common_name: &str) -> Name {
    Name::from_parts(&[
        (AttributeKind::Country, "CN".into()),
        (AttributeKind::CommonName, common_name.into()),
    ])
    .unwrap()
}

/// A folder or file among the collected ones; `None`, said aloud, where they are not there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not here", path.display());
    None
}

/// The DER of a collected file, which may be in PEM.
pub(crate) fn vector(file: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(shared(&format!("vectors/{file}"))?).unwrap();
    let is_pem = bytes.windows(11).any(|window| window == b"-----BEGIN ");
    Some(if is_pem { crate::encoding::pem::read_all(&bytes).unwrap().swap_remove(0).der } else { bytes })
}

/// The DER of each file in a folder of collected ones.
pub(crate) fn vector_folder(folder: &str) -> Option<Vec<Vec<u8>>> {
    let path = shared(&format!("vectors/{folder}"))?;
    let files = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name());
    let files = files.map(|file| format!("{folder}/{}", file.to_str().unwrap()));
    // What says where they are from stands beside them.
    files.filter(|file| !file.ends_with(".md")).map(|file| vector(&file)).collect()
}

pub(crate) fn vector_certificate(file: &str) -> Option<Certificate> {
    vector(file).map(|der| Certificate::from_der(&der).unwrap())
}

/// A key that signs, with the certificate for it once there is one.
pub(crate) struct Party {
    pub(crate) signer: Box<dyn Signer>,
    pub(crate) certificate: Certificate,
}

/// A certificate to be made by a test: an authority by default.
pub(crate) struct Draft {
    pub(crate) spec: KeySpec,
    pub(crate) subject: Name,
    pub(crate) validity: (&'static str, &'static str),
    pub(crate) constraints: Option<BasicConstraints>,
    pub(crate) usage: Option<KeyUsages>,
    pub(crate) more: Vec<Extension>,
}

impl Draft {
    pub(crate) fn authority(common_name: &str) -> Self {
        Self {
            spec: KeySpec::Sm2,
            subject: name(common_name),
            validity: ("2026-01-01T00:00:00Z", "2036-01-01T00:00:00Z"),
            constraints: Some(BasicConstraints { ca: true, path_length: None }),
            usage: Some(KeyUsages::from([KeyUsage::KeyCertSign, KeyUsage::CrlSign])),
            more: Vec::new(),
        }
    }

    pub(crate) fn end_entity(common_name: &str) -> Self {
        Self {
            constraints: None,
            usage: Some(KeyUsages::from([KeyUsage::DigitalSignature])),
            ..Self::authority(common_name)
        }
    }

    pub(crate) fn spec(self, spec: KeySpec) -> Self {
        Self { spec, ..self }
    }

    pub(crate) fn with(mut self, extension: Extension) -> Self {
        self.more.push(extension);
        self
    }

    pub(crate) fn self_signed(self) -> Party {
        let signer = self.key();
        let subject = self.subject.clone();
        let tbs = self.tbs(&subject, signer.public_key(), signer.as_ref());
        let certificate = sign(&tbs, signer.as_ref());
        Party { signer, certificate }
    }

    pub(crate) fn issued_by(self, issuer: &Party) -> Party {
        let signer = self.key();
        let tbs = self.tbs(issuer.certificate.subject(), signer.public_key(), issuer.signer.as_ref());
        Party { certificate: sign(&tbs, issuer.signer.as_ref()), signer }
    }

    fn key(&self) -> Box<dyn Signer> {
        Box::new(PrivateKey::generate(self.spec, &mut rng()).unwrap().into_signer(Sm2Parameters::Absent))
    }

    pub(crate) fn tbs(self, issuer: &Name, key: &PublicKey, signer: &dyn Signer) -> TbsCertificate {
        let identifier = |key: &PublicKey| KeyIdentifier::from(key.key_identifier());
        let mut extensions = vec![
            AuthorityKeyIdentifier::by_key(identifier(signer.public_key())).to_extension(false),
            SubjectKeyIdentifier(identifier(key)).to_extension(false),
        ];
        extensions.extend(self.constraints.map(|constraints| constraints.to_extension(true)));
        extensions.extend(self.usage.map(|usage| usage.to_extension(true)));
        extensions.extend(self.more);
        TbsCertificate {
            serial: SerialNumber::generate(&mut rng()),
            signature_algorithm: signer.identifier().clone(),
            issuer: issuer.clone(),
            validity: Validity::new(at(self.validity.0), at(self.validity.1)).unwrap(),
            subject: self.subject,
            spki: key.spki_der().to_vec(),
            extensions: Extensions::new(extensions).unwrap(),
        }
    }
}

pub(crate) fn sign(tbs: &TbsCertificate, signer: &dyn Signer) -> Certificate {
    let der = tbs.to_der().unwrap();
    let signature = signer.sign(&der, &mut rng()).unwrap();
    certificate::assemble(&der, signer.identifier(), &signature).unwrap()
}

pub(crate) fn sign_list(tbs: &TbsCertList, signer: &dyn Signer) -> CertificateList {
    let der = tbs.to_der().unwrap();
    let signature = signer.sign(&der, &mut rng()).unwrap();
    crl::assemble(&der, signer.identifier(), &signature).unwrap()
}

/// What the OpenSSL command answers: whether it succeeded, and all that it printed; its verdicts are on standard error. `None`, said aloud, where it is not installed.
pub(crate) fn openssl(arguments: &[&str], input: &[u8]) -> Option<(bool, String)> {
    use std::io::Write;
    let spawned = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        println!("skipped: the openssl command is not here");
        return None;
    };
    // A command that needs no input may be gone before it is written.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), text))
}

/// As [`sign_list`], after the members of the signed part were changed: version, algorithm, issuer, the two dates, entries if
/// there are any, extensions.
pub(crate) fn sign_list_changed(
    tbs: &TbsCertList,
    change: impl FnOnce(&mut Vec<Vec<u8>>),
    signer: &dyn Signer,
) -> CertificateList {
    let mut members = members(&tbs.to_der().unwrap());
    change(&mut members);
    let der = asn1::sequence(&members);
    let signature = signer.sign(&der, &mut rng()).unwrap();
    crl::assemble(&der, signer.identifier(), &signature).unwrap()
}

/// As [`sign_list`]; at each of the positions the certificateIssuer of the entry is this one.
pub(crate) fn sign_indirect_list(
    tbs: &TbsCertList,
    issuers: &[(usize, Name)],
    signer: &dyn Signer,
) -> CertificateList {
    let change = |parts: &mut Vec<Vec<u8>>| {
        let mut entries = members(&parts[5]);
        for (position, issuer) in issuers {
            let mut entry = members(&entries[*position]);
            let mut extensions = if entry.len() > 2 { members(&entry.remove(2)) } else { Vec::new() };
            let issuer = CertificateIssuer(vec![GeneralName::Directory(issuer.clone())]);
            extensions.push(issuer.to_extension(true).to_der());
            entry.push(asn1::sequence(&extensions));
            entries[*position] = asn1::sequence(&entry);
        }
        parts[5] = asn1::sequence(&entries);
    };
    sign_list_changed(tbs, change, signer)
}

fn members(sequence: &[u8]) -> Vec<Vec<u8>> {
    let members = asn1::only("it", sequence, asn1::tag::SEQUENCE).unwrap().members("it");
    members.collect_all(usize::MAX).unwrap().iter().map(|member| member.full.to_vec()).collect()
}
