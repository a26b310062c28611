//! Validation of one path, RFC 5280 §6.1, from the anchor to the end entity.

use super::TrustAnchor;
use super::answer::Status;
use super::cause::Cause;
use super::engine::{Engine, Goal};
use super::names::NameRules;
use super::policy::{PolicyFault, PolicyState};
use super::pool::Node;
use crate::x509::extension::NameConstraints;
use crate::x509::{Certificate, Oid};
use std::rc::Rc;

/// Steps for holding one certificate of a path against the rules.
const STEPS_OF_CERTIFICATE: usize = 20;

/// What follows from a valid path.
#[derive(Debug)]
pub(super) struct Validated<'a> {
    pub(super) path: Vec<Rc<Node<'a>>>,
    pub(super) anchor: &'a TrustAnchor,
    pub(super) policies: Vec<Oid>,
    pub(super) statuses: Vec<Status<'a>>,
    pub(super) name_constraints: Vec<(Option<&'a Certificate>, NameConstraints)>,
}

/// The first rule that a path breaks.
#[derive(Debug)]
pub(super) struct Fault {
    /// Position of the certificate at fault, the end entity's being 0.
    pub(super) position: usize,
    pub(super) cause: Cause,
}

impl From<PolicyFault> for Cause {
    fn from(fault: PolicyFault) -> Self {
        match fault {
            PolicyFault::NoPolicy => Self::NoPolicy,
            PolicyFault::NotAcceptable(valid) => Self::PolicyNotAcceptable { valid },
            PolicyFault::Exhausted(exhausted) => Self::Exhausted(exhausted),
        }
    }
}

impl<'a> Engine<'a> {
    /// Holds a path, whose links were verified while it was built, against all rules.
    pub(super) fn validate(
        &mut self,
        path: &[Rc<Node<'a>>],
        anchor: &'a TrustAnchor,
        goal: &Goal<'a>,
    ) -> Result<Validated<'a>, Fault> {
        let mut names = NameRules::default();
        if let Some(constraints) = &anchor.name_constraints {
            names.add(&anchor.name, constraints);
        }
        let mut policies = PolicyState::new(goal.policy, path.len());
        let mut valid_policies = Vec::new();
        for (position, node) in path.iter().enumerate().rev() {
            let at = |cause| Fault { position, cause };
            self.budget.spend_steps(STEPS_OF_CERTIFICATE).map_err(|exhausted| at(exhausted.into()))?;
            let facts = node.valid(self.question.at).map_err(at)?;
            let is_last = position == 0;
            // RFC 5280 §6.1.3 (b), (c): not those of an authority that certifies itself anew.
            if is_last || !facts.self_issued {
                names
                    .check(node.certificate.subject(), &facts.alternative_names, &mut self.budget)
                    .map_err(at)?;
            }
            let rules = facts.rules();
            policies.enter(&rules, is_last, &mut self.budget).map_err(|fault| at(fault.into()))?;
            if let Some(purpose) = goal.purpose {
                facts.is_complete(node.certificate, false).map_err(at)?;
                facts.is_for(purpose, is_last).map_err(at)?;
            }
            if is_last {
                facts.may_end().map_err(at)?;
                valid_policies = policies.finish(&rules).map_err(|fault| at(fault.into()))?;
                break;
            }
            facts.may_issue().map_err(at)?;
            policies.leave(&rules, &mut self.budget).map_err(|exhausted| at(exhausted.into()))?;
            if let Some(constraints) = &facts.name_constraints {
                names.add(node.certificate.subject(), constraints);
            }
        }
        let statuses = self.statuses_of(path, anchor, goal)?;
        Ok(Validated {
            path: path.to_vec(),
            anchor,
            policies: valid_policies,
            statuses,
            name_constraints: stated(path, anchor),
        })
    }
}

/// The name constraints of the anchor and the authorities, from above.
fn stated<'a>(
    path: &[Rc<Node<'a>>],
    anchor: &'a TrustAnchor,
) -> Vec<(Option<&'a Certificate>, NameConstraints)> {
    let of_anchor = anchor.name_constraints.iter().map(|constraints| (None, constraints.clone()));
    let of_authorities = path.iter().skip(1).rev().filter_map(|node| {
        let constraints = node.facts().ok()?.name_constraints.clone()?;
        Some((Some(node.certificate), constraints))
    });
    of_anchor.chain(of_authorities).collect()
}
