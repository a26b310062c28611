//! The key of a request is one that is read, and not known to be weak.

use crate::key::weak;
use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, RequestRule, Severity};
use crate::x509::request::CertificationRequest;

static ABOUT: About = About {
    name: "request-public-key-not-weak",
    description: "The key of a request is one that is read, and not known to be weak",
    citation: "Baseline Requirements section 6.1.1.3",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct PublicKeyNotWeak;

impl RequestRule for PublicKeyNotWeak {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, request: &CertificationRequest) -> Result<(), String> {
        let key = request.public_key().map_err(text)?;
        weak::assess(&key).map_err(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn weak_keys_are_found() {
        request_passes(&PublicKeyNotWeak, &request());
        request_fails(&PublicKeyNotWeak, &request().with_key(spki_of_generator()));
        request_fails(&PublicKeyNotWeak, &request().with_key(spki(EC, None, &[3, 1, 0])));
    }
}
