//! What a certificate may be used for (RFC 5280 §4.2.1.3 and §4.2.1.12).

use ca_core::encoding::oid;
use ca_core::x509::Certificate;
use ca_core::x509::extension::KeyUsage;

use crate::args::Purpose;
use crate::report::Notice;

/// Whether a certificate's extended key usage, where it has one, names the purpose or any.
pub(super) fn allows(certificate: &Certificate, purpose: Purpose) -> bool {
    let wanted = match purpose {
        Purpose::Server => oid::SERVER_AUTH,
        Purpose::Client => oid::CLIENT_AUTH,
    };
    match certificate.extended_key_usages() {
        Ok(None) => true,
        Ok(Some(usages)) => {
            usages.contains(&wanted.into()) || usages.contains(&oid::ANY_EXTENDED_KEY_USAGE.into())
        }
        Err(_) => false,
    }
}

/// Both usages of the end entity's certificate have to fit.
pub(super) fn check_end_entity(certificate: &Certificate, purpose: Purpose) -> Result<(), Notice> {
    let name = match purpose {
        Purpose::Server => "a TLS server",
        Purpose::Client => "a TLS client",
    };
    let refuse = |code: &str, what: &str| {
        Err(Notice { code: code.to_owned(), detail: format!("its {what} does not allow use by {name}") })
    };
    if !allows(certificate, purpose) {
        return refuse("wrong-extended-key-usage", "extended key usage");
    }
    let fitting: &[KeyUsage] = match purpose {
        Purpose::Server => &[KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment, KeyUsage::KeyAgreement],
        Purpose::Client => &[KeyUsage::DigitalSignature, KeyUsage::KeyAgreement],
    };
    match certificate.key_usage() {
        Ok(None) => Ok(()),
        Ok(Some(usages)) if fitting.iter().any(|usage| usages.contains(*usage)) => Ok(()),
        _ => refuse("wrong-key-usage", "key usage"),
    }
}
