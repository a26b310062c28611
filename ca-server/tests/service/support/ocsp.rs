//! OCSP requests.

use ca_core::algorithm::digest::sha1;
use ca_core::x509::certificate::Certificate;

/// A DER element; lengths of these tests fit into three bytes.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut element = vec![tag];
    match content.len() {
        length @ 0..0x80 => element.push(length as u8),
        length @ 0x80..0x100 => element.extend([0x81, length as u8]),
        length @ 0x100..0x1_0000 => element.extend([0x82, (length >> 8) as u8, length as u8]),
        length => element.extend([0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8]),
    }
    element.extend_from_slice(content);
    element
}

/// A request about a serial of an issuer, by SHA-1 as most clients do.
fn single(issuer: &Certificate, serial: &[u8]) -> Vec<u8> {
    let key = issuer.public_key().unwrap();
    let sha1_oid = [0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00];
    let mut id = sha1_oid.to_vec();
    id.extend(element(0x04, &sha1(issuer.subject().as_der())));
    id.extend(element(0x04, &sha1(key.key_bits())));
    id.extend(element(0x02, serial));
    element(0x30, &element(0x30, &id))
}

/// `OCSPRequest` (RFC 6960 §4.1.1) for a serial of an issuer, with a nonce if given.
pub(crate) fn request(issuer: &Certificate, serial: &[u8], nonce: Option<&[u8]>) -> Vec<u8> {
    let mut tbs = element(0x30, &single(issuer, serial));
    if let Some(nonce) = nonce {
        let mut extension = vec![0x06, 0x09, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02];
        extension.extend(element(0x04, &element(0x04, nonce)));
        tbs.extend(element(0xa2, &element(0x30, &element(0x30, &extension))));
    }
    element(0x30, &element(0x30, &tbs))
}

/// The same for many serials.
pub(crate) fn request_for_many(issuer: &Certificate, serials: &[Vec<u8>]) -> Vec<u8> {
    let list: Vec<u8> = serials.iter().flat_map(|serial| single(issuer, serial)).collect();
    element(0x30, &element(0x30, &element(0x30, &list)))
}

/// The same for a certificate.
pub(crate) fn request_for(issuer: &Certificate, certificate: &Certificate) -> Vec<u8> {
    request(issuer, certificate.serial().as_bytes(), None)
}
