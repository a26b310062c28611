//! Keys, and what they are kept in.

use super::message::content_info;
use super::shape::*;

pub(super) const PRIVATE_KEY: Field = sequence(
    "PrivateKeyInfo",
    &[
        leaf("version", INTEGER),
        algorithm("privateKeyAlgorithm"),
        leaf("privateKey", OCTETS),
        leaf("attributes", C0).optional(),
        leaf("publicKey", &[0x81, 0xa1]).optional(),
    ],
);
pub(super) const ENCRYPTED_KEY: Field =
    sequence("EncryptedPrivateKeyInfo", &[algorithm("encryptionAlgorithm"), leaf("encryptedData", OCTETS)]);
pub(super) const EC_PRIVATE_KEY: Field = sequence(
    "ECPrivateKey",
    &[
        leaf("version", INTEGER),
        leaf("privateKey", OCTETS),
        leaf("parameters", C0).optional(),
        leaf("publicKey", C1).optional(),
    ],
);
pub(super) const PUBLIC_KEY: Field = public_key("SubjectPublicKeyInfo");

pub(super) const PFX: Field = sequence(
    "PFX",
    &[
        leaf("version", INTEGER),
        content_info("authSafe"),
        sequence(
            "macData",
            &[
                sequence("mac", &[algorithm("digestAlgorithm"), leaf("digest", OCTETS)]),
                leaf("macSalt", OCTETS),
                leaf("iterations", INTEGER).optional(),
            ],
        )
        .optional(),
    ],
);
pub(super) const CFCA_CONTAINER: Field = sequence(
    "CFCA key container",
    &[
        leaf("version", INTEGER),
        sequence(
            "encryptedKey",
            &[leaf("contentType", OID), leaf("algorithm", OID), leaf("encryptedPrivateKey", OCTETS)],
        ),
        sequence("certificate", &[leaf("contentType", OID), leaf("certificate", OCTETS)]),
    ],
);
