//! No extension stands twice.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "extensions-not-repeated",
    description: "No extension stands twice",
    citation: "RFC 5280 section 4.2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ExtensionsNotRepeated;

impl CertificateRule for ExtensionsNotRepeated {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        match certificate.extensions().first_duplicate() {
            Some(oid) => Err(format!("the extension {oid} stands more than once")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn a_repeated_extension_is_found() {
        passes(&ExtensionsNotRepeated, &end_entity());
        fails(&ExtensionsNotRepeated, &end_entity().repeat_extension());
    }
}
