//! Nothing was revoked after the response that says so.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, OcspResponseRule, Severity};
use crate::ocsp::BasicResponse;
use crate::ocsp::CertStatus;
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "ocsp-revoked-before-produced",
    description: "Nothing was revoked after the response that says so",
    citation: "RFC 6960 section 4.2.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct RevokedBeforeProduced;

impl OcspResponseRule for RevokedBeforeProduced {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, response: &BasicResponse, _issuer: Option<&Certificate>) -> Result<(), String> {
        for answer in response.answers() {
            if let CertStatus::Revoked { at, .. } = answer.status
                && at > response.produced_at()
            {
                return Err(format!("revoked at {at}, after producedAt {}", response.produced_at()));
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
    fn revocations_in_the_future_are_found() {
        response_passes(&RevokedBeforeProduced, &response());
        response_passes(&RevokedBeforeProduced, &response().revoked("20261231000000Z"));
        response_fails(&RevokedBeforeProduced, &response().revoked("20270901000000Z"));
    }
}
