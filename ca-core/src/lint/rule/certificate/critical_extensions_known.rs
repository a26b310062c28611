//! Whoever validates knows each extension that is critical.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::Decoded;

static ABOUT: About = About {
    name: "critical-extensions-known",
    description: "Whoever validates knows each extension that is critical",
    citation: "RFC 5280 section 4.2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct CriticalExtensionsKnown;

impl CertificateRule for CriticalExtensionsKnown {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        for extension in certificate.extensions().iter().filter(|extension| extension.critical) {
            if extension.decoded() == Decoded::Unknown {
                return Err(format!("the extension {} is critical and not a known one", extension.oid));
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
    fn an_unknown_critical_extension_is_found() {
        passes(&CriticalExtensionsKnown, &end_entity());
        passes(&CriticalExtensionsKnown, &end_entity().with(extension("1.2.3.4", false, b"x")));
        fails(&CriticalExtensionsKnown, &end_entity().with(extension("1.2.3.4", true, b"x")));
    }
}
