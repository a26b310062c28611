//! A status is known before the response is produced, and a newer one follows later.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, OcspResponseRule, Severity};
use crate::ocsp::BasicResponse;
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "ocsp-times-in-order",
    description: "A status is known before the response is produced, and a newer one follows later",
    citation: "RFC 6960 sections 4.2.2.1 and 2.4",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct TimesInOrder;

impl OcspResponseRule for TimesInOrder {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, response: &BasicResponse, _issuer: Option<&Certificate>) -> Result<(), String> {
        for answer in response.answers() {
            if answer.this_update > response.produced_at() {
                let (this, produced) = (answer.this_update, response.produced_at());
                return Err(format!("thisUpdate is {this}, after producedAt {produced}"));
            }
            if let Some(next) = answer.next_update.filter(|next| *next <= answer.this_update) {
                return Err(format!("nextUpdate is {next}, thisUpdate {}", answer.this_update));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn times_out_of_order_are_found() {
        response_passes(&TimesInOrder, &response());
        response_passes(&TimesInOrder, &response().without_next_update());
        response_fails(
            &TimesInOrder,
            &response().times("20270102000000Z", "20270101000000Z", "20270103000000Z"),
        );
        response_fails(
            &TimesInOrder,
            &response().times("20270101000000Z", "20270102000000Z", "20270101000000Z"),
        );
    }
}
