//! Names of object identifiers that no rule of the project needs and that people meet.

use const_oid::ObjectIdentifier;

use crate::encoding::oid;

macro_rules! named {
    ($($dotted:literal $name:literal,)*) => {
        &[$((ObjectIdentifier::new_unwrap($dotted), $name)),*]
    };
}

/// Of the national algorithms and messages (GM/T 0006, 0010, 0015), of vendors, and of older standards.
static NAMES: &[(ObjectIdentifier, &str)] = named! {
    "1.2.156.10197.1.102" "SM1",
    "1.2.156.10197.1.104" "SM4",
    "1.2.156.10197.1.104.1" "SM4-ECB",
    "1.2.156.10197.1.104.2" "SM4-CBC",
    "1.2.156.10197.1.104.3" "SM4-OFB",
    "1.2.156.10197.1.104.4" "SM4-CFB",
    "1.2.156.10197.1.104.7" "SM4-CTR",
    "1.2.156.10197.1.104.8" "SM4-GCM",
    "1.2.156.10197.1.104.9" "SM4-CCM",
    "1.2.156.10197.1.301.1" "SM2-sign",
    "1.2.156.10197.1.301.2" "SM2-exchange",
    "1.2.156.10197.1.301.3" "SM2-encrypt",
    "1.2.156.10197.1.302" "SM9",
    "1.2.156.10197.1.302.1" "SM9-sign",
    "1.2.156.10197.1.401.1" "SM3-without-key",
    "1.2.156.10197.1.504" "RSA-SM3",
    "1.2.156.10197.6.1.4.2" "GM/T 0010",
    "1.2.156.10197.6.1.4.2.1" "GM-data",
    "1.2.156.10197.6.1.4.2.2" "GM-signedData",
    "1.2.156.10197.6.1.4.2.3" "GM-envelopedData",
    "1.2.156.10197.6.1.4.2.4" "GM-signedAndEnvelopedData",
    "1.2.156.10197.6.1.4.2.5" "GM-encryptedData",
    "1.2.156.10197.6.1.4.2.6" "GM-keyAgreementInfo",
    "1.2.156.10260.4.1.1" "identifyCode",
    "1.2.156.10260.4.1.2" "insuranceNumber",
    "1.2.156.10260.4.1.3" "iCRegistrationNumber",
    "1.2.156.10260.4.1.4" "organizationCode",
    "1.2.156.10260.4.1.5" "taxationNumber",
    "1.2.86.11.7.1" "identifyCode-legacy",
    "1.2.86.11.7.2" "insuranceNumber-legacy",
    "1.2.86.11.7.3" "organizationCode-legacy",
    "1.2.86.11.7.4" "iCRegistrationNumber-legacy",
    "1.2.86.11.7.5" "taxationNumber-legacy",
    "1.2.840.113549.1.1.2" "RSA-MD2",
    "1.2.840.113549.1.1.4" "RSA-MD5",
    "1.2.840.113549.1.1.5" "RSA-SHA1",
    "1.2.840.113549.1.7.1" "data",
    "1.2.840.113549.1.7.2" "signedData",
    "1.2.840.113549.1.7.3" "envelopedData",
    "1.2.840.113549.1.7.4" "signedAndEnvelopedData",
    "1.2.840.113549.1.7.5" "digestedData",
    "1.2.840.113549.1.7.6" "encryptedData",
    "1.2.840.113549.1.9.1" "emailAddress",
    "1.2.840.113549.1.9.2" "unstructuredName",
    "1.2.840.113549.1.9.3" "contentType",
    "1.2.840.113549.1.9.4" "messageDigest",
    "1.2.840.113549.1.9.5" "signingTime",
    "1.2.840.113549.1.9.15" "smimeCapabilities",
    "1.2.840.113549.1.9.16.1.4" "id-ct-TSTInfo",
    "1.2.840.113549.1.9.16.2.12" "signingCertificate",
    "1.2.840.113549.1.9.16.2.14" "timeStampToken",
    "1.2.840.113549.1.9.16.2.47" "signingCertificateV2",
    "1.2.840.113549.1.9.20" "friendlyName",
    "1.2.840.113549.1.9.21" "localKeyID",
    "1.2.840.113549.1.9.22.1" "x509Certificate",
    "1.2.840.113549.1.9.63" "CFCA-temporaryPublicKey",
    "1.2.840.113549.1.12.1.3" "PBE-SHA1-3DES",
    "1.2.840.113549.1.12.1.6" "PBE-SHA1-RC2-40",
    "1.2.840.113549.1.12.10.1.1" "keyBag",
    "1.2.840.113549.1.12.10.1.2" "pkcs8ShroudedKeyBag",
    "1.2.840.113549.1.12.10.1.3" "certBag",
    "1.2.840.113549.1.12.10.1.4" "crlBag",
    "1.2.840.113549.1.12.10.1.5" "secretBag",
    "1.2.840.113549.3.7" "3DES-CBC",
    "1.3.6.1.4.1.311.2.1.14" "extensionRequest-Microsoft",
    "1.3.6.1.4.1.311.13.2.3" "osVersion-Microsoft",
    "1.3.6.1.4.1.311.17.1" "keyProviderName-Microsoft",
    "1.3.6.1.4.1.311.20.2" "certificateTemplateName-Microsoft",
    "1.3.6.1.4.1.311.21.1" "caVersion-Microsoft",
    "1.3.6.1.4.1.311.21.7" "certificateTemplate-Microsoft",
    "1.3.6.1.4.1.311.21.20" "clientInformation-Microsoft",
    "1.3.6.1.4.1.11129.2.4.2" "signedCertificateTimestamps",
    "1.3.6.1.4.1.11129.2.4.3" "certificateTransparencyPoison",
    "1.3.6.1.5.5.7.1.3" "qcStatements",
    "1.3.6.1.5.5.7.2.1" "cps",
    "1.3.6.1.5.5.7.2.2" "userNotice",
    "2.5.29.9" "subjectDirectoryAttributes",
    "2.5.29.16" "privateKeyUsagePeriod",
    "2.16.840.1.113730.1.1" "netscapeCertType",
    "2.16.840.1.113730.1.13" "netscapeComment",
};

/// The usual name of an object identifier: the project's, else one of the lists of standards.
#[must_use]
pub fn name(identifier: ObjectIdentifier) -> Option<&'static str> {
    let listed = || NAMES.iter().find(|(known, _)| *known == identifier).map(|(_, name)| *name);
    oid::name(identifier).or_else(listed).or_else(|| const_oid::db::DB.by_oid(&identifier))
}
