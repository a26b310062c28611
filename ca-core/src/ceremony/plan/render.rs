//! A plan in words.

use super::{CrossPlan, Custody, Document, Role, RootPlan, SubordinatePlan, limits};

/// One sentence of a plan: a stable key, by which texts in other languages are found, the values in it, and the sentence in
/// English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Which sentence.
    pub key: &'static str,
    /// The values, in the order of the marks `{}` in [`Self::pattern`].
    pub values: Vec<String>,
    /// The sentence in English, with `{}` where values stand.
    pub pattern: &'static str,
}

impl Sentence {
    /// The sentence with its values, by a pattern in any language that has as many marks.
    #[must_use]
    pub fn fill(&self, pattern: &str) -> String {
        let mut values = self.values.iter();
        let mut text = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("{}") {
            text.push_str(before);
            text.push_str(values.next().map_or("", String::as_str));
            rest = after;
        }
        text + rest
    }

    /// The sentence in English.
    #[must_use]
    pub fn english(&self) -> String {
        self.fill(self.pattern)
    }
}

#[derive(Default)]
struct Page(Vec<Sentence>);

impl Page {
    fn say(&mut self, key: &'static str, pattern: &'static str, values: &[&dyn ToString]) {
        let values = values.iter().map(|value| value.to_string()).collect();
        self.0.push(Sentence { key, values, pattern });
    }
}

pub(super) fn sentences(plan: &Document) -> Vec<Sentence> {
    let mut page = Page::default();
    page.say("title", "{}", &[&plan.title]);
    page.say(
        "number",
        "This is ceremony {} of its root; the transcript before has the digest {}.",
        &[&plan.sequence, &plan.previous],
    );
    page.say("mode", "It is a {} ceremony.", &[&plan.mode]);
    page.say("time", "It is held on {}, within {} minutes.", &[&plan.time, &plan.time_tolerance_minutes]);
    people(plan, &mut page);
    if let Some(issuer) = &plan.issuer {
        page.say(
            "issuer",
            "The key of authority {} is used, whose certificate has the SM3 digest {}.",
            &[&issuer.authority, &issuer.certificate],
        );
        if let Some(sealed) = &issuer.sealed_key {
            page.say("sealed-key", "Its sealed key has the SM3 digest {}.", &[sealed]);
        }
        if let Some(url) = &issuer.public_url {
            page.say("public-url", "Certificates point to lists and certificates under {}.", &[url]);
        }
    }
    if let Some(root) = &plan.root {
        make_root(plan, root, &mut page);
    }
    if let Some(table) = &plan.issuing {
        subordinate("issuing", "An issuing authority is certified: {}.", table, &mut page);
        page.say(
            "path-length",
            "At most {} authorities may stand between it and an end entity.",
            &[&table.path_length],
        );
    }
    if let Some(table) = &plan.ocsp_signer {
        subordinate("ocsp-signer", "An OCSP responder is certified: {}.", table, &mut page);
    }
    if let Some(table) = &plan.cross {
        cross(table, &mut page);
    }
    if let Some(list) = &plan.crl {
        page.say(
            "crl",
            "Revocation list {} is signed, from {} to {}, after the list with the SM3 digest {}.",
            &[&list.number, &list.this_update, &list.next_update, &list.previous],
        );
        page.say("crl-count", "It names {} certificates:", &[&list.revoked.len()]);
        for entry in &list.revoked {
            page.say(
                "crl-entry",
                "serial {}, revoked on {}, because of {}.",
                &[&entry.serial, &entry.at, &entry.reason],
            );
        }
    }
    if let Some(rollover) = &plan.rollover {
        page.say(
            "new-with-old",
            "The old key vouches for the new one until {}.",
            &[&rollover.new_with_old_not_after],
        );
        page.say(
            "old-with-new",
            "The new key vouches for the old one until {}.",
            &[&rollover.old_with_new_not_after],
        );
    }
    if let Some(renewal) = &plan.share_renewal {
        page.say("renewal", "The root key is sealed under a new key, with new shares, {} of which restore it. The reason: {}.", &[&plan.shares.threshold, &renewal.reason]);
        page.say(
            "renewal-destroy",
            "The old sealed key and the old shares are destroyed before everybody's eyes.",
            &[],
        );
    }
    if let Some(end) = &plan.termination {
        page.say("termination", "After this list the root ends. The reason: {}.", &[&end.reason]);
        page.say("destruction", "Its key is destroyed before everybody's eyes: {}.", &[&end.destruction]);
    }
    page.say(
        "signatures",
        "At the end everybody who is present signs the transcript with the key named above.",
        &[],
    );
    page.0
}

fn people(plan: &Document, page: &mut Page) {
    for person in &plan.people {
        let (key, pattern) = match person.role {
            Role::Administrator => ("administrator", "{} leads the ceremony (key {})."),
            Role::KeyOfficer => ("key-officer", "{} is key officer (key {})."),
            Role::FormerKeyOfficer => {
                ("former-key-officer", "{} was key officer until this ceremony (key {}).")
            }
            Role::Witness => ("witness", "{} is witness (key {})."),
            Role::Auditor => ("auditor", "{} is auditor (key {})."),
        };
        page.say(key, pattern, &[&person.name, &person.public_key.digest()]);
    }
    let officers = plan.with_role(Role::KeyOfficer).count();
    if plan.kind.makes_shares() && plan.custody == Custody::File {
        page.say(
            "present-all",
            "All {} key officers must be present, and one witness and one auditor at least.",
            &[&officers],
        );
    } else {
        page.say(
            "present",
            "At least {} of the {} key officers must be present, and one witness and one auditor at least.",
            &[&plan.shares.threshold, &officers],
        );
    }
}

fn make_root(plan: &Document, root: &RootPlan, page: &mut Page) {
    page.say("root-key", "A key of kind {} is made, in custody of kind {}.", &[&root.key.0, &plan.custody]);
    if plan.custody == Custody::File {
        let officers = plan.with_role(Role::KeyOfficer).count();
        page.say(
            "shares",
            "It is sealed, and the key to it is shared among {} officers: any {} restore it.",
            &[&officers, &plan.shares.threshold],
        );
    }
    page.say(
        "root",
        "The root {} is certified by itself, from {} to {}.",
        &[&root.subject.0, &root.not_before, &root.not_after],
    );
    page.say(
        "root-path-length",
        "At most {} authorities may stand between it and an end entity (\"none\": no limit).",
        &[&root.path_length],
    );
}

fn subordinate(key: &'static str, pattern: &'static str, table: &SubordinatePlan, page: &mut Page) {
    page.say(key, pattern, &[&table.subject.0]);
    page.say("request", "Its request has the SM3 digest {}.", &[&table.request]);
    page.say("validity", "It is valid from {} to {}.", &[&table.not_before, &table.not_after]);
    for policy in &table.policies {
        page.say("policy", "Its certificates may have the policy {}.", &[policy]);
    }
}

fn cross(table: &CrossPlan, page: &mut Page) {
    page.say("cross", "An authority of another domain is recognised: {}.", &[&table.subject.0]);
    page.say("request", "Its request has the SM3 digest {}.", &[&table.request]);
    page.say("validity", "It is valid from {} to {}.", &[&table.not_before, &table.not_after]);
    page.say(
        "path-length",
        "At most {} authorities may stand between it and an end entity.",
        &[&table.path_length],
    );
    if let Ok(names) = limits::name_constraints(table) {
        for tree in &names.permitted {
            page.say("permitted", "It may certify names below {}.", &[&limits::describe(tree)]);
        }
        for tree in &names.excluded {
            page.say("excluded", "It may not certify names below {}.", &[&limits::describe(tree)]);
        }
    }
    for policy in &table.policies {
        page.say("policy", "Its certificates may have the policy {}.", &[policy]);
    }
    for pair in &table.mappings {
        page.say(
            "mapping",
            "Its policy {} counts for the policy {} of this domain.",
            &[&pair.subject, &pair.issuer],
        );
    }
    for (key, pattern, value) in [
        (
            "explicit-policy",
            "After {} more certificates a policy is required.",
            table.require_explicit_policy,
        ),
        (
            "inhibit-mapping",
            "After {} more certificates mappings do not count.",
            table.inhibit_policy_mapping,
        ),
        (
            "inhibit-any",
            "After {} more certificates anyPolicy stands for no other.",
            table.inhibit_any_policy,
        ),
    ] {
        if let Some(value) = value {
            page.say(key, pattern, &[&value]);
        }
    }
}
