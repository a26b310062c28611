//! It is said when a newer status is to be had, within ten days.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, OcspResponseRule, Severity};
use crate::ocsp::BasicResponse;
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "ocsp-next-update",
    description: "It is said when a newer status is to be had, within ten days",
    citation: "Baseline Requirements sections 4.9.9 and 4.9.10; RFC 5019 section 2.2.4",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct NextUpdate;

impl OcspResponseRule for NextUpdate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, response: &BasicResponse, _issuer: Option<&Certificate>) -> Result<(), String> {
        for answer in response.answers() {
            let next = answer.next_update.ok_or("there is no nextUpdate")?;
            let hours = next.duration_since(answer.this_update).as_hours();
            if hours > 240 {
                return Err(format!("nextUpdate follows thisUpdate after {hours} hours"));
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
    fn missing_and_late_updates_are_found() {
        response_passes(&NextUpdate, &response());
        response_fails(&NextUpdate, &response().without_next_update());
        response_fails(
            &NextUpdate,
            &response().times("20270101000000Z", "20270101000000Z", "20270112000000Z"),
        );
    }
}
