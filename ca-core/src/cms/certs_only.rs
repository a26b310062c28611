//! Certificates alone in a message, RFC 5652 §5.2 and RFC 8551 §3.8 ("certs-only").

use super::{ContentType, Dialect, Kind};
use crate::x509::asn1::{self, tag};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

/// The DER of a SignedData without content and signers that carries these certificates and CRLs.
///
/// DER asks for the members of a SET in ascending order, so that they do not stand in the order given.
pub fn write_certificates(certificates: &[Certificate], crls: &[CertificateList]) -> Vec<u8> {
    let oid = |kind| ContentType::of(Dialect::Pkcs7, kind).map(|it| it.oid().to_der()).unwrap_or_default();
    let mut signed = vec![
        asn1::unsigned(1),
        asn1::set_of(Vec::new()),
        asn1::sequence(&[oid(Kind::Data)]),
        implicit_set(0, certificates.iter().map(|certificate| certificate.der().to_vec()).collect()),
    ];
    if !crls.is_empty() {
        signed.push(implicit_set(1, crls.iter().map(|list| list.der().to_vec()).collect()));
    }
    signed.push(asn1::set_of(Vec::new()));
    let content = asn1::element(tag::context_constructed(0), &asn1::sequence(&signed));
    asn1::sequence(&[oid(Kind::SignedData), content])
}

fn implicit_set(number: u8, mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort();
    asn1::element(tag::context_constructed(number), &members.concat())
}
