//! The profiles that plans amount to: everything that the plan fixes is fixed, so that nothing is left to choose.

use std::sync::Arc;

use crate::ceremony::plan::PathLength;
use crate::profile::{Profile, ProfileError};
use crate::x509::Oid;

/// Longest validity of a root, in days: thirty years.
const ROOT_DAYS: u32 = 10_958;
/// Longest validity of an issuing authority, in days: fifteen years.
const ISSUING_DAYS: u32 = 5_479;
/// Longest validity of a cross-certificate, in days: agreements are looked at again after ten years.
const CROSS_DAYS: u32 = 3_653;
/// Longest validity of an OCSP responder, in days: it is not revoked, so it ends soon.
const RESPONDER_DAYS: u32 = 31;

/// Names are the plan's, so that every part may stand.
const PARTS: &str = r#"CN = "required", C = "optional", O = "optional", OU = "optional", ST = "optional", L = "optional", organizationIdentifier = "optional", serialNumber = "optional", DC = "optional""#;

struct Draft<'a> {
    name: &'a str,
    kind: &'a str,
    days: u32,
    key_usage: &'a str,
    extended: &'a str,
    path_length: Option<u8>,
    policies: &'a [Oid],
    pointers: &'a str,
}

impl Draft<'_> {
    fn profile(&self) -> Result<Profile, ProfileError> {
        let path_length =
            self.path_length.map_or(String::new(), |length| format!("path_length = {length}\n"));
        let policies = match self.policies {
            [] => String::new(),
            list => {
                let quoted: Vec<String> =
                    list.iter().map(|policy| format!("{:?}", policy.to_string())).collect();
                format!("policies = [{}]\n", quoted.join(", "))
            }
        };
        let text = format!(
            "title = \"Ceremony\"\nkind = \"{}\"\n[subject]\nunlisted = \"refuse\"\nparts = {{ {PARTS} }}\n\
             [key]\nalgorithms = [\"sm2\", \"p256\", \"p384\", \"ed25519\", \"rsa\"]\nrsa_bits = {{ min = 3072, max = 8192 }}\n\
             [validity]\ndefault_days = 1\nmax_days = {}\nbackdate_minutes = 0\nbeyond_issuer = \"refuse\"\n\
             [usage]\nkey_usage = [{}]\n{}[extensions]\n{path_length}{policies}{}\
             [requester]\nsubject = true\nnot_after = true\n",
            self.kind, self.days, self.key_usage, self.extended, self.pointers
        );
        Profile::from_toml(self.name, &text)
    }
}

const SIGNS: &str = "\"keyCertSign\", \"cRLSign\"";
const POINTERS: &str = "crl_distribution_point = true\nca_issuers = true\n";

/// A root.
pub(super) fn root(path_length: Option<u8>) -> Result<Profile, ProfileError> {
    Draft {
        name: "root",
        kind: "root",
        days: ROOT_DAYS,
        key_usage: SIGNS,
        extended: "",
        path_length,
        policies: &[],
        pointers: "",
    }
    .profile()
}

/// A certificate between two roots.
pub(super) fn link(path_length: Option<u8>, pointers: bool) -> Result<Profile, ProfileError> {
    authority("ceremony-link", ROOT_DAYS, path_length, &[], pointers)
}

/// An issuing authority.
pub(super) fn issuing(
    path_length: PathLength,
    policies: &[Oid],
    pointers: bool,
) -> Result<Arc<Profile>, ProfileError> {
    authority("ceremony-issuing", ISSUING_DAYS, path_length.0, policies, pointers).map(Arc::new)
}

/// An authority of another domain.
pub(super) fn cross(
    path_length: PathLength,
    policies: &[Oid],
    pointers: bool,
) -> Result<Arc<Profile>, ProfileError> {
    authority("ceremony-cross", CROSS_DAYS, path_length.0, policies, pointers).map(Arc::new)
}

fn authority(
    name: &str,
    days: u32,
    path_length: Option<u8>,
    policies: &[Oid],
    pointers: bool,
) -> Result<Profile, ProfileError> {
    Draft {
        name,
        kind: "authority",
        days,
        key_usage: SIGNS,
        extended: "",
        path_length,
        policies,
        pointers: if pointers { POINTERS } else { "" },
    }
    .profile()
}

/// An OCSP responder.
pub(super) fn responder(policies: &[Oid]) -> Result<Arc<Profile>, ProfileError> {
    Draft {
        name: "ceremony-ocsp-signer",
        kind: "ocsp",
        days: RESPONDER_DAYS,
        key_usage: "\"digitalSignature\"",
        extended: "extended_key_usage = [\"OCSPSigning\"]\n",
        path_length: None,
        policies,
        pointers: "ocsp_no_check = true\n",
    }
    .profile()
    .map(Arc::new)
}
