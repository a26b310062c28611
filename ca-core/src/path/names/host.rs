//! Constraints on host names: in domain names, mailboxes and URIs.

use super::form::Relation;

/// Labels of letters, digits, hyphens and underscores with single dots between. Underscores are no host names, but names with
/// them compare.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-_".contains(&octet))
    };
    !text.is_empty() && text.len() <= 253 && text.split('.').all(label)
}

/// Whether `name` is `base` or ends with it after a dot.
fn is_at_or_below(name: &str, base: &str) -> bool {
    name.eq_ignore_ascii_case(base) || is_below(name, base)
}

fn is_below(name: &str, base: &str) -> bool {
    let Some(at) = name.len().checked_sub(base.len() + 1) else { return false };
    name.as_bytes()[at] == b'.' && name.as_bytes()[at + 1..].eq_ignore_ascii_case(base.as_bytes())
}

fn inside(inside: bool) -> Relation {
    if inside { Relation::Inside } else { Relation::Outside }
}

/// A domain is constrained with all below it. A base that begins with a dot is not in the syntax of RFC 5280 §4.2.1.10.
pub(super) fn dns(name: &str, base: &str) -> Relation {
    let (wildcard, host) = match name.strip_prefix("*.") {
        Some(parent) => (true, parent),
        None => (false, name),
    };
    if !is_domain(host) || !(base.is_empty() || is_domain(base)) {
        return Relation::Unknown;
    }
    if base.is_empty() || is_at_or_below(host, base) {
        return Relation::Inside;
    }
    // `*.example.org` stands for `host.example.org` too.
    match base.split_once('.') {
        Some((_, parent)) if wildcard && parent.eq_ignore_ascii_case(host) => Relation::Overlaps,
        _ => Relation::Outside,
    }
}

/// A mailbox, all mailboxes of a host, or with a dot before it those of the hosts below a domain.
pub(super) fn email(name: &str, base: &str) -> Relation {
    let Some((local, host)) = name.rsplit_once('@') else { return Relation::Unknown };
    let is_quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    if local.is_empty() || !is_domain(host) || (local.contains('@') && !is_quoted) {
        return Relation::Unknown;
    }
    match base.rsplit_once('@') {
        Some((base_local, base_host)) if !base_local.is_empty() && is_domain(base_host) => {
            inside(local == base_local && host.eq_ignore_ascii_case(base_host))
        }
        Some(_) => Relation::Unknown,
        None => of_host(host, base),
    }
}

/// A host, or with a dot before it the hosts below a domain. A URI without a host that is a domain name cannot be compared.
pub(super) fn uri(name: &str, base: &str) -> Relation {
    let Some((_, rest)) = name.split_once("://") else { return Relation::Unknown };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.split_once(':') {
        Some((host, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => host,
        Some(_) => return Relation::Unknown,
        None => host,
    };
    if !is_domain(host) || host.parse::<core::net::Ipv4Addr>().is_ok() {
        return Relation::Unknown;
    }
    of_host(host, base)
}

fn of_host(host: &str, base: &str) -> Relation {
    match base.strip_prefix('.') {
        Some(domain) if is_domain(domain) => inside(is_below(host, domain)),
        None if base.is_empty() => Relation::Inside,
        None if is_domain(base) => inside(host.eq_ignore_ascii_case(base)),
        _ => Relation::Unknown,
    }
}
