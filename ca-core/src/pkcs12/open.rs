//! Opening a file with its password.

use ::der::Encode;
use const_oid::ObjectIdentifier;
use zeroize::Zeroizing;

use super::{Contents, Entry, MAX_BAGS, Part, Pfx, Pkcs12Error, mac};
use crate::encoding::ber;
use crate::encoding::der::DerError;
use crate::key::pbes2::{self, Work};
use crate::key::{Password, PrivateKey};
use crate::x509::Oid;
use crate::x509::asn1::{self, Element, Malformed, tag};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use ::der::Decode;

/// The bags of RFC 7292 §4.2, and the kinds of what they hold.
pub(super) mod bag {
    use const_oid::ObjectIdentifier;

    pub(crate) const KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
    pub(crate) const ENCRYPTED_KEY: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
    pub(crate) const CERTIFICATE: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
    pub(crate) const CRL: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.4");
    pub(crate) const NESTED: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.6");
    pub(crate) const X509_CERTIFICATE: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");
    pub(crate) const X509_CRL: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.23.1");
    pub(crate) const FRIENDLY_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.20");
    pub(crate) const LOCAL_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.21");
}

/// How deep SafeContents may nest in one another; programs do not nest them.
const MAX_NESTING: usize = 4;

impl Pfx {
    /// The same as [`Pfx::open`] for a file under an empty password, or under none.
    ///
    /// # Errors
    /// [`Pkcs12Error`]: it has a password, or what [`Pfx::open`] refuses.
    pub fn open_unprotected(&self) -> Result<Contents, Pkcs12Error> {
        self.open(Some(&Password::empty()))
    }

    /// Checks the MAC, decrypts and reads what is inside. All iterations of the file together are bounded.
    ///
    /// # Errors
    /// [`Pkcs12Error`]: a password that is missing or wrong, algorithms that are not supported, contents that cannot be read.
    pub fn open(&self, password: Option<&Password>) -> Result<Contents, Pkcs12Error> {
        let mut reader = Reader { password, work: Work::new(), contents: Contents::default(), bags: 0 };
        if let Some(mac) = &self.mac {
            let password = password.ok_or(Pkcs12Error::PasswordNeeded)?;
            mac::check(mac, password.expose(), &self.safe, &mut reader.work)?;
        }
        for part in &self.parts {
            match part {
                Part::Plain(contents) => reader.read_safe(contents, 0)?,
                Part::Encrypted(encrypted) => {
                    let password = password.ok_or(Pkcs12Error::PasswordNeeded)?;
                    let octets = encrypted.octets().unwrap_or_default();
                    let algorithm = encrypted.algorithm().to_der().map_err(DerError::from)?;
                    let algorithm = spki::AlgorithmIdentifierRef::from_der(&algorithm);
                    let algorithm = algorithm.map_err(DerError::from)?;
                    let plain = pbes2::decrypt(algorithm, octets, password.as_bytes(), &mut reader.work)?;
                    // A wrong password leaves sound padding once in 256 times, and then noise.
                    ber::to_definite(&plain).map_err(|_| Pkcs12Error::WrongPassword)?;
                    reader.read_safe(&plain, 0)?;
                }
                Part::Other(found) => return Err(Pkcs12Error::PublicKeyMode { found: found.clone() }),
            }
        }
        Ok(reader.contents)
    }
}

struct Reader<'a> {
    password: Option<&'a Password>,
    work: Work,
    contents: Contents,
    bags: usize,
}

impl Reader<'_> {
    fn read_safe(&mut self, bytes: &[u8], depth: usize) -> Result<(), Pkcs12Error> {
        let bytes = match ber::to_definite(bytes)? {
            std::borrow::Cow::Borrowed(bytes) => Zeroizing::new(bytes.to_vec()),
            std::borrow::Cow::Owned(bytes) => Zeroizing::new(bytes),
        };
        let bags = asn1::only("SafeContents", &bytes, tag::SEQUENCE)?.members("SafeContents");
        for element in bags.collect_all(MAX_BAGS)? {
            self.bags += 1;
            if self.bags > MAX_BAGS {
                return Err(
                    Malformed { part: "SafeContents", problem: asn1::Problem::TooMany(MAX_BAGS) }.into()
                );
            }
            self.read_bag(element, depth)?;
        }
        Ok(())
    }

    fn read_bag(&mut self, element: Element<'_>, depth: usize) -> Result<(), Pkcs12Error> {
        let mut members = asn1::only("SafeBag", element.full, tag::SEQUENCE)?.members("SafeBag");
        let kind = Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)?;
        let mut inside = members.required(tag::context_constructed(0))?.members("bagValue");
        let value = inside.any()?;
        inside.finish()?;
        let (friendly_name, local_key_id) = read_names(members.optional(tag::SET)?)?;
        members.finish()?;
        if kind == bag::KEY {
            let value = PrivateKey::from_pkcs8_der(value.full)?;
            self.contents.keys.push(Entry { value, friendly_name, local_key_id });
        } else if kind == bag::ENCRYPTED_KEY {
            let password = self.password.ok_or(Pkcs12Error::PasswordNeeded)?;
            let value = PrivateKey::from_encrypted(value.full, password, &mut self.work)?;
            self.contents.keys.push(Entry { value, friendly_name, local_key_id });
        } else if kind == bag::CERTIFICATE || kind == bag::CRL {
            let (inner, octets) = read_typed(value)?;
            if inner == bag::X509_CERTIFICATE && kind == bag::CERTIFICATE {
                let value = Certificate::from_der(octets)?;
                self.contents.certificates.push(Entry { value, friendly_name, local_key_id });
            } else if inner == bag::X509_CRL && kind == bag::CRL {
                match CertificateList::from_der(octets) {
                    Ok(value) => self.contents.crls.push(Entry { value, friendly_name, local_key_id }),
                    Err(_) => self.contents.others += 1,
                }
            } else {
                self.contents.others += 1;
            }
        } else if kind == bag::NESTED {
            if depth == MAX_NESTING {
                return Err(Malformed::value("SafeContents", "they nest too deep").into());
            }
            self.read_safe(value.full, depth + 1)?;
        } else {
            self.contents.others += 1;
        }
        Ok(())
    }
}

/// CertBag and CRLBag: the kind and the octets.
fn read_typed<'a>(value: Element<'a>) -> Result<(Oid, &'a [u8]), Malformed> {
    let mut members = asn1::only("CertBag", value.full, tag::SEQUENCE)?.members("CertBag");
    let kind = Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)?;
    let mut inside = members.required(tag::context_constructed(0))?.members("certValue");
    let octets = inside.any()?;
    inside.finish()?;
    members.finish()?;
    Ok((kind, octets.content))
}

type Names = (Option<String>, Option<Vec<u8>>);

fn read_names(set: Option<Element<'_>>) -> Result<Names, Malformed> {
    let mut names = (None, None);
    let Some(set) = set else { return Ok(names) };
    for attribute in set.members("bagAttributes").collect_all(MAX_BAGS)? {
        let mut members =
            asn1::only("PKCS12Attribute", attribute.full, tag::SEQUENCE)?.members("PKCS12Attribute");
        let oid = Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)?;
        let value = members.required(tag::SET)?.members("attrValues").next()?;
        let is = |known: ObjectIdentifier, tag| {
            value.filter(|value| oid == known && value.tag == tag).map(|value| value.content)
        };
        if let Some(text) = is(bag::FRIENDLY_NAME, tag::BMP_STRING) {
            let units = text.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            names.0 = Some(char::decode_utf16(units).map(|one| one.unwrap_or('\u{fffd}')).collect());
        }
        if let Some(id) = is(bag::LOCAL_KEY_ID, tag::OCTET_STRING) {
            names.1 = Some(id.to_vec());
        }
    }
    Ok(names)
}
