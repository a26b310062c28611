//! Whom a certificate is for: names are looked for among its alternative names only (RFC 9525).

use std::net::IpAddr;

use ca_core::x509::Certificate;
use ca_core::x509::extension::GeneralName;

use crate::report::Notice;

/// Each name must be among those of the certificate.
pub(super) fn check(
    certificate: &Certificate,
    dns: &[String],
    ip: &[IpAddr],
    email: &[String],
) -> Result<(), Notice> {
    if dns.is_empty() && ip.is_empty() && email.is_empty() {
        return Ok(());
    }
    let names = certificate
        .alternative_names()
        .map_err(|error| Notice { code: error.code().to_owned(), detail: error.to_string() })?;
    let dns = dns.iter().map(|wanted| (wanted.clone(), names.iter().any(|name| is_dns(name, wanted))));
    let ip = ip.iter().map(|wanted| (wanted.to_string(), names.contains(&GeneralName::Ip(*wanted))));
    let email = email.iter().map(|wanted| (wanted.clone(), names.iter().any(|name| is_email(name, wanted))));
    match dns.chain(ip).chain(email).find(|(_, found)| !found) {
        None => Ok(()),
        Some((wanted, _)) => {
            let have = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let have = if have.is_empty() { "no alternative names".to_owned() } else { have };
            let detail = format!("it is not for {wanted}: it has {have}");
            Err(Notice { code: "name-mismatch".to_owned(), detail })
        }
    }
}

/// A wildcard is a whole leftmost label and stands for exactly one label (RFC 9525 §6.3).
fn is_dns(name: &GeneralName, wanted: &str) -> bool {
    let GeneralName::Dns(name) = name else { return false };
    let wanted = wanted.strip_suffix('.').unwrap_or(wanted);
    if wanted.is_empty() || wanted.contains('*') {
        return false;
    }
    match name.strip_prefix("*.") {
        None => !name.contains('*') && name.eq_ignore_ascii_case(wanted),
        Some(parent) => wanted.split_once('.').is_some_and(|(label, rest)| {
            !label.is_empty() && !parent.contains('*') && parent.eq_ignore_ascii_case(rest)
        }),
    }
}

/// The local part is compared exactly, the host regardless of letter case (RFC 5280 §4.2.1.6 and §7.5).
fn is_email(name: &GeneralName, wanted: &str) -> bool {
    let GeneralName::Email(name) = name else { return false };
    match (name.rsplit_once('@'), wanted.rsplit_once('@')) {
        (Some((local, host)), Some((wanted_local, wanted_host))) => {
            local == wanted_local && host.eq_ignore_ascii_case(wanted_host)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_one_whole_label() {
        let matches = |name: &str, wanted| is_dns(&GeneralName::Dns(name.to_owned()), wanted);
        assert!(matches("a.example", "A.Example") && matches("a.example", "a.example."));
        assert!(matches("*.example", "a.example"));
        for (name, wanted) in [
            ("*.example", "example"),
            ("*.example", "a.b.example"),
            ("*.example", ".example"),
            ("a*.example", "ab.example"),
            ("*.*.example", "a.b.example"),
            ("*", "localhost"),
            ("*.example", "*.example"),
            ("a.example", "b.example"),
        ] {
            assert!(!matches(name, wanted), "{name} {wanted}");
        }
    }

    #[test]
    fn the_host_of_a_mailbox_has_no_letter_case() {
        let name = GeneralName::Email("Li@Example.org".to_owned());
        assert!(is_email(&name, "Li@example.ORG"));
        assert!(!is_email(&name, "li@example.org") && !is_email(&name, "example.org"));
    }
}
