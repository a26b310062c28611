//! Constraints and usages are in DER: no default is written out, no zero bit trails.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::{Decoded, Extension, ExtensionValue};

static ABOUT: About = About {
    name: "extension-values-in-der",
    description: "Constraints and usages are in DER: no default is written out, no zero bit trails",
    citation: "X.690 sections 11.2.2 and 11.5; RFC 5280 section 4.1",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct ExtensionValuesInDer;

impl CertificateRule for ExtensionValuesInDer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let same = |extension: &Extension| match extension.decoded() {
            Decoded::BasicConstraints(value) => {
                value.to_value() == extension.value || value.path_length == Some(u32::MAX)
            }
            Decoded::KeyUsage(value) => value.to_value() == extension.value,
            Decoded::IssuingDistributionPoint(value) => value.to_value() == extension.value,
            _ => true,
        };
        match certificate.extensions().iter().find(|extension| !same(extension)) {
            Some(extension) => Err(format!("the value of the extension {} is not in DER", extension.oid)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn values_in_other_encodings_are_found() {
        passes(&ExtensionValuesInDer, &end_entity());
        passes(&ExtensionValuesInDer, &authority());
        fails(&ExtensionValuesInDer, &end_entity().with(extension("2.5.29.15", true, &[3, 2, 0, 0x80])));
        fails(&ExtensionValuesInDer, &end_entity().with(extension("2.5.29.19", true, &[0x30, 3, 1, 1, 0])));
    }
}
