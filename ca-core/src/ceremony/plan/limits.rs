//! What an issuer's certificate leaves room for.

use std::net::IpAddr;

use super::{CrossPlan, PathLength, PlanProblem, Subtrees};
use crate::x509::extension::{CertificatePolicies, NameConstraints, Subtree};
use crate::x509::{Certificate, Name, Oid, Validity};

/// Most subtrees, policies or mappings of a plan.
const MAX_ITEMS: usize = 500;
/// Longest domain, mailbox or host.
const MAX_TEXT: usize = 255;
/// anyPolicy (RFC 5280 section 4.2.1.4).
const ANY_POLICY: const_oid::ObjectIdentifier = const_oid::ObjectIdentifier::new_unwrap("2.5.29.32.0");

/// The name constraints of a cross-certificate, as the plan says them.
pub(crate) fn name_constraints(cross: &CrossPlan) -> Result<NameConstraints, PlanProblem> {
    Ok(NameConstraints {
        permitted: subtrees("cross.permitted", &cross.permitted)?,
        excluded: subtrees("cross.excluded", &cross.excluded)?,
    })
}

/// What stands against the constraints of a cross-certificate as they are written.
pub(super) fn constraints(cross: &CrossPlan, problems: &mut Vec<PlanProblem>) {
    match name_constraints(cross) {
        Err(problem) => problems.push(problem),
        Ok(names) => {
            if names.permitted.is_empty() || cross.path_length.0.is_none() || cross.policies.is_empty() {
                problems.push(PlanProblem::CrossUnconstrained);
            }
        }
    }
    let any = |oid: &Oid| *oid == ANY_POLICY;
    if cross.policies.iter().any(any)
        || cross.mappings.iter().any(|pair| any(&pair.issuer) || any(&pair.subject))
    {
        problems.push(PlanProblem::Constraint {
            field: "cross.policies",
            value: "anyPolicy".to_owned(),
            expected: "a policy that was agreed on",
        });
    }
    if cross.policies.len() > MAX_ITEMS || cross.mappings.len() > MAX_ITEMS {
        problems.push(PlanProblem::CrossUnconstrained);
    }
    if let Some(pair) = cross.mappings.iter().find(|pair| !cross.policies.contains(&pair.issuer)) {
        problems.push(PlanProblem::Constraint {
            field: "cross.mappings",
            value: pair.issuer.to_string(),
            expected: "one of cross.policies",
        });
    }
}

fn subtrees(field: &'static str, written: &Subtrees) -> Result<Vec<Subtree>, PlanProblem> {
    let fault = |value: &str, expected| PlanProblem::Constraint {
        field,
        value: value.chars().take(MAX_TEXT).collect(),
        expected,
    };
    let plain = |text: &String, signs: &[u8]| {
        (1..=MAX_TEXT).contains(&text.len())
            && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || signs.contains(&octet))
    };
    let count = written.directory.len()
        + written.dns.len()
        + written.email.len()
        + written.uri.len()
        + written.ip.len();
    if count > MAX_ITEMS {
        return Err(fault(&count.to_string(), "fewer than 500 subtrees"));
    }
    let mut subtrees: Vec<Subtree> =
        written.directory.iter().map(|subject| Subtree::Directory(subject.0.clone())).collect();
    for (texts, signs, expected, make) in [
        (&written.dns, b"-.".as_slice(), "a domain in ASCII", Subtree::Dns as fn(String) -> Subtree),
        (&written.email, b"-._+@", "a mailbox, a host, or a domain that begins with a dot", Subtree::Email),
        (&written.uri, b"-.", "a host, or a domain that begins with a dot", Subtree::Uri),
    ] {
        for text in texts {
            if !plain(text, signs) {
                return Err(fault(text, expected));
            }
            subtrees.push(make(text.clone()));
        }
    }
    for text in &written.ip {
        subtrees.push(network(text).ok_or_else(|| fault(text, "a network such as 10.0.0.0/8"))?);
    }
    Ok(subtrees)
}

/// A network whose host bits are zero.
fn network(text: &str) -> Option<Subtree> {
    let (address, length) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let length: u32 = length.parse().ok()?;
    let mask: IpAddr = match address {
        IpAddr::V4(four) if length <= 32 => {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            if four.to_bits() & !mask != 0 {
                return None;
            }
            IpAddr::V4(mask.into())
        }
        IpAddr::V6(six) if length <= 128 => {
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            if six.to_bits() & !mask != 0 {
                return None;
            }
            IpAddr::V6(mask.into())
        }
        _ => return None,
    };
    Some(Subtree::Ip { address, mask })
}

/// Holds what a plan asks for against what the issuer's certificate says.
pub(super) fn within(
    issuer: &Certificate,
    validity: (jiff::Timestamp, jiff::Timestamp),
    subject: &Name,
    path_length: Option<PathLength>,
    policies: &[Oid],
    permitted: &[Subtree],
    problems: &mut Vec<PlanProblem>,
) {
    let (not_before, not_after) = validity;
    let outer = issuer.validity();
    if !Validity::new(not_before, not_after).is_ok_and(|inner| outer.encloses(&inner)) {
        problems.push(PlanProblem::ValidityBeyondIssuer {
            not_before,
            not_after,
            issuer_not_before: outer.not_before,
            issuer_not_after: outer.not_after,
        });
    }
    let above = issuer.basic_constraints().ok().flatten().and_then(|constraints| constraints.path_length);
    if let (Some(above), Some(asked)) = (above, path_length)
        && asked.0.is_none_or(|asked| u32::from(asked) >= above)
    {
        problems.push(PlanProblem::PathLengthBeyondIssuer { asked: asked.to_string(), issuer: above });
    }
    let own = issuer.extensions().find::<CertificatePolicies>().ok().flatten();
    if let Some(own) = own.filter(|own| !own.0.iter().any(|policy| policy.policy == ANY_POLICY)) {
        for policy in policies.iter().filter(|policy| !own.0.iter().any(|other| other.policy == **policy)) {
            problems.push(PlanProblem::PolicyBeyondIssuer { policy: policy.to_string() });
        }
    }
    if let Some(limits) = issuer.extensions().find::<NameConstraints>().ok().flatten() {
        names_within(&limits, subject, permitted, problems);
    }
}

fn names_within(
    limits: &NameConstraints,
    subject: &Name,
    permitted: &[Subtree],
    problems: &mut Vec<PlanProblem>,
) {
    let mut asked = vec![Subtree::Directory(subject.clone())];
    asked.extend_from_slice(permitted);
    for tree in &asked {
        let same_form = |other: &&Subtree| std::mem::discriminant(*other) == std::mem::discriminant(tree);
        let mut of_form = limits.permitted.iter().filter(same_form).peekable();
        let allowed = of_form.peek().is_none() || of_form.any(|limit| is_inside(tree, limit));
        let excluded = limits.excluded.iter().filter(same_form).any(|limit| is_inside(tree, limit));
        if !allowed || excluded {
            problems.push(PlanProblem::NamesBeyondIssuer { name: describe(tree) });
        }
    }
}

/// Whether every name below `inner` is below `outer`. Where that is not certain, it is not.
fn is_inside(inner: &Subtree, outer: &Subtree) -> bool {
    match (inner, outer) {
        (Subtree::Directory(inner), Subtree::Directory(outer)) => inner.is_below(outer),
        (Subtree::Dns(inner), Subtree::Dns(outer)) => below(inner, outer),
        (Subtree::Uri(inner), Subtree::Uri(outer)) | (Subtree::Email(inner), Subtree::Email(outer)) => {
            inner.eq_ignore_ascii_case(outer) || (outer.starts_with('.') && ends_with(inner, outer))
        }
        (Subtree::Ip { address: inner, mask: inner_mask }, Subtree::Ip { address: outer, mask }) => {
            match (inner, inner_mask, outer, mask) {
                (IpAddr::V4(inner), IpAddr::V4(inner_mask), IpAddr::V4(outer), IpAddr::V4(mask)) => {
                    let (inner_mask, mask) = (inner_mask.to_bits(), mask.to_bits());
                    inner_mask & mask == mask && inner.to_bits() & mask == outer.to_bits() & mask
                }
                (IpAddr::V6(inner), IpAddr::V6(inner_mask), IpAddr::V6(outer), IpAddr::V6(mask)) => {
                    let (inner_mask, mask) = (inner_mask.to_bits(), mask.to_bits());
                    inner_mask & mask == mask && inner.to_bits() & mask == outer.to_bits() & mask
                }
                _ => false,
            }
        }
        (inner, outer) => inner == outer,
    }
}

fn ends_with(text: &str, end: &str) -> bool {
    text.to_ascii_lowercase().ends_with(&end.to_ascii_lowercase())
}

fn below(inner: &str, outer: &str) -> bool {
    outer.is_empty()
        || inner.eq_ignore_ascii_case(outer)
        || ends_with(inner, &format!(".{}", outer.trim_start_matches('.')))
}

pub(super) fn describe(tree: &Subtree) -> String {
    match tree {
        Subtree::Directory(name) => name.to_string(),
        Subtree::Dns(text) | Subtree::Email(text) | Subtree::Uri(text) => text.clone(),
        Subtree::Ip { address, mask } => {
            let bits = match mask {
                IpAddr::V4(mask) => mask.to_bits().count_ones(),
                IpAddr::V6(mask) => mask.to_bits().count_ones(),
            };
            format!("{address}/{bits}")
        }
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::extension::ExtensionValue;
    use crate::x509::testing::{Draft, at, name};

    fn trees(text: &str) -> Vec<Subtree> {
        subtrees("cross.permitted", &toml::from_str(text).unwrap()).unwrap()
    }

    fn codes(issuer: &Certificate, subject: &str, policies: &[&str], permitted: &str) -> Vec<&'static str> {
        let mut problems = Vec::new();
        let validity = (at("2026-12-01T00:00:00Z"), at("2027-12-01T00:00:00Z"));
        let policies: Vec<Oid> = policies.iter().map(|policy| policy.parse().unwrap()).collect();
        within(issuer, validity, &name(subject), None, &policies, &trees(permitted), &mut problems);
        problems.iter().map(PlanProblem::code).collect()
    }

    #[test]
    fn names_and_policies_stay_within_those_of_the_issuer() {
        let limits = NameConstraints {
            permitted: trees("dns = [\"city.example\"]\nip = [\"10.0.0.0/8\"]\nemail = [\".city.example\"]"),
            excluded: trees("dns = [\"secret.city.example\"]"),
        };
        let policies = CertificatePolicies::of(["1.2.3".parse().unwrap()]);
        let draft =
            Draft::authority("Root").with(limits.to_extension(true)).with(policies.to_extension(false));
        let issuer = draft.self_signed().certificate;
        for inside in [
            "dns = [\"a.city.example\"]",
            "ip = [\"10.1.0.0/16\"]",
            "email = [\"x@a.city.example\"]",
            "uri = [\"any.example\"]",
        ] {
            assert_eq!(codes(&issuer, "Sub", &["1.2.3"], inside), Vec::<&str>::new(), "{inside}");
        }
        for outside in [
            "dns = [\"example\"]",
            "dns = [\"notcity.example\"]",
            "dns = [\"a.secret.city.example\"]",
            "ip = [\"0.0.0.0/0\"]",
            "ip = [\"10.0.0.0/7\"]",
            "ip = [\"11.0.0.0/8\"]",
            "email = [\"example\"]",
        ] {
            let Ok(parsed) = toml::from_str::<Subtrees>(outside) else { panic!("{outside}") };
            if subtrees("cross.permitted", &parsed).is_err() {
                continue;
            }
            assert_eq!(codes(&issuer, "Sub", &["1.2.3"], outside), ["names-beyond-issuer"], "{outside}");
        }
        assert_eq!(codes(&issuer, "Sub", &["1.2.4"], ""), ["policy-beyond-issuer"]);
        // Whoever has no limits of its own limits nothing.
        let free = Draft::authority("Root").self_signed().certificate;
        assert_eq!(codes(&free, "Sub", &["1.2.4"], "dns = [\"example\"]"), Vec::<&str>::new());
    }

    #[test]
    fn networks_have_no_host_bits() {
        for (text, right) in [
            ("10.0.0.0/8", true),
            ("0.0.0.0/0", true),
            ("192.168.1.1/32", true),
            ("2001:db8::/32", true),
            ("::/0", true),
            ("10.0.0.1/8", false),
            ("10.0.0.0/33", false),
            ("2001:db8::1/32", false),
            ("10.0.0.0", false),
            ("a/8", false),
        ] {
            assert_eq!(network(text).is_some(), right, "{text}");
        }
    }
}
