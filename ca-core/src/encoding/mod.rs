//! How values are written as bytes and text: DER, PEM, hexadecimal, object identifiers, times; and DER of any kind as a listing.

pub mod ber;
pub mod der;
pub mod dump;
pub mod hex;
pub mod oid;
pub mod pem;
pub mod time;
