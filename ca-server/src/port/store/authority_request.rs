//! Requests for the certificates of authorities.

use uuid::Uuid;

use super::StoreError;
use crate::port::Act;
use crate::port::record::{AuthorityRequestRecord, NewAuthorityRequest};

/// Requests for the certificates of authorities, which are answered in ceremonies.
pub trait AuthorityRequestStore {
    /// The sequence for the next request: above that of every request of this store.
    ///
    /// # Errors
    /// [`StoreError`].
    fn next_request_sequence(&self) -> Result<u64, StoreError>;

    /// Stores a request before it leaves, and supersedes the one of the same authority that is open, in one
    /// transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the id, nonce or sequence exists or a request of a higher sequence does: read the
    /// sequence again; [`StoreError::NotFound`] where there is no such authority; [`StoreError`] otherwise.
    fn open_authority_request(&self, act: &Act, request: &NewAuthorityRequest) -> Result<(), StoreError>;

    /// The requests of an authority, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    fn authority_requests(&self, authority: Uuid) -> Result<Vec<AuthorityRequestRecord>, StoreError>;

    /// Closes a request as answered. `answer` and `transcript` are SM3 hashes.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where it is not open any more; [`StoreError::NotFound`]; [`StoreError`] otherwise.
    fn answer_authority_request(
        &self,
        act: &Act,
        request: Uuid,
        answer: &[u8; 32],
        transcript: &[u8; 32],
    ) -> Result<(), StoreError>;
}
