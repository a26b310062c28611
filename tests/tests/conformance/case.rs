//! A question of a suite and its expected answer.

use std::net::IpAddr;

use jiff::Timestamp;

/// What TLS use is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Server,
    Client,
}

/// A name that the end entity's certificate must be for, as the suite writes it.
#[derive(Clone, Debug)]
pub(crate) enum Peer {
    Dns(String),
    Ip(IpAddr),
    Email(String),
}

/// A question, objects in DER, and the answer that the suite expects.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) id: String,
    /// The part of the suite, for the count.
    pub(crate) section: String,
    pub(crate) accepts: bool,
    pub(crate) end_entity: Vec<u8>,
    pub(crate) anchors: Vec<Vec<u8>>,
    pub(crate) intermediates: Vec<Vec<u8>>,
    /// Without any revocation is not asked.
    pub(crate) crls: Vec<Vec<u8>>,
    pub(crate) at: Timestamp,
    /// The acceptable policies; none for any.
    pub(crate) policies: Vec<String>,
    pub(crate) explicit_policy: bool,
    pub(crate) inhibit_mapping: bool,
    pub(crate) inhibit_any: bool,
    pub(crate) purpose: Option<Purpose>,
    pub(crate) peers: Vec<Peer>,
    pub(crate) max_intermediates: Option<usize>,
}

impl Case {
    /// A question about one certificate, without revocation and without further conditions.
    pub(crate) fn new(id: impl Into<String>, accepts: bool, end_entity: Vec<u8>, at: Timestamp) -> Self {
        Self {
            id: id.into(),
            section: String::new(),
            accepts,
            end_entity,
            anchors: Vec::new(),
            intermediates: Vec::new(),
            crls: Vec::new(),
            at,
            policies: Vec::new(),
            explicit_policy: false,
            inhibit_mapping: false,
            inhibit_any: false,
            purpose: None,
            peers: Vec::new(),
            max_intermediates: None,
        }
    }
}
