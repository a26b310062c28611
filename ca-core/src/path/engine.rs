//! What one judgement shares: the certificates, what was found out about them, the budget.

use super::TrustAnchor;
use super::cause::Cause;
use super::limits::Budget;
use super::pool::{Node, Pool};
use super::question::{PolicyInputs, Purpose, Question};
use super::revocation::{Freshness, SignerRole};
use super::verified::{Fact, Verified};
use crate::algorithm::VerifyError;
use crate::key::{PublicKey, weak};
use crate::x509::Certificate;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// What paths must lead to and be good for: the question's own, or that about a signer of revocation information.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal<'a> {
    pub(super) anchors: &'a [TrustAnchor],
    pub(super) policy: &'a PolicyInputs,
    pub(super) purpose: Option<Purpose>,
    pub(super) max_intermediates: Option<usize>,
    /// Whether the status of the first certificate is asked.
    pub(super) status_of_first: bool,
}

/// The certificates of one question and all that was found out about them.
#[derive(Debug)]
pub(super) struct Engine<'a> {
    pub(super) question: Question<'a>,
    /// What earlier judgements found out.
    verified: Option<&'a Verified>,
    pub(super) budget: Budget,
    pub(super) pool: Pool<'a>,
    /// Candidates above a certificate, in the order to be tried.
    pub(super) above: HashMap<usize, Rc<[Rc<Node<'a>>]>>,
    /// Statuses that are known to be good, by certificate, issuer's key and anchor's key.
    pub(super) statuses: HashMap<(usize, usize, usize), Freshness>,
    /// Keys of signers of revocation information, by certificate and anchor's key.
    pub(super) signers: HashMap<(usize, usize, SignerRole), PublicKey>,
    /// Signers that are being validated.
    pub(super) open: Vec<usize>,
    /// Numbers of keys.
    keys: HashMap<&'a [u8], usize>,
    /// Whether a key signed a certificate.
    signatures: HashMap<(usize, usize), Result<(), VerifyError>>,
    /// Keys that were found strong.
    strong: HashSet<usize>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(question: &Question<'a>, verified: Option<&'a Verified>) -> Self {
        Self {
            question: *question,
            verified,
            budget: Budget::new(question.limits),
            pool: Pool::new(question.intermediates),
            above: HashMap::new(),
            statuses: HashMap::new(),
            signers: HashMap::new(),
            open: Vec::new(),
            keys: HashMap::new(),
            signatures: HashMap::new(),
            strong: HashSet::new(),
        }
    }

    /// The number of a key, by its SubjectPublicKeyInfo.
    pub(super) fn key_number(&mut self, spki: &'a [u8]) -> usize {
        let next = self.keys.len();
        *self.keys.entry(spki).or_insert(next)
    }

    /// Whether the key of `issuer` signed `subject`. Asked twice, it costs once.
    pub(super) fn signed_by_node(&mut self, subject: &Node<'a>, issuer: &Node<'a>) -> Result<(), Cause> {
        self.strong(issuer)?;
        self.signed(subject, issuer.certificate.spki_der(), |certificate| {
            Ok(certificate.verify_signed_by(issuer.key()?))
        })
    }

    /// Whether the key of `anchor` signed `subject`.
    pub(super) fn signed_by_anchor(
        &mut self,
        subject: &Node<'a>,
        anchor: &'a TrustAnchor,
    ) -> Result<(), Cause> {
        self.signed(subject, anchor.key.spki_der(), |certificate| {
            Ok(certificate.verify_signed_by(&anchor.key))
        })
    }

    fn signed(
        &mut self,
        subject: &Node<'a>,
        spki: &'a [u8],
        verify: impl FnOnce(&Certificate) -> Result<Result<(), VerifyError>, Cause>,
    ) -> Result<(), Cause> {
        let number = self.key_number(spki);
        if let Some(known) = self.signatures.get(&(subject.id, number)) {
            return known.clone().map_err(Cause::Signature);
        }
        let fact = self.verified.map(|verified| (verified, Fact::signed(subject.certificate.der(), spki)));
        let result = match &fact {
            Some((verified, fact)) if verified.knows(fact) => Ok(()),
            _ => {
                self.budget.spend_signature()?;
                verify(subject.certificate)?
            }
        };
        if let (Ok(()), Some((verified, fact))) = (&result, &fact) {
            verified.learn(fact);
        }
        self.signatures.insert((subject.id, number), result.clone());
        result.map_err(Cause::Signature)
    }

    /// Whether the key of a certificate can be used and is not weak, which costs as much as a signature to find out, once.
    pub(super) fn strong(&mut self, node: &Node<'a>) -> Result<(), Cause> {
        self.strong_key(node.certificate.spki_der(), || node.key().map(|_| ()))
    }

    fn strong_key(
        &mut self,
        spki: &'a [u8],
        assess: impl FnOnce() -> Result<(), Cause>,
    ) -> Result<(), Cause> {
        let number = self.key_number(spki);
        if self.strong.contains(&number) {
            return Ok(());
        }
        let fact = self.verified.map(|verified| (verified, Fact::strong(spki)));
        if !fact.as_ref().is_some_and(|(verified, fact)| verified.knows(fact)) {
            self.budget.spend_signature()?;
            assess()?;
        }
        if let Some((verified, fact)) = fact {
            verified.learn(&fact);
        }
        self.strong.insert(number);
        Ok(())
    }

    /// Whether an anchor counts: the key is not weak, and the certificate that it came in, if any, lets it.
    pub(super) fn usable_anchor(
        &mut self,
        anchor: &'a TrustAnchor,
        purpose: Option<Purpose>,
    ) -> Result<(), Cause> {
        if let Some(certificate) = anchor.certificate.as_deref() {
            let node = self.pool.node(certificate);
            let facts = node.valid(self.question.at)?;
            facts.may_be_anchor()?;
            if purpose.is_some() {
                facts.is_complete(certificate, true)?;
            }
        }
        self.strong_key(anchor.key.spki_der(), || weak::assess(&anchor.key).map_err(Cause::WeakKey))
    }
}
