//! Writing a file.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::open::bag;
use super::{Contents, Entry, MAX_KEYS, Pkcs12Error, mac};
use crate::algorithm::digest::DigestAlgorithm;
use crate::cms::{ContentType, Dialect, Kind};
use crate::key::pbes2::{self, ITERATIONS, SALT_LENGTH};
use crate::key::{EncryptionForm, Password};
use crate::x509::Oid;
use crate::x509::asn1::{self, tag};
use const_oid::ObjectIdentifier;

impl Contents {
    /// A PKCS #12 file: certificates and lists encrypted in one part, keys each by themselves in another, and a MAC over all with
    /// 600,000 iterations, of SHA-256 with AES and of SM3 with SM4. A key and the certificate for it get a common localKeyID
    /// where they have none.
    ///
    /// # Errors
    /// [`Pkcs12Error::TooManyKeys`], [`Pkcs12Error::Library`] and what keys say that cannot be written.
    pub fn write(
        &self,
        password: &Password,
        form: EncryptionForm,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Pkcs12Error> {
        if self.keys.len() > MAX_KEYS {
            return Err(Pkcs12Error::TooManyKeys { count: self.keys.len() });
        }
        let mut keys = Vec::new();
        for entry in &self.keys {
            let sealed = entry.value.to_encrypted_pkcs8_der(password, form, rng)?;
            let id = entry.local_key_id.clone();
            let id = id.unwrap_or_else(|| entry.value.public_key().key_identifier().to_vec());
            keys.push(safe_bag(bag::ENCRYPTED_KEY, &sealed, entry.friendly_name.as_deref(), Some(&id)));
        }
        let mut public = Vec::new();
        for entry in &self.certificates {
            let value = typed(bag::X509_CERTIFICATE, entry.value.der());
            let id = entry.local_key_id.clone().or_else(|| self.common_id(entry));
            public.push(safe_bag(bag::CERTIFICATE, &value, entry.friendly_name.as_deref(), id.as_deref()));
        }
        for entry in &self.crls {
            let value = typed(bag::X509_CRL, entry.value.der());
            let id = entry.local_key_id.as_deref();
            public.push(safe_bag(bag::CRL, &value, entry.friendly_name.as_deref(), id));
        }
        let mut parts = Vec::new();
        if !public.is_empty() {
            parts.push(encrypted(&asn1::sequence(&public), password, form, rng)?);
        }
        if !keys.is_empty() {
            parts.push(data(&asn1::sequence(&keys)));
        }
        let safe = asn1::sequence(&parts);

        let hash = match form {
            EncryptionForm::Aes256 => DigestAlgorithm::Sha256,
            EncryptionForm::Sm4 => DigestAlgorithm::Sm3,
        };
        let mut salt = [0; SALT_LENGTH];
        rng.fill_bytes(&mut salt);
        let iterations = ITERATIONS.get();
        let value = mac::compute(hash, password.expose(), &salt, iterations, &safe)?;
        let algorithm = asn1::sequence(&[Oid::from(hash.oid()).to_der(), asn1::element(NULL, &[])]);
        let info = asn1::sequence(&[algorithm, asn1::element(tag::OCTET_STRING, &value)]);
        let salt = asn1::element(tag::OCTET_STRING, &salt);
        let mac = asn1::sequence(&[info, salt, asn1::unsigned(iterations.into())]);
        Ok(asn1::sequence(&[asn1::unsigned(3), data(&safe), mac]))
    }

    /// The identifier of the key that a certificate is for, where it is among the keys.
    fn common_id(&self, certificate: &Entry<crate::x509::Certificate>) -> Option<Vec<u8>> {
        let public = certificate.value.public_key().ok()?;
        let key = self.keys.iter().find(|key| *key.value.public_key() == public)?;
        Some(key.local_key_id.clone().unwrap_or_else(|| public.key_identifier().to_vec()))
    }
}

/// Identifier octet of NULL.
const NULL: u8 = 0x05;

fn oid(kind: Kind) -> Vec<u8> {
    ContentType::of(Dialect::Pkcs7, kind).map(|it| it.oid().to_der()).unwrap_or_default()
}

fn explicit(inner: &[u8]) -> Vec<u8> {
    asn1::element(tag::context_constructed(0), inner)
}

fn data(octets: &[u8]) -> Vec<u8> {
    asn1::sequence(&[oid(Kind::Data), explicit(&asn1::element(tag::OCTET_STRING, octets))])
}

fn encrypted(
    plain: &[u8],
    password: &Password,
    form: EncryptionForm,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Pkcs12Error> {
    let sealed = pbes2::encrypt(form, plain, password.as_bytes(), rng)?.ok_or(Pkcs12Error::Library)?;
    let octets = asn1::element(tag::context(0), &sealed.octets);
    let info = asn1::sequence(&[oid(Kind::Data), sealed.algorithm, octets]);
    let data = asn1::sequence(&[asn1::unsigned(0), info]);
    Ok(asn1::sequence(&[oid(Kind::EncryptedData), explicit(&data)]))
}

fn typed(kind: ObjectIdentifier, octets: &[u8]) -> Vec<u8> {
    asn1::sequence(&[Oid::from(kind).to_der(), explicit(&asn1::element(tag::OCTET_STRING, octets))])
}

fn safe_bag(kind: ObjectIdentifier, value: &[u8], name: Option<&str>, id: Option<&[u8]>) -> Vec<u8> {
    let attribute = |oid: ObjectIdentifier, value: Vec<u8>| {
        asn1::sequence(&[Oid::from(oid).to_der(), asn1::element(tag::SET, &value)])
    };
    let mut attributes = Vec::new();
    if let Some(name) = name {
        let text: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
        attributes.push(attribute(bag::FRIENDLY_NAME, asn1::element(tag::BMP_STRING, &text)));
    }
    if let Some(id) = id {
        attributes.push(attribute(bag::LOCAL_KEY_ID, asn1::element(tag::OCTET_STRING, id)));
    }
    let mut members = vec![Zeroizing::new(Oid::from(kind).to_der()), Zeroizing::new(explicit(value))];
    if !attributes.is_empty() {
        members.push(Zeroizing::new(asn1::set_of(attributes)));
    }
    asn1::sequence(&members.iter().map(|member| member.as_slice()).collect::<Vec<_>>())
}
