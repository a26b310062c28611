//! When the private key is in use.

use super::ExtensionValue;
use crate::x509::asn1::{self, Element, Elements, Malformed, Problem, tag};
use crate::x509::time;
use const_oid::ObjectIdentifier;
use jiff::Timestamp;

/// `PrivateKeyUsagePeriod`, X.509 §9.2.2.5 (RFC 3280 §4.2.1.4): from when to when the key signs, where that is shorter than
/// its certificate is valid. At least one end is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrivateKeyUsagePeriod {
    /// Not before this moment.
    pub not_before: Option<Timestamp>,
    /// Not after this moment.
    pub not_after: Option<Timestamp>,
}

impl ExtensionValue for PrivateKeyUsagePeriod {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.16");

    fn to_value(&self) -> Vec<u8> {
        let write = |number: u8, moment: Option<Timestamp>| {
            moment.map(|moment| {
                let mut der = time::generalized(moment);
                der[0] = tag::context(number);
                der
            })
        };
        let members = [write(0, self.not_before), write(1, self.not_after)];
        asn1::sequence(&members.into_iter().flatten().collect::<Vec<_>>())
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let part = "PrivateKeyUsagePeriod";
        let mut members = asn1::only(part, value, tag::SEQUENCE)?.members(part);
        let not_before = moment(&mut members, 0)?;
        let not_after = moment(&mut members, 1)?;
        members.finish()?;
        if not_before.is_none() && not_after.is_none() {
            return Err(Malformed { part, problem: Problem::Missing });
        }
        Ok(Self { not_before, not_after })
    }
}

fn moment(members: &mut Elements<'_>, number: u8) -> Result<Option<Timestamp>, Malformed> {
    members
        .optional(tag::context(number))?
        .map(|element| time::read("PrivateKeyUsagePeriod", Element { tag: tag::GENERALIZED_TIME, ..element }))
        .transpose()
}
