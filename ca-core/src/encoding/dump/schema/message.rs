//! Messages, and time-stamps, which are some.

use super::certification::{ATTRIBUTE, CERTIFICATE};
use super::shape::*;

const CONTENT: &[Field] = &[leaf("contentType", OID), leaf("content", C0).optional()];

pub(super) const fn content_info(name: &'static str) -> Field {
    sequence(name, CONTENT)
}

pub(super) const CONTENT_INFO: Field = content_info("ContentInfo");
pub(super) const SIGNED_DATA: Field = sequence(
    "ContentInfo",
    &[leaf("contentType", OID), field("content", C0, Shape::One(&SIGNED_DATA_CONTENT))],
);
const SIGNED_DATA_CONTENT: Field = sequence(
    "SignedData",
    &[
        leaf("version", INTEGER),
        field("digestAlgorithms", SET, Shape::Each(&DIGEST_ALGORITHM)),
        sequence("encapContentInfo", &[leaf("eContentType", OID), leaf("eContent", C0).optional()]),
        field("certificates", C0, Shape::Each(&CERTIFICATE_CHOICE)).optional(),
        leaf("crls", C1).optional(),
        field("signerInfos", SET, Shape::Each(&SIGNER_INFO)),
    ],
);
const DIGEST_ALGORITHM: Field = algorithm("DigestAlgorithmIdentifier");
const CERTIFICATE_CHOICE: Field = CERTIFICATE.tagged(ANY);
const SIGNER_INFO: Field = sequence(
    "SignerInfo",
    &[
        leaf("version", INTEGER),
        leaf("sid", &[0x30, 0x80]),
        algorithm("digestAlgorithm"),
        field("signedAttrs", C0, Shape::Each(&ATTRIBUTE)).optional(),
        algorithm("signatureAlgorithm"),
        leaf("signature", OCTETS),
        field("unsignedAttrs", C1, Shape::Each(&ATTRIBUTE)).optional(),
    ],
);

const IMPRINT: &[Field] = &[algorithm("hashAlgorithm"), leaf("hashedMessage", OCTETS)];

const fn imprint() -> Field {
    sequence("messageImprint", IMPRINT)
}

pub(super) const TIME_STAMP_REQUEST: Field = sequence(
    "TimeStampReq",
    &[
        leaf("version", INTEGER),
        imprint(),
        leaf("reqPolicy", OID).optional(),
        leaf("nonce", INTEGER).optional(),
        leaf("certReq", BOOLEAN).optional(),
        leaf("extensions", C0).optional(),
    ],
);
pub(super) const TIME_STAMP_RESPONSE: Field = sequence(
    "TimeStampResp",
    &[
        sequence(
            "status",
            &[
                leaf("status", INTEGER),
                leaf("statusString", SEQUENCE).optional(),
                leaf("failInfo", BITS).optional(),
            ],
        ),
        content_info("timeStampToken").optional(),
    ],
);
