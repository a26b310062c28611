//! Values of options that are more than text.

use ca_core::x509::name::AttributeKind;

/// A part of a name: `TYPE=VALUE`.
pub(super) fn name_part(text: &str) -> Result<(AttributeKind, String), String> {
    let (kind, value) = text.split_once('=').ok_or("expected TYPE=VALUE, such as CN=meter-7")?;
    let kind: AttributeKind = kind.trim().parse().map_err(|error| format!("{error}"))?;
    Ok((kind, value.to_owned()))
}

/// A method of HTTP, in upper case.
pub(super) fn method(text: &str) -> Result<String, String> {
    let method = text.to_ascii_uppercase();
    match method.as_str() {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" => Ok(method),
        _ => Err("expected GET, HEAD, POST, PUT, PATCH or DELETE".to_owned()),
    }
}

/// The path of an endpoint, with its query.
pub(super) fn path(text: &str) -> Result<String, String> {
    if !text.starts_with('/') || text.starts_with("//") {
        return Err("expected a path such as /api/v1/certificates?status=good".to_owned());
    }
    if let Some(character) = text.chars().find(|character| !character.is_ascii_graphic() || *character == '#')
    {
        return Err(format!("{character:?} must be percent-encoded"));
    }
    Ok(text.to_owned())
}
