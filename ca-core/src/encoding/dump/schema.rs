//! Structures as trees of names and tags.

/// A structure that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Schema {
    /// `Certificate` (RFC 5280 section 4.1).
    Certificate,
    /// `CertificateList` (RFC 5280 section 5.1).
    CertificateList,
    /// `CertificationRequest` (RFC 2986 section 4).
    CertificationRequest,
    /// `OCSPRequest` (RFC 6960 section 4.1.1).
    OcspRequest,
    /// `OCSPResponse` (RFC 6960 section 4.2.1).
    OcspResponse,
    /// `PrivateKeyInfo` (RFC 5958 section 2).
    PrivateKey,
    /// `EncryptedPrivateKeyInfo` (RFC 5958 section 3).
    EncryptedPrivateKey,
    /// `ECPrivateKey` (RFC 5915 section 3).
    EcPrivateKey,
    /// `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7).
    PublicKey,
    /// `ContentInfo` (RFC 5652 section 3) with any content.
    ContentInfo,
    /// `ContentInfo` with `SignedData` (RFC 5652 section 5.1; GM/T 0010).
    SignedData,
    /// `PFX` (RFC 7292 section 4).
    Pfx,
    /// `TimeStampReq` (RFC 3161 section 2.4.1).
    TimeStampRequest,
    /// `TimeStampResp` (RFC 3161 section 2.4.2).
    TimeStampResponse,
    /// `SES_Seal`, an electronic seal (GB/T 38540-2020).
    Seal,
    /// `SESeal`, an electronic seal (GM/T 0031-2014).
    OldSeal,
    /// `SES_Signature`, a signature with an electronic seal (GB/T 38540-2020).
    SealSignature,
    /// A key and its certificate as CFCA hands them out.
    CfcaContainer,
}

/// What is inside of an element.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// Nothing is known of it.
    Any,
    /// These, one after the other.
    Members(&'static [Field]),
    /// Any number of the same.
    Each(&'static Field),
    /// One.
    One(&'static Field),
    /// A string with DER in it.
    Holds(&'static Field),
}

/// A member of a structure.
pub(super) struct Field {
    pub(super) name: &'static str,
    /// First octets of the tags that it may have; none where it may have any.
    tags: &'static [u8],
    pub(super) optional: bool,
    pub(super) shape: Shape,
}

impl Field {
    pub(super) fn takes(&self, tag: u8) -> bool {
        self.tags.is_empty() || self.tags.contains(&tag)
    }

    /// The same, where it may be left out.
    const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The same under a context tag that replaces its own.
    const fn tagged(self, tags: &'static [u8]) -> Self {
        Self { tags, ..self }
    }
}

const fn field(name: &'static str, tags: &'static [u8], shape: Shape) -> Field {
    Field { name, tags, optional: false, shape }
}

const fn leaf(name: &'static str, tags: &'static [u8]) -> Field {
    field(name, tags, Shape::Any)
}

const fn sequence(name: &'static str, members: &'static [Field]) -> Field {
    field(name, SEQUENCE, Shape::Members(members))
}

const ANY: &[u8] = &[];
const BOOLEAN: &[u8] = &[0x01];
const INTEGER: &[u8] = &[0x02];
const BITS: &[u8] = &[0x03];
const OCTETS: &[u8] = &[0x04];
const OID: &[u8] = &[0x06];
const ENUMERATED: &[u8] = &[0x0a];
const IA5: &[u8] = &[0x16];
const TIME: &[u8] = &[0x17, 0x18];
const SEQUENCE: &[u8] = &[0x30];
const SET: &[u8] = &[0x31];
const C0: &[u8] = &[0xa0];
const C1: &[u8] = &[0xa1];
const C2: &[u8] = &[0xa2];
const C3: &[u8] = &[0xa3];

const ALGORITHM: &[Field] = &[leaf("algorithm", OID), leaf("parameters", ANY).optional()];

const fn algorithm(name: &'static str) -> Field {
    sequence(name, ALGORITHM)
}

const fn name(name: &'static str) -> Field {
    field(name, SEQUENCE, Shape::Each(&RELATIVE_NAME))
}

const RELATIVE_NAME: Field = field("RelativeDistinguishedName", SET, Shape::Each(&NAME_PART));
const NAME_PART: Field = sequence("AttributeTypeAndValue", &[leaf("type", OID), leaf("value", ANY)]);

const EXTENSION: Field = sequence(
    "Extension",
    &[leaf("extnID", OID), leaf("critical", BOOLEAN).optional(), leaf("extnValue", OCTETS)],
);
const EXTENSIONS: Field = field("Extensions", SEQUENCE, Shape::Each(&EXTENSION));

const fn tagged_extensions(name: &'static str, tag: &'static [u8]) -> Field {
    field(name, tag, Shape::One(&EXTENSIONS)).optional()
}

const fn version(tag: &'static [u8]) -> Field {
    field("version", tag, Shape::One(&VERSION)).optional()
}

const VERSION: Field = leaf("Version", INTEGER);

const PUBLIC_KEY_INFO: &[Field] = &[algorithm("algorithm"), leaf("subjectPublicKey", BITS)];

const fn public_key(name: &'static str) -> Field {
    sequence(name, PUBLIC_KEY_INFO)
}

const CERTIFICATE: Field = sequence(
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

const LIST: Field = sequence(
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
const ATTRIBUTE: Field = sequence("Attribute", &[leaf("type", OID), leaf("values", ANY)]);
const REQUEST: Field = sequence(
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

const CERT_ID: &[Field] = &[
    algorithm("hashAlgorithm"),
    leaf("issuerNameHash", OCTETS),
    leaf("issuerKeyHash", OCTETS),
    leaf("serialNumber", INTEGER),
];

const fn cert_id(name: &'static str) -> Field {
    sequence(name, CERT_ID)
}

const OCSP_REQUEST: Field = sequence(
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

const OCSP_RESPONSE: Field = sequence(
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

const PRIVATE_KEY: Field = sequence(
    "PrivateKeyInfo",
    &[
        leaf("version", INTEGER),
        algorithm("privateKeyAlgorithm"),
        leaf("privateKey", OCTETS),
        leaf("attributes", C0).optional(),
        leaf("publicKey", &[0x81, 0xa1]).optional(),
    ],
);
const ENCRYPTED_KEY: Field =
    sequence("EncryptedPrivateKeyInfo", &[algorithm("encryptionAlgorithm"), leaf("encryptedData", OCTETS)]);
const EC_PRIVATE_KEY: Field = sequence(
    "ECPrivateKey",
    &[
        leaf("version", INTEGER),
        leaf("privateKey", OCTETS),
        leaf("parameters", C0).optional(),
        leaf("publicKey", C1).optional(),
    ],
);
const PUBLIC_KEY: Field = public_key("SubjectPublicKeyInfo");

const CONTENT: &[Field] = &[leaf("contentType", OID), leaf("content", C0).optional()];

const fn content_info(name: &'static str) -> Field {
    sequence(name, CONTENT)
}

const CONTENT_INFO: Field = content_info("ContentInfo");
const SIGNED_DATA: Field = sequence(
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

const PFX: Field = sequence(
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

const IMPRINT: &[Field] = &[algorithm("hashAlgorithm"), leaf("hashedMessage", OCTETS)];

const fn imprint() -> Field {
    sequence("messageImprint", IMPRINT)
}

const TIME_STAMP_REQUEST: Field = sequence(
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
const TIME_STAMP_RESPONSE: Field = sequence(
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
const SEAL: Field = sequence(
    "SES_Seal",
    &[SEAL_INFO, leaf("cert", OCTETS), leaf("signAlgID", OID), leaf("signedValue", BITS)],
);
const OLD_SEAL: Field = sequence(
    "SESeal",
    &[
        SEAL_INFO,
        sequence(
            "signInfo",
            &[leaf("cert", OCTETS), leaf("signatureAlgorithm", OID), leaf("signData", BITS)],
        ),
    ],
);
const SEAL_SIGNATURE: Field = sequence(
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
const CFCA_CONTAINER: Field = sequence(
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

impl Schema {
    pub(super) fn field(self) -> &'static Field {
        match self {
            Self::Certificate => &CERTIFICATE,
            Self::CertificateList => &LIST,
            Self::CertificationRequest => &REQUEST,
            Self::OcspRequest => &OCSP_REQUEST,
            Self::OcspResponse => &OCSP_RESPONSE,
            Self::PrivateKey => &PRIVATE_KEY,
            Self::EncryptedPrivateKey => &ENCRYPTED_KEY,
            Self::EcPrivateKey => &EC_PRIVATE_KEY,
            Self::PublicKey => &PUBLIC_KEY,
            Self::ContentInfo => &CONTENT_INFO,
            Self::SignedData => &SIGNED_DATA,
            Self::Pfx => &PFX,
            Self::TimeStampRequest => &TIME_STAMP_REQUEST,
            Self::TimeStampResponse => &TIME_STAMP_RESPONSE,
            Self::Seal => &SEAL,
            Self::OldSeal => &OLD_SEAL,
            Self::SealSignature => &SEAL_SIGNATURE,
            Self::CfcaContainer => &CFCA_CONTAINER,
        }
    }
}
