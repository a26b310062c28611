//! Certificate policies along a path: the graph of RFC 9618, which replaces the tree of RFC 5280 and grows no faster than what is
//! read.

use super::limits::{Budget, Exhausted};
use super::question::PolicyInputs;
use crate::x509::Oid;
use crate::x509::extension::{CertificatePolicies, InhibitAnyPolicy, PolicyConstraints, PolicyMappings};
use std::collections::{BTreeMap, BTreeSet};

/// The policy variables of RFC 5280 §6.1.2 and the graph, on the way from the anchor to the end entity.
#[derive(Debug)]
pub(super) struct PolicyState<'q> {
    inputs: &'q PolicyInputs,
    /// The levels of the graph; none where no policy is valid (NULL in RFC 9618).
    graph: Option<Vec<Level>>,
    /// explicit_policy, RFC 5280 §6.1.2 (d).
    explicit: u32,
    /// inhibit_anyPolicy, (e).
    any: u32,
    /// policy_mapping, (f).
    mapping: u32,
}

/// The nodes of one depth by their valid_policy: RFC 9618 has one node for each.
type Level = BTreeMap<Oid, Node>;

#[derive(Debug)]
struct Node {
    /// expected_policy_set.
    expected: BTreeSet<Oid>,
    /// The nodes above it, by their valid_policy.
    parents: BTreeSet<Oid>,
}

/// What a certificate says of policies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'c> {
    pub(super) policies: Option<&'c CertificatePolicies>,
    pub(super) mappings: Option<&'c PolicyMappings>,
    pub(super) constraints: Option<PolicyConstraints>,
    pub(super) inhibit_any: Option<InhibitAnyPolicy>,
    pub(super) self_issued: bool,
}

/// Which rule is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PolicyFault {
    /// RFC 5280 §6.1.3 (f).
    NoPolicy,
    /// RFC 5280 §6.1.5: the path is valid for these only.
    NotAcceptable(Vec<Oid>),
    Exhausted(Exhausted),
}

impl From<Exhausted> for PolicyFault {
    fn from(exhausted: Exhausted) -> Self {
        Self::Exhausted(exhausted)
    }
}

fn any() -> Oid {
    CertificatePolicies::ANY.into()
}

impl<'q> PolicyState<'q> {
    /// Before the first certificate of a path of `length`.
    pub(super) fn new(inputs: &'q PolicyInputs, length: usize) -> Self {
        let never = u32::try_from(length).unwrap_or(u32::MAX).saturating_add(1);
        let start = |inhibited: bool| if inhibited { 0 } else { never };
        let root = Node { expected: BTreeSet::from([any()]), parents: BTreeSet::new() };
        Self {
            inputs,
            graph: Some(vec![BTreeMap::from([(any(), root)])]),
            explicit: start(inputs.explicit),
            any: start(inputs.inhibit_any),
            mapping: start(inputs.inhibit_mapping),
        }
    }

    /// RFC 5280 §6.1.3 (d) to (f), as RFC 9618 §5.2 has it.
    pub(super) fn enter(
        &mut self,
        rules: &Rules<'_>,
        is_last: bool,
        budget: &mut Budget,
    ) -> Result<(), PolicyFault> {
        let any_counts = self.any > 0 || (!is_last && rules.self_issued);
        self.graph = match (self.graph.take(), rules.policies) {
            (Some(mut levels), Some(policies)) => {
                let below = match levels.last() {
                    Some(above) => grow(above, policies, any_counts, budget)?,
                    None => Level::new(),
                };
                levels.push(below);
                prune(levels)
            }
            _ => None,
        };
        if self.explicit == 0 && self.graph.is_none() { Err(PolicyFault::NoPolicy) } else { Ok(()) }
    }

    /// RFC 5280 §6.1.4 (b), (h), (i), (j): before the next certificate.
    pub(super) fn leave(&mut self, rules: &Rules<'_>, budget: &mut Budget) -> Result<(), Exhausted> {
        if let Some(mappings) = rules.mappings {
            budget.spend_steps(mappings.0.len())?;
            self.map(mappings);
        }
        if !rules.self_issued {
            for counter in [&mut self.explicit, &mut self.any, &mut self.mapping] {
                *counter = counter.saturating_sub(1);
            }
        }
        let lower = |counter: &mut u32, to: Option<u32>| *counter = (*counter).min(to.unwrap_or(u32::MAX));
        let constraints = rules.constraints.unwrap_or_default();
        lower(&mut self.explicit, constraints.require_explicit_policy);
        lower(&mut self.mapping, constraints.inhibit_policy_mapping);
        lower(&mut self.any, rules.inhibit_any.map(|skip| skip.0));
        Ok(())
    }

    fn map(&mut self, mappings: &PolicyMappings) {
        let Some(mut levels) = self.graph.take() else { return };
        let Some(last) = levels.last_mut() else { return };
        let mut by_issuer: BTreeMap<&Oid, BTreeSet<Oid>> = BTreeMap::new();
        for pair in &mappings.0 {
            by_issuer.entry(&pair.issuer).or_default().insert(pair.subject.clone());
        }
        for (issuer, subjects) in by_issuer {
            if self.mapping == 0 {
                last.remove(issuer);
            } else if let Some(node) = last.get_mut(issuer) {
                node.expected = subjects;
            } else if last.contains_key(&any()) {
                last.insert(issuer.clone(), Node { expected: subjects, parents: BTreeSet::from([any()]) });
            }
        }
        self.graph = prune(levels);
    }

    /// RFC 5280 §6.1.5 (a), (b), (g), as RFC 9618 §5.4 has it: the user-constrained-policy-set.
    pub(super) fn finish(mut self, end_entity: &Rules<'_>) -> Result<Vec<Oid>, PolicyFault> {
        self.explicit = self.explicit.saturating_sub(1);
        if end_entity.constraints.is_some_and(|it| it.require_explicit_policy == Some(0)) {
            self.explicit = 0;
        }
        let authority: BTreeSet<Oid> =
            self.graph.as_deref().map(constrained_by_authorities).unwrap_or_default();
        let user: BTreeSet<Oid> = match &self.inputs.initial {
            None => authority.clone(),
            Some(initial) if initial.iter().any(|policy| *policy == any()) => authority.clone(),
            Some(initial) if authority.contains(&any()) => initial.iter().cloned().collect(),
            Some(initial) => initial.iter().filter(|policy| authority.contains(policy)).cloned().collect(),
        };
        if self.explicit == 0 && user.is_empty() {
            return Err(PolicyFault::NotAcceptable(authority.into_iter().collect()));
        }
        Ok(user.into_iter().collect())
    }
}

/// The next level: RFC 9618 §5.2 (d)(1) and (2).
fn grow(
    above: &Level,
    policies: &CertificatePolicies,
    any_counts: bool,
    budget: &mut Budget,
) -> Result<Level, Exhausted> {
    let mut expecting: BTreeMap<&Oid, BTreeSet<Oid>> = BTreeMap::new();
    for (policy, node) in above {
        budget.spend_steps(1 + node.expected.len())?;
        for expected in &node.expected {
            expecting.entry(expected).or_default().insert(policy.clone());
        }
    }
    let node = |policy: &Oid, parents: BTreeSet<Oid>| Node { expected: [policy.clone()].into(), parents };
    let mut below = Level::new();
    let any = any();
    for policy in policies.0.iter().map(|information| &information.policy).filter(|policy| **policy != any) {
        budget.spend_steps(1)?;
        if let Some(parents) = expecting.get(policy) {
            below.insert(policy.clone(), node(policy, parents.clone()));
        } else if above.contains_key(&any) {
            below.insert(policy.clone(), node(policy, BTreeSet::from([any.clone()])));
        }
    }
    if any_counts && policies.0.iter().any(|information| information.policy == any) {
        for (policy, parents) in expecting {
            below.entry(policy.clone()).or_insert_with(|| node(policy, parents));
        }
    }
    Ok(below)
}

/// Removes what leads to nothing, RFC 9618 §5.2 (d)(3); nothing is left where the last level is empty.
fn prune(mut levels: Vec<Level>) -> Option<Vec<Level>> {
    for depth in (1..levels.len()).rev() {
        let (above, below) = levels.split_at_mut(depth);
        let parents: BTreeSet<&Oid> = below[0].values().flat_map(|node| &node.parents).collect();
        above[depth - 1].retain(|policy, _| parents.contains(policy));
    }
    levels.last().is_some_and(|last| !last.is_empty()).then_some(levels)
}

/// authority-constrained-policy-set, RFC 9618 §5.4 (g)(2) to (4): where authorities took over from any policy.
fn constrained_by_authorities(levels: &[Level]) -> BTreeSet<Oid> {
    let any = any();
    let below_any = |(policy, node): &(&Oid, &Node)| {
        **policy != any && node.parents.len() == 1 && node.parents.contains(&any)
    };
    let mut set: BTreeSet<Oid> = levels
        .iter()
        .flat_map(|level| level.iter().filter(below_any))
        .map(|(policy, _)| policy.clone())
        .collect();
    if levels.last().is_some_and(|last| last.contains_key(&any)) {
        set.insert(any);
    }
    set
}
