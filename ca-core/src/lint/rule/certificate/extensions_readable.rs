//! The known extensions can be read.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::Decoded;

static ABOUT: About = About {
    name: "extensions-readable",
    description: "The known extensions can be read",
    citation: "RFC 5280 section 4.2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ExtensionsReadable;

impl CertificateRule for ExtensionsReadable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        for extension in certificate.extensions() {
            if let Decoded::Unreadable(malformed) = extension.decoded() {
                return Err(format!("the extension {} cannot be read: {malformed}", extension.oid));
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
    fn a_known_extension_that_cannot_be_read_is_found() {
        passes(&ExtensionsReadable, &end_entity());
        passes(&ExtensionsReadable, &end_entity().with(extension("1.2.3.4", false, b"not DER")));
        fails(&ExtensionsReadable, &end_entity().with(extension("2.5.29.15", true, b"not DER")));
    }
}
