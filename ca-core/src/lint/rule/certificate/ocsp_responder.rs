//! An OCSP responder, and no other, has ocsp-nocheck; it ends within 31 days, since it cannot be revoked.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::profile::Purpose;
use crate::x509::certificate::Certificate;
use crate::x509::extension::OcspNoCheck;
use jiff::SignedDuration;

static ABOUT: About = About {
    name: "ocsp-responder",
    description: "An OCSP responder, and no other, has ocsp-nocheck; it ends within 31 days, since it cannot be revoked",
    citation: "RFC 6960 section 4.2.2.2.1",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct OcspResponder;

impl CertificateRule for OcspResponder {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let purposes = certificate.extended_key_usages().map_err(text)?;
        let responds = purposes.is_some_and(|purposes| purposes.contains(&Purpose::OcspSigning.oid()));
        let unchecked = certificate.extensions().find::<OcspNoCheck>().map_err(text)?.is_some();
        let validity = certificate.validity();
        let length = validity.not_after.duration_since(validity.not_before);
        match (responds, unchecked) {
            (true, false) => Err("an OCSP responder without ocsp-nocheck".to_owned()),
            (false, true) => Err("ocsp-nocheck in a certificate that is no OCSP responder's".to_owned()),
            (true, true) if length > LONGEST => {
                Err(format!("an OCSP responder that is valid for {length:#}"))
            }
            _ => Ok(()),
        }
    }
}

const LONGEST: SignedDuration = SignedDuration::from_hours(31 * 24);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn responders_that_are_checked_or_last_are_found() {
        passes(&OcspResponder, &responder());
        passes(&OcspResponder, &end_entity());
        fails(&OcspResponder, &responder().without(OcspNoCheck::OID));
        fails(&OcspResponder, &end_entity().with(OcspNoCheck.to_extension(false)));
        fails(&OcspResponder, &responder().valid("2027-01-01T00:00:00Z", "2027-02-02T00:00:00Z"));
    }
}
