//! Requests for the certificates of authorities.

use jiff::Timestamp;
use uuid::Uuid;

/// Length of the nonce of a request, in octets.
pub const REQUEST_NONCE: usize = 16;

/// A request to store before it leaves for a ceremony.
#[derive(Clone, Debug)]
pub struct NewAuthorityRequest {
    /// UUIDv7.
    pub id: Uuid,
    /// The authority that is to be certified.
    pub authority: Uuid,
    /// Its place among all requests of the store.
    pub sequence: u64,
    /// Random; the answer repeats it.
    pub nonce: [u8; REQUEST_NONCE],
    /// PKCS#10, DER.
    pub request: Vec<u8>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// No answer was taken yet. At most one request of an authority is open.
    Open,
    /// Its answer was taken.
    Answered {
        /// SM3 of the answer.
        answer: [u8; 32],
        /// SM3 of the transcript of the ceremony that gave the answer.
        transcript: [u8; 32],
    },
    /// A newer request took its place: an answer to it is not taken any more.
    Superseded,
}

/// A request for the certificate of an authority.
#[derive(Clone, Debug)]
pub struct AuthorityRequestRecord {
    /// What left.
    pub request: NewAuthorityRequest,
    /// What became of it.
    pub state: RequestState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was answered or superseded.
    pub closed_at: Option<Timestamp>,
    /// Row version.
    pub version: u32,
}
