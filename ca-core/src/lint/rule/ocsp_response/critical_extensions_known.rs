//! Whoever asks knows each extension of a response that is critical.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, OcspResponseRule, Severity};
use crate::ocsp::BasicResponse;
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "ocsp-critical-extensions-known",
    description: "Whoever asks knows each extension of a response that is critical",
    citation: "RFC 6960 section 4.4",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct CriticalExtensionsKnown;

impl OcspResponseRule for CriticalExtensionsKnown {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, response: &BasicResponse, _issuer: Option<&Certificate>) -> Result<(), String> {
        match response.critical_extension() {
            Some(oid) => Err(format!("the extension {oid} is critical and not a known one")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn unknown_critical_extensions_are_found() {
        let with = |critical| response().with_extension(extension("1.2.3.4", critical, b"x"));
        response_passes(&CriticalExtensionsKnown, &with(false));
        response_fails(&CriticalExtensionsKnown, &with(true));
    }
}
