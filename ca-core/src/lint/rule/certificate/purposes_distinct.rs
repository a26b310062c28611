//! No purpose stands twice in extKeyUsage.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;

static ABOUT: About = About {
    name: "purposes-distinct",
    description: "No purpose stands twice in extKeyUsage",
    citation: "RFC 5280 section 4.2.1.12",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct PurposesDistinct;

impl CertificateRule for PurposesDistinct {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(purposes) = certificate.extended_key_usages().map_err(text)? else { return Ok(()) };
        match (1..purposes.0.len()).find(|&at| purposes.0[..at].contains(&purposes.0[at])) {
            Some(at) => Err(format!("the purpose {} stands twice", purposes.0[at])),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn purposes_that_stand_twice_are_found() {
        let twice = ExtendedKeyUsage(vec![ExtendedKeyUsage::CLIENT_AUTH.into(); 2]);
        passes(&PurposesDistinct, &end_entity());
        fails(&PurposesDistinct, &end_entity().with(twice.to_extension(false)));
    }
}
