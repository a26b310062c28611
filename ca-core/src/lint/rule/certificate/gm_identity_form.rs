//! Identity numbers are strings in DER, and not critical.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::identity::{IdentityNumber, Spelling};

static ABOUT: About = About {
    name: "gm-identity-form",
    description: "Identity numbers are strings in DER, and not critical",
    citation: "GM/T 0015; raw ASCII was observed",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct GmIdentityForm;

impl CertificateRule for GmIdentityForm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        for extension in certificate.extensions() {
            let Some(number) = IdentityNumber::read(extension) else { continue };
            if number.spelling() == Spelling::Raw {
                return Err(format!("the {} in {} is not DER", number.kind(), extension.oid));
            }
            if extension.critical {
                return Err(format!("the {} in {} is critical", number.kind(), extension.oid));
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
    fn numbers_in_other_forms_are_found() {
        let with =
            |critical, value: &[u8]| end_entity().with(extension("1.2.156.10260.4.1.4", critical, value));
        passes(&GmIdentityForm, &end_entity());
        passes(&GmIdentityForm, &with(false, b"\x13\x09D2143569X"));
        fails(&GmIdentityForm, &with(true, b"\x13\x09D2143569X"));
        fails(&GmIdentityForm, &with(false, b"D2143569X"));
    }
}
