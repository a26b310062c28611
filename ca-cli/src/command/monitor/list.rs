//! Looking at a revocation list as it comes: one of a million entries takes the memory of one.

use std::io::{self, Read};

use ca_core::algorithm::digest::Sha256Hasher;
use ca_core::encoding::hex;
use ca_core::x509::crl::stream::{CrlStream, CrlStreamError};
use ca_core::x509::extension::{
    AuthorityKeyIdentifier, CrlNumber, DeltaCrlIndicator, ExtensionValue as _, IssuingDistributionPoint,
    ReasonCode,
};
use ca_core::x509::{Certificate, SerialNumber};
use jiff::Timestamp;
use spki::ObjectIdentifier;

use super::state::SeenList;
use super::{Ends, MAX_LIST, media_type};
use crate::client::Fetcher;
use crate::failure::Fault as _;
use crate::report::{Check, CheckKind, Health};

/// The extensions of lists that clients know (RFC 5280 §5.2).
const KNOWN: [ObjectIdentifier; 4] =
    [CrlNumber::OID, DeltaCrlIndicator::OID, IssuingDistributionPoint::OID, AuthorityKeyIdentifier::OID];

/// What a list says beside what is shown of it.
pub(super) struct Found {
    /// For the next time, where it is right.
    pub(super) seen: Option<SeenList>,
    /// Which of the serials asked for it says are revoked for good, and since when.
    pub(super) revoked: Vec<(SerialNumber, Timestamp)>,
}

/// Fetches a list, verifies it under the issuer's key, and notes what is wrong with it.
pub(super) fn look(
    check: &mut Check,
    issuer: &Certificate,
    serials: &[SerialNumber],
    fetcher: &Fetcher,
    ends: &Ends,
    now: Timestamp,
) -> Found {
    let nothing = Found { seen: None, revoked: Vec::new() };
    let fetched = match fetcher.get(&check.url, MAX_LIST) {
        Ok(fetched) => fetched,
        Err(error) => {
            check.note(Health::Failed, error.code(), error.to_string());
            return nothing;
        }
    };
    media_type(check, fetched.content_type.as_deref(), "application/pkix-crl");
    let mut source = Hashing { source: fetched.body, hash: Sha256Hasher::new(), octets: 0 };
    let read = walk(&mut source, issuer, serials);
    check.octets = source.octets;
    let list = match read {
        Ok(list) => list,
        Err(Unread::Key(reason)) => {
            check.note(Health::Failed, "issuer-key-unreadable", reason);
            return nothing;
        }
        Err(Unread::List(error)) => {
            check.note(Health::Failed, error.code(), error.to_string());
            return nothing;
        }
    };
    check.this_update = Some(list.this_update);
    check.next_update = list.next_update;
    check.entries = Some(list.entries);
    if !list.by_issuer {
        check.note(Health::Failed, "crl-other-issuer", "it names another issuer");
    }
    match (&list.base, check.kind) {
        (None, CheckKind::Delta) => check.note(Health::Failed, "not-a-delta", "it is no delta"),
        (Some(_), CheckKind::Crl) => {
            check.note(Health::Failed, "is-a-delta", "it is a delta: a full list was expected");
        }
        _ => {}
    }
    if let Some(extension) = &list.critical {
        // RFC 5280 §5.2: clients that do not know it must not use the list.
        let detail = format!("it has the critical extension {extension}, which clients do not know");
        check.note(Health::Failed, "crl-extension-critical", detail);
    }
    check.base = list.base;
    if list.number.is_none() {
        check.note(Health::Failed, "crl-number-missing", "it has no number that can be read");
    }
    check.number.clone_from(&list.number);
    ends.of_list(check, list.this_update, list.next_update, now);
    let right = check.health < Health::Failed;
    let seen = list.number.filter(|_| right).map(|number| SeenList {
        number,
        this_update: list.this_update,
        sha256: hex::encode(source.hash.finish()),
    });
    Found { seen, revoked: if right { list.revoked } else { Vec::new() } }
}

struct List {
    by_issuer: bool,
    /// A critical extension, of the list or of an entry, that has no meaning here.
    critical: Option<String>,
    number: Option<String>,
    base: Option<String>,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    entries: u64,
    revoked: Vec<(SerialNumber, Timestamp)>,
}

enum Unread {
    Key(String),
    List(CrlStreamError),
}

fn walk(source: impl Read, issuer: &Certificate, serials: &[SerialNumber]) -> Result<List, Unread> {
    let key = issuer.public_key().map_err(|error| Unread::Key(error.to_string()))?;
    let mut stream = CrlStream::open(source, Some(&key)).map_err(Unread::List)?;
    let mut revoked: Vec<(SerialNumber, Timestamp)> = Vec::new();
    let (mut entries, mut critical) = (0, None);
    for entry in stream.by_ref() {
        let read = entry.map_err(Unread::List)?;
        critical = critical.or(read.unknown_critical.map(|oid| oid.to_string()));
        let entry = read.entry;
        entries += 1;
        let ends = !matches!(entry.reason, Some(ReasonCode::CertificateHold | ReasonCode::RemoveFromCrl));
        // Each once: a list may name one as often as it likes.
        if ends && serials.contains(&entry.serial) && !revoked.iter().any(|(known, _)| *known == entry.serial)
        {
            revoked.push((entry.serial, entry.revocation_date));
        }
    }
    let header = stream.header().clone();
    let extensions = stream.finish().map_err(Unread::List)?.extensions;
    let unknown = extensions.iter().find(|it| it.critical && !KNOWN.iter().any(|oid| it.oid == *oid));
    critical = critical.or(unknown.map(|extension| extension.oid.to_string()));
    Ok(List {
        critical,
        by_issuer: header.issuer.matches(issuer.subject()),
        number: extensions.find::<CrlNumber>().ok().flatten().map(|number| number.to_string()),
        base: extensions.find::<DeltaCrlIndicator>().ok().flatten().map(|base| base.0.to_string()),
        this_update: header.this_update,
        next_update: header.next_update,
        entries,
        revoked,
    })
}

/// A source whose octets are hashed and counted as they are read.
struct Hashing {
    source: Box<dyn Read>,
    hash: Sha256Hasher,
    octets: u64,
}

impl Read for &mut Hashing {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(target)?;
        self.hash.update(&target[..length]);
        self.octets += length as u64;
        Ok(length)
    }
}
