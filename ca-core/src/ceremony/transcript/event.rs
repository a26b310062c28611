//! What is recorded.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ceremony::plan::{Kind, Mode};
use crate::ceremony::share::ShareSet;
use crate::ceremony::value::base64_bytes;
use crate::ceremony::{Digest, PinnedKey};
use crate::x509::SerialNumber;

/// Which key: that of a root that is there already, or one that this ceremony makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// The root's that is there.
    Existing,
    /// The new one.
    New,
}

/// A file by its name and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedFile {
    /// What it is.
    pub name: String,
    /// SM3 of its octets.
    pub digest: Digest,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// The ceremony begins.
    Opened {
        /// `cityca-transcript-1`.
        format: String,
        /// SM3 of the plan.
        plan: Digest,
        /// What is done.
        kind: Kind,
        /// What it is called.
        title: String,
        /// Its number.
        sequence: u64,
        /// Whether it counts.
        mode: Mode,
        /// Facts about the machine and the program, by their names.
        machine: BTreeMap<String, String>,
        /// The files that were given.
        files: Vec<NamedFile>,
        /// Who holds shares of the key that is used, where it is sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shares: Option<ShareSet>,
    },
    /// The digits of the plan were read aloud and typed.
    DigitsConfirmed {
        /// Who typed them.
        by: String,
    },
    /// The time was read aloud and confirmed.
    TimeConfirmed {
        /// The time.
        time: Timestamp,
        /// Who read it.
        by: String,
        /// Who confirmed it.
        witness: String,
    },
    /// Who is there.
    Attendance {
        /// Their names.
        present: Vec<String>,
    },
    /// A key was made, and sealed where custody is a file.
    KeyCreated {
        /// Its public key.
        public_key: PinnedKey,
        /// The device that holds it, where one does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<String>,
        /// SM3 of the sealed key's file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed_key: Option<Digest>,
        /// Who holds which share, with the commitments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shares: Option<ShareSet>,
    },
    /// A stand-in for a real root, made for a rehearsal.
    StandIn {
        /// Its certificate in DER.
        #[serde(with = "base64_bytes")]
        certificate: Vec<u8>,
    },
    /// The key was sealed anew for new shares.
    Resealed {
        /// SM3 of the new sealed key's file.
        sealed_key: Digest,
        /// Who holds which share now.
        shares: ShareSet,
    },
    /// An officer opened the new share, and it is the one committed to.
    ShareChecked {
        /// Who.
        officer: String,
    },
    /// An officer opened a share to restore a key.
    ShareGiven {
        /// Which key.
        slot: Slot,
        /// Who.
        officer: String,
    },
    /// A key can sign.
    KeyReady {
        /// Which key.
        slot: Slot,
        /// SM3 of its SubjectPublicKeyInfo.
        key: Digest,
        /// The device that holds it, where one does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<String>,
    },
    /// Something is ready to be signed: the intent.
    Prepared {
        /// Which output.
        output: String,
        /// The serial number of a certificate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        serial: Option<SerialNumber>,
        /// SM3 of the to-be-signed octets.
        tbs: Digest,
    },
    /// What is to be signed was shown and agreed to.
    Confirmed {
        /// Which output.
        output: String,
        /// SM3 of the to-be-signed octets.
        tbs: Digest,
        /// Who agreed.
        by: String,
    },
    /// It was signed.
    Issued {
        /// Which output.
        output: String,
        /// The signed document in DER.
        #[serde(with = "base64_bytes")]
        der: Vec<u8>,
    },
    /// Something was destroyed before everybody's eyes.
    Destroyed {
        /// What.
        what: String,
        /// How.
        how: String,
        /// Who saw it.
        witness: String,
    },
    /// A step was refused.
    Refused {
        /// Which step.
        step: String,
        /// The stable code of the refusal.
        code: String,
        /// The refusal in words.
        text: String,
    },
    /// The ceremony goes on after it was cut.
    Resumed {
        /// Why it was cut, in words.
        reason: String,
        /// The time as read aloud.
        time: Timestamp,
        /// Who confirmed it.
        by: String,
        /// Facts about the machine and the program.
        machine: BTreeMap<String, String>,
    },
    /// Something worth noting.
    Remark {
        /// Who said it.
        by: String,
        /// In words.
        text: String,
    },
    /// The ceremony is given up; what it made must not be used.
    Voided {
        /// Why, in words.
        reason: String,
        /// Who decided it.
        by: String,
    },
    /// The ceremony is complete.
    Closed {
        /// What it made.
        outputs: Vec<NamedFile>,
    },
    /// Somebody who was present signs the line that closed or voided the ceremony.
    Signed {
        /// Who.
        by: String,
        /// The signature, by the algorithm of the pinned key.
        #[serde(with = "base64_bytes")]
        signature: Vec<u8>,
    },
}
