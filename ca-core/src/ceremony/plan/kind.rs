//! The words of plans: what is done, whether it counts, where the key is kept, what people do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a ceremony does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Creates a root: key, shares, self-signed certificate.
    Root,
    /// Certifies an issuing authority from its request.
    Issuing,
    /// Certifies an authority of another domain, within constraints.
    Cross,
    /// Signs a revocation list.
    Crl,
    /// Certifies an OCSP responder of the root.
    OcspSigner,
    /// Replaces the root key: a new root and certificates from the old key to the new one and back.
    Rollover,
    /// Seals the root key anew for new shares.
    ShareRenewal,
    /// Ends a root: the last revocation list, then destruction.
    Termination,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Root,
        Self::Issuing,
        Self::Cross,
        Self::Crl,
        Self::OcspSigner,
        Self::Rollover,
        Self::ShareRenewal,
        Self::Termination,
    ];

    /// Its name in plans and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Issuing => "issuing",
            Self::Cross => "cross",
            Self::Crl => "crl",
            Self::OcspSigner => "ocsp-signer",
            Self::Rollover => "rollover",
            Self::ShareRenewal => "share-renewal",
            Self::Termination => "termination",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether new shares are made, which takes all officers.
    #[must_use]
    pub const fn makes_shares(self) -> bool {
        matches!(self, Self::Root | Self::Rollover | Self::ShareRenewal)
    }

    /// Whether a root key that is there already is used.
    #[must_use]
    pub const fn uses_key(self) -> bool {
        !matches!(self, Self::Root)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a ceremony counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It counts.
    Real,
    /// It is an exercise: throwaway keys, and every output says so.
    Rehearsal,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Real => "real",
            Self::Rehearsal => "rehearsal",
        })
    }
}

/// Where the root key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Custody {
    /// A sealed file whose key is shared among the officers.
    File,
    /// A token with a PKCS #11 interface.
    Pkcs11,
    /// A device with the interface of GM/T 0018.
    Sdf,
}

impl fmt::Display for Custody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "file",
            Self::Pkcs11 => "pkcs11",
            Self::Sdf => "sdf",
        })
    }
}

/// What a person does in a ceremony.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Leads the ceremony and works the machine.
    Administrator,
    /// Holds a share, or is given one.
    KeyOfficer,
    /// Held a share until this renewal.
    FormerKeyOfficer,
    /// Watches, and answers for what was read aloud.
    Witness,
    /// Watches for those who are not there.
    Auditor,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Administrator => "administrator",
            Self::KeyOfficer => "key-officer",
            Self::FormerKeyOfficer => "former-key-officer",
            Self::Witness => "witness",
            Self::Auditor => "auditor",
        })
    }
}
