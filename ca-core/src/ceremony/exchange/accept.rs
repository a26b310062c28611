//! Whether a package may be acted on.

use jiff::Timestamp;
use rand_core::CryptoRng;

use super::content::Octets;
use super::{Answer, Content, ExchangeError, Package, Request};
use crate::algorithm::Signer;
use crate::ceremony::plan::{Kind, Mode};
use crate::ceremony::{Digest, rehearsal};
use crate::path::{Question, TrustAnchor, judge};
use crate::x509::{Certificate, CertificateList, CertificationRequest, VerifiedRequest};

/// A request that the offline side acts on: signed by a known sender, for this root, and newer than those before.
#[derive(Debug, Clone)]
pub struct Pending {
    request: Request,
    digest: Digest,
    certification: Option<VerifiedRequest>,
}

/// An answer that the online side may install.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The certificate that was asked for.
    pub certificate: Option<Certificate>,
    /// Further certificates, such as links between roots.
    pub others: Vec<Certificate>,
    /// The revocation list.
    pub crl: Option<CertificateList>,
    /// The digest of the transcript, under which the ceremony can be looked up.
    pub transcript: Digest,
    /// The number that no later answer may have.
    pub sequence: u64,
}

fn document<E: std::fmt::Display>(what: &'static str, code: &'static str, error: E) -> ExchangeError {
    ExchangeError::Document { what, code, reason: error.to_string() }
}

/// The mode of what a root signs.
fn mode_of(root: &Certificate) -> Mode {
    rehearsal::mode_of(root.subject())
}

impl Pending {
    /// Takes up a request on the offline side. `last` is the number of the last request of this authority that was acted on.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn receive(package: &Package, root: &Certificate, last: Option<u64>) -> Result<Self, ExchangeError> {
        let Content::Request(request) = package.content() else {
            return Err(ExchangeError::Direction { found: "an answer", expected: "a request" });
        };
        let expected = Digest::of(root.der());
        if request.root != expected {
            return Err(ExchangeError::OtherRoot { found: request.root, expected });
        }
        if request.mode != mode_of(root) {
            return Err(ExchangeError::Mixed { found: request.mode, expected: mode_of(root) });
        }
        if let Some(last) = last.filter(|last| request.sequence <= *last) {
            return Err(ExchangeError::Replayed { found: request.sequence, last });
        }
        let certification = match &request.request {
            Some(Octets(der)) => {
                let read = CertificationRequest::from_der(der)
                    .map_err(|error| document("the certification request", error.code(), error))?;
                let verified = read
                    .verify()
                    .map_err(|error| document("the certification request", error.code(), error))?;
                Some(verified)
            }
            None => None,
        };
        let certifies = matches!(request.kind, Kind::Issuing | Kind::OcspSigner | Kind::Cross);
        if certifies != certification.is_some() {
            return Err(ExchangeError::Contents {
                what: "a request for a certificate holds a certification request, and no other does",
            });
        }
        if let Some(Octets(der)) = &request.previous_crl {
            list_of(root, der)?;
        }
        Ok(Self { request: request.clone(), digest: package.digest(), certification })
    }

    /// What is asked for.
    #[must_use]
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// The certification request, whose possession of the key is proven.
    #[must_use]
    pub const fn certification(&self) -> Option<&VerifiedRequest> {
        self.certification.as_ref()
    }

    /// The answer to this request, signed by the ceremony's administrator.
    ///
    /// # Errors
    /// [`ExchangeError::Sign`].
    #[allow(clippy::too_many_arguments)]
    pub fn answer(
        &self,
        made: Timestamp,
        plan: Digest,
        transcript: Digest,
        certificates: Vec<Vec<u8>>,
        crl: Option<Vec<u8>>,
        signer: &dyn Signer,
        rng: &mut dyn CryptoRng,
    ) -> Result<Package, ExchangeError> {
        let answer = Answer {
            kind: self.request.kind,
            mode: self.request.mode,
            authority: self.request.authority.clone(),
            sequence: self.request.sequence,
            nonce: self.request.nonce,
            answers: self.digest,
            made,
            plan,
            transcript,
            certificates: certificates.into_iter().map(Octets).collect(),
            crl: crl.map(Octets),
        };
        Package::seal(Content::Answer(answer), signer, rng)
    }
}

fn list_of(root: &Certificate, der: &[u8]) -> Result<CertificateList, ExchangeError> {
    let list = CertificateList::from_der(der).map_err(|error| document("the list", error.code(), error))?;
    let key = root.public_key().map_err(|error| document("the root", error.code(), error))?;
    list.verify_signed_by(&key).map_err(|error| document("the list", "crl-of-another-issuer", error))?;
    if !list.issuer().matches(root.subject()) {
        return Err(document("the list", "crl-of-another-issuer", "its issuer is not the root"));
    }
    Ok(list)
}

impl Accepted {
    /// Checks an answer on the online side: it answers the request that waits, and what it holds is what was asked for and leads
    /// to the root. `last` is the number of the last answer that was accepted for this authority, `at` the time now.
    ///
    /// # Errors
    /// [`ExchangeError`]; then nothing is installed.
    pub fn check(
        answer: &Package,
        waiting: &Package,
        root: &Certificate,
        last: Option<u64>,
        at: Timestamp,
    ) -> Result<Self, ExchangeError> {
        let Content::Answer(said) = answer.content() else {
            return Err(ExchangeError::Direction { found: "a request", expected: "an answer" });
        };
        let Content::Request(asked) = waiting.content() else {
            return Err(ExchangeError::Direction { found: "an answer", expected: "a request" });
        };
        if said.authority != asked.authority {
            let (found, expected) = (said.authority.to_string(), asked.authority.to_string());
            return Err(ExchangeError::OtherAuthority { found, expected });
        }
        if let Some(last) = last.filter(|last| said.sequence <= *last) {
            return Err(ExchangeError::Replayed { found: said.sequence, last });
        }
        if said.sequence < asked.sequence {
            return Err(ExchangeError::Older { found: said.sequence, expected: asked.sequence });
        }
        let same = (said.sequence, said.nonce, said.kind) == (asked.sequence, asked.nonce, asked.kind);
        if said.answers != waiting.digest() || !same {
            return Err(ExchangeError::OtherRequest);
        }
        let expected = Digest::of(root.der());
        if asked.root != expected {
            return Err(ExchangeError::OtherRoot { found: asked.root, expected });
        }
        let mode = mode_of(root);
        let found = if said.is_marked() { Mode::Rehearsal } else { said.mode };
        if found != mode || asked.mode != mode {
            return Err(ExchangeError::Mixed { found, expected: mode });
        }
        let (certificate, others) = certificates(said, asked, root, at)?;
        let crl = crl(said, asked, root)?;
        Ok(Self { certificate, others, crl, transcript: said.transcript, sequence: said.sequence })
    }
}

fn certificates(
    said: &Answer,
    asked: &Request,
    root: &Certificate,
    at: Timestamp,
) -> Result<(Option<Certificate>, Vec<Certificate>), ExchangeError> {
    let read = |Octets(der): &Octets| {
        Certificate::from_der(der).map_err(|error| document("a certificate", error.code(), error))
    };
    let mut certificates = said.certificates.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let Some(Octets(der)) = &asked.request else {
        vouched(&certificates, root)?;
        return Ok((None, certificates));
    };
    if certificates.is_empty() {
        return Err(ExchangeError::Contents { what: "the certificate that was asked for is not there" });
    }
    let certificate = certificates.remove(0);
    let request = CertificationRequest::from_der(der)
        .map_err(|error| document("the certification request", error.code(), error))?;
    let same_key = match (certificate.public_key(), request.public_key()) {
        (Ok(certified), Ok(asked)) => certified == asked,
        _ => false,
    };
    if !same_key {
        return Err(ExchangeError::Contents { what: "the certificate is not for the key that asked" });
    }
    let anchor =
        TrustAnchor::from_certificate(root).map_err(|error| document("the root", error.code(), error))?;
    let anchors = [anchor];
    // An authority whose time begins later is judged by its begin.
    let at = at.max(certificate.validity().not_before);
    judge(&Question::new(&certificate, &anchors, at))
        .into_result()
        .map_err(|refused| document("the certificate", refused.code(), refused.cause()))?;
    Ok((Some(certificate), certificates))
}

fn anchor(root: &Certificate) -> Result<TrustAnchor, ExchangeError> {
    TrustAnchor::from_certificate(root).map_err(|error| document("the root", error.code(), error))
}

/// The other certificates of an answer are those of a rollover: what leads to the root, the new root that it leads to, and the
/// way back.
fn vouched(others: &[Certificate], root: &Certificate) -> Result<(), ExchangeError> {
    let anchors = [anchor(root)?];
    let leads = |certificate: &&Certificate| {
        judge(&Question::new(certificate, &anchors, certificate.validity().not_before)).is_accepted()
    };
    let leading: Vec<&Certificate> = others.iter().filter(leads).collect();
    for certificate in others.iter().filter(|certificate| !leading.contains(certificate)) {
        let signed_by = |other: &Certificate| {
            other.public_key().is_ok_and(|key| certificate.verify_signed_by(&key).is_ok())
        };
        let same = |one: &Certificate, other: &Certificate| {
            one.spki_der() == other.spki_der() && one.subject() == other.subject()
        };
        let new_root = signed_by(certificate) && leading.iter().any(|link| same(link, certificate));
        let way_back = same(certificate, root) && leading.iter().any(|link| signed_by(link));
        if !new_root && !way_back {
            return Err(ExchangeError::Contents {
                what: "a certificate of the answer does not lead to the root",
            });
        }
    }
    Ok(())
}

fn crl(said: &Answer, asked: &Request, root: &Certificate) -> Result<Option<CertificateList>, ExchangeError> {
    let Some(Octets(der)) = &said.crl else {
        if matches!(asked.kind, Kind::Crl | Kind::Termination) {
            return Err(ExchangeError::Contents { what: "the list that was asked for is not there" });
        }
        return Ok(None);
    };
    let list = list_of(root, der)?;
    if let Some(entry) = asked.revoked.iter().find(|entry| list.find(&entry.serial).is_none()) {
        let reason = format!("serial {} is not in it", entry.serial);
        return Err(document("the list", "crl-drops-entry", reason));
    }
    if let Some(Octets(before)) = &asked.previous_crl {
        let before = list_of(root, before)?;
        let rises = match (before.number(), list.number()) {
            (Ok(Some(before)), Ok(Some(now))) => before < now,
            _ => false,
        };
        if !rises || list.this_update() < before.this_update() {
            return Err(document(
                "the list",
                "crl-number-not-rising",
                "it is not newer than the list before",
            ));
        }
    }
    Ok(Some(list))
}
