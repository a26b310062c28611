//! PEM as it is met in practice (RFC 7468, read in its lax form): text around objects is skipped, lines may have any length.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::der;

/// Longest text read. The largest in use, a bundle of all CRLs of a city, stays well below.
pub const MAX_INPUT: usize = 64 << 20;
/// Most objects read from one text: more are a mistake, not a bundle of certificates.
pub const MAX_OBJECTS: usize = 100_000;

/// How the first line of an object begins.
const BEGIN: &[u8] = b"-----BEGIN ";
/// Characters a line (RFC 7468 section 2).
const LINE_LENGTH: usize = 64;

/// Base64 with or without padding, since encoders differ; set bits after the last byte are refused.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One object: its label and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PemObject {
    /// What stands after `BEGIN`.
    pub label: String,
    /// The decoded content.
    pub der: Vec<u8>,
}

/// Why text cannot be read as PEM.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// The text is longer than [`MAX_INPUT`].
    #[error("the input has {length} bytes, more than {MAX_INPUT}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// There are more objects than [`MAX_OBJECTS`].
    #[error("the input holds more than {MAX_OBJECTS} objects")]
    TooMany,
    /// An object without its END line.
    #[error("the object {label:?} that begins on line {line} has no matching END line")]
    NoEnd {
        /// The object's label.
        label: String,
        /// Where it begins, counted from 1.
        line: usize,
    },
    /// Content that is not base64.
    #[error("the object {label:?} that begins on line {line} is not valid base64")]
    Base64 {
        /// The object's label.
        label: String,
        /// Where it begins, counted from 1.
        line: usize,
    },
    /// A private key encrypted in the way of RFC 1421, whose key derivation is a single MD5.
    #[error(
        "the object {label:?} is encrypted in the old PEM form, which protects badly; convert it: openssl pkcs8 -topk8 -in FILE -out NEW"
    )]
    LegacyEncryption {
        /// The object's label.
        label: String,
    },
    /// No object, no DER and no base64.
    #[error("the input is neither PEM nor DER nor base64")]
    NotPem,
    /// Objects, and none with a label that is wanted here.
    #[error("expected {}, found {}", wanted.join(" or "), found.join(", "))]
    Label {
        /// The labels wanted.
        wanted: Vec<String>,
        /// The labels found, at most five.
        found: Vec<String>,
    },
}

impl PemError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "pem-too-long",
            Self::TooMany => "pem-too-many-objects",
            Self::NoEnd { .. } => "pem-no-end",
            Self::Base64 { .. } => "pem-base64",
            Self::LegacyEncryption { .. } => "pem-legacy-encryption",
            Self::NotPem => "pem-none",
            Self::Label { .. } => "pem-label",
        }
    }
}

/// All objects of a text, in order. A text without any has none: that is not an error here.
///
/// # Errors
///
/// [`PemError`] where an object begins and cannot be read, or a bound is exceeded.
pub fn read_all(bytes: &[u8]) -> Result<Vec<PemObject>, PemError> {
    if bytes.len() > MAX_INPUT {
        return Err(PemError::TooLong { length: bytes.len() });
    }
    let mut objects = Vec::new();
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(label) = boundary(line, BEGIN) else { continue };
        if objects.len() == MAX_OBJECTS {
            return Err(PemError::TooMany);
        }
        let mut content = Vec::new();
        loop {
            let (_, line) =
                lines.next().ok_or_else(|| PemError::NoEnd { label: label.to_owned(), line: index + 1 })?;
            if line.starts_with(b"-----") {
                if boundary(line, b"-----END ") == Some(label) {
                    break;
                }
                return Err(PemError::NoEnd { label: label.to_owned(), line: index + 1 });
            }
            if line.starts_with(b"Proc-Type:") {
                return Err(PemError::LegacyEncryption { label: label.to_owned() });
            }
            content.push(line);
        }
        let der =
            decode(&content).ok_or_else(|| PemError::Base64 { label: label.to_owned(), line: index + 1 })?;
        objects.push(PemObject { label: label.to_owned(), der });
    }
    Ok(objects)
}

/// The bytes of base64 lines. It may be a private key: the buffer between has its full size at once and is wiped.
fn decode(lines: &[&[u8]]) -> Option<Vec<u8>> {
    let mut compact = Zeroizing::new(Vec::with_capacity(lines.iter().map(|line| line.len()).sum()));
    for line in lines {
        compact.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
    }
    BASE64.decode(&*compact).ok()
}

/// The label of a `-----BEGIN …-----` or `-----END …-----` line.
fn boundary<'a>(line: &'a [u8], start: &[u8]) -> Option<&'a str> {
    let label = line.strip_prefix(start)?.strip_suffix(b"-----")?;
    let printable = label.iter().all(|byte| (0x20..0x7f).contains(byte));
    std::str::from_utf8(label).ok().filter(|_| printable)
}

/// One object as PEM text.
pub fn write(label: &str, der: &[u8]) -> String {
    // It may be a private key: what is between is wiped, and the text has its full size at once.
    let base64 = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(der));
    let mut text = String::with_capacity(base64.len() + base64.len() / LINE_LENGTH + 2 * label.len() + 40);
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, remaining) = rest.split_at(rest.len().min(LINE_LENGTH));
        text.push_str(line);
        text.push('\n');
        rest = remaining;
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

/// The DER of the first object with one of these labels; or of the input itself, where it is DER or bare base64 of DER.
///
/// # Errors
///
/// [`PemError::NotPem`] where it is none of these, [`PemError::Label`] where it holds other objects only, and the errors of
/// [`read_all`].
pub fn read_one_of(bytes: &[u8], labels: &[&str]) -> Result<Vec<u8>, PemError> {
    if bytes.len() > MAX_INPUT {
        return Err(PemError::TooLong { length: bytes.len() });
    }
    // Base64 of a SEQUENCE begins with "M": what begins with 0x30, the digit 0, is DER or text before PEM. What is sound DER is
    // never searched for PEM inside.
    let has_pem = || bytes.windows(BEGIN.len()).any(|window| window == BEGIN);
    if bytes.first() == Some(&0x30) && (der::check_structure(bytes).is_ok() || !has_pem()) {
        return Ok(bytes.to_vec());
    }
    let objects = read_all(bytes)?;
    if objects.is_empty() {
        let der = decode(&[bytes]).ok_or(PemError::NotPem)?;
        return if der.first() == Some(&0x30) { Ok(der) } else { Err(PemError::NotPem) };
    }
    let found = objects.iter().take(5).map(|object| object.label.clone()).collect();
    objects
        .into_iter()
        .find(|object| labels.contains(&object.label.as_str()))
        .map(|object| object.der)
        .ok_or_else(|| PemError::Label { wanted: labels.iter().map(ToString::to_string).collect(), found })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_around_objects_is_skipped() {
        let text = format!(
            "Subject: x\r\n{}junk\n{}tail",
            write("A", b"one").replace('\n', "\r\n"),
            write("B C", b"")
        );
        let objects = read_all(text.as_bytes()).unwrap();
        assert_eq!(objects[0], PemObject { label: "A".into(), der: b"one".to_vec() });
        assert_eq!(objects[1], PemObject { label: "B C".into(), der: vec![] });
        assert_eq!(objects.len(), 2);
    }

    #[test]
    fn one_object_is_read_in_each_of_its_forms() {
        let der = [&[0x30, 0x81, 0x80][..], &[7; 128]].concat();
        let labels = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
        let pem = write("NEW CERTIFICATE REQUEST", &der);
        let base64 = pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\r\n");
        for form in [pem.as_bytes(), base64.as_bytes(), &der] {
            assert_eq!(read_one_of(form, &labels).unwrap(), der);
        }
    }

    #[test]
    fn faults_have_their_names() {
        let code = |text: &str| read_one_of(text.as_bytes(), &["CERTIFICATE"]).unwrap_err().code();
        assert_eq!(code(""), "pem-none");
        assert_eq!(code("hello there"), "pem-none");
        assert_eq!(code(&write("PRIVATE KEY", b"x")), "pem-label");
        assert_eq!(code("-----BEGIN CERTIFICATE-----\nMIIB\n"), "pem-no-end");
        assert_eq!(code("-----BEGIN CERTIFICATE-----\nMIIB\n-----END X-----\n"), "pem-no-end");
        assert_eq!(code("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"), "pem-base64");
        assert_eq!(code("-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"), "pem-legacy-encryption");
        assert_eq!(read_all(&vec![b'a'; MAX_INPUT + 1]).unwrap_err().code(), "pem-too-long");
    }

    #[test]
    fn der_is_not_searched_for_pem() {
        let pem = format!("\n{}", write("X", b"inner"));
        let der = [&[0x30, pem.len() as u8][..], pem.as_bytes()].concat();
        assert!(pem.len() < 0x80);
        // Its content is no sound DER; as the content of an OCTET STRING it is.
        let sound = [&[0x30, pem.len() as u8 + 2, 0x04, pem.len() as u8][..], pem.as_bytes()].concat();
        assert_eq!(read_one_of(&sound, &["X"]).unwrap(), sound);
        assert_eq!(read_one_of(&der, &["X"]).unwrap(), b"inner");
        assert_eq!(
            read_one_of(b"0 s:CN=a\n-----BEGIN X-----\nMAA=\n-----END X-----", &["X"]).unwrap(),
            [0x30, 0]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(der in proptest::collection::vec(any::<u8>(), 0..300)) {
            let text = write("CERTIFICATE", &der);
            prop_assert!(text.lines().all(|line| line.len() <= LINE_LENGTH));
            prop_assert_eq!(read_all(text.as_bytes()).unwrap(), vec![PemObject { label: "CERTIFICATE".into(), der }]);
        }

        #[test]
        fn any_bytes_are_judged_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_all(&bytes);
            let _ = read_one_of(&bytes, &["X"]);
        }

        #[test]
        fn any_bytes_in_an_object_are_judged_without_panic(inner in "[ -~\n]{0,200}") {
            let _ = read_all(format!("-----BEGIN X-----\n{inner}\n-----END X-----").as_bytes());
        }
    }
}
