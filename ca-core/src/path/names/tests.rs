use super::form::{Relation, relation};
use super::*;
use crate::path::limits::Limits;
use crate::x509::testing::name;

fn all(rows: &[(GeneralName, Subtree, Relation)]) {
    for (name, subtree, expected) in rows {
        assert_eq!(relation(name, subtree), *expected, "{name} {subtree}");
    }
}

use Relation::{Inside, Outside, Overlaps, Unknown};

#[test]
fn a_domain_is_constrained_with_all_below_it() {
    let row = |name: &str, base: &str, relation| {
        (GeneralName::Dns(name.to_owned()), Subtree::Dns(base.to_owned()), relation)
    };
    all(&[
        row("example.org", "example.org", Inside),
        row("A.Example.ORG", "example.org", Inside),
        row("any", "", Inside),
        row("badexample.org", "example.org", Outside),
        row("org", "example.org", Outside),
        row("*.example.org", "example.org", Inside),
        row("*.example.org", "a.example.org", Overlaps),
        row("*.example.org", "b.a.example.org", Outside),
        row("a.example.org", ".example.org", Unknown),
        row("a.example.org", "*.example.org", Unknown),
        row(".example.org", "example.org", Unknown),
        row("example.org.", "example.org", Unknown),
        row("a..example.org", "example.org", Unknown),
        row("", "example.org", Unknown),
    ]);
}

#[test]
fn mailboxes_are_constrained_one_by_one_by_host_or_by_domain() {
    let row = |name: &str, base: &str, relation| {
        (GeneralName::Email(name.to_owned()), Subtree::Email(base.to_owned()), relation)
    };
    all(&[
        row("Li@example.org", "Li@EXAMPLE.org", Inside),
        row("li@example.org", "Li@example.org", Outside),
        row("li@example.org", "example.org", Inside),
        row("li@a.example.org", "example.org", Outside),
        row("li@a.example.org", ".example.org", Inside),
        row("li@example.org", ".example.org", Outside),
        row("example.org", "example.org", Unknown),
        row("li@other.example@example.org", "example.org", Unknown),
        row("li@example.org", "@example.org", Unknown),
        row("li@example.org", "..example.org", Unknown),
    ]);
}

#[test]
fn uris_are_constrained_by_their_host() {
    let row = |name: &str, base: &str, relation| {
        (GeneralName::Uri(name.to_owned()), Subtree::Uri(base.to_owned()), relation)
    };
    all(&[
        row("https://example.org/a", "example.org", Inside),
        row("ldap://user@EXAMPLE.org:389?x", "example.org", Inside),
        row("https://a.example.org", "example.org", Outside),
        row("https://a.example.org", ".example.org", Inside),
        row("https://example.org@evil.example/", "example.org", Outside),
        row("https://evil.example#@example.org", "example.org", Outside),
        row("https://10.0.0.1/", "example.org", Unknown),
        row("https://[::1]/", "example.org", Unknown),
        row("urn:example.org", "example.org", Unknown),
    ]);
}

#[test]
fn addresses_and_directory_names_are_constrained_by_what_they_begin_with() {
    let ip = |name: &str, address: &str, mask: &str, relation| {
        let subtree = Subtree::Ip { address: address.parse().unwrap(), mask: mask.parse().unwrap() };
        (GeneralName::Ip(name.parse().unwrap()), subtree, relation)
    };
    all(&[
        ip("10.1.2.3", "10.0.0.0", "255.0.0.0", Inside),
        ip("11.1.2.3", "10.0.0.0", "255.0.0.0", Outside),
        ip("10.1.2.3", "0.0.0.0", "0.0.0.0", Inside),
        ip("2001:db8::1", "2001:db8::", "ffff:ffff::", Inside),
        ip("::ffff:10.1.2.3", "10.0.0.0", "255.0.0.0", Outside),
    ]);
    let country = Name::from_parts(&[(AttributeKind::Country, "CN".into())]).unwrap();
    let directory = |name: &Name, base: &Name, relation| {
        (GeneralName::Directory(name.clone()), Subtree::Directory(base.clone()), relation)
    };
    all(&[
        directory(&name("any"), &country, Inside),
        directory(&name("any"), &name("ANY"), Inside),
        directory(&name("any"), &Name::empty(), Inside),
        directory(&country, &name("any"), Outside),
        directory(&name("any"), &name("other"), Outside),
    ]);
}

fn budget() -> Budget {
    Budget::new(Limits::default())
}

#[test]
fn one_form_says_nothing_of_another() {
    let constraints =
        NameConstraints { permitted: vec![Subtree::Dns("example.org".into())], excluded: Vec::new() };
    let (authority, subject) = (name("authority"), name("any"));
    let mut rules = NameRules::default();
    rules.add(&authority, &constraints);
    let code = |names: &[GeneralName]| rules.check(&subject, names, &mut budget()).map_err(|it| it.code());
    assert_eq!(code(&[]), Ok(()));
    assert_eq!(code(&[GeneralName::Email("li@other.example".into())]), Ok(()));
    assert_eq!(code(&[GeneralName::Dns("other.example".into())]), Err("path-name-not-permitted"));
    let raw = GeneralName::Raw { tag: 0x82, content: "ä".into() };
    assert_eq!(code(&[raw]), Err("path-name-not-comparable"));
}

#[test]
fn every_authority_above_is_asked() {
    let permit =
        |base: &str| NameConstraints { permitted: vec![Subtree::Dns(base.into())], excluded: Vec::new() };
    let (wide, narrow) = (permit("example.org"), permit("a.example.org"));
    let (authority, subject) = (name("authority"), name("any"));
    let mut rules = NameRules::default();
    rules.add(&authority, &narrow);
    rules.add(&authority, &wide);
    let check = |host: &str| rules.check(&subject, &[GeneralName::Dns(host.into())], &mut budget());
    assert!(check("b.a.example.org").is_ok());
    assert!(check("b.example.org").is_err());
}

#[test]
fn a_mailbox_in_the_subject_counts_where_there_are_no_alternative_names() {
    let subject = Name::from_parts(&[(AttributeKind::EmailAddress, "li@example.org".into())]).unwrap();
    let constraints =
        NameConstraints { permitted: Vec::new(), excluded: vec![Subtree::Email("example.org".into())] };
    let authority = name("authority");
    let mut rules = NameRules::default();
    rules.add(&authority, &constraints);
    assert_eq!(rules.check(&subject, &[], &mut budget()).unwrap_err().code(), "path-name-excluded");
    assert!(rules.check(&subject, &[GeneralName::Dns("a".into())], &mut budget()).is_ok());
}

#[test]
fn a_product_of_large_lists_costs_nothing() {
    let many = |count: usize| (0..count).map(|at| format!("host{at}.example"));
    let constraints =
        NameConstraints { permitted: many(1_000).map(Subtree::Dns).collect(), excluded: Vec::new() };
    let names: Vec<_> = many(1_000).map(GeneralName::Dns).collect();
    let (authority, subject) = (name("authority"), name("any"));
    let mut rules = NameRules::default();
    rules.add(&authority, &constraints);
    let refused = rules.check(&subject, &names, &mut budget()).unwrap_err();
    assert_eq!(refused.code(), "path-search-too-large");
}
