//! Certificates, requests for them, and lists of those that are revoked.

use super::shape::*;

pub(super) const CERTIFICATE: Field = sequence(
    "Certificate",
    &[
        sequence(
            "tbsCertificate",
            &[
                version(C0),
                leaf("serialNumber", INTEGER),
                algorithm("signature"),
                name("issuer"),
                sequence("validity", &[leaf("notBefore", TIME), leaf("notAfter", TIME)]),
                name("subject"),
                public_key("subjectPublicKeyInfo"),
                leaf("issuerUniqueID", &[0x81]).optional(),
                leaf("subjectUniqueID", &[0x82]).optional(),
                tagged_extensions("extensions", C3),
            ],
        ),
        algorithm("signatureAlgorithm"),
        leaf("signatureValue", BITS),
    ],
);

pub(super) const LIST: Field = sequence(
    "CertificateList",
    &[
        sequence(
            "tbsCertList",
            &[
                leaf("version", INTEGER).optional(),
                algorithm("signature"),
                name("issuer"),
                leaf("thisUpdate", TIME),
                leaf("nextUpdate", TIME).optional(),
                field("revokedCertificates", SEQUENCE, Shape::Each(&REVOKED)).optional(),
                tagged_extensions("crlExtensions", C0),
            ],
        ),
        algorithm("signatureAlgorithm"),
        leaf("signatureValue", BITS),
    ],
);
const REVOKED: Field = sequence(
    "revokedCertificate",
    &[
        leaf("userCertificate", INTEGER),
        leaf("revocationDate", TIME),
        field("crlEntryExtensions", SEQUENCE, Shape::Each(&EXTENSION)).optional(),
    ],
);

/// The values of CFCA's requests have no SET around them.
pub(super) const ATTRIBUTE: Field = sequence("Attribute", &[leaf("type", OID), leaf("values", ANY)]);
pub(super) const REQUEST: Field = sequence(
    "CertificationRequest",
    &[
        sequence(
            "certificationRequestInfo",
            &[
                leaf("version", INTEGER),
                name("subject"),
                public_key("subjectPKInfo"),
                field("attributes", C0, Shape::Each(&ATTRIBUTE)).optional(),
            ],
        ),
        algorithm("signatureAlgorithm"),
        leaf("signature", BITS),
    ],
);
