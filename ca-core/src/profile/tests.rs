//! Profiles: those that come with the project, and what is refused.

use std::path::Path;

use jiff::Timestamp;

use super::*;
use crate::algorithm::KeyAlgorithm;
use crate::x509::name::{AttributeKind, Name};
use crate::x509::validity::Validity;

const NAMES: [&str; 8] = [
    "root",
    "issuing",
    "person-signing",
    "organization-signing",
    "device",
    "service",
    "tls-client",
    "ocsp-signing",
];

/// The text of a profile that comes with the project.
pub(crate) fn default_text(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/profiles");
    std::fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap()
}

pub(crate) fn default_profile(name: &str) -> Profile {
    Profile::from_toml(name, &default_text(name)).unwrap()
}

/// A profile that comes with the project, with one change to its text.
pub(crate) fn changed(name: &str, from: &str, to: &str) -> Result<Profile, ProfileError> {
    let text = default_text(name);
    assert!(text.contains(from), "{name} has no {from:?}");
    Profile::from_toml(name, &text.replacen(from, to, 1))
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn subject(parts: &[(AttributeKind, &str)]) -> Name {
    let parts: Vec<_> = parts.iter().map(|(kind, value)| (kind.clone(), (*value).to_owned())).collect();
    Name::from_parts(&parts).unwrap()
}

#[test]
fn the_default_profiles_load() {
    let set = ProfileSet::load(NAMES.map(|name| (name, default_text(name)))).unwrap();
    assert_eq!(set.names().count(), 8);
    assert_eq!(set.get("root").unwrap().kind(), Kind::Root);
    assert_eq!(set.get("issuing").unwrap().kind(), Kind::Authority);
    assert_eq!(set.get("ocsp-signing").unwrap().kind(), Kind::Ocsp);
    for name in ["person-signing", "organization-signing", "device", "service", "tls-client"] {
        assert_eq!(set.get(name).unwrap().kind(), Kind::EndEntity, "{name}");
    }
}

#[test]
fn a_device_needs_a_common_name_only_and_may_have_any_kind_of_key() {
    let device = default_profile("device");
    let required: Vec<_> = device
        .subject()
        .parts
        .iter()
        .filter(|(_, rule)| **rule == PartRule::Required)
        .map(|(part, _)| part)
        .collect();
    assert_eq!(required, ["CN"]);
    assert_eq!(device.key().algorithms.iter().copied().collect::<Vec<_>>(), KeyAlgorithm::ALL);
    assert_eq!(device.key().rsa_bits.unwrap().min, 2048);
    assert!(device.usage().key_usage_for(KeyAlgorithm::Rsa).len() == 2);
    assert!(device.usage().key_usage_for(KeyAlgorithm::Sm2).len() == 1);
}

#[test]
fn profiles_are_found_by_name_and_stand_once() {
    let device = || ("device", default_text("device"));
    let set = ProfileSet::load([device()]).unwrap();
    let error = set.get("devices").unwrap_err();
    assert_eq!(error.code(), "unknown-profile");
    assert_eq!(error.to_string(), "there is no profile \"devices\"; there are: device");
    assert_eq!(ProfileSet::load([device(), device()]).unwrap_err().code(), "profile-duplicate");
    let many = (0..=MAX_PROFILES).map(|number| (format!("p{number}"), default_text("device")));
    assert_eq!(ProfileSet::load(many).unwrap_err().code(), "profile-too-many");
}

#[test]
fn names_and_texts_of_another_form_are_refused() {
    for name in ["", "Device", "a_b", "../root", "设备", &"a".repeat(65)] {
        assert_eq!(
            Profile::from_toml(name, &default_text("device")).unwrap_err().code(),
            "profile-name-invalid"
        );
    }
    for text in ["", "kind = 1", "title = \"x\"\nkind = \"end-entity\"", "= ="] {
        assert_eq!(Profile::from_toml("device", text).unwrap_err().code(), "profile-malformed", "{text}");
    }
    let long = format!("{}#{}", default_text("device"), "x".repeat(MAX_PROFILE_BYTES));
    assert_eq!(Profile::from_toml("device", &long).unwrap_err().code(), "profile-malformed");
}

#[test]
fn unknown_fields_are_refused_wherever_they_stand() {
    for section in
        ["[subject]", "[key]", "[validity]", "[usage]", "[alternative_names]", "[extensions]", "[requester]"]
    {
        let error = changed("device", section, &format!("{section}\nunknown_field = 1")).unwrap_err();
        assert_eq!(error.code(), "profile-malformed", "{section}");
        assert!(error.to_string().contains("unknown_field"), "{error}");
    }
    let error = changed("device", "title", "unknown_field = 1\ntitle").unwrap_err();
    assert!(error.to_string().contains("unknown_field"), "{error}");
}

#[test]
fn each_contradiction_is_refused_and_named() {
    for (profile, from, to, expected) in [
        ("device", "title = \"Device", "title = \"\\u0007Device", "title: one line"),
        ("device", "CN = \"required\"", "XX = \"required\"", "\"XX\" is not a part of a name"),
        ("device", "CN = \"required\"", "cn = \"required\"", "\"cn\" is spelled \"CN\""),
        ("device", "CN = \"required\"", "CN = \"optional\"", "at least one part has to be required"),
        ("root", "CN = \"required\", C = \"optional\"", "C = \"required\"", "an authority needs CN"),
        ("device", "C = \"optional\"", "\"1.2.3.4\" = { fixed = \"x\" }", "1.2.3.4 cannot be fixed"),
        ("device", "C = \"optional\"", "C = { fixed = \"China\" }", "C has 5 characters"),
        ("device", "O = \"optional\"", "O = { fixed = \"e\\u0301\" }", "normalisation form C"),
        ("device", "[\"sm2\", \"p256\", \"p384\", \"ed25519\", \"rsa\"]", "[]", "at least one is needed"),
        ("device", "rsa_bits = { min = 2048, max = 8192 }", "", "key.rsa_bits: needed"),
        ("device", "\"ed25519\", \"rsa\"]", "\"ed25519\"]", "key.rsa_bits: needed"),
        ("device", "min = 2048", "min = 1024", "1024 to 8192 is not a range"),
        ("device", "max = 8192", "max = 2047", "2048 to 2047 is not a range"),
        ("device", "default_days = 365", "default_days = 0", "1 ≤ default_days"),
        ("device", "max_days = 1096", "max_days = 364", "1 ≤ default_days"),
        ("device", "max_days = 1096", "max_days = 36526", "≤ 36525"),
        ("ocsp-signing", "max_days = 31", "max_days = 32", "≤ 31"),
        ("device", "backdate_minutes = 60", "backdate_minutes = 61", "61, more than 60"),
        ("device", "key_usage = [\"digitalSignature\"]", "key_usage = []", "usage.key_usage: at least one"),
        (
            "device",
            "key_usage = [\"dig",
            "key_usage = [\"keyCertSign\", \"dig",
            "keyCertSign does not go with",
        ),
        ("device", "key_usage = [\"dig", "key_usage = [\"cRLSign\", \"dig", "cRLSign does not go with"),
        ("issuing", ", \"cRLSign\"", "", "kind = \"authority\" needs cRLSign"),
        ("issuing", "\"keyCertSign\", ", "", "kind = \"authority\" needs keyCertSign"),
        ("issuing", "\"cRLSign\"", "\"cRLSign\", \"nonRepudiation\"", "nonRepudiation does not go with"),
        (
            "ocsp-signing",
            "\"digitalSignature\"",
            "\"digitalSignature\", \"nonRepudiation\"",
            "does not go with",
        ),
        (
            "device",
            "key_usage = [\"dig",
            "key_usage = [\"keyEncipherment\", \"dig",
            "cannot be served by p256",
        ),
        ("device", "rsa = [\"keyEncipherment\"]", "rsa = [\"keyAgreement\"]", "cannot be served by rsa"),
        (
            "device",
            "rsa = [\"keyEncipherment\"]",
            "sm2 = [\"encipherOnly\", \"dataEncipherment\"]",
            "keyAgreement",
        ),
        (
            "person-signing",
            "key_usage = [",
            "added_for = { ed25519 = [] }\nkey_usage = [",
            "is not among key.alg",
        ),
        ("device", "[\"clientAuth\"]", "[\"anyExtendedKeyUsage\"]", "anyExtendedKeyUsage does not go with"),
        ("device", "[\"clientAuth\"]", "[\"2.5.29.37.0\"]", "anyExtendedKeyUsage does not go with"),
        ("device", "[\"clientAuth\"]", "[\"OCSPSigning\"]", "OCSPSigning does not go with"),
        (
            "issuing",
            "[usage]",
            "[usage]\nextended_key_usage = [\"serverAuth\"]",
            "serverAuth does not go with",
        ),
        (
            "ocsp-signing",
            "[\"OCSPSigning\"]",
            "[\"OCSPSigning\", \"clientAuth\"]",
            "needs exactly OCSPSigning",
        ),
        ("ocsp-signing", "[\"OCSPSigning\"]", "[]", "needs exactly OCSPSigning"),
        (
            "organization-signing",
            "key_usage = [\"digitalSignature\", \"nonRepudiation\"]",
            "key_usage = [\"nonRepudiation\"]\nextended_key_usage = [\"codeSigning\"]",
            "codeSigning needs",
        ),
        ("service", "required_one_of = [\"dns\", \"ip\"]", "", "serverAuth needs"),
        ("ocsp-signing", "subject = true", "alternative_names = true", "not for kind = \"ocsp\""),
        ("device", "kinds = [\"dns\", \"ip\", \"uri\"]", "kinds = []", "go together"),
        ("service", "kinds = [\"dns\", \"ip\"]", "kinds = [\"dns\"]", "ip is not among kinds"),
        (
            "person-signing",
            "from_request = true",
            "from_request = true\nwildcards = true",
            "dns is not among",
        ),
        ("device", "[extensions]", "[extensions]\npath_length = 0", "extensions.path_length"),
        ("root", "[requester]", "[extensions]\nocsp = true\n[requester]", "a root has no"),
        ("ocsp-signing", "ocsp_no_check = true", "", "kind = \"ocsp\" has ocsp_no_check"),
        ("ocsp-signing", "ocsp_no_check = true", "ocsp_no_check = true\nocsp = true", "kind = \"ocsp\" has"),
        ("device", "[extensions]", "[extensions]\nocsp_no_check = true", "extensions.ocsp_no_check"),
    ] {
        let error = changed(profile, from, to).unwrap_err();
        assert_eq!(error.code(), "profile-inconsistent", "{error}");
        assert!(error.to_string().contains(expected), "{error}\nis not about {expected}");
        assert!(error.to_string().starts_with(&format!("profile {profile}: ")), "{error}");
    }
}

#[test]
fn words_that_are_no_usage_purpose_or_policy_are_refused() {
    for (from, to) in [
        ("[\"digitalSignature\"]", "[\"digital-signature\"]"),
        ("[\"clientAuth\"]", "[\"client\"]"),
        ("[extensions]", "[extensions]\npolicies = [\"any\"]"),
        ("[\"sm2\", ", "[\"sm9\", "),
        ("[\"dns\", \"ip\", \"uri\"]", "[\"x400\"]"),
        ("\"shorten\"", "\"cut\""),
    ] {
        assert_eq!(changed("device", from, to).unwrap_err().code(), "profile-malformed", "{to}");
    }
    let policies = "[extensions]\npolicies = [\"2.25.329800735698586629295641978511506172918.1\"]";
    assert_eq!(changed("device", "[extensions]", policies).unwrap().extensions().policies.len(), 1);
}

#[test]
fn the_hash_follows_the_meaning() {
    let device = default_profile("device");
    let same = [
        changed("device", "[key]", "# A remark.\n\n[key]").unwrap(),
        changed("device", "\"sm2\", \"p256\"", "\"p256\", \"sm2\"").unwrap(),
        changed("device", "from_request = true", "from_request = true\nwildcards = false").unwrap(),
        changed("device", "[\"clientAuth\"]", "[\"1.3.6.1.5.5.7.3.2\"]").unwrap(),
    ];
    for profile in same {
        assert_eq!(profile.hash(), device.hash());
    }
    let other = [
        changed("device", "default_days = 365", "default_days = 366").unwrap(),
        changed("device", "L = \"optional\"", "L = \"forbidden\"").unwrap(),
        changed("device", "not_after = true", "not_after = false").unwrap(),
        Profile::from_toml("gadget", &default_text("device")).unwrap(),
    ];
    for profile in other {
        assert_ne!(profile.hash(), device.hash());
    }
}

#[test]
fn purposes_are_written_as_they_are_read() {
    for name in [
        "serverAuth",
        "clientAuth",
        "codeSigning",
        "emailProtection",
        "timeStamping",
        "OCSPSigning",
        "documentSigning",
        "anyExtendedKeyUsage",
        "1.2.3.4",
    ] {
        let purpose: Purpose = serde_json::from_str(&format!("{name:?}")).unwrap();
        assert_eq!(purpose.to_string(), name);
        assert_eq!(Purpose::from_oid(&purpose.oid()), purpose);
    }
}

#[test]
fn subjects_get_what_the_profile_says() {
    use AttributeKind::{CommonName, Country, Organization, OrganizationalUnit, Title};
    let fixed = changed("device", "O = \"optional\"", "O = { fixed = \"City\" }").unwrap();
    let requested = subject(&[(CommonName, "camera"), (Title, "x"), (Country, "CN")]);
    let expected = subject(&[(Organization, "City"), (CommonName, "camera"), (Country, "CN")]);
    assert_eq!(fixed.subject().apply(&requested).unwrap(), expected, "fixed first, the unlisted dropped");
    let repeated = subject(&[(Organization, "City"), (CommonName, "camera")]);
    assert_eq!(fixed.subject().apply(&repeated).unwrap(), repeated, "the fixed value may be asked for");
    let several = subject(&[(CommonName, "a"), (OrganizationalUnit, "b"), (OrganizationalUnit, "c")]);
    assert_eq!(default_profile("device").subject().apply(&several).unwrap(), several);
}

#[test]
fn subjects_that_the_profile_does_not_take_are_refused() {
    use AttributeKind::{CommonName, Locality, Organization, PostalCode};
    let fixed = changed("device", "O = \"optional\"", "O = { fixed = \"City\" }").unwrap();
    let forbidden = changed("device", "L = \"optional\"", "L = \"forbidden\"").unwrap();
    let person = default_profile("person-signing");
    for (profile, parts, code) in [
        (&fixed, &[(Organization, "City")][..], "subject-part-missing"),
        (&fixed, &[(CommonName, "a"), (Organization, "Town")], "subject-part-fixed"),
        (&fixed, &[(CommonName, "a"), (CommonName, "b")], "subject-part-repeated"),
        (&forbidden, &[(CommonName, "a"), (Locality, "b")], "subject-part-not-taken"),
        (&person, &[(CommonName, "a"), (PostalCode, "b")], "subject-part-not-taken"),
        (&person, &[], "subject-part-missing"),
    ] {
        assert_eq!(profile.subject().apply(&subject(parts)).unwrap_err().code(), code, "{parts:?}");
    }
    let unit = (AttributeKind::OrganizationalUnit, "u");
    let many = vec![unit; MAX_SUBJECT_PARTS + 1];
    assert_eq!(fixed.subject().apply(&subject(&many)).unwrap_err().code(), "subject-too-many-parts");
}

#[test]
fn validity_is_counted_in_whole_days_from_a_little_before_now() {
    let policy = default_profile("device").validity().clone();
    let now = time("2027-03-01T12:00:00.75Z");
    let validity = policy.apply(now, None, None).unwrap();
    assert_eq!(validity.not_before, time("2027-03-01T11:00:00Z"));
    assert_eq!(validity.not_after, time("2028-02-29T10:59:59Z"));
    let chosen = policy.apply(now, Some(time("2027-03-02T00:00:00.9Z")), None).unwrap();
    assert_eq!(chosen.not_after, time("2027-03-02T00:00:00Z"));
}

#[test]
fn validity_that_was_chosen_badly_is_refused() {
    let policy = default_profile("device").validity().clone();
    let now = time("2027-03-01T12:00:00Z");
    for (chosen, code) in [
        ("2027-03-01T12:00:00Z", "not-after-in-the-past"),
        ("2020-01-01T00:00:00Z", "not-after-in-the-past"),
        ("2030-03-01T11:00:00Z", "not-after-too-late"),
        ("9999-12-30T00:00:00Z", "not-after-too-late"),
    ] {
        assert_eq!(policy.apply(now, Some(time(chosen)), None).unwrap_err().code(), code, "{chosen}");
    }
    assert!(policy.apply(now, Some(time("2030-03-01T10:59:59Z")), None).is_ok());
    assert_eq!(policy.apply(Timestamp::MAX, None, None).unwrap_err().code(), "validity-out-of-range");
}

#[test]
fn validity_stays_inside_the_issuers() {
    let issuer = Validity::new(time("2027-03-01T11:30:00Z"), time("2027-06-01T00:00:00Z")).unwrap();
    let now = time("2027-03-01T12:00:00Z");
    let shorten = default_profile("device").validity().clone();
    assert_eq!(shorten.apply(now, None, Some(&issuer)).unwrap(), issuer);
    let refuse = ValidityPolicy { beyond_issuer: BeyondIssuer::Refuse, ..shorten.clone() };
    assert_eq!(refuse.apply(now, None, Some(&issuer)).unwrap_err().code(), "not-after-beyond-issuer");
    assert!(refuse.apply(now, Some(issuer.not_after), Some(&issuer)).is_ok());
    for outside in ["2027-03-01T11:29:59Z", "2027-06-01T00:00:01Z"] {
        assert_eq!(shorten.apply(time(outside), None, Some(&issuer)).unwrap_err().code(), "issuer-not-valid");
    }
}

#[test]
fn identity_numbers_are_taken_by_name_only() {
    let with = |text: &str| changed("device", "[requester]", &format!("[identity]\n{text}\n\n[requester]"));
    assert!(default_profile("device").identity().kinds.is_empty());
    let profile =
        with("kinds = [\"resident-number\"]\nrequired = [\"resident-number\"]\nform = \"gmt2023\"").unwrap();
    assert_eq!(profile.identity().required.len(), 1);
    assert_ne!(profile.hash(), default_profile("device").hash());
    for wrong in [
        "required = [\"resident-number\"]",
        "kinds = [\"military-number\"]\nform = \"gmt2023\"",
        "kinds = [\"passport-number\"]\nform = \"legacy\"",
    ] {
        assert_eq!(with(wrong).unwrap_err().code(), "profile-inconsistent", "{wrong}");
    }
    for wrong in ["kinds = [\"all\"]", "kinds = [\"personal-number\"]", "form = \"2012\""] {
        assert_eq!(with(wrong).unwrap_err().code(), "profile-malformed", "{wrong}");
    }
    let authority =
        changed("issuing", "[requester]", "[identity]\nkinds = [\"taxation-number\"]\n\n[requester]");
    assert_eq!(authority.unwrap_err().code(), "profile-inconsistent");
}

#[test]
fn what_is_written_beside_is_checked() {
    let with = |text: &str| changed("device", "[extensions]", &format!("[extensions]\n{text}"));
    for right in [
        "policies = [\"1.2.3\"]\npractice_statement = \"https://a.example/cps\"\nnotice = \"说明\"",
        "crl_mirrors = [\"ldap://a.example/b\", \"http://a.example/b\"]\ncrl_directory_name = true",
        "private_key_days = 365",
    ] {
        assert!(with(right).is_ok(), "{right}");
    }
    for wrong in [
        "notice = \"a\"",
        "policies = [\"1.2.3\"]\nnotice = \"\"",
        "policies = [\"1.2.3\"]\npractice_statement = \"ftp://a.example\"",
        "crl_mirrors = [\"https://a.example/b\"]",
        "private_key_days = 0",
        "private_key_days = 366",
        "must_staple = true",
    ] {
        assert_eq!(with(wrong).unwrap_err().code(), "profile-inconsistent", "{wrong}");
    }
    let responder = changed("ocsp-signing", "[extensions]", "[extensions]\ncrl_directory_name = true");
    assert_eq!(responder.unwrap_err().code(), "profile-inconsistent");
    assert!(changed("service", "[extensions]", "[extensions]\nmust_staple = true").is_ok());
    let other = "kinds = [\"dns\", \"ip\", \"uri\", \"other\"]";
    let unnamed = changed("device", "kinds = [\"dns\", \"ip\", \"uri\"]", other);
    assert_eq!(unnamed.unwrap_err().code(), "profile-inconsistent");
    let named = format!("{other}\nother_names = [\"1.3.6.1.4.1.311.20.2.3\"]");
    assert!(changed("device", "kinds = [\"dns\", \"ip\", \"uri\"]", &named).is_ok());
}

#[test]
fn services_and_delta_lists_are_pointed_at_where_they_can_be() {
    let with = |name: &str, text: &str| changed(name, "[extensions]", &format!("[extensions]\n{text}"));
    assert!(with("device", "delta_crl = true").is_ok());
    assert!(with("issuing", "services = { caRepository = \"http://a.example/\" }").is_ok());
    assert!(with("device", "services = { \"1.2.3.4\" = \"https://a.example/\" }").is_ok());
    for (name, wrong) in [
        ("ocsp-signing", "delta_crl = true"),
        ("device", "services = { caRepository = \"http://a.example/\" }"),
        ("device", "services = { timeStamping = \"http://a.example/\" }"),
        ("issuing", "services = { \"1.3.6.1.5.5.7.48.3\" = \"http://a.example/\" }"),
        ("issuing", "services = { caRepository = \"ftp://a.example/\" }"),
        ("issuing", "services = { caRepository = \"http://a example/\" }"),
    ] {
        assert_eq!(with(name, wrong).unwrap_err().code(), "profile-inconsistent", "{name}: {wrong}");
    }
    let unnamed = with("issuing", "services = { repository = \"http://a.example/\" }");
    assert_eq!(unnamed.unwrap_err().code(), "profile-malformed");
}

#[test]
fn statements_of_qualified_certificates_are_checked() {
    let with = |name: &str, text: &str| {
        changed(name, "[requester]", &format!("[extensions.qualified]\n{text}\n\n[requester]"))
    };
    assert!(default_profile("device").extensions().qualified.statements().is_none());
    let all = r#"
        compliance = true
        secure_device = true
        types = ["esign", "eseal", "web"]
        legislation = ["CN"]
        limit = { currency = "CNY", amount = 5, exponent = 4 }
        retention_years = 15
        disclosure = [{ url = "https://a.example/pds", language = "zh" }]
    "#;
    let profile = with("person-signing", all).unwrap();
    assert_ne!(profile.hash(), default_profile("person-signing").hash());
    let statements = profile.extensions().qualified.statements().unwrap();
    assert_eq!(statements.0.len(), 7);
    for (name, wrong) in [
        ("issuing", "compliance = true"),
        ("device", "legislation = [\"CN\"]"),
        ("device", "compliance = true\nlegislation = [\"cn\"]"),
        ("device", "limit = { currency = \"RMB1\", amount = 1 }"),
        ("device", "retention_years = 0"),
        ("device", "disclosure = [{ url = \"ftp://a.example\", language = \"en\" }]"),
        ("device", "disclosure = [{ url = \"http://a.example\", language = \"EN\" }]"),
    ] {
        assert_eq!(with(name, wrong).unwrap_err().code(), "profile-inconsistent", "{name}: {wrong}");
    }
    assert_eq!(with("device", "types = [\"any\"]").unwrap_err().code(), "profile-malformed");
}

#[test]
fn profiles_of_the_guide_are_profiles() {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/PROFILES.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let blocks: Vec<&str> =
        guide.split("```toml\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let profile = Profile::from_toml("guide", block).unwrap();
        assert!(profile.extensions().qualified.statements().is_some());
    }
}
