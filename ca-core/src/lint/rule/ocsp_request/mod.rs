//! Rules for OCSP requests.

mod certificates_distinct;
mod nonce_length;

use crate::lint::OcspRequestRule;

/// All of them.
pub(in crate::lint) static ALL: &[&dyn OcspRequestRule] =
    &[&nonce_length::NonceLength, &certificates_distinct::CertificatesDistinct];
