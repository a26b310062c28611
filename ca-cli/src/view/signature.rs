//! Whether objects are signed by one another.

use std::collections::HashMap;

use ca_core::algorithm::{KeyAlgorithm, VerifyError, sm2};
use ca_core::cms::Party;
use ca_core::key::PublicKey;
use ca_core::x509::{Certificate, CertificateList, Name};
use serde::Serialize;

use crate::input::{Found, Object};
use crate::report::Notice;

/// Most keys that are tried for one signature: authorities that were renewed share their name.
const MAX_ISSUERS: usize = 4;

/// Most certificates among which a name is also looked for in other writings than its own, RFC 5280 §7.1.
const MAX_COMPARED: usize = 100;

/// Certificates that may be issuers, by name.
#[derive(Default)]
pub(crate) struct Issuers<'a> {
    all: Vec<&'a Certificate>,
    by_name: HashMap<&'a [u8], Vec<&'a Certificate>>,
}

impl<'a> Issuers<'a> {
    /// Those among some objects.
    pub(crate) fn among(found: impl IntoIterator<Item = &'a Found>) -> Self {
        let mut issuers = Self::default();
        for found in found {
            if let Ok(Object::Certificate(certificate)) = &found.object {
                issuers.all.push(certificate);
                issuers.by_name.entry(certificate.subject().as_der()).or_default().push(certificate);
            }
        }
        issuers
    }

    /// Those with this name, at most [`MAX_ISSUERS`].
    pub(crate) fn named(&self, name: &Name) -> Vec<&'a Certificate> {
        match self.by_name.get(name.as_der()) {
            Some(named) => named.iter().copied().take(MAX_ISSUERS).collect(),
            None if self.all.len() <= MAX_COMPARED => {
                let named = self.all.iter().copied().filter(|issuer| issuer.subject().matches(name));
                named.take(MAX_ISSUERS).collect()
            }
            None => Vec::new(),
        }
    }

    /// The only one there is: OCSP names issuers by hashes.
    pub(super) fn single(&self) -> Option<&'a Certificate> {
        if let [one] = self.all[..] { Some(one) } else { None }
    }

    /// The one of them that a message names.
    pub(super) fn party(&self, party: &Party) -> Option<&'a Certificate> {
        self.all.iter().copied().find(|certificate| party.is(certificate))
    }

    /// The one of them that signed a certificate, else the first that has the name; none for one that signed itself alone.
    pub(super) fn of_certificate(&self, certificate: &Certificate) -> Option<&'a Certificate> {
        let signed = |key: &PublicKey| certificate.verify_signed_by(key).is_ok();
        let mut named = self.named(certificate.issuer());
        named.retain(|issuer| *issuer != certificate);
        choose(&named, signed)
    }

    /// The one of them that signed a revocation list, else the first that has the name.
    pub(super) fn of_list(&self, crl: &CertificateList) -> Option<&'a Certificate> {
        choose(&self.named(crl.issuer()), |key| crl.verify_signed_by(key).is_ok())
    }
}

fn choose<'a>(named: &[&'a Certificate], signed: impl Fn(&PublicKey) -> bool) -> Option<&'a Certificate> {
    let right = |issuer: &&&Certificate| issuer.public_key().is_ok_and(|key| signed(&key));
    match named {
        [] | [_] => named.first().copied(),
        _ => named.iter().find(right).or(named.first()).copied(),
    }
}

/// What is known of a signature.
#[derive(Serialize)]
pub(crate) struct SignatureDetails {
    /// `valid`, `invalid`, or `unchecked` where the issuer is not among the objects shown.
    pub(crate) state: &'static str,
    /// Why it is invalid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<Notice>,
}

impl SignatureDetails {
    pub(crate) const UNCHECKED: Self = Self { state: "unchecked", problem: None };

    /// From trying keys: one that fits is enough.
    fn from_tries(tries: impl Iterator<Item = Result<(), Notice>>) -> Self {
        let mut problem = None;
        for attempt in tries.take(MAX_ISSUERS) {
            match attempt {
                Ok(()) => return Self { state: "valid", problem: None },
                Err(notice) => problem = problem.or(Some(notice)),
            }
        }
        match problem {
            Some(notice) => Self { state: "invalid", problem: Some(notice) },
            None => Self::UNCHECKED,
        }
    }

    /// Of a certificate, by those shown with it; a self-issued one also by itself.
    pub(crate) fn of_certificate(certificate: &Certificate, issuers: &Issuers<'_>) -> Self {
        let own = certificate.is_self_issued().then_some(certificate);
        let others = issuers.named(certificate.issuer()).into_iter().filter(|issuer| *issuer != certificate);
        let tries = own.into_iter().chain(others).map(|issuer| {
            verify(issuer, certificate.tbs_der(), certificate.signature(), |key| {
                certificate.verify_signed_by(key)
            })
        });
        Self::from_tries(tries)
    }

    /// Of a list that was verified while it was read, where the issuer's key was at hand.
    pub(crate) fn of_streamed(signed: Option<bool>) -> Self {
        match signed {
            Some(true) => Self { state: "valid", problem: None },
            Some(false) => {
                let detail = "it is not a signature by the issuer that is shown here";
                Self { state: "invalid", problem: Some(notice("invalid-signature", &detail)) }
            }
            None => Self::UNCHECKED,
        }
    }

    /// Of a revocation list.
    pub(crate) fn of_list(crl: &CertificateList, issuers: &Issuers<'_>) -> Self {
        let tries = issuers
            .named(crl.issuer())
            .into_iter()
            .map(|issuer| verify(issuer, crl.tbs_der(), crl.signature(), |key| crl.verify_signed_by(key)));
        Self::from_tries(tries)
    }
}

fn verify(
    issuer: &Certificate,
    message: &[u8],
    signature: &[u8],
    check: impl Fn(&PublicKey) -> Result<(), VerifyError>,
) -> Result<(), Notice> {
    let key = issuer.public_key().map_err(|error| notice(error.code(), &error))?;
    check(&key).map_err(|error| {
        let empty = key.algorithm() == KeyAlgorithm::Sm2
            && sm2::verify_with_id(&key, b"", message, signature).is_ok();
        if empty {
            notice("sm2-identifier-empty", &"it was made with an empty SM2 identifier, not 1234567812345678")
        } else {
            notice(error.code(), &error)
        }
    })
}

fn notice(code: &str, detail: &dyn std::fmt::Display) -> Notice {
    Notice { code: code.to_owned(), detail: detail.to_string() }
}
