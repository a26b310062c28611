//! A response answers, and each certificate once.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, OcspResponseRule, Severity};
use crate::ocsp::BasicResponse;
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "ocsp-answers-there",
    description: "A response answers, and each certificate once",
    citation: "RFC 6960 section 4.2.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct AnswersThere;

impl OcspResponseRule for AnswersThere {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, response: &BasicResponse, _issuer: Option<&Certificate>) -> Result<(), String> {
        let answers = response.answers();
        if answers.is_empty() {
            return Err("there is no answer".to_owned());
        }
        let repeated = |at: usize| answers[..at].iter().any(|earlier| earlier.cert_id == answers[at].cert_id);
        match (1..answers.len()).find(|&at| repeated(at)) {
            Some(at) => Err(format!("{} is answered twice", answers[at].cert_id.serial())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn missing_and_repeated_answers_are_found() {
        response_passes(&AnswersThere, &response());
        response_fails(&AnswersThere, &response().answering(&[]));
        response_fails(&AnswersThere, &response().answering(&[1, 1]));
    }
}
