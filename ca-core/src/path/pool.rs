//! The certificates that paths are built of.

use super::cause::Cause;
use super::facts::{self, Facts};
use crate::key::{PublicKey, weak};
use crate::x509::{Certificate, Name};
use core::cell::OnceCell;
use jiff::Timestamp;
use std::collections::HashMap;
use std::rc::Rc;

/// A certificate, with what was found out about it so far.
#[derive(Debug)]
pub(super) struct Node<'a> {
    /// Its number, by which results about it are kept.
    pub(super) id: usize,
    pub(super) certificate: &'a Certificate,
    facts: OnceCell<Result<Facts, Cause>>,
    key: OnceCell<Result<PublicKey, Cause>>,
}

impl<'a> Node<'a> {
    /// What it says, where it keeps the rules that hold for every certificate at every time.
    pub(super) fn facts(&self) -> Result<&Facts, Cause> {
        self.facts.get_or_init(|| Facts::read(self.certificate)).as_ref().map_err(Cause::clone)
    }

    /// The same, where it is valid at `at` too.
    pub(super) fn valid(&self, at: Timestamp) -> Result<&Facts, Cause> {
        facts::valid_at(self.certificate, at)?;
        self.facts()
    }

    /// Its key, where it is not weak. To find that out costs as much as a signature.
    pub(super) fn key(&self) -> Result<&PublicKey, Cause> {
        let read = || {
            let key = self.certificate.public_key().map_err(Cause::Key)?;
            weak::assess(&key).map_err(Cause::WeakKey)?;
            Ok(key)
        };
        self.key.get_or_init(read).as_ref().map_err(Cause::clone)
    }

    /// Whether both are of one authority: of one name and key.
    pub(super) fn is_same_authority(&self, other: &Self) -> bool {
        self.certificate.spki_der() == other.certificate.spki_der()
            && self.certificate.subject().matches(other.certificate.subject())
    }
}

/// All certificates, those that may be issuers by their subject.
#[derive(Debug, Default)]
pub(super) struct Pool<'a> {
    nodes: Vec<Rc<Node<'a>>>,
    by_der: HashMap<&'a [u8], usize>,
    by_subject: HashMap<[u8; 32], Vec<usize>>,
}

impl<'a> Pool<'a> {
    /// A pool of intermediates, each once.
    pub(super) fn new(intermediates: &'a [Certificate]) -> Self {
        let mut pool = Self::default();
        for certificate in intermediates {
            let known = pool.nodes.len();
            let node = pool.node(certificate);
            if node.id == known {
                pool.by_subject.entry(*certificate.subject().folded()).or_default().push(node.id);
            }
        }
        pool
    }

    /// The node of a certificate, which need not be an intermediate.
    pub(super) fn node(&mut self, certificate: &'a Certificate) -> Rc<Node<'a>> {
        let id = *self.by_der.entry(certificate.der()).or_insert(self.nodes.len());
        if id == self.nodes.len() {
            let (facts, key) = (OnceCell::new(), OnceCell::new());
            self.nodes.push(Rc::new(Node { id, certificate, facts, key }));
        }
        Rc::clone(&self.nodes[id])
    }

    /// The intermediates of this name.
    pub(super) fn named(&self, name: &Name) -> impl Iterator<Item = Rc<Node<'a>>> {
        let ids = self.by_subject.get(name.folded()).map_or(&[][..], Vec::as_slice);
        ids.iter().map(|&id| Rc::clone(&self.nodes[id]))
    }
}
