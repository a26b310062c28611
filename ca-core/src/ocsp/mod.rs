//! The online certificate status protocol, RFC 6960, with the nonce of RFC 9654.
//!
//! An [`OcspRequest`] is read, a [`Responder`] answers it with the statuses that the caller looked up, and an
//! [`OcspResponse`] is read and verified by whoever asked.

mod asn1;
mod cert_id;
mod request;
mod responder;
mod response;
mod status;
mod verify;

#[cfg(test)]
mod tests;

pub use cert_id::{CertId, CertIdError, matches_issuer};
pub use request::{MAX_NONCE, MAX_REQUEST, MAX_REQUESTS, OcspRequest, OcspRequestError};
pub use responder::{RespondError, Responder, ResponderError};
pub use response::{
    Answer, BasicResponse, MAX_CERTIFICATES, MAX_RESPONSE, OcspResponse, OcspResponseError, ResponderIdentity,
};
pub use status::{CertStatus, ResponseStatus, SingleAnswer, error_response};
pub use verify::OcspVerifyError;
