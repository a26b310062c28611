//! Identity numbers are formed as their kind asks, check character included.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::identity::IdentityNumber;

static ABOUT: About = About {
    name: "gm-identity-number",
    description: "Identity numbers are formed as their kind asks, check character included",
    citation: "GM/T 0015; GB 11643; GB 11714; GB 32100",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct GmIdentityNumber;

impl CertificateRule for GmIdentityNumber {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        for number in certificate.extensions().iter().filter_map(IdentityNumber::read) {
            number.check().map_err(|error| format!("{error} (in {})", number.oid()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn numbers_with_a_wrong_check_character_are_found() {
        let with = |value: &[u8]| end_entity().with(extension("1.2.156.10260.4.1.4", false, value));
        passes(&GmIdentityNumber, &end_entity());
        passes(&GmIdentityNumber, &with(b"\x13\x1291350100M000100Y43"));
        passes(&GmIdentityNumber, &with(b"D2143569X"));
        fails(&GmIdentityNumber, &with(b"\x13\x1291350100M000100Y44"));
        fails(&GmIdentityNumber, &with(b""));
    }
}
