//! Why a key or a signature is refused.

/// Why a key, a signature or an identifier is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The private key is 0 or at least n − 1 (GB/T 32918.1 section 6.1).
    #[error("the SM2 private key is not in the range 1 to n - 2")]
    PrivateKeyRange,
    /// The bytes are neither `04‖X‖Y` nor `02‖X` or `03‖X` of the right length with coordinates below p.
    #[error("the SM2 public key is not a SEC1 encoded point")]
    PointEncoding,
    /// The coordinates do not satisfy the equation of the curve.
    #[error("the SM2 public key is not a point of the curve")]
    PointNotOnCurve,
    /// The bytes are not the DER encoding of two INTEGERs in a SEQUENCE.
    #[error("the SM2 signature is not strict DER")]
    SignatureEncoding,
    /// r or s is 0 or at least n.
    #[error("a value of the SM2 signature is not in the range 1 to n - 1")]
    SignatureRange,
    /// The signature is not one of this key over this message.
    #[error("the SM2 signature does not verify")]
    SignatureInvalid,
    /// The signer's identifier is longer than its two-byte length in bits can say.
    #[error("the SM2 identifier has {length} bytes, more than 8191")]
    IdentifierTooLong {
        /// Length in bytes.
        length: usize,
    },
    /// A signature just made did not verify: the computation went wrong and nothing was released.
    #[error("a new SM2 signature did not verify and was discarded")]
    SigningFault,
    /// A message of no bytes, which SM2 does not encrypt.
    #[error("SM2 does not encrypt an empty message")]
    EmptyMessage,
    /// The ciphertext is not one for this key, or was changed.
    #[error("the SM2 ciphertext is not one for this key, or is damaged")]
    DecryptionFailed,
}

impl Error {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PrivateKeyRange => "sm2-private-key-range",
            Self::PointEncoding => "sm2-point-encoding",
            Self::PointNotOnCurve => "sm2-point-not-on-curve",
            Self::SignatureEncoding => "sm2-signature-encoding",
            Self::SignatureRange => "sm2-signature-range",
            Self::SignatureInvalid => "sm2-signature-invalid",
            Self::IdentifierTooLong { .. } => "sm2-identifier-too-long",
            Self::SigningFault => "sm2-signing-fault",
            Self::EmptyMessage => "sm2-empty-message",
            Self::DecryptionFailed => "sm2-decryption-failed",
        }
    }
}
