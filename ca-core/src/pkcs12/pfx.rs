//! PFX as received, RFC 7292 §4: what it shows without its password.

use spki::AlgorithmIdentifierOwned;

use super::{MAX_BAGS, MAX_OCTETS, Pkcs12Error};
use crate::cms::{Content, ContentInfo, Dialect, EncryptedContent, Kind};
use crate::encoding::ber;
use crate::x509::asn1::{self, Elements, Malformed, tag};
use crate::x509::certificate::read_algorithm;

/// `PFX`, RFC 7292 §4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pfx {
    der: Vec<u8>,
    dialect: Dialect,
    /// AuthenticatedSafe in DER, which the MAC is over.
    pub(super) safe: Vec<u8>,
    pub(super) parts: Vec<Part>,
    pub(super) mac: Option<Mac>,
}

/// One of the messages that a file consists of, RFC 7292 §4.1.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// Not encrypted as a whole; its keys may be by themselves. SafeContents in DER.
    Plain(Vec<u8>),
    /// Encrypted with the password.
    Encrypted(EncryptedContent),
    /// Something else, such as a part for the holder of a key, by its type.
    Other(String),
}

/// `MacData`, RFC 7292 §4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mac {
    /// The digest that the HMAC is of.
    pub algorithm: AlgorithmIdentifierOwned,
    /// The value.
    pub digest: Vec<u8>,
    /// The salt of its key.
    pub salt: Vec<u8>,
    /// The iterations of its key.
    pub iterations: u32,
}

impl Pfx {
    /// Reads a file in DER or BER.
    ///
    /// # Errors
    /// [`Pkcs12Error`]: too large, not DER, or not a PKCS #12 file.
    pub fn parse(bytes: &[u8]) -> Result<Self, Pkcs12Error> {
        if bytes.len() > MAX_OCTETS {
            return Err(Pkcs12Error::TooLarge { octets: bytes.len() });
        }
        let der = ber::to_definite(bytes)?.into_owned();
        let mut members = asn1::only("PFX", &der, tag::SEQUENCE)?.members("PFX");
        let version = asn1::read_unsigned("version", members.required(tag::INTEGER)?.content)?;
        if version != 3 {
            return Err(Malformed::value("version", "there is only version 3").into());
        }
        let message = ContentInfo::parse(members.required(tag::SEQUENCE)?.full)?;
        let mac =
            members.optional(tag::SEQUENCE)?.map(|mac| Mac::read(mac.members("MacData"))).transpose()?;
        members.finish()?;
        let (dialect, safe) = match message.content() {
            Content::Data(Some(safe)) => {
                (message.content_type().dialect().unwrap_or(Dialect::Pkcs7), safe.clone())
            }
            _ => return Err(Pkcs12Error::PublicKeyMode { found: message.content_type().to_string() }),
        };
        let parts = read_parts(&safe)?;
        Ok(Self { der, dialect, safe, parts, mac })
    }

    /// The file as received, but for lengths made definite where it came in BER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whose identifiers it uses: PKCS #7's, or those of GM/T 0010.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The messages that it consists of.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What protects it from changes; none where nothing does.
    pub fn mac(&self) -> Option<&Mac> {
        self.mac.as_ref()
    }
}

fn read_parts(safe: &[u8]) -> Result<Vec<Part>, Pkcs12Error> {
    let safe = ber::to_definite(safe)?;
    let infos = asn1::only("AuthenticatedSafe", &safe, tag::SEQUENCE)?.members("AuthenticatedSafe");
    infos
        .collect_all(MAX_BAGS)?
        .into_iter()
        .map(|info| {
            let message = ContentInfo::parse(info.full)?;
            Ok(match (message.content(), message.content_type().kind()) {
                (Content::Data(Some(safe)), _) => Part::Plain(safe.clone()),
                (Content::EncryptedData(data), Some(Kind::EncryptedData)) => {
                    Part::Encrypted(data.encrypted_content().clone())
                }
                _ => Part::Other(message.content_type().to_string()),
            })
        })
        .collect()
}

impl Mac {
    fn read(mut members: Elements<'_>) -> Result<Self, Malformed> {
        let mut info = members.required(tag::SEQUENCE)?.members("DigestInfo");
        let algorithm = read_algorithm("digestAlgorithm", info.required(tag::SEQUENCE)?)?;
        let digest = info.required(tag::OCTET_STRING)?.content.to_vec();
        info.finish()?;
        let salt = members.required(tag::OCTET_STRING)?.content.to_vec();
        let iterations = match members.optional(tag::INTEGER)? {
            Some(count) => u32::try_from(asn1::read_unsigned("iterations", count.content)?)
                .map_err(|_| Malformed::value("iterations", "there are too many"))?,
            None => 1,
        };
        members.finish()?;
        Ok(Self { algorithm, digest, salt, iterations })
    }
}
