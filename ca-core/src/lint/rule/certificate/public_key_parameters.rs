//! The parameters of the key are NULL for RSA, absent for Ed25519, the curve for elliptic curves.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::algorithm::public_key_parameters;
use crate::lint::rule::raw;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use der::Decode;
use spki::AlgorithmIdentifierOwned;

static ABOUT: About = About {
    name: "public-key-parameters",
    description: "The parameters of the key are NULL for RSA, absent for Ed25519, the curve for elliptic curves",
    citation: "RFC 3279 section 2.3.1, RFC 5480 section 2.1.1, RFC 8410 section 3",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct PublicKeyParameters;

impl CertificateRule for PublicKeyParameters {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let fields = raw::sequence(certificate.spki_der()).ok_or("the key cannot be read")?;
        let identifier =
            fields.first().and_then(|identifier| AlgorithmIdentifierOwned::from_der(identifier).ok());
        public_key_parameters(&identifier.ok_or("the algorithm of the key cannot be read")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn parameters_that_do_not_belong_to_the_key_are_found() {
        passes(&PublicKeyParameters, &end_entity());
        let bits = [0x03, 0x02, 0x00, 0x04];
        for (oid, parameters, fine) in [
            (RSA, Some(NULL), true),
            (RSA, None, false),
            (ED25519, None, true),
            (ED25519, Some(NULL), false),
            (EC, Some(SM2_CURVE), true),
            (EC, Some(NULL), false),
            (EC, None, false),
            (ECDSA_SHA256, None, false),
        ] {
            let fixture = end_entity().edit(|tbs| tbs.spki = spki(oid, parameters, &bits));
            if fine { passes(&PublicKeyParameters, &fixture) } else { fails(&PublicKeyParameters, &fixture) }
        }
    }
}
