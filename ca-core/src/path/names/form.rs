//! How a name stands to a subtree of its form, RFC 5280 §4.2.1.10.

use super::host;
use crate::x509::Oid;
use crate::x509::extension::{GeneralName, Subtree};
use core::net::IpAddr;

/// The forms of names, each constrained for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form<'n> {
    Dns,
    Email,
    Uri,
    Ip,
    Directory,
    /// otherName, each kind by itself.
    OtherName(&'n Oid),
    /// Others by their identifier octet.
    Tag(u8),
}

/// How a name stands to a subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// It is in it.
    Inside,
    /// It is not.
    Outside,
    /// It stands for several names, one of which is in it.
    Overlaps,
    /// The name or the subtree is not what its form asks for, or the form has no rule.
    Unknown,
}

impl<'n> Form<'n> {
    pub(super) fn of(name: &'n GeneralName) -> Self {
        match name {
            GeneralName::Dns(_) | GeneralName::Raw { tag: 0x82, .. } => Self::Dns,
            GeneralName::Email(_) | GeneralName::Raw { tag: 0x81, .. } => Self::Email,
            GeneralName::Uri(_) | GeneralName::Raw { tag: 0x86, .. } => Self::Uri,
            GeneralName::Ip(_) | GeneralName::Raw { tag: 0x87, .. } => Self::Ip,
            GeneralName::Directory(_) => Self::Directory,
            GeneralName::RegisteredId(_) => Self::Tag(0x88),
            GeneralName::Other { oid, .. } => Self::OtherName(oid),
            GeneralName::Raw { tag, .. } => Self::Tag(*tag),
        }
    }

    pub(super) fn of_subtree(subtree: &'n Subtree) -> Self {
        match subtree {
            Subtree::Dns(_) => Self::Dns,
            Subtree::Email(_) => Self::Email,
            Subtree::Uri(_) => Self::Uri,
            Subtree::Ip { .. } => Self::Ip,
            Subtree::Directory(_) => Self::Directory,
            Subtree::Other { oid: Some(oid), .. } => Self::OtherName(oid),
            Subtree::Other { tag, .. } => Self::Tag(*tag),
        }
    }
}

/// How `name` stands to `subtree`, which is of its form.
pub(super) fn relation(name: &GeneralName, subtree: &Subtree) -> Relation {
    let inside = |inside| if inside { Relation::Inside } else { Relation::Outside };
    match (name, subtree) {
        (GeneralName::Dns(name), Subtree::Dns(base)) => host::dns(name, base),
        (GeneralName::Email(name), Subtree::Email(base)) => host::email(name, base),
        (GeneralName::Uri(name), Subtree::Uri(base)) => host::uri(name, base),
        (GeneralName::Directory(name), Subtree::Directory(base)) => inside(name.is_below(base)),
        (GeneralName::Ip(name), Subtree::Ip { address, mask }) => match (name, address, mask) {
            (IpAddr::V4(name), IpAddr::V4(address), IpAddr::V4(mask)) => {
                inside((name.to_bits() ^ address.to_bits()) & mask.to_bits() == 0)
            }
            (IpAddr::V6(name), IpAddr::V6(address), IpAddr::V6(mask)) => {
                inside((name.to_bits() ^ address.to_bits()) & mask.to_bits() == 0)
            }
            _ => Relation::Outside,
        },
        _ => Relation::Unknown,
    }
}
