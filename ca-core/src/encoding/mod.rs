//! How values are written as bytes and text: DER, PEM, hexadecimal, object identifiers, times.

pub mod der;
pub mod hex;
pub mod oid;
pub mod pem;
pub mod time;
