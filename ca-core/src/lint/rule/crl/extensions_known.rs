//! No extension stands twice, known ones can be read, and critical ones are known.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use crate::x509::extension::Decoded;

static ABOUT: About = About {
    name: "crl-extensions-known",
    description: "No extension stands twice, known ones can be read, and critical ones are known",
    citation: "RFC 5280 sections 5.2 and 5.3",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ExtensionsKnown;

impl CrlRule for ExtensionsKnown {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        if let Some(oid) = crl.extensions().first_duplicate() {
            return Err(format!("the extension {oid} stands more than once"));
        }
        for extension in crl.extensions() {
            match extension.decoded() {
                Decoded::Unreadable(malformed) => {
                    return Err(format!("the extension {} cannot be read: {malformed}", extension.oid));
                }
                Decoded::Unknown if extension.critical => {
                    return Err(format!("the extension {} is critical and not a known one", extension.oid));
                }
                _ => {}
            }
        }
        match crl.unknown_critical_entry_extension() {
            Some(oid) => Err(format!("an entry has the critical extension {oid}, which is not a known one")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn repeated_unreadable_and_unknown_critical_extensions_are_found() {
        crl_passes(&ExtensionsKnown, &crl());
        crl_passes(&ExtensionsKnown, &crl().with(extension("1.2.3.4", false, b"x")));
        crl_fails(&ExtensionsKnown, &crl().with(extension("1.2.3.4", true, b"x")));
        crl_fails(&ExtensionsKnown, &crl().with(extension("2.5.29.28", true, b"not DER")));
        crl_fails(&ExtensionsKnown, &crl().repeat_extension());
    }
}
