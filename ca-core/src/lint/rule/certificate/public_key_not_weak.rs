//! The key is one that is read, and not known to be weak.

use crate::key::weak;
use crate::lint::rule::RFC_5280;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "public-key-not-weak",
    description: "The key is one that is read, and not known to be weak",
    citation: "Baseline Requirements section 6.1.1.3; FIPS 186-5 section 5",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct PublicKeyNotWeak;

impl CertificateRule for PublicKeyNotWeak {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let key = certificate.public_key().map_err(|error| format!("the key cannot be read: {error}"))?;
        weak::assess(&key).map_err(|weakness| format!("the key is weak: {weakness}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn weak_and_unreadable_keys_are_found() {
        passes(&PublicKeyNotWeak, &end_entity());
        fails(&PublicKeyNotWeak, &end_entity().edit(|tbs| tbs.spki = spki_of_generator()));
        fails(&PublicKeyNotWeak, &end_entity().edit(|tbs| tbs.spki = vec![0x30, 0]));
    }
}
