//! Serial numbers under SM2 have sixteen octets at least.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm::signed_by_sm2;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "gm-serial-length",
    description: "Serial numbers under SM2 have sixteen octets at least",
    citation: "observed in the national hierarchy: 16 octets",
    since: RFC_5280,
    severity: Severity::Notice,
};

pub(in crate::lint) struct GmSerialLength;

impl CertificateRule for GmSerialLength {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let length = certificate.serial().as_bytes().len();
        if signed_by_sm2(certificate.signature_algorithm()) && length < 16 {
            return Err(format!("the serial number has {length} octets"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn short_serials_are_found() {
        let sm2 = || end_entity().with_algorithm(SM2_SM3, None);
        passes(&GmSerialLength, &sm2());
        passes(&GmSerialLength, &end_entity().with_serial_octets(&[1]));
        fails(&GmSerialLength, &sm2().with_serial_octets(&[1]));
    }
}
