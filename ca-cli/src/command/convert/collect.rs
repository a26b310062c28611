//! What is read before it is converted.

use std::path::PathBuf;

use ca_core::cms::{Content, ContentInfo};
use ca_core::key::PrivateKey;
use ca_core::pkcs12::{CfcaContainer, Pfx};
use ca_core::x509::{Certificate, CertificateList};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::input::{Found, Kind, Object, Passwords, objects, plain_private_key};

/// Something to write.
pub(super) enum Item {
    /// A certificate.
    Certificate(Box<Certificate>),
    /// A revocation list.
    Crl(Box<CertificateList>),
    /// A private key.
    Key(PrivateKey),
    /// Anything else, which is kept as it is, with its label in PEM.
    Other(&'static str, Zeroizing<Vec<u8>>),
}

/// What files hold, containers taken apart.
#[derive(Default)]
pub(super) struct Collection {
    /// In the order of the files.
    pub(super) items: Vec<Item>,
    /// Whether a private key was protected by a password.
    pub(super) was_encrypted: bool,
}

impl Collection {
    /// Reads files; all in them must be readable, so that nothing is lost in silence.
    pub(super) fn read(files: &[PathBuf], passwords: &mut Passwords<'_>) -> Result<Self, Failure> {
        let mut collection = Self::default();
        for file in files {
            for found in objects(file, passwords)? {
                collection.add(found, passwords)?;
            }
        }
        if collection.items.is_empty() {
            let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
            return Err(Failure::refused("no-object", format!("{} holds no object", files.join(", "))));
        }
        Ok(collection)
    }

    fn add(&mut self, found: Found, passwords: &mut Passwords<'_>) -> Result<(), Failure> {
        let place = format!("{} #{}", found.file, found.position);
        let unreadable = |code: &str, detail: String| Failure::refused(code, format!("{place}: {detail}"));
        let object = found.object.map_err(|error| unreadable(&error.code, error.detail))?;
        let kind = found.kind.unwrap_or(Kind::Asn1);
        match object {
            Object::Certificate(certificate) => self.items.push(Item::Certificate(certificate)),
            Object::Crl(crl) => self.items.push(Item::Crl(crl)),
            Object::PrivateKey { encrypted: true, .. } => {
                let key = PrivateKey::from_encrypted_pkcs8_der(&found.der, passwords.get()?)?;
                self.was_encrypted = true;
                self.items.push(Item::Key(key));
            }
            Object::PrivateKey { .. } => self.items.push(Item::Key(plain_private_key(kind, &found.der)?)),
            Object::Cms(message) => self.add_message(&message, found.der),
            Object::Pkcs12 { .. } => {
                let pfx = Pfx::parse(&found.der)?;
                let contents = match pfx.open_unprotected() {
                    Ok(contents) => contents,
                    Err(_) => {
                        self.was_encrypted = true;
                        pfx.open(Some(passwords.get()?))?
                    }
                };
                self.items.extend(contents.keys.into_iter().map(|entry| Item::Key(entry.value)));
                let certificates = contents.certificates.into_iter();
                self.items.extend(certificates.map(|entry| Item::Certificate(Box::new(entry.value))));
                self.items.extend(contents.crls.into_iter().map(|entry| Item::Crl(Box::new(entry.value))));
            }
            Object::CfcaContainer { .. } => {
                let container = CfcaContainer::parse(&found.der)?;
                self.was_encrypted = true;
                self.items.push(Item::Key(container.open(passwords.get()?)?));
                self.items.push(Item::Certificate(Box::new(container.certificate().clone())));
            }
            _ => {
                let label = kind.label().ok_or_else(|| {
                    unreadable("not-converted", "objects of this kind have no other form".to_owned())
                })?;
                self.items.push(Item::Other(label, found.der));
            }
        }
        Ok(())
    }

    /// A message that only carries certificates and lists is taken apart; one that says something stays whole.
    fn add_message(&mut self, message: &ContentInfo, der: Zeroizing<Vec<u8>>) {
        match message.content() {
            Content::SignedData(signed) if signed.is_certs_only() && signed.others().is_empty() => {
                let certificates = signed.certificates().iter().cloned();
                self.items.extend(certificates.map(|it| Item::Certificate(Box::new(it))));
                self.items.extend(signed.crls().iter().cloned().map(|it| Item::Crl(Box::new(it))));
            }
            _ => self.items.push(Item::Other("PKCS7", der)),
        }
    }
}
