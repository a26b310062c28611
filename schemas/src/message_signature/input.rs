//! The headers `Signature-Input` and `Signature`.

use super::field::{Cursor, quote};
use super::{Component, LABEL, MAX_SIGNATURE, MIN_SIGNATURE, MessageSignatureError};

/// The longest `Signature-Input` that is read: the form used here takes about 350 characters.
const MAX_INPUT: usize = 1024;

/// The longest `Signature` header that is read: the longest signature in base64 with label and colons.
const MAX_HEADER: usize = MAX_SIGNATURE.div_ceil(3) * 4 + LABEL.len() + 3;

/// A nonce must not be guessable; the client writes 128 random bits.
const MIN_NONCE: usize = 16;

/// Nonces are stored until they are too old to be replayed.
const MAX_NONCE: usize = 128;

/// The parameters of a signature (RFC 9421 §2.3). All are required here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// When it was made, seconds since 1970.
    pub created: i64,
    /// Random text that no other request carries, 16 to 128 characters.
    pub nonce: String,
    /// Fingerprint of the signing key: SHA-256 of its DER SubjectPublicKeyInfo in lowercase hexadecimal.
    pub keyid: String,
    /// As [`algorithm_name`](super::algorithm_name) says.
    pub alg: String,
    /// `cityca`.
    pub tag: String,
}

/// What a signature says that it covers, and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureInput {
    components: Vec<Component>,
    parameters: Parameters,
    text: String,
}

impl SignatureInput {
    pub(super) fn new(components: Vec<Component>, parameters: Parameters) -> Self {
        let text = format!(
            "{};created={};nonce={};keyid={};alg={};tag={}",
            list(&components),
            parameters.created,
            quote(&parameters.nonce),
            quote(&parameters.keyid),
            quote(&parameters.alg),
            quote(&parameters.tag)
        );
        Self { components, parameters, text }
    }

    /// The covered components in the order in which they were signed.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The canonical text without the label: the value of `@signature-params`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn list(components: &[Component]) -> String {
    let names: Vec<String> = components.iter().map(|component| quote(component.name())).collect();
    format!("({})", names.join(" "))
}

/// Reads `Signature-Input`: one member labelled `sig1`, no component twice, each parameter once and none beyond
/// those known.
///
/// # Errors
/// Where it is anything else.
pub fn parse_signature_input(header: &str) -> Result<SignatureInput, MessageSignatureError> {
    if header.len() > MAX_INPUT {
        return Err(MessageSignatureError::TooLong { header: "Signature-Input", max: MAX_INPUT });
    }
    let mut cursor = Cursor::new("Signature-Input", header);
    label(&mut cursor)?;
    let components = components(&mut cursor)?;
    let mut text = list(&components);
    let mut created = None;
    let [mut nonce, mut keyid, mut alg, mut tag] = [const { None::<String> }; 4];
    while cursor.take_if(b';') {
        cursor.skip_blanks();
        let name = cursor.key()?;
        cursor.expect(b'=')?;
        let repeated = if name == "created" {
            let value = cursor.integer()?;
            text.push_str(&format!(";created={value}"));
            created.replace(value).is_some()
        } else {
            let slot = match name {
                "nonce" => &mut nonce,
                "keyid" => &mut keyid,
                "alg" => &mut alg,
                "tag" => &mut tag,
                _ => return Err(MessageSignatureError::UnknownParameter(name.to_owned())),
            };
            let value = cursor.string()?;
            text.push_str(&format!(";{name}={}", quote(&value)));
            slot.replace(value).is_some()
        };
        if repeated {
            return Err(cursor.malformed("each parameter once"));
        }
    }
    cursor.expect_end()?;
    let missing = MessageSignatureError::MissingParameter;
    let parameters = Parameters {
        created: created.ok_or(missing("created"))?,
        nonce: nonce.ok_or(missing("nonce"))?,
        keyid: keyid.ok_or(missing("keyid"))?,
        alg: alg.ok_or(missing("alg"))?,
        tag: tag.ok_or(missing("tag"))?,
    };
    if !(MIN_NONCE..=MAX_NONCE).contains(&parameters.nonce.len()) {
        return Err(MessageSignatureError::NonceLength {
            length: parameters.nonce.len(),
            min: MIN_NONCE,
            max: MAX_NONCE,
        });
    }
    Ok(SignatureInput { components, parameters, text })
}

fn label(cursor: &mut Cursor<'_>) -> Result<(), MessageSignatureError> {
    if cursor.key()? != LABEL {
        return Err(cursor.malformed("the label `sig1`"));
    }
    cursor.expect(b'=')
}

fn components(cursor: &mut Cursor<'_>) -> Result<Vec<Component>, MessageSignatureError> {
    cursor.expect(b'(')?;
    let mut components = Vec::new();
    loop {
        cursor.skip_blanks();
        if cursor.take_if(b')') {
            return Ok(components);
        }
        let name = cursor.string()?;
        let component = Component::from_name(&name).ok_or(MessageSignatureError::UnknownComponent(name))?;
        if components.contains(&component) {
            return Err(cursor.malformed("each component once"));
        }
        components.push(component);
        if !matches!(cursor.peek(), Some(b' ' | b')')) {
            return Err(cursor.malformed("a component without parameters"));
        }
    }
}

/// Reads `Signature`: one member labelled `sig1` with [`MIN_SIGNATURE`] to [`MAX_SIGNATURE`] bytes.
///
/// # Errors
/// Where it is anything else.
pub fn parse_signature(header: &str) -> Result<Vec<u8>, MessageSignatureError> {
    if header.len() > MAX_HEADER {
        return Err(MessageSignatureError::TooLong { header: "Signature", max: MAX_HEADER });
    }
    let mut cursor = Cursor::new("Signature", header);
    label(&mut cursor)?;
    let bytes = cursor.bytes()?;
    cursor.expect_end()?;
    match bytes.len() {
        length @ ..MIN_SIGNATURE => {
            Err(MessageSignatureError::SignatureLength { length, expected: MIN_SIGNATURE })
        }
        _ => Ok(bytes),
    }
}
