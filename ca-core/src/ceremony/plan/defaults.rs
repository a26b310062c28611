//! What holds where a plan says nothing.

use toml::{Table, Value};

use super::Document;

/// Fields that may be left out, by their tables, and the value that then holds.
static OPTIONAL: &[(&str, &str, &str, &str)] = &[
    ("", "time_tolerance_minutes", "time_tolerance_minutes", "720"),
    ("root", "path_length", "root.path_length", "none"),
    ("issuing", "path_length", "issuing.path_length", "0"),
    ("issuing", "policies", "issuing.policies", "none"),
    ("ocsp-signer", "policies", "ocsp-signer.policies", "none"),
    ("cross", "excluded", "cross.excluded", "none"),
    ("cross", "mappings", "cross.mappings", "none"),
    ("cross", "require_explicit_policy", "cross.require_explicit_policy", "not set"),
    ("cross", "inhibit_policy_mapping", "cross.inhibit_policy_mapping", "not set"),
    ("cross", "inhibit_any_policy", "cross.inhibit_any_policy", "not set"),
    ("crl", "revoked", "crl.revoked", "none"),
    ("issuer", "public_url", "issuer.public_url", "none: certificates point nowhere"),
];

/// The fields that a file leaves out.
pub(super) fn taken(text: &str, document: &Document) -> Vec<(&'static str, String)> {
    let Ok(table) = text.parse::<Table>() else { return Vec::new() };
    let mut taken = Vec::new();
    if (document.kind.makes_shares() || document.custody == super::Custody::File)
        && table
            .get("shares")
            .and_then(Value::as_table)
            .is_none_or(|shares| !shares.contains_key("threshold"))
        && document.kind.makes_shares()
    {
        taken.push(("shares.threshold", document.shares.threshold.to_string()));
    }
    for (at, field, shown, value) in OPTIONAL {
        let inside = if at.is_empty() { Some(&table) } else { table.get(*at).and_then(Value::as_table) };
        if inside.is_some_and(|inside| !inside.contains_key(*field)) {
            taken.push((*shown, (*value).to_owned()));
        }
    }
    taken
}
