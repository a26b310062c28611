//! A request carries no challenge password, which anyone on the way can read.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, RequestRule, Severity};
use crate::x509::Oid;
use crate::x509::request::CertificationRequest;

static ABOUT: About = About {
    name: "request-challenge-password-absent",
    description: "A request carries no challenge password, which anyone on the way can read",
    citation: "RFC 2985 section 5.4.1",
    since: RFC_5280,
    severity: Severity::Notice,
};

pub(in crate::lint) struct ChallengePasswordAbsent;

impl RequestRule for ChallengePasswordAbsent {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, request: &CertificationRequest) -> Result<(), String> {
        let password: Oid = "1.2.840.113549.1.9.7".parse().map_err(text)?;
        match request.attributes().iter().find(|attribute| attribute.oid == password) {
            Some(_) => Err("the request carries a challengePassword".to_owned()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn passwords_are_found() {
        request_passes(&ChallengePasswordAbsent, &request());
        let attribute = hex::decode("301306092a864886f70d010907310613047465737 4".replace(' ', "")).unwrap();
        request_fails(&ChallengePasswordAbsent, &request().with_attribute(attribute));
    }
}
