//! What was found on the way to a verdict.

use std::collections::HashMap;

use ca_core::encoding::hex;
use ca_core::path::revocation::Source;
use ca_core::path::{Accepted, Answer, Attempt, Refused, Status, TrustAnchor};
use ca_core::x509::Certificate;
use ca_core::x509::extension::NameConstraints;
use jiff::Timestamp;
use serde::Serialize;

use crate::drawing::{Fate, Graph, Link, Node, Role};

/// What follows from an accepted path, and the paths that were tried and refused.
#[derive(Default, Serialize)]
pub(crate) struct Findings {
    /// user-constrained-policy-set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) policies: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) statuses: Vec<StatusDetails>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) name_constraints: Vec<ConstraintDetails>,
    /// Paths that were tried and broke a rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) attempts: Vec<AttemptDetails>,
    /// How many more were tried.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) attempts_omitted: usize,
}

/// That a certificate is not revoked.
#[derive(Serialize)]
pub(crate) struct StatusDetails {
    pub(crate) subject: String,
    pub(crate) serial: String,
    /// `crl`, `ocsp`, `never-available` where its issuer says that nothing ever answers (RFC 9608), or `none` where nothing answers and
    /// that was accepted.
    pub(crate) source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) this_update: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_update: Option<Timestamp>,
}

/// Name constraints that applied.
#[derive(Serialize)]
pub(crate) struct ConstraintDetails {
    /// Whose they are.
    pub(crate) authority: String,
    pub(crate) permitted: Vec<String>,
    pub(crate) excluded: Vec<String>,
}

/// A path that was tried, and the first rule it broke.
#[derive(Serialize)]
pub(crate) struct AttemptDetails {
    /// Subjects from the end entity's as far as the search came.
    pub(crate) path: Vec<String>,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    /// Where the rule stands.
    pub(crate) rule: &'static str,
}

// serde passes a reference.
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Findings {
    pub(crate) fn of_accepted(accepted: &Accepted<'_>) -> Self {
        let constraint = |(stated, constraints): &(Option<&Certificate>, NameConstraints)| {
            let authority = stated.map_or(&accepted.anchor().name, |certificate| certificate.subject());
            ConstraintDetails {
                authority: authority.to_string(),
                permitted: constraints.permitted.iter().map(ToString::to_string).collect(),
                excluded: constraints.excluded.iter().map(ToString::to_string).collect(),
            }
        };
        Self {
            policies: accepted.policies().iter().map(ToString::to_string).collect(),
            statuses: accepted.statuses().iter().map(status).collect(),
            name_constraints: accepted.name_constraints().iter().map(constraint).collect(),
            attempts: accepted.attempts().iter().map(attempt).collect(),
            attempts_omitted: accepted.attempts_omitted(),
        }
    }

    pub(crate) fn of_refused(refused: &Refused<'_>) -> Self {
        Self {
            attempts: refused.attempts().iter().map(attempt).collect(),
            attempts_omitted: refused.attempts_omitted(),
            ..Self::default()
        }
    }

    /// Which certificate is at fault, and what is wrong with it.
    pub(crate) fn fault(attempt: &Attempt<'_>) -> String {
        match (attempt.certificate(), attempt.anchor) {
            (Some(certificate), _) => {
                format!("{} (serial {}): {}", certificate.subject(), certificate.serial(), attempt.cause)
            }
            (None, Some(anchor)) => format!("{}: {}", anchor.name, attempt.cause),
            (None, None) => attempt.cause.to_string(),
        }
    }
}

fn status(status: &Status<'_>) -> StatusDetails {
    StatusDetails {
        subject: status.certificate.subject().to_string(),
        serial: status.certificate.serial().to_string(),
        source: match status.freshness.source {
            Source::Crl => "crl",
            Source::Ocsp => "ocsp",
            Source::NeverAvailable => "never-available",
            _ => "none",
        },
        this_update: status.freshness.this_update,
        next_update: status.freshness.next_update,
    }
}

fn attempt(attempt: &Attempt<'_>) -> AttemptDetails {
    let anchor = attempt.anchor.map(|anchor| anchor.name.to_string());
    let path = attempt.path.iter().map(|certificate| certificate.subject().to_string()).chain(anchor);
    AttemptDetails {
        path: path.collect(),
        code: attempt.cause.code(),
        detail: Findings::fault(attempt),
        rule: attempt.cause.rule(),
    }
}

/// The certificates that were looked at, and what became of each.
pub(crate) fn graph_of(end_entity: &Certificate, answer: &Answer<'_>) -> Graph {
    let (word, attempts) = match answer {
        Answer::Accepted(accepted) => ("Accepted", accepted.attempts()),
        Answer::Refused(refused) => ("Rejected", refused.attempts()),
    };
    let title = format!("{word}: {}", end_entity.subject());
    let mut drawn = Drawn { graph: Graph { title, ..Graph::default() }, known: HashMap::new() };
    drawn.certificate(end_entity);
    if let Answer::Accepted(accepted) = answer {
        drawn.way(accepted.path(), Some(accepted.anchor()), |_| Fate::Accepted);
    }
    let decisive = match answer {
        Answer::Refused(refused) => Some(refused.decisive()),
        Answer::Accepted(_) => None,
    };
    for attempt in decisive.into_iter().chain(attempts) {
        let fate = |position| if position == attempt.position { Fate::Refused } else { Fate::Tried };
        let nodes = drawn.way(&attempt.path, attempt.anchor, fate);
        if let Some(node) = nodes.get(attempt.position).or(nodes.last()) {
            let fault = format!("{} ({})", attempt.cause, attempt.cause.rule());
            let faults = &mut drawn.graph.nodes[*node].faults;
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    drawn.graph
}

/// A graph as it grows: a certificate is one node however many paths lead over it.
struct Drawn<'a> {
    graph: Graph,
    /// Nodes by certificate, anchors by key and name.
    known: HashMap<(&'a [u8], &'a [u8]), usize>,
}

impl<'a> Drawn<'a> {
    /// Joins a path; gives its nodes.
    fn way(
        &mut self,
        path: &[&'a Certificate],
        anchor: Option<&'a TrustAnchor>,
        fate: impl Fn(usize) -> Fate,
    ) -> Vec<usize> {
        let mut nodes: Vec<usize> = path.iter().map(|certificate| self.certificate(certificate)).collect();
        nodes.extend(anchor.map(|anchor| self.anchor(anchor)));
        for (position, node) in nodes.iter().enumerate() {
            let node = &mut self.graph.nodes[*node];
            node.fate = node.fate.max(fate(position));
        }
        for (position, pair) in nodes.windows(2).enumerate() {
            self.graph.join(Link {
                below: pair[0],
                above: pair[1],
                fate: fate(position).min(fate(position + 1)),
            });
        }
        nodes
    }

    fn certificate(&mut self, certificate: &'a Certificate) -> usize {
        let validity = certificate.validity();
        let node = || Node {
            name: certificate.subject().to_string(),
            details: vec![
                format!("serial {}", certificate.serial()),
                format!("{} – {}", day(validity.not_before), day(validity.not_after)),
            ],
            role: Role::Between,
            fate: Fate::Tried,
            faults: Vec::new(),
        };
        self.node((certificate.der(), &[]), node)
    }

    fn anchor(&mut self, anchor: &'a TrustAnchor) -> usize {
        let fingerprint = hex::encode(anchor.key.fingerprint().as_bytes());
        let node = || Node {
            name: anchor.name.to_string(),
            details: vec!["trust anchor".to_owned(), format!("key {}…", &fingerprint[..16])],
            role: Role::Anchor,
            fate: Fate::Tried,
            faults: Vec::new(),
        };
        self.node((anchor.key.spki_der(), anchor.name.as_der()), node)
    }

    fn node(&mut self, key: (&'a [u8], &'a [u8]), node: impl Fn() -> Node) -> usize {
        let nodes = &mut self.graph.nodes;
        *self.known.entry(key).or_insert_with(|| {
            let mut node = node();
            if nodes.is_empty() {
                node.role = Role::EndEntity;
            }
            nodes.push(node);
            nodes.len() - 1
        })
    }
}

fn day(time: Timestamp) -> String {
    time.to_string().chars().take_while(|character| *character != 'T').collect()
}
