//! Certificates as a degenerate SignedData: no content, no signers (RFC 5652 §5.2, RFC 8551 §3.8 "certs-only").

use ca_core::x509::certificate::Certificate;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_DATA, ID_SIGNED_DATA};
use der::asn1::{Any, SetOfVec};
use der::{Decode as _, Encode as _, Sequence};

/// ```text
/// ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY }
/// ```
#[derive(Sequence)]
struct ContentInfo {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: SignedData,
}

/// ```text
/// SignedData ::= SEQUENCE {
///   version CMSVersion, digestAlgorithms SET OF AlgorithmIdentifier, encapContentInfo SEQUENCE { OBJECT IDENTIFIER },
///   certificates [0] IMPLICIT SET OF Certificate, signerInfos SET OF SignerInfo }
/// ```
#[derive(Sequence)]
struct SignedData {
    version: u8,
    digest_algorithms: SetOfVec<Any>,
    encapsulated: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    certificates: SetOfVec<Any>,
    signer_infos: SetOfVec<Any>,
}

#[derive(Sequence)]
struct EncapsulatedContentInfo {
    content_type: ObjectIdentifier,
}

/// DER `ContentInfo` with these certificates.
pub(crate) fn encode(certificates: &[Certificate]) -> Result<Vec<u8>, der::Error> {
    let certificates = certificates
        .iter()
        .map(|certificate| Any::from_der(certificate.der()))
        .collect::<Result<Vec<_>, _>>()?;
    ContentInfo {
        content_type: ID_SIGNED_DATA,
        content: SignedData {
            version: 1,
            digest_algorithms: SetOfVec::new(),
            encapsulated: EncapsulatedContentInfo { content_type: ID_DATA },
            certificates: SetOfVec::try_from(certificates)?,
            signer_infos: SetOfVec::new(),
        },
    }
    .to_der()
}
