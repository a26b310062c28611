//! No resident number is published by a certificate.

use crate::lint::rule::PROJECT;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::identity::IdentityNumber;

static ABOUT: About = About {
    name: "gm-resident-number-published",
    description: "No resident number is published by a certificate",
    citation: "Rule of the project: GM/T 0015 allows it",
    since: PROJECT,
    severity: Severity::Notice,
};

pub(in crate::lint) struct GmResidentNumberPublished;

impl CertificateRule for GmResidentNumberPublished {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let mut numbers = certificate.extensions().iter().filter_map(IdentityNumber::read);
        match numbers.find(IdentityNumber::is_resident_number) {
            Some(number) => Err(format!("a resident number stands in {} for everyone to read", number.oid())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn resident_numbers_are_found() {
        let with = |oid: &str| end_entity().with(extension(oid, false, b"\x13\x011"));
        passes(&GmResidentNumberPublished, &end_entity());
        passes(&GmResidentNumberPublished, &with("1.2.156.10260.4.1.4"));
        fails(&GmResidentNumberPublished, &with("1.2.156.10260.4.1.1.1"));
        let taxed = extension("1.2.86.11.7.5", false, b"11010519491231002X");
        fails(&GmResidentNumberPublished, &end_entity().with(taxed));
    }
}
