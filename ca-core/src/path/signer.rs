//! Revocation along a path, and the paths to those who sign what is said about it.

use super::TrustAnchor;
use super::answer::Status;
use super::building::{Path, Trail};
use super::cause::Cause;
use super::engine::{Engine, Goal};
use super::limits::Exhausted;
use super::pool::Node;
use super::question::{PolicyInputs, Purpose};
use super::revocation::{self, IssuerOf, SignerRole, Validator};
use super::validation::Fault;
use crate::key::PublicKey;
use crate::x509::extension::KeyUsage;
use crate::x509::{Certificate, Name};
use std::rc::Rc;

/// The most signers whose paths wait for one another: lists of indirect issuers need two.
const MAX_OPEN_SIGNERS: usize = 4;

impl<'a> Engine<'a> {
    /// The status of each certificate of a path, from the anchor down, so that each issuer is known to be good before it is
    /// asked.
    pub(super) fn statuses_of(
        &mut self,
        path: &[Rc<Node<'a>>],
        anchor: &'a TrustAnchor,
        goal: &Goal<'a>,
    ) -> Result<Vec<Status<'a>>, Fault> {
        let Some(evidence) = self.question.evidence else { return Ok(Vec::new()) };
        let mut statuses = Vec::with_capacity(path.len());
        for (position, node) in path.iter().enumerate().rev() {
            if position == 0 && !goal.status_of_first {
                break;
            }
            let at = |cause| Fault { position, cause };
            let above = path.get(position + 1);
            let spki = above.map_or(anchor.key.spki_der(), |above| above.certificate.spki_der());
            let asked = (node.id, self.key_number(spki), self.key_number(anchor.key.spki_der()));
            let freshness = match self.statuses.get(&asked) {
                Some(known) => known.clone(),
                None => {
                    let key = match above {
                        Some(above) => above.key().map_err(at)?,
                        None => &anchor.key,
                    };
                    let issuer = IssuerOf {
                        name: above.map_or(&anchor.name, |above| above.certificate.subject()),
                        key,
                        certificate: above
                            .map_or(anchor.certificate.as_deref(), |above| Some(above.certificate)),
                        is_anchor: above.is_none(),
                    };
                    let now = self.question.at;
                    let mut context = Context { engine: self, anchor, path };
                    let freshness = revocation::check(node.certificate, &issuer, evidence, now, &mut context)
                        .map_err(|cause| at(cause.into()))?;
                    self.statuses.insert(asked, freshness.clone());
                    freshness
                }
            };
            statuses.push(Status { certificate: node.certificate, freshness });
        }
        Ok(statuses)
    }

    /// A path of its own to a signer, RFC 5280 §6.3.3 (f), from the same anchor.
    fn signer(
        &mut self,
        signer: &'a Certificate,
        role: SignerRole,
        anchor: &'a TrustAnchor,
    ) -> Result<PublicKey, Cause> {
        let node = self.pool.node(signer);
        let known = (node.id, self.key_number(anchor.key.spki_der()), role);
        if let Some(key) = self.signers.get(&known) {
            return Ok(key.clone());
        }
        let what = "it signs what its own status depends on";
        if self.open.contains(&node.id) || self.open.len() == MAX_OPEN_SIGNERS {
            return Err(Cause::NotConforming { what, rule: "RFC 5280 §6.3.3 (f)" });
        }
        self.open.push(node.id);
        let found = self.path_to_signer(&node, role, anchor);
        self.open.pop();
        found?;
        let key = node.key()?.clone();
        self.signers.insert(known, key.clone());
        Ok(key)
    }

    fn path_to_signer(
        &mut self,
        node: &Rc<Node<'a>>,
        role: SignerRole,
        anchor: &'a TrustAnchor,
    ) -> Result<(), Cause> {
        let facts = node.valid(self.question.at)?;
        if role == SignerRole::Crl && facts.usage.is_some_and(|usage| !usage.contains(KeyUsage::CrlSign)) {
            let what = "its key usage does not include cRLSign";
            return Err(Cause::NotConforming { what, rule: "RFC 5280 §6.3.3 (f)" });
        }
        // RFC 6960 §4.2.2.2: the purpose must be stated, by the responder itself.
        let states = |purpose: Purpose| {
            facts.purposes.as_ref().is_some_and(|purposes| purposes.contains(&purpose.oid().into()))
        };
        if role == SignerRole::Ocsp && !states(Purpose::OcspSigning) {
            return Err(Cause::Purpose { purpose: Purpose::OcspSigning });
        }
        self.strong(node)?;
        let goal = Goal {
            anchors: core::slice::from_ref(anchor),
            policy: PolicyInputs::ANY,
            purpose: None,
            max_intermediates: None,
            status_of_first: !(role == SignerRole::Ocsp && facts.ocsp_no_check),
        };
        let mut trail = Trail::default();
        let mut path: Path<'a> = vec![Rc::clone(node)];
        match self.extend(&mut path, &goal, &mut trail)? {
            Some(_) => Ok(()),
            None => Err(match trail.decisive {
                Some(attempt) => attempt.cause,
                None => Cause::NoIssuer { issuer: Box::new(node.certificate.issuer().clone()) },
            }),
        }
    }
}

/// The engine as the checking of revocation sees it.
struct Context<'e, 'a> {
    engine: &'e mut Engine<'a>,
    anchor: &'a TrustAnchor,
    path: &'e [Rc<Node<'a>>],
}

impl<'a> Validator<'a> for Context<'_, 'a> {
    fn candidates(&self, name: &Name) -> Vec<&'a Certificate> {
        let mut found: Vec<&'a Certificate> =
            self.engine.pool.named(name).map(|node| node.certificate).collect();
        let of_path = self.path.iter().map(|node| node.certificate);
        for certificate in of_path.filter(|certificate| certificate.subject().matches(name)) {
            if !found.contains(&certificate) {
                found.push(certificate);
            }
        }
        found
    }

    fn anchor(&self) -> &'a TrustAnchor {
        self.anchor
    }

    fn validate_signer(&mut self, signer: &'a Certificate, role: SignerRole) -> Result<PublicKey, Cause> {
        self.engine.signer(signer, role, self.anchor)
    }

    fn spend_signature(&mut self) -> Result<(), Exhausted> {
        self.engine.budget.spend_signature()
    }

    fn spend_steps(&mut self, count: usize) -> Result<(), Exhausted> {
        self.engine.budget.spend_steps(count)
    }
}
