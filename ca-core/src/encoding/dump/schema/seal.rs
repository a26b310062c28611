//! Electronic seals and signatures with them.

use super::shape::*;

const SEAL_INFO: Field = sequence(
    "eSealInfo",
    &[
        sequence("header", &[leaf("ID", IA5), leaf("version", INTEGER), leaf("Vid", IA5)]),
        leaf("esID", IA5),
        leaf("property", SEQUENCE),
        sequence(
            "picture",
            &[leaf("type", IA5), leaf("data", OCTETS), leaf("width", INTEGER), leaf("height", INTEGER)],
        ),
        leaf("extDatas", &[0x30, 0xa0]).optional(),
    ],
);
pub(super) const SEAL: Field = sequence(
    "SES_Seal",
    &[SEAL_INFO, leaf("cert", OCTETS), leaf("signAlgID", OID), leaf("signedValue", BITS)],
);
pub(super) const OLD_SEAL: Field = sequence(
    "SESeal",
    &[
        SEAL_INFO,
        sequence(
            "signInfo",
            &[leaf("cert", OCTETS), leaf("signatureAlgorithm", OID), leaf("signData", BITS)],
        ),
    ],
);
pub(super) const SEAL_SIGNATURE: Field = sequence(
    "SES_Signature",
    &[
        sequence(
            "toSign",
            &[
                leaf("version", INTEGER),
                SEAL.tagged(SEQUENCE),
                leaf("timeInfo", &[0x18, 0x03]),
                leaf("dataHash", BITS),
                leaf("propertyInfo", IA5),
                leaf("extDatas", C0).optional(),
            ],
        ),
        leaf("cert", OCTETS),
        leaf("signatureAlgID", OID),
        leaf("signature", BITS),
        leaf("timeStamp", C0).optional(),
    ],
);
