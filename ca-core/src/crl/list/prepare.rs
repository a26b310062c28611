//! From a draft to what may be committed.

use std::io::{self, Read};

use jiff::Timestamp;
use jiff::tz::Offset;
use rand_core::CryptoRng;
use sm3::{Digest as _, Sm3};

use super::draft::header;
use super::{ListDraft, ListKind, ScanError, Scanner, Scratch, ScratchReader};
use crate::algorithm::{MessageHash, Signer};
use crate::crl::PrepareCrlError;
use crate::issuance::{Issuer, RehearsalError};
use crate::key::KeyFingerprint;
use crate::lint::{self, Finding, Severity};
use crate::revocation::Reason;
use crate::x509::asn1::{self, tag};
use crate::x509::extension::{
    AuthorityKeyIdentifier, CrlNumber, DeltaCrlIndicator, DistributionPoint, DistributionPointName,
    Extension, ExtensionValue, Extensions, FreshestCrl, GeneralName, IssuingDistributionPoint, KeyUsage,
};
use crate::x509::{CertificateList, crl, time};
use const_oid::ObjectIdentifier;

/// Octets read at once.
const STEP: usize = 256 << 10;

/// From here on the hashes of a list are made by threads of their own: shorter ones take less time than a thread.
const PARALLEL: u64 = 1 << 20;

/// Entries on which all rules are tried as they stand. What they ask of each entry is asked of all, in the read-back.
const LINTED: usize = 1_000;

/// expiredCertsOnCRL, ITU-T X.509 §9.5.2.8.
const EXPIRED_ON_CRL: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.60");

/// What is known of a list beside its octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFacts {
    /// CRLNumber.
    pub number: u64,
    /// thisUpdate.
    pub this_update: Timestamp,
    /// nextUpdate.
    pub next_update: Timestamp,
    /// Full, or delta with its base.
    pub kind: ListKind,
    /// How many certificates it lists.
    pub entries: u64,
}

/// A list that was signed by the throwaway key, read back and linted, and not signed by the authority.
pub struct PreparedList<S> {
    pub(super) tbs: Tbs<S>,
    pub(super) tbs_hash: [u8; 32],
    pub(super) facts: ListFacts,
    pub(super) signer: KeyFingerprint,
    remarks: Vec<Finding>,
}

/// A prepared list whose intent is on durable storage: the only thing that is signed.
pub struct CommittedList<S>(pub(super) PreparedList<S>);

/// A TBSCertList: what stands before the entries, the entries, what stands after them.
pub(super) struct Tbs<S> {
    pub(super) front: Vec<u8>,
    pub(super) scratch: S,
    pub(super) back: Vec<u8>,
}

impl<S: Scratch> Tbs<S> {
    pub(super) fn octets(&self) -> u64 {
        self.front.len() as u64 + self.scratch.octets() + self.back.len() as u64
    }

    /// Gives all octets in their order.
    pub(super) fn visit(&self, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        sink(&self.front)?;
        let mut reader = ScratchReader::new(&self.scratch);
        let mut buffer = vec![0; STEP];
        loop {
            match reader.read(&mut buffer)? {
                0 => break,
                count => sink(&buffer[..count])?,
            }
        }
        sink(&self.back)
    }

    pub(super) fn sm3(&self) -> io::Result<[u8; 32]> {
        let mut hash = Sm3::new();
        self.visit(&mut |part| {
            hash.update(part);
            Ok(())
        })?;
        Ok(hash.finalize().into())
    }

    pub(super) fn hash(&self, signer: &dyn Signer) -> io::Result<MessageHash> {
        let mut hash = signer.begin();
        self.visit(&mut |part| {
            hash.update(part);
            Ok(())
        })?;
        Ok(hash)
    }
}

/// Runs three at once where there is much to read.
pub(super) fn at_once<A: Send, B: Send, C>(
    octets: u64,
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
    c: impl FnOnce() -> C,
) -> (A, B, C) {
    if octets < PARALLEL {
        return (a(), b(), c());
    }
    std::thread::scope(|scope| {
        let (a, b) = (scope.spawn(a), scope.spawn(b));
        let c = c();
        let (a, b) = (a.join(), b.join());
        match (a, b) {
            (Ok(a), Ok(b)) => (a, b, c),
            (Err(panic), _) | (_, Err(panic)) => std::panic::resume_unwind(panic),
        }
    })
}

impl<S> PreparedList<S> {
    /// SM3 over the octets to be signed.
    #[must_use]
    pub const fn tbs_hash(&self) -> [u8; 32] {
        self.tbs_hash
    }

    /// What is known of the list.
    #[must_use]
    pub const fn facts(&self) -> &ListFacts {
        &self.facts
    }

    /// Findings that do not stand against issuing.
    #[must_use]
    pub fn remarks(&self) -> &[Finding] {
        &self.remarks
    }

    /// Commits the intent to sign. `store` returns Ok only when the octets to be signed and their hash are on durable
    /// storage in an intent that nobody else may close; after an Err nothing is signed.
    ///
    /// # Errors
    /// Whatever `store` returns.
    pub fn commit<E>(self, store: impl FnOnce(&Self) -> Result<(), E>) -> Result<CommittedList<S>, E> {
        store(&self)?;
        Ok(CommittedList(self))
    }
}

impl<S> CommittedList<S> {
    /// What was committed.
    #[must_use]
    pub const fn prepared(&self) -> &PreparedList<S> {
        &self.0
    }
}

impl<S: Scratch> PreparedList<S> {
    /// How many octets are to be signed.
    #[must_use]
    pub fn tbs_octets(&self) -> u64 {
        self.tbs.octets()
    }

    /// Gives the octets to be signed, in their order.
    ///
    /// # Errors
    /// Those of the sink and of the scratch.
    pub fn visit_tbs(&self, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.tbs.visit(sink)
    }

    /// How many octets the entries have.
    #[must_use]
    pub fn entries_octets(&self) -> u64 {
        self.tbs.scratch.octets()
    }

    /// Gives the octets of the entries, in their order.
    ///
    /// # Errors
    /// Those of the sink and of the scratch.
    pub fn visit_entries(&self, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut reader = ScratchReader::new(&self.tbs.scratch);
        let mut buffer = vec![0; STEP];
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(()),
                count => sink(&buffer[..count])?,
            }
        }
    }

    /// The entries, from the first on.
    pub fn scan(&self) -> Scanner<ScratchReader<'_, S>> {
        Scanner::of_entries(ScratchReader::new(&self.tbs.scratch), self.tbs.scratch.octets())
    }
}

impl Issuer {
    /// Completes a list with what stands around its entries, signs it with the throwaway key, reads it back and lints it.
    ///
    /// # Errors
    /// [`PrepareCrlError`].
    pub fn prepare_list<S: Scratch>(
        &self,
        mut draft: ListDraft<S>,
        rng: &mut dyn CryptoRng,
    ) -> Result<PreparedList<S>, PrepareCrlError> {
        let usage = self.certificate().key_usage()?;
        if !usage.is_some_and(|usage| usage.contains(KeyUsage::CrlSign)) {
            return Err(PrepareCrlError::NotCrlSigner { authority: self.name().to_string() });
        }
        draft.flush()?;
        let facts = ListFacts {
            number: draft.plan.number,
            this_update: draft.plan.this_update,
            next_update: draft.plan.next_update,
            kind: draft.plan.kind,
            entries: draft.entries,
        };
        let front = self.front(&facts)?;
        let back = asn1::element(tag::context_constructed(0), &self.list_extensions(&draft)?.to_der());
        let tbs = around(front.clone(), draft.scratch, back.clone());
        let throwaway = self.keys().throwaway();
        let (hash, message, scanned) =
            at_once(tbs.octets(), || tbs.sm3(), || tbs.hash(throwaway), || read_back(&tbs, &facts));
        let (tbs_hash, message, sample) = (hash?, message?, scanned?);
        let signature = throwaway.sign_parts(message, rng).map_err(RehearsalError::from)?;
        // Where the list is short this is the list, octet for octet.
        let sample = around(front, sample, back);
        let mut octets = Vec::new();
        sample.visit(&mut |part| {
            octets.extend_from_slice(part);
            Ok(())
        })?;
        let rehearsal = crl::assemble(&octets, throwaway.identifier(), &signature)
            .map_err(|error| RehearsalError::Unreadable { reason: error.to_string() })?;
        let remarks = self.lint_list(&rehearsal)?;
        let signer = self.keys().public_key().fingerprint();
        Ok(PreparedList { tbs, tbs_hash, facts, signer, remarks })
    }

    fn lint_list(&self, rehearsal: &CertificateList) -> Result<Vec<Finding>, RehearsalError> {
        let (findings, remarks): (Vec<_>, Vec<_>) = lint::crl(rehearsal, Some(self.certificate()))
            .into_iter()
            .partition(|finding| finding.severity == Severity::Error);
        if findings.is_empty() { Ok(remarks) } else { Err(RehearsalError::Lint { findings }) }
    }

    /// Version, algorithm, issuer and times.
    fn front(&self, facts: &ListFacts) -> Result<Vec<u8>, PrepareCrlError> {
        Ok(asn1::concatenate(&[
            asn1::unsigned(1),
            crate::encoding::der::encode(self.keys().identifier())?,
            self.certificate().subject().as_der().to_vec(),
            time::write(facts.this_update),
            time::write(facts.next_update),
        ]))
    }

    fn list_extensions<S>(&self, draft: &ListDraft<S>) -> Result<Extensions, PrepareCrlError> {
        let plan = &draft.plan;
        let full_name = |url: &String| DistributionPointName::Full(vec![GeneralName::Uri(url.clone())]);
        let mut extensions = vec![
            AuthorityKeyIdentifier::by_key(self.key_identifier().clone()).to_extension(false),
            CrlNumber::from(plan.number).to_extension(false),
        ];
        if let Some(url) = &plan.location {
            let scope = IssuingDistributionPoint {
                name: Some(full_name(url)),
                ..IssuingDistributionPoint::default()
            };
            extensions.push(scope.to_extension(true));
        }
        match plan.kind {
            ListKind::Delta { base } => {
                extensions.push(DeltaCrlIndicator(CrlNumber::from(base)).to_extension(true));
            }
            ListKind::Full => extensions.extend(plan.freshest.as_ref().map(|url| {
                let point = DistributionPoint { name: Some(full_name(url)), ..DistributionPoint::default() };
                FreshestCrl(vec![point]).to_extension(false)
            })),
        }
        extensions.extend(plan.keeps_expired_since.map(|since| Extension {
            oid: EXPIRED_ON_CRL.into(),
            critical: false,
            value: time::generalized(since),
        }));
        Ok(Extensions::new(extensions)?)
    }
}

/// Puts the headers around the parts: of the whole, and of the list of entries, which is left out where there are none.
fn around<S: Scratch>(front: Vec<u8>, scratch: S, back: Vec<u8>) -> Tbs<S> {
    let entries = scratch.octets();
    let list = if entries == 0 { Vec::new() } else { header(tag::SEQUENCE, entries) };
    let length = (front.len() + list.len() + back.len()) as u64 + entries;
    let front = [header(tag::SEQUENCE, length), front, list].concat();
    Tbs { front, scratch, back }
}

/// Reads all entries back and asks of each what the rules ask; gives the octets of the first [`LINTED`].
fn read_back<S: Scratch>(tbs: &Tbs<S>, facts: &ListFacts) -> Result<Vec<u8>, PrepareCrlError> {
    let octets = tbs.scratch.octets();
    let mut scanner = Scanner::of_entries(ScratchReader::new(&tbs.scratch), octets);
    let latest = digits(facts.this_update);
    let broken = |detail: &'static str| PrepareCrlError::ReadBack { detail };
    let (mut last, mut count, mut sample) = (Vec::new(), 0_u64, 0);
    while let Some(entry) = scanner.next_entry().map_err(scan_error)? {
        if entry.serial <= last.as_slice() {
            return Err(broken("serials do not rise"));
        }
        if entry.date > latest {
            return Err(broken("an entry is dated after thisUpdate"));
        }
        match (entry.reason, facts.kind) {
            (Some(Reason::Unspecified), _) => return Err(broken("the reason unspecified is written")),
            (Some(Reason::RemoveFromCrl), ListKind::Full) => {
                return Err(broken("removeFromCRL stands in a full list"));
            }
            _ => {}
        }
        last.clear();
        last.extend_from_slice(entry.serial);
        count += 1;
        if count <= LINTED as u64 {
            sample = scanner.position();
        }
    }
    if count != facts.entries {
        return Err(broken("there are other entries than were taken"));
    }
    let mut first = vec![0; usize::try_from(sample).unwrap_or_default()];
    tbs.scratch.read_at(0, &mut first)?;
    Ok(first)
}

fn scan_error(error: ScanError) -> PrepareCrlError {
    match error {
        ScanError::Io(error) => PrepareCrlError::Scratch(error),
        ScanError::Form(_) => PrepareCrlError::ReadBack { detail: "octets that are no entry of ours" },
    }
}

fn digits(time: Timestamp) -> [u8; 14] {
    let at = Offset::UTC.to_datetime(time);
    let text = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        at.year().max(0),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    let mut digits = [b'9'; 14];
    for (digit, octet) in digits.iter_mut().zip(text.bytes()) {
        *digit = octet;
    }
    digits
}
