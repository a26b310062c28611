//! A responder that sends its certificate may sign responses: it is the issuer, or has OCSPSigning from it.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, OcspResponseRule, Severity};
use crate::ocsp::BasicResponse;
use crate::x509::certificate::Certificate;
use crate::x509::extension::ExtendedKeyUsage;

static ABOUT: About = About {
    name: "ocsp-responder-delegated",
    description: "A responder that sends its certificate may sign responses: it is the issuer, or has OCSPSigning from it",
    citation: "RFC 6960 section 4.2.2.2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ResponderDelegated;

impl OcspResponseRule for ResponderDelegated {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, response: &BasicResponse, issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(responder) = response.certificates().iter().find(|one| response.responder().is(one)) else {
            return Ok(());
        };
        if issuer == Some(responder) {
            return Ok(());
        }
        let purposes = responder.extended_key_usages().map_err(text)?;
        let authority =
            responder.basic_constraints().map_err(text)?.is_some_and(|constraints| constraints.ca);
        let signs =
            purposes.is_some_and(|purposes| purposes.contains(&ExtendedKeyUsage::OCSP_SIGNING.into()));
        if signs || (issuer.is_none() && authority) {
            return Ok(());
        }
        Err("the responder has no OCSPSigning and is not the issuer".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn responders_without_delegation_are_found() {
        response_passes(&ResponderDelegated, &response());
        response_passes(&ResponderDelegated, &response().by(responder()));
        response_fails(&ResponderDelegated, &response().by(end_entity()));
    }
}
