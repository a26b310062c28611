//! Algorithm identifiers and the parameters that belong to them.

use const_oid::ObjectIdentifier;
use der::Tagged;
use spki::AlgorithmIdentifierOwned;

/// What stands in the place of the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Absent,
    Null,
    Curve,
    Other,
}

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// Signature algorithms that authorities use, with the parameters they have.
static SIGNATURE: [(ObjectIdentifier, &[Form]); 8] = [
    // SM2 with SM3: absent by GmSSL, Tongsuo and BouncyCastle, NULL by most operating authorities.
    (oid("1.2.156.10197.1.501"), &[Form::Absent, Form::Null]),
    (oid("1.2.840.10045.4.3.2"), &[Form::Absent]),
    (oid("1.2.840.10045.4.3.3"), &[Form::Absent]),
    (oid("1.3.101.112"), &[Form::Absent]),
    (oid("1.2.840.113549.1.1.11"), &[Form::Null]),
    (oid("1.2.840.113549.1.1.12"), &[Form::Null]),
    (oid("1.2.840.113549.1.1.13"), &[Form::Null]),
    // RSASSA-PSS: RSASSA-PSS-params.
    (oid("1.2.840.113549.1.1.10"), &[Form::Other]),
];

/// Algorithms of keys, with the parameters they have.
static PUBLIC_KEY: [(ObjectIdentifier, &[Form]); 3] = [
    (oid("1.2.840.10045.2.1"), &[Form::Curve]),
    (oid("1.3.101.112"), &[Form::Absent]),
    (oid("1.2.840.113549.1.1.1"), &[Form::Null]),
];

/// Whether signatures of this algorithm are made by SM2 with SM3.
pub(super) fn signed_by_sm2(identifier: &AlgorithmIdentifierOwned) -> bool {
    identifier.oid == oid("1.2.156.10197.1.501")
}

/// Checks the parameters of a signature algorithm.
pub(super) fn signature_parameters(identifier: &AlgorithmIdentifierOwned) -> Result<(), String> {
    check(&SIGNATURE, identifier, "a signature algorithm of certificates")
}

/// Checks the parameters of the algorithm of a key.
pub(super) fn public_key_parameters(identifier: &AlgorithmIdentifierOwned) -> Result<(), String> {
    check(&PUBLIC_KEY, identifier, "an algorithm of keys in certificates")
}

fn check(
    table: &[(ObjectIdentifier, &[Form])],
    identifier: &AlgorithmIdentifierOwned,
    what: &str,
) -> Result<(), String> {
    let (_, forms) = table
        .iter()
        .find(|(oid, _)| *oid == identifier.oid)
        .ok_or_else(|| format!("{} is not {what}", identifier.oid))?;
    let found = form(identifier);
    if forms.contains(&found) { Ok(()) } else { Err(format!("{} has parameters {found:?}", identifier.oid)) }
}

fn form(identifier: &AlgorithmIdentifierOwned) -> Form {
    match &identifier.parameters {
        None => Form::Absent,
        Some(parameters) => match parameters.tag() {
            der::Tag::Null if parameters.value().is_empty() => Form::Null,
            der::Tag::ObjectIdentifier => Form::Curve,
            _ => Form::Other,
        },
    }
}

/// An algorithm identifier for people.
pub(super) fn shown(identifier: &AlgorithmIdentifierOwned) -> String {
    let parameters = match form(identifier) {
        Form::Absent => "without parameters",
        Form::Null => "with NULL parameters",
        Form::Curve | Form::Other => "with parameters",
    };
    format!("{} {parameters}", identifier.oid)
}
