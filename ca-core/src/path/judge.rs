//! The judgement.

use super::answer::{Accepted, Answer, Attempt, Refused};
use super::building::{Path, Trail};
use super::cause::Cause;
use super::engine::{Engine, Goal};
use super::pool::Node;
use super::question::Question;
use super::validation::Validated;
use super::verified::Verified;
use std::rc::Rc;

/// Judges whether there is a valid path from one of the anchors to the end entity, and says why.
///
/// Paths are tried until one is valid. The work is bounded by [`Limits`](super::Limits), whatever the input.
pub fn judge<'a>(question: &Question<'a>) -> Answer<'a> {
    judge_knowing(question, None)
}

/// The same, with what is known from before.
pub(super) fn judge_knowing<'a>(question: &Question<'a>, verified: Option<&'a Verified>) -> Answer<'a> {
    let mut engine = Engine::new(question, verified);
    let mut trail = Trail::default();
    let end_entity = engine.pool.node(question.end_entity);
    let mut path: Path<'a> = vec![Rc::clone(&end_entity)];
    if let Err(cause) = of_end_entity(&mut engine, &end_entity, question) {
        trail.note(&path, None, 0, cause);
        return refused(trail, question);
    }
    let goal = Goal {
        anchors: question.anchors,
        policy: question.policy,
        purpose: question.purpose,
        max_intermediates: question.max_intermediates,
        status_of_first: true,
    };
    match engine.extend(&mut path, &goal, &mut trail) {
        Ok(Some(validated)) => Answer::Accepted(accepted(validated, trail)),
        Ok(None) => refused(trail, question),
        Err(exhausted) => {
            // What ran out is the answer, whatever else was found.
            if trail.decisive.as_ref().is_none_or(|attempt| attempt.cause.exhausted().is_none()) {
                let position = path.len() - 1;
                trail.note(&path, None, position, exhausted.into());
            }
            refused(trail, question)
        }
    }
}

/// What no path can mend.
fn of_end_entity<'a>(engine: &mut Engine<'a>, node: &Node<'a>, question: &Question<'a>) -> Result<(), Cause> {
    engine.budget.spend_steps(question.intermediates.len())?;
    let facts = node.valid(question.at)?;
    facts.may_end()?;
    engine.strong(node)?;
    if let Some(purpose) = question.purpose {
        facts.is_for(purpose, true)?;
    }
    let missing = question.peer_names.iter().find(|name| !name.is_among(&facts.alternative_names));
    match missing {
        Some(wanted) => {
            Err(Cause::PeerName { wanted: wanted.clone(), found: facts.alternative_names.clone() })
        }
        None => Ok(()),
    }
}

fn accepted<'a>(validated: Validated<'a>, trail: Trail<'a>) -> Accepted<'a> {
    Accepted {
        path: validated.path.iter().map(|node| node.certificate).collect(),
        anchor: validated.anchor,
        policies: validated.policies,
        statuses: validated.statuses,
        name_constraints: validated.name_constraints,
        attempts: trail.attempts,
        attempts_omitted: trail.omitted,
    }
}

fn refused<'a>(trail: Trail<'a>, question: &Question<'a>) -> Answer<'a> {
    let Trail { attempts, omitted, decisive } = trail;
    let decisive = decisive.unwrap_or_else(|| Attempt {
        path: vec![question.end_entity],
        anchor: None,
        position: 0,
        cause: Cause::NoIssuer { issuer: Box::new(question.end_entity.issuer().clone()) },
    });
    Answer::Refused(Refused { decisive: Box::new(decisive), attempts, attempts_omitted: omitted })
}
