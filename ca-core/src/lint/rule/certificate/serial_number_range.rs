//! Serial numbers are positive and have at most twenty octets.

use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "serial-number-range",
    description: "Serial numbers are positive and have at most twenty octets",
    citation: "RFC 5280 section 4.1.2.2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct SerialNumberRange;

impl CertificateRule for SerialNumberRange {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        if certificate.serial().is_conforming() {
            return Ok(());
        }
        Err(format!(
            "the serial number {} is not a positive number of at most 20 octets",
            certificate.serial()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn zero_negative_and_long_serials_are_found() {
        passes(&SerialNumberRange, &end_entity());
        passes(&SerialNumberRange, &end_entity().with_serial_octets(&[0x7f; 20]));
        fails(&SerialNumberRange, &end_entity().with_serial_octets(&[0]));
        fails(&SerialNumberRange, &end_entity().with_serial_octets(&[0x80, 1]));
        fails(&SerialNumberRange, &end_entity().with_serial_octets(&[0x7f; 21]));
    }
}
