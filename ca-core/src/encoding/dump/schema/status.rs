//! Questions for the status of certificates, and answers.

use super::certification::CERTIFICATE;
use super::shape::*;

const CERT_ID: &[Field] = &[
    algorithm("hashAlgorithm"),
    leaf("issuerNameHash", OCTETS),
    leaf("issuerKeyHash", OCTETS),
    leaf("serialNumber", INTEGER),
];

const fn cert_id(name: &'static str) -> Field {
    sequence(name, CERT_ID)
}

pub(super) const OCSP_REQUEST: Field = sequence(
    "OCSPRequest",
    &[
        sequence(
            "tbsRequest",
            &[
                version(C0),
                leaf("requestorName", C1).optional(),
                field("requestList", SEQUENCE, Shape::Each(&ONE_REQUEST)),
                tagged_extensions("requestExtensions", C2),
            ],
        ),
        leaf("optionalSignature", C0).optional(),
    ],
);
const ONE_REQUEST: Field =
    sequence("Request", &[cert_id("reqCert"), tagged_extensions("singleRequestExtensions", C0)]);

pub(super) const OCSP_RESPONSE: Field = sequence(
    "OCSPResponse",
    &[leaf("responseStatus", ENUMERATED), field("responseBytes", C0, Shape::One(&RESPONSE_BYTES)).optional()],
);
const RESPONSE_BYTES: Field = sequence(
    "ResponseBytes",
    &[leaf("responseType", OID), field("response", OCTETS, Shape::Holds(&BASIC_RESPONSE))],
);
const BASIC_RESPONSE: Field = sequence(
    "BasicOCSPResponse",
    &[
        sequence(
            "tbsResponseData",
            &[
                version(C0),
                leaf("responderID", &[0xa1, 0xa2]),
                leaf("producedAt", TIME),
                field("responses", SEQUENCE, Shape::Each(&SINGLE_RESPONSE)),
                tagged_extensions("responseExtensions", C1),
            ],
        ),
        algorithm("signatureAlgorithm"),
        leaf("signature", BITS),
        field("certs", C0, Shape::One(&CERTIFICATES)).optional(),
    ],
);
const CERTIFICATES: Field = field("Certificates", SEQUENCE, Shape::Each(&CERTIFICATE));
const SINGLE_RESPONSE: Field = sequence(
    "SingleResponse",
    &[
        cert_id("certID"),
        leaf("certStatus", &[0x80, 0xa1, 0x82]),
        leaf("thisUpdate", TIME),
        leaf("nextUpdate", C0).optional(),
        tagged_extensions("singleExtensions", C1),
    ],
);
