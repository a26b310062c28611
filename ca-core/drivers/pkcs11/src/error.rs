//! Errors of PKCS #11 in the terms of custodies.

use ca_core::custody::CustodyError;
use ca_device::Fault;
use cryptoki::error::{Error, RvError};

/// The error of an act, and whether its session is of use any more.
pub(crate) fn fault(act: &'static str, place: &str, error: &Error) -> Fault {
    let named = named(act, place, error);
    match error {
        Error::Pkcs11(value, _) if ends_session(value) => Fault::Lost(named),
        _ => Fault::Refused(named),
    }
}

/// The error of an act. Errors about PINs are the same whatever the act was.
pub(crate) fn named(act: &'static str, place: &str, error: &Error) -> CustodyError {
    let place = place.to_owned();
    match error {
        Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _) => {
            CustodyError::PinWrong { place }
        }
        Error::Pkcs11(RvError::PinLocked, _) => CustodyError::PinLocked { place },
        Error::Pkcs11(value, _) => CustodyError::Device { act, place, answer: name(value) },
        other => CustodyError::Misbehaved { act, place, reason: other.to_string() },
    }
}

/// Whether the session, the login or the handles in it are gone, so that a new session may do better. Devices also answer so in
/// passing, when they are asked again after a restart.
fn ends_session(value: &RvError) -> bool {
    matches!(
        value,
        RvError::SessionHandleInvalid
            | RvError::SessionClosed
            | RvError::UserNotLoggedIn
            | RvError::KeyHandleInvalid
            | RvError::ObjectHandleInvalid
            | RvError::OperationActive
            | RvError::OperationNotInitialized
            | RvError::DeviceRemoved
            | RvError::DeviceError
            | RvError::TokenNotPresent
            | RvError::SlotIdInvalid
            | RvError::CryptokiNotInitialized
            | RvError::GeneralError
            | RvError::FunctionFailed
    )
}

/// `CKR_PIN_INCORRECT` for `PinIncorrect`, as the standard and manuals of manufacturers write it.
fn name(value: &RvError) -> String {
    match value {
        RvError::VendorDefined(code) | RvError::UnknownErrorCode(code) => format!("CK_RV 0x{code:08x}"),
        known => {
            let mut name = String::from("CKR");
            for letter in format!("{known:?}").chars() {
                if letter.is_ascii_uppercase() {
                    name.push('_');
                }
                name.push(letter.to_ascii_uppercase());
            }
            name
        }
    }
}

#[cfg(test)]
mod tests {
    use cryptoki::context::Function;

    use super::*;

    #[test]
    fn answers_have_the_names_of_the_standard() {
        assert_eq!(name(&RvError::PinIncorrect), "CKR_PIN_INCORRECT");
        assert_eq!(name(&RvError::SessionHandleInvalid), "CKR_SESSION_HANDLE_INVALID");
        assert_eq!(name(&RvError::UnknownErrorCode(0x8000_0001)), "CK_RV 0x80000001");
    }

    #[test]
    fn pins_are_told_apart_from_failures_and_do_not_end_a_session() {
        for (value, code, ends) in [
            (RvError::PinIncorrect, "custody-pin-wrong", false),
            (RvError::PinLocked, "custody-pin-locked", false),
            (RvError::DeviceRemoved, "custody-device", true),
            (RvError::KeyFunctionNotPermitted, "custody-device", false),
        ] {
            let fault = fault("sign", "token", &Error::Pkcs11(value, Function::Sign));
            assert_eq!(matches!(fault, Fault::Lost(_)), ends);
            assert_eq!(CustodyError::from(fault).code(), code);
        }
    }
}
