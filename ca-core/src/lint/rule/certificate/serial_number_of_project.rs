//! Serial numbers are the octet 0x43 and 128 random bits, so that none is issued twice and none is guessed.

use crate::lint::rule::PROJECT;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "serial-number-of-project",
    description: "Serial numbers are the octet 0x43 and 128 random bits, so that none is issued twice and none is guessed",
    citation: "City CA: serial numbers; Baseline Requirements section 7.1",
    since: PROJECT,
    severity: Severity::Error,
};

pub(in crate::lint) struct SerialNumberOfProject;

impl CertificateRule for SerialNumberOfProject {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        match certificate.serial().as_bytes() {
            [0x43, random @ ..] if random.len() == 16 => Ok(()),
            _ => Err(format!("the serial number {} is not 43 and 16 random octets", certificate.serial())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn serials_of_another_form_are_found() {
        passes(&SerialNumberOfProject, &end_entity());
        fails(&SerialNumberOfProject, &end_entity().with_serial_octets(&[0x43; 16]));
        fails(&SerialNumberOfProject, &end_entity().with_serial_octets(&[0x44; 17]));
        fails(&SerialNumberOfProject, &end_entity().with_serial_octets(&[1]));
    }
}
