//! The CRL has a number, not critical and of at most twenty octets.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CrlRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use crate::x509::extension::{CrlNumber, ExtensionValue};

static ABOUT: About = About {
    name: "crl-number",
    description: "The CRL has a number, not critical and of at most twenty octets",
    citation: "RFC 5280 section 5.2.3",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct Number;

impl CrlRule for Number {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, crl: &CertificateList, _issuer: Option<&Certificate>) -> Result<(), String> {
        if crl.number().map_err(text)?.is_none() {
            return Err("there is no cRLNumber".to_owned());
        }
        match crl.extensions().get(&CrlNumber::OID.into()) {
            Some(extension) if extension.critical => Err("the cRLNumber is critical".to_owned()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn a_missing_critical_or_long_number_is_found() {
        crl_passes(&Number, &crl());
        crl_passes(&Number, &crl().with(CrlNumber::from(u64::MAX).to_extension(false)));
        crl_fails(&Number, &crl().without(CrlNumber::OID));
        crl_fails(&Number, &crl().with(CrlNumber::from(1).to_extension(true)));
        let long = [&[0x02, 21][..], &[0x7f; 21]].concat();
        crl_fails(&Number, &crl().with(extension("2.5.29.20", false, &long)));
    }
}
