//! The scope of a revocation list.

use crate::x509::asn1::{self, Malformed, tag};
use crate::x509::extension::{DistributionPointName, ExtensionValue};
use const_oid::ObjectIdentifier;

/// `IssuingDistributionPoint`, RFC 5280 §5.2.5. Critical.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuingDistributionPoint {
    /// Where this CRL is published.
    pub name: Option<DistributionPointName>,
    /// It lists certificates of end entities only.
    pub only_user_certificates: bool,
    /// It lists certificates of authorities only.
    pub only_ca_certificates: bool,
    /// The reasons that it lists, as bits of `ReasonFlags` with bit 0 the most significant; `None` means all.
    pub only_some_reasons: Option<u16>,
    /// It lists certificates of other issuers too.
    pub indirect: bool,
    /// It lists attribute certificates only.
    pub only_attribute_certificates: bool,
}

impl ExtensionValue for IssuingDistributionPoint {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");

    fn to_value(&self) -> Vec<u8> {
        let mut members = Vec::new();
        let flag = |number, set: bool| set.then(|| asn1::element(tag::context(number), &[0xff]));
        members.extend(
            self.name.as_ref().map(|name| asn1::element(tag::context_constructed(0), &name.to_der())),
        );
        members.extend(flag(1, self.only_user_certificates));
        members.extend(flag(2, self.only_ca_certificates));
        members.extend(self.only_some_reasons.map(|reasons| asn1::named_bits(tag::context(3), reasons)));
        members.extend(flag(4, self.indirect));
        members.extend(flag(5, self.only_attribute_certificates));
        asn1::sequence(&members)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let part = "IssuingDistributionPoint";
        let mut members = asn1::only(part, value, tag::SEQUENCE)?.members(part);
        let name = match members.optional(tag::context_constructed(0))? {
            Some(element) => Some(DistributionPointName::read(element.content)?),
            None => None,
        };
        let only_user_certificates = read_flag(&mut members, 1)?;
        let only_ca_certificates = read_flag(&mut members, 2)?;
        let only_some_reasons = match members.optional(tag::context(3))? {
            Some(element) => Some(asn1::read_named_bits("onlySomeReasons", element.content)?),
            None => None,
        };
        let indirect = read_flag(&mut members, 4)?;
        let only_attribute_certificates = read_flag(&mut members, 5)?;
        members.finish()?;
        Ok(Self {
            name,
            only_user_certificates,
            only_ca_certificates,
            only_some_reasons,
            indirect,
            only_attribute_certificates,
        })
    }
}

fn read_flag(members: &mut asn1::Elements<'_>, number: u8) -> Result<bool, Malformed> {
    match members.optional(tag::context(number))? {
        Some(element) => asn1::read_boolean("IssuingDistributionPoint", element.content),
        None => Ok(false),
    }
}
