//! Object identifiers by name.

use const_oid::ObjectIdentifier;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $constant:ident = $dotted:literal, $name:literal;)*) => {
        $($(#[$doc])* pub const $constant: ObjectIdentifier = ObjectIdentifier::new_unwrap($dotted);)*

        const NAMES: &[(ObjectIdentifier, &str)] = &[$(($constant, $name)),*];
    };
}

identifiers! {
    /// id-ecPublicKey (RFC 5480 section 2.1.1).
    EC_PUBLIC_KEY = "1.2.840.10045.2.1", "id-ecPublicKey";
    /// The curve secp256r1 (RFC 5480 section 2.1.1.1).
    P256 = "1.2.840.10045.3.1.7", "P-256";
    /// The curve secp384r1 (RFC 5480 section 2.1.1.1).
    P384 = "1.3.132.0.34", "P-384";
    /// The curve of SM2 (GM/T 0006).
    SM2 = "1.2.156.10197.1.301", "SM2";
    /// Ed25519, of keys and signatures (RFC 8410 section 3).
    ED25519 = "1.3.101.112", "Ed25519";
    /// rsaEncryption, of keys (RFC 8017 appendix A.1).
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1", "rsaEncryption";

    /// SM2 signature with SM3 (GM/T 0006).
    SM2_SM3 = "1.2.156.10197.1.501", "SM2-SM3";
    /// ecdsa-with-SHA256 (RFC 5758 section 3.2).
    ECDSA_SHA256 = "1.2.840.10045.4.3.2", "ECDSA-SHA256";
    /// ecdsa-with-SHA384 (RFC 5758 section 3.2).
    ECDSA_SHA384 = "1.2.840.10045.4.3.3", "ECDSA-SHA384";
    /// sha256WithRSAEncryption (RFC 8017 appendix A.2.4).
    RSA_SHA256 = "1.2.840.113549.1.1.11", "RSA-SHA256";
    /// sha384WithRSAEncryption (RFC 8017 appendix A.2.4).
    RSA_SHA384 = "1.2.840.113549.1.1.12", "RSA-SHA384";
    /// sha512WithRSAEncryption (RFC 8017 appendix A.2.4).
    RSA_SHA512 = "1.2.840.113549.1.1.13", "RSA-SHA512";
    /// id-RSASSA-PSS (RFC 8017 appendix A.2.3).
    RSA_PSS = "1.2.840.113549.1.1.10", "RSASSA-PSS";
    /// id-mgf1 (RFC 8017 appendix A.2.1).
    MGF1 = "1.2.840.113549.1.1.8", "MGF1";

    /// SHA-1 (RFC 3370 section 2.1).
    SHA1 = "1.3.14.3.2.26", "SHA-1";
    /// SHA-256 (RFC 5754 section 2.2).
    SHA256 = "2.16.840.1.101.3.4.2.1", "SHA-256";
    /// SHA-384 (RFC 5754 section 2.3).
    SHA384 = "2.16.840.1.101.3.4.2.2", "SHA-384";
    /// SHA-512 (RFC 5754 section 2.4).
    SHA512 = "2.16.840.1.101.3.4.2.3", "SHA-512";
    /// SM3 (GM/T 0006).
    SM3 = "1.2.156.10197.1.401", "SM3";

    /// PBES2 (RFC 8018 appendix A.4).
    PBES2 = "1.2.840.113549.1.5.13", "PBES2";
    /// PBKDF2 (RFC 8018 appendix A.2).
    PBKDF2 = "1.2.840.113549.1.5.12", "PBKDF2";
    /// scrypt (RFC 7914 section 7).
    SCRYPT = "1.3.6.1.4.1.11591.4.11", "scrypt";
    /// HMAC with SHA-1 (RFC 8018 appendix B.1.1).
    HMAC_SHA1 = "1.2.840.113549.2.7", "HMAC-SHA1";
    /// HMAC with SHA-256 (RFC 8018 appendix B.1.2).
    HMAC_SHA256 = "1.2.840.113549.2.9", "HMAC-SHA256";
    /// HMAC with SHA-384 (RFC 8018 appendix B.1.2).
    HMAC_SHA384 = "1.2.840.113549.2.10", "HMAC-SHA384";
    /// HMAC with SHA-512 (RFC 8018 appendix B.1.2).
    HMAC_SHA512 = "1.2.840.113549.2.11", "HMAC-SHA512";
    /// HMAC with SM3 (GM/T 0091).
    HMAC_SM3 = "1.2.156.10197.1.401.2", "HMAC-SM3";
    /// AES-128 in CBC mode (RFC 3565 section 4.1).
    AES128_CBC = "2.16.840.1.101.3.4.1.2", "AES-128-CBC";
    /// AES-192 in CBC mode (RFC 3565 section 4.1).
    AES192_CBC = "2.16.840.1.101.3.4.1.22", "AES-192-CBC";
    /// AES-256 in CBC mode (RFC 3565 section 4.1).
    AES256_CBC = "2.16.840.1.101.3.4.1.42", "AES-256-CBC";
    /// SM4 without a mode (GM/T 0006).
    SM4 = "1.2.156.10197.1.104", "SM4";
    /// SM4 block by block (GM/T 0006).
    SM4_ECB = "1.2.156.10197.1.104.1", "SM4-ECB";
    /// SM4 in CBC mode (GM/T 0006).
    SM4_CBC = "1.2.156.10197.1.104.2", "SM4-CBC";

    /// countryName (X.520 section 6.3.1).
    COUNTRY = "2.5.4.6", "C";
    /// commonName (X.520 section 6.2.2).
    COMMON_NAME = "2.5.4.3", "CN";

    /// subjectKeyIdentifier (RFC 5280 section 4.2.1.2).
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14", "subjectKeyIdentifier";
    /// keyUsage (RFC 5280 section 4.2.1.3).
    KEY_USAGE = "2.5.29.15", "keyUsage";
    /// subjectAltName (RFC 5280 section 4.2.1.6).
    SUBJECT_ALT_NAME = "2.5.29.17", "subjectAltName";
    /// issuerAltName (RFC 5280 section 4.2.1.7).
    ISSUER_ALT_NAME = "2.5.29.18", "issuerAltName";
    /// basicConstraints (RFC 5280 section 4.2.1.9).
    BASIC_CONSTRAINTS = "2.5.29.19", "basicConstraints";
    /// cRLNumber (RFC 5280 section 5.2.3).
    CRL_NUMBER = "2.5.29.20", "cRLNumber";
    /// reasonCode (RFC 5280 section 5.3.1).
    REASON_CODE = "2.5.29.21", "reasonCode";
    /// invalidityDate (RFC 5280 section 5.3.2).
    INVALIDITY_DATE = "2.5.29.24", "invalidityDate";
    /// deltaCRLIndicator (RFC 5280 section 5.2.4).
    DELTA_CRL_INDICATOR = "2.5.29.27", "deltaCRLIndicator";
    /// issuingDistributionPoint (RFC 5280 section 5.2.5).
    ISSUING_DISTRIBUTION_POINT = "2.5.29.28", "issuingDistributionPoint";
    /// certificateIssuer (RFC 5280 section 5.3.3).
    CERTIFICATE_ISSUER = "2.5.29.29", "certificateIssuer";
    /// nameConstraints (RFC 5280 section 4.2.1.10).
    NAME_CONSTRAINTS = "2.5.29.30", "nameConstraints";
    /// cRLDistributionPoints (RFC 5280 section 4.2.1.13).
    CRL_DISTRIBUTION_POINTS = "2.5.29.31", "cRLDistributionPoints";
    /// certificatePolicies (RFC 5280 section 4.2.1.4).
    CERTIFICATE_POLICIES = "2.5.29.32", "certificatePolicies";
    /// anyPolicy (RFC 5280 section 4.2.1.4).
    ANY_POLICY = "2.5.29.32.0", "anyPolicy";
    /// policyMappings (RFC 5280 section 4.2.1.5).
    POLICY_MAPPINGS = "2.5.29.33", "policyMappings";
    /// authorityKeyIdentifier (RFC 5280 section 4.2.1.1).
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35", "authorityKeyIdentifier";
    /// policyConstraints (RFC 5280 section 4.2.1.11).
    POLICY_CONSTRAINTS = "2.5.29.36", "policyConstraints";
    /// extKeyUsage (RFC 5280 section 4.2.1.12).
    EXTENDED_KEY_USAGE = "2.5.29.37", "extKeyUsage";
    /// freshestCRL (RFC 5280 section 4.2.1.15).
    FRESHEST_CRL = "2.5.29.46", "freshestCRL";
    /// inhibitAnyPolicy (RFC 5280 section 4.2.1.14).
    INHIBIT_ANY_POLICY = "2.5.29.54", "inhibitAnyPolicy";
    /// authorityInfoAccess (RFC 5280 section 4.2.2.1).
    AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1", "authorityInfoAccess";
    /// id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1).
    OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5", "ocsp-nocheck";
    /// id-ad-ocsp (RFC 5280 section 4.2.2.1).
    ACCESS_OCSP = "1.3.6.1.5.5.7.48.1", "ocsp";
    /// id-ad-caIssuers (RFC 5280 section 4.2.2.1).
    ACCESS_CA_ISSUERS = "1.3.6.1.5.5.7.48.2", "caIssuers";
    /// id-pkix-ocsp-basic (RFC 6960 section 4.2.1).
    OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1", "ocsp-basic";
    /// id-pkix-ocsp-nonce (RFC 9654).
    OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2", "ocsp-nonce";
    /// id-pkix-ocsp-archive-cutoff (RFC 6960 section 4.4.4).
    OCSP_ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6", "ocsp-archive-cutoff";

    /// anyExtendedKeyUsage (RFC 5280 section 4.2.1.12).
    ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0", "anyExtendedKeyUsage";
    /// id-kp-serverAuth (RFC 5280 section 4.2.1.12).
    SERVER_AUTH = "1.3.6.1.5.5.7.3.1", "serverAuth";
    /// id-kp-clientAuth (RFC 5280 section 4.2.1.12).
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2", "clientAuth";
    /// id-kp-codeSigning (RFC 5280 section 4.2.1.12).
    CODE_SIGNING = "1.3.6.1.5.5.7.3.3", "codeSigning";
    /// id-kp-emailProtection (RFC 5280 section 4.2.1.12).
    EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4", "emailProtection";
    /// id-kp-timeStamping (RFC 5280 section 4.2.1.12).
    TIME_STAMPING = "1.3.6.1.5.5.7.3.8", "timeStamping";
    /// id-kp-OCSPSigning (RFC 5280 section 4.2.1.12).
    OCSP_SIGNING = "1.3.6.1.5.5.7.3.9", "OCSPSigning";
    /// id-kp-documentSigning (RFC 9336 section 3.1).
    DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36", "documentSigning";

    /// extensionRequest (RFC 2985 section 5.4.2).
    EXTENSION_REQUEST = "1.2.840.113549.1.9.14", "extensionRequest";
    /// challengePassword (RFC 2985 section 5.4.1).
    CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7", "challengePassword";
}

/// The usual name, where the project has one.
pub fn name(oid: ObjectIdentifier) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == oid).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_names_are_distinct() {
        for (index, (oid, name)) in NAMES.iter().enumerate() {
            assert!(NAMES[..index].iter().all(|(other, text)| other != oid && text != name), "{oid} {name}");
        }
    }

    #[test]
    fn known_identifiers_have_names() {
        assert_eq!(name(SM2_SM3), Some("SM2-SM3"));
        assert_eq!(name(ObjectIdentifier::new_unwrap("2.25.1")), None);
    }
}
