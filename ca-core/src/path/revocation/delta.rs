//! Delta CRLs, RFC 5280 §5.2.4 and §6.3.3 (c).

use crate::x509::CertificateList;
use crate::x509::extension::DeltaCrlIndicator;

/// Whether a delta and a complete list together are the complete list of the delta's time. That both have the same scope and are
/// signed by the same key is for the caller to see to.
///
/// The delta must start from the complete list or an earlier one, and come after it.
pub(super) fn adds_to(delta: &CertificateList, complete: &CertificateList) -> bool {
    let (Ok(Some(base)), Ok(Some(number)), Ok(Some(complete_number))) =
        (delta.extensions().find::<DeltaCrlIndicator>(), delta.number(), complete.number())
    else {
        return false;
    };
    let key_identifier = |list: &CertificateList| {
        list.authority_key_identifier().map(|identifier| identifier.and_then(|it| it.key_identifier))
    };
    let same_key = match (key_identifier(delta), key_identifier(complete)) {
        (Ok(of_delta), Ok(of_complete)) => of_delta == of_complete,
        _ => false,
    };
    same_key
        && delta.issuer().matches(complete.issuer())
        && base.0 <= complete_number
        && complete_number < number
}
