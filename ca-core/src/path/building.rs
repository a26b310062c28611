//! Building of paths, RFC 4158: from the end entity upwards, depth first, the candidates most likely to lead on first.

use super::TrustAnchor;
use super::answer::Attempt;
use super::cause::Cause;
use super::engine::{Engine, Goal};
use super::limits::Exhausted;
use super::pool::Node;
use super::validation::Validated;
use std::rc::Rc;

/// The most attempts that an answer tells of; of more nobody reads.
const MAX_ATTEMPTS: usize = 64;

/// Steps for looking at one candidate.
const STEPS_OF_CANDIDATE: usize = 4;

/// A path from the end entity's certificate upwards.
pub(super) type Path<'a> = Vec<Rc<Node<'a>>>;

/// What was tried.
#[derive(Debug, Default)]
pub(super) struct Trail<'a> {
    pub(super) attempts: Vec<Attempt<'a>>,
    pub(super) omitted: usize,
    /// The one that came farthest; of several the first.
    pub(super) decisive: Option<Attempt<'a>>,
}

impl<'a> Trail<'a> {
    pub(super) fn note(
        &mut self,
        path: &[Rc<Node<'a>>],
        anchor: Option<&'a TrustAnchor>,
        position: usize,
        cause: Cause,
    ) {
        let rank = |anchor: bool, length: usize, ends: bool| (ends, anchor, length);
        let is_farther = self.decisive.as_ref().is_none_or(|farthest| {
            rank(farthest.anchor.is_some(), farthest.path.len(), farthest.cause.exhausted().is_some())
                < rank(anchor.is_some(), path.len(), cause.exhausted().is_some())
        });
        let is_told = self.attempts.len() < MAX_ATTEMPTS;
        if !is_told {
            self.omitted += 1;
        }
        if !is_told && !is_farther {
            return;
        }
        let path = path.iter().map(|node| node.certificate).collect();
        let attempt = Attempt { path, anchor, position, cause };
        if is_farther {
            self.decisive = Some(attempt.clone());
        }
        if is_told {
            self.attempts.push(attempt);
        }
    }
}

impl<'a> Engine<'a> {
    /// The first valid path that begins with `path`, whose links are verified. What fails is noted.
    ///
    /// # Errors
    /// The work that is allowed is done.
    pub(super) fn extend(
        &mut self,
        path: &mut Path<'a>,
        goal: &Goal<'a>,
        trail: &mut Trail<'a>,
    ) -> Result<Option<Validated<'a>>, Exhausted> {
        let Some(subject) = path.last().cloned() else { return Ok(None) };
        let mut named = false;
        for anchor in goal.anchors {
            self.budget.spend_steps(STEPS_OF_CANDIDATE)?;
            if !anchor.name.matches(subject.certificate.issuer()) {
                continue;
            }
            named = true;
            if let Err((position, cause)) = self.anchor_link(path, anchor, goal) {
                let ends = exhausted(&cause);
                trail.note(path, Some(anchor), position, cause);
                ends?;
                continue;
            }
            match self.validate(path, anchor, goal) {
                Ok(validated) => return Ok(Some(validated)),
                Err(fault) => {
                    let ends = exhausted(&fault.cause);
                    trail.note(path, Some(anchor), fault.position, fault.cause);
                    ends?;
                }
            }
        }
        let candidates = self.candidates_above(&subject);
        named |= !candidates.is_empty();
        let mut others = false;
        for issuer in candidates.iter() {
            self.budget.spend_steps(STEPS_OF_CANDIDATE)?;
            if path.iter().any(|node| node.is_same_authority(issuer)) {
                continue;
            }
            others = true;
            path.push(Rc::clone(issuer));
            match self.link(path, goal) {
                Ok(()) => {
                    if let Some(validated) = self.extend(path, goal, trail)? {
                        return Ok(Some(validated));
                    }
                }
                Err((position, cause)) => {
                    let ends = exhausted(&cause);
                    trail.note(path, None, position, cause);
                    ends?;
                }
            }
            path.pop();
        }
        let issuer = || Box::new(subject.certificate.issuer().clone());
        if !named {
            trail.note(path, None, path.len() - 1, Cause::NoIssuer { issuer: issuer() });
        } else if !candidates.is_empty() && !others {
            trail.note(path, None, path.len() - 1, Cause::Loop { issuer: issuer() });
        }
        Ok(None)
    }

    /// Intermediates of the name of the issuer of `subject`: first those whose key identifier fits, that are valid, that may
    /// issue, that an anchor issued, RFC 4158 §3.5.
    fn candidates_above(&mut self, subject: &Rc<Node<'a>>) -> Rc<[Rc<Node<'a>>]> {
        if let Some(known) = self.above.get(&subject.id) {
            return Rc::clone(known);
        }
        let wanted = subject.facts().ok().and_then(|facts| facts.authority_key.as_ref());
        let wanted = wanted.and_then(|identifier| identifier.key_identifier.as_ref());
        let mut ranked: Vec<_> = self
            .pool
            .named(subject.certificate.issuer())
            .map(|node| {
                let facts = node.valid(self.question.at);
                let fits = match (wanted, facts.as_ref().ok().and_then(|facts| facts.subject_key.as_ref())) {
                    (Some(wanted), Some(found)) => u8::from(*wanted != found.0) * 2,
                    _ => 1,
                };
                let may_issue = facts.is_ok_and(|facts| facts.may_issue().is_ok());
                let by_anchor =
                    self.question.anchors.iter().any(|anchor| anchor.name.matches(node.certificate.issuer()));
                let newer = core::cmp::Reverse(node.certificate.validity().not_before);
                ((!may_issue, fits, !by_anchor, newer), node)
            })
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let ranked: Rc<[_]> = ranked.into_iter().map(|(_, node)| node).collect();
        self.above.insert(subject.id, Rc::clone(&ranked));
        ranked
    }

    /// Whether the last certificate of `path` may stand above the one before it, and signed it.
    fn link(&mut self, path: &[Rc<Node<'a>>], goal: &Goal<'a>) -> Result<(), (usize, Cause)> {
        let [below @ .., issuer] = path else { return Ok(()) };
        let Some(subject) = below.last() else { return Ok(()) };
        let position = below.len();
        if position > self.question.limits.intermediates {
            let maximum = self.question.limits.intermediates;
            return Err((position, Cause::TooLong { maximum }));
        }
        let at = |cause| (position, cause);
        let facts = issuer.valid(self.question.at).map_err(at)?;
        facts.may_issue().map_err(at)?;
        let followed_by = counted(&below[1..]);
        let of_path = followed_by + usize::from(!facts.self_issued);
        if let Some(maximum) = goal.max_intermediates.filter(|maximum| of_path > *maximum) {
            return Err(at(Cause::TooLong { maximum }));
        }
        if let Some(allowed) = facts.constraints.and_then(|constraints| constraints.path_length)
            && followed_by > allowed as usize
        {
            return Err(at(Cause::PathLength { allowed, followed_by }));
        }
        self.signed_by_node(subject, issuer).map_err(|cause| match cause {
            Cause::Key(_) | Cause::WeakKey(_) => (position, cause),
            cause => (position - 1, cause),
        })
    }

    /// Whether `anchor` may stand above the last certificate of `path`, and signed it.
    fn anchor_link(
        &mut self,
        path: &[Rc<Node<'a>>],
        anchor: &'a TrustAnchor,
        goal: &Goal<'a>,
    ) -> Result<(), (usize, Cause)> {
        let Some(subject) = path.last() else { return Ok(()) };
        self.usable_anchor(anchor, goal.purpose).map_err(|cause| (path.len(), cause))?;
        let followed_by = counted(&path[1..]);
        if let Some(allowed) = anchor.path_length
            && followed_by > allowed as usize
        {
            return Err((path.len(), Cause::PathLength { allowed, followed_by }));
        }
        self.signed_by_anchor(subject, anchor).map_err(|cause| (path.len() - 1, cause))
    }
}

/// How many there are, those not counted that are self-issued.
fn counted(nodes: &[Rc<Node<'_>>]) -> usize {
    nodes.iter().filter(|node| node.facts().is_ok_and(|facts| !facts.self_issued)).count()
}

fn exhausted(cause: &Cause) -> Result<(), Exhausted> {
    match cause.exhausted() {
        Some(exhausted) => Err(exhausted),
        None => Ok(()),
    }
}
