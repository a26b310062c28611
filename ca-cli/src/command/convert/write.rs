//! The forms that are written.

use ca_core::cms::write_certificates;
use ca_core::encoding::pem;
use ca_core::key::{EncryptionForm, Password, PrivateKey};
use ca_core::pkcs12::Contents;
use ca_core::x509::{Certificate, CertificateList};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::collect::Item;
use crate::args::{Cipher, ConvertArgs, Target};
use crate::failure::Failure;

/// What is written, and what is in it.
pub(super) struct Written {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) format: &'static str,
    pub(super) objects: usize,
    pub(super) private_keys: usize,
    pub(super) encrypted: bool,
}

/// How private keys are protected.
pub(super) struct Protection<'a> {
    pub(super) password: Option<&'a Password>,
    pub(super) form: EncryptionForm,
}

impl Cipher {
    fn form(self) -> EncryptionForm {
        match self {
            Self::Aes => EncryptionForm::Aes256,
            Self::Sm4 => EncryptionForm::Sm4,
        }
    }
}

impl<'a> Protection<'a> {
    pub(super) fn new(args: &ConvertArgs, password: Option<&'a Password>) -> Self {
        Self { password, form: args.cipher.form() }
    }

    fn required(&self) -> Result<&'a Password, Failure> {
        self.password.ok_or_else(|| {
            Failure::usage(
                "password-required",
                "a PKCS #12 file is protected by a password: leave --plain out",
            )
        })
    }
}

/// The bytes of the form that was asked for.
pub(super) fn form(
    items: Vec<Item>,
    target: Target,
    protection: &Protection<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Written, Failure> {
    let objects = items.len();
    let keys = items.iter().filter(|item| matches!(item, Item::Key(_))).count();
    let written = |bytes: Vec<u8>, format| Written {
        bytes: Zeroizing::new(bytes),
        format,
        objects,
        private_keys: keys,
        encrypted: keys > 0 && protection.password.is_some(),
    };
    Ok(match target {
        Target::Pem => {
            let mut text = Zeroizing::new(Vec::new());
            for item in &items {
                text.extend_from_slice(as_pem(item, protection, rng)?.as_bytes());
            }
            Written { bytes: text, ..written(Vec::new(), "pem") }
        }
        Target::Der => match &items[..] {
            [item] => Written { bytes: as_der(item, protection, rng)?, ..written(Vec::new(), "der") },
            several => {
                let detail = format!("DER holds one object, and there are {}", several.len());
                return Err(Failure::refused("several-objects", detail));
            }
        },
        Target::Pkcs7 => {
            let (certificates, crls) = public_items(&items, "a PKCS #7 message of certificates")?;
            written(pem::write("PKCS7", &write_certificates(&certificates, &crls)).into_bytes(), "pkcs7")
        }
        Target::Pkcs12 => {
            let bytes = contents(items)?.write(protection.required()?, protection.form, rng)?;
            Written { encrypted: true, ..written(bytes, "pkcs12") }
        }
        Target::Pkcs8 => {
            let text = key_as_pem(only_key(&items)?, protection, rng)?;
            Written { objects: 1, ..written(text.as_bytes().to_vec(), "pkcs8") }
        }
        Target::Sec1 => {
            if protection.password.is_some() {
                let detail = "a key in SEC 1 form cannot be encrypted: give --plain, or choose pkcs8";
                return Err(Failure::refused("sec1-not-encrypted", detail));
            }
            let text = Zeroizing::new(pem::write("EC PRIVATE KEY", &only_key(&items)?.to_sec1_der()?));
            Written { objects: 1, ..written(text.as_bytes().to_vec(), "sec1") }
        }
    })
}

fn as_pem(
    item: &Item,
    protection: &Protection<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Zeroizing<String>, Failure> {
    Ok(match item {
        Item::Certificate(certificate) => Zeroizing::new(certificate.to_pem()),
        Item::Crl(crl) => Zeroizing::new(crl.to_pem()),
        Item::Key(key) => key_as_pem(key, protection, rng)?,
        Item::Other(label, der) => Zeroizing::new(pem::write(label, der)),
    })
}

fn key_as_pem(
    key: &PrivateKey,
    protection: &Protection<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Zeroizing<String>, Failure> {
    Ok(Zeroizing::new(match protection.password {
        Some(password) => {
            let der = key.to_encrypted_pkcs8_der(password, protection.form, rng)?;
            pem::write("ENCRYPTED PRIVATE KEY", &der)
        }
        None => pem::write("PRIVATE KEY", &key.to_pkcs8_der()?),
    }))
}

fn as_der(
    item: &Item,
    protection: &Protection<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    Ok(match (item, protection.password) {
        (Item::Certificate(certificate), _) => certificate.der().to_vec().into(),
        (Item::Crl(crl), _) => crl.der().to_vec().into(),
        (Item::Key(key), None) => key.to_pkcs8_der()?,
        (Item::Key(key), Some(password)) => {
            key.to_encrypted_pkcs8_der(password, protection.form, rng)?.into()
        }
        (Item::Other(_, der), _) => der.clone(),
    })
}

/// The one private key.
fn only_key(items: &[Item]) -> Result<&PrivateKey, Failure> {
    match items {
        [Item::Key(key)] => Ok(key),
        _ => {
            let detail =
                format!("expected is one private key and nothing else, there are {} objects", items.len());
            Err(Failure::refused("not-one-key", detail))
        }
    }
}

/// Certificates and lists, where there is nothing else.
fn public_items(items: &[Item], into: &str) -> Result<(Vec<Certificate>, Vec<CertificateList>), Failure> {
    let (mut certificates, mut crls) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Certificate(certificate) => certificates.push((**certificate).clone()),
            Item::Crl(crl) => crls.push((**crl).clone()),
            Item::Key(_) => return Err(unfit("a private key", into)),
            Item::Other(label, _) => return Err(unfit(label, into)),
        }
    }
    Ok((certificates, crls))
}

/// What a PKCS #12 file holds.
fn contents(items: Vec<Item>) -> Result<Contents, Failure> {
    let mut contents = Contents::default();
    for item in items {
        match item {
            Item::Key(key) => contents.keys.push(key.into()),
            Item::Certificate(certificate) => contents.certificates.push((*certificate).into()),
            Item::Crl(crl) => contents.crls.push((*crl).into()),
            Item::Other(label, _) => return Err(unfit(label, "a PKCS #12 file")),
        }
    }
    Ok(contents)
}

/// Something that the form does not hold.
fn unfit(what: &str, into: &str) -> Failure {
    Failure::refused("not-held", format!("{into} does not hold {what}"))
}
