//! Examples to start from.

use super::Kind;
use crate::key::PublicKey;

/// What the first line of an example says.
pub const EXAMPLE_MARK: &str = "# An example";

/// People of the examples, with public keys whose private keys nobody has: points of SM2 whose X is
/// `SM3("City CA example person <number>.<try>")`, the first try for which there is such a point, with the even Y.
static PEOPLE: [(&str, &str, &str); 10] = [
    (
        "administrator",
        "Zhao Min",
        "+awygoBV4iAy3qNfDGuHmHSFmAiVRYIyf8uto/DLrVrvgSaOZ77kXy1EiQ06M+wFiL5fXMWQtFtOP7eiCJXbVg==",
    ),
    (
        "key-officer",
        "Qian Li",
        "jEXt4yabKX3hOvFt6RNms7q6qJuVjp8S2ljgWsUo6O9UAoHjDFZdjyCLu8iPZOmZh6+9xo968/k5GqkX71Y4XA==",
    ),
    (
        "key-officer",
        "Sun Wei",
        "1RmMkLNY6LwCc90rYmL0ROCCc5PaOw7DM9T2/k36lY3GA3yYsRcGo87wuYv+sGRhM0jMQrnRIU3Ly31iEqAeHA==",
    ),
    (
        "key-officer",
        "Li Na",
        "if1dmETgaK3CmgQk1wE2OnXSny6T5rQMMEW0Salx+GLTeUdnshErfsUovjTsXNFwYny8rb72RNftgArqooz1Gg==",
    ),
    (
        "key-officer",
        "Zhou Jun",
        "DrrukMAeAFZog3X3sBlnUz57TlLkENCR55Vnl6gqgZt8+FnNBmhLRBSvoHfbozKp8S6MKbpYTdVcnD+1rMWZdg==",
    ),
    (
        "key-officer",
        "Wu Fang",
        "OQxdJJPxCdt+NJMiFq8aS4jF5HoHexMcdOm58WA39Zu4SvcVBdtpsPKm3XQEy3sDq8jYyEsTbBbMVO/fue61/A==",
    ),
    (
        "witness",
        "Zheng Hao",
        "P3AT4kM1e9wdgmmNZD35u/zAhW72Xp7D6cEOMutKXztbOCp8VZNfSY3wNXcxufoBB13262y1I7E5DWsFMNC1dA==",
    ),
    (
        "witness",
        "Wang Yan",
        "QDTjDC1j83fiYhyzXfYh1Xh7IbUe+0YFSHnDsS1IjE5qRj9URqdT0Xpy5ruuYZ3UTK4bRC3OXfuB3vJzqeadoA==",
    ),
    (
        "auditor",
        "Feng Lei",
        "gOF/ZMTpqm5jJjTIZIhIEDHzQb3FXaiOFIm196CewxA+9ePBJn23kCl6mW1wkJ31Ei+Fto1Fn5eUDWzcXBnLdA==",
    ),
    (
        "former-key-officer",
        "Chen Bo",
        "qMoYRGg7KDdaFXIZ/MxjMw0G2TS+gPBHQJ/m2mTN4QCb/0CMSNmb/m97loq+PiovITvIORNcFfrJZzUIA85Dig==",
    ),
];

/// What stands before X and Y in the base64 of the SubjectPublicKeyInfo of an SM2 key, to the last whole group.
const SM2_HEAD: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x81,
    0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00, 0x04,
];

/// Digests of no files.
const NO_FILE: [&str; 4] = [
    "0000000000000000000000000000000000000000000000000000000000000001",
    "0000000000000000000000000000000000000000000000000000000000000002",
    "0000000000000000000000000000000000000000000000000000000000000003",
    "0000000000000000000000000000000000000000000000000000000000000004",
];

/// The base64 of an example key's SubjectPublicKeyInfo.
fn spki(coordinates: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    // 27 octets are nine whole groups of base64.
    STANDARD.encode(SM2_HEAD) + coordinates
}

pub(super) fn is_example_key(key: &PublicKey) -> bool {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(key.spki_der());
    PEOPLE.iter().any(|(_, _, coordinates)| text == spki(coordinates))
}

pub(super) fn text(kind: Kind) -> String {
    let mut text = format!(
        "{EXAMPLE_MARK} of a ceremony of kind {kind}. Change what is between the quotes, and put in your own people: the\n\
         # keys below belong to nobody, and a plan that holds one of them is not run. Fields that are not known are refused.\n\
         kind = \"{kind}\"\n{}",
        head(kind)
    );
    for (role, name, coordinates) in
        PEOPLE.iter().filter(|(role, ..)| *role != "former-key-officer" || kind == Kind::ShareRenewal)
    {
        text.push_str(&format!(
            "\n[[people]]\nrole = \"{role}\"\nname = \"{name}\"\npublic_key = \"{}\"\n",
            spki(coordinates)
        ));
    }
    text.push_str(&tables(kind));
    text
}

fn head(kind: Kind) -> String {
    let (title, sequence, previous) = match kind {
        Kind::Root => ("Root of the City of Example", 1, "none"),
        Kind::Issuing => ("First issuing authority of the City of Example", 2, NO_FILE[0]),
        Kind::Cross => ("Recognition of the City of Elsewhere", 3, NO_FILE[0]),
        Kind::Crl => ("Revocation list of the root, second half of 2027", 4, NO_FILE[0]),
        Kind::OcspSigner => ("OCSP responder of the root", 5, NO_FILE[0]),
        Kind::Rollover => ("New root key of the City of Example", 6, NO_FILE[0]),
        Kind::ShareRenewal => ("New shares after a change of officers", 7, NO_FILE[0]),
        Kind::Termination => ("End of the first root", 8, NO_FILE[0]),
    };
    let shares = if kind.makes_shares() {
        "\n[shares]\n# So many officers restore the key; all of them are given a share.\nthreshold = 3\n"
    } else {
        ""
    };
    format!(
        "title = \"{title}\"\n\
         # The number of this ceremony for this root, from 1.\n\
         sequence = {sequence}\n\
         # The digest of the transcript of the ceremony before (`ca ceremony verify` prints it), or \"none\" for the first.\n\
         previous = \"{previous}\"\n\
         # \"real\", or \"rehearsal\": then every output says so, and is refused wherever it would count.\n\
         mode = \"real\"\n\
         # Where the root key is kept: \"file\" (sealed, and opened by shares), \"pkcs11\" or \"sdf\".\n\
         custody = \"file\"\n\
         # When the ceremony is held. The time read aloud in the room may differ by the tolerance.\n\
         time = \"{}\"\n\
         time_tolerance_minutes = 720\n{shares}",
        if kind == Kind::Root { "2026-12-01T02:00:00Z" } else { "2027-06-01T02:00:00Z" },
    )
}

fn tables(kind: Kind) -> String {
    let root = |authority: &str, common: &str, from: &str, to: &str| {
        format!(
            "\n[root]\n# The name in addresses and commands.\nauthority = \"{authority}\"\n\
             # The name in certificates, part by part.\nsubject = [\"C=CN\", \"O=City of Example\", \"CN={common}\"]\n\
             # sm2, p256, p384, ed25519, rsa-3072 or rsa-4096.\nkey = \"sm2\"\n\
             not_before = \"{from}\"\nnot_after = \"{to}\"\n\
             # How many authorities may stand between the root and an end entity, or \"none\" for no limit.\n\
             path_length = \"none\"\n"
        )
    };
    let issuer = format!(
        "\n[issuer]\nauthority = \"root\"\n# SM3 of the root's certificate in DER.\ncertificate = \"{}\"\n\
         # SM3 of the file of the sealed key.\nsealed_key = \"{}\"\n",
        NO_FILE[1], NO_FILE[2]
    );
    let url = "# Certificates point to lists and certificates under this address.\npublic_url = \"http://pki.example.cn\"\n";
    let request = format!("# SM3 of the request in DER.\nrequest = \"{}\"\n", NO_FILE[3]);
    let list = format!(
        "\n[crl]\nnumber = 2\nthis_update = \"2027-06-01T02:00:00Z\"\nnext_update = \"2027-12-15T00:00:00Z\"\n\
         # SM3 of the list before in DER, or \"none\".\nprevious = \"{}\"\n\n\
         # Everything that is revoked, also what the list before names.\n[[crl.revoked]]\nserial = \"43000102030405060708090a0b0c0d0e0f\"\n\
         at = \"2027-05-20T08:00:00Z\"\nreason = \"cessationOfOperation\"\n",
        NO_FILE[3]
    );
    match kind {
        Kind::Root => root("root", "City of Example Root", "2026-12-01T00:00:00Z", "2046-11-30T23:59:59Z"),
        Kind::Issuing => format!(
            "{issuer}{url}\n[issuing]\n{request}subject = [\"C=CN\", \"O=City of Example\", \"CN=City of Example Issuing 1\"]\n\
             not_before = \"2027-06-01T00:00:00Z\"\nnot_after = \"2037-05-31T23:59:59Z\"\n\
             # 0: it certifies end entities only.\npath_length = 0\npolicies = []\n"
        ),
        Kind::Cross => format!(
            "{issuer}{url}\n[cross]\n{request}subject = [\"C=CN\", \"O=City of Elsewhere\", \"CN=City of Elsewhere Root\"]\n\
             not_before = \"2027-06-01T00:00:00Z\"\nnot_after = \"2030-05-31T23:59:59Z\"\npath_length = 1\n\
             # Policies of this domain under which the other one is recognised, and which of its own count for them.\n\
             policies = [\"1.2.156.99999.1.1\"]\n\
             mappings = [{{ issuer = \"1.2.156.99999.1.1\", subject = \"1.2.156.88888.1.1\" }}]\n\
             require_explicit_policy = 0\ninhibit_policy_mapping = 1\ninhibit_any_policy = 0\n\n\
             # Names that it may certify: whatever form is not named here is not limited.\n[cross.permitted]\n\
             directory = [[\"C=CN\", \"O=City of Elsewhere\"]]\ndns = [\"elsewhere.example\"]\nemail = [\".elsewhere.example\", \"elsewhere.example\"]\n\n\
             [cross.excluded]\nip = [\"0.0.0.0/0\", \"::/0\"]\n"
        ),
        Kind::Crl => format!("{issuer}{list}"),
        Kind::OcspSigner => format!(
            "{issuer}\n[ocsp-signer]\n{request}subject = [\"C=CN\", \"O=City of Example\", \"CN=City of Example Root OCSP 2027\"]\n\
             # It cannot be revoked, so it lasts at most 31 days.\nnot_before = \"2027-06-01T00:00:00Z\"\nnot_after = \"2027-07-01T23:59:59Z\"\n"
        ),
        Kind::Rollover => format!(
            "{}{issuer}{url}\n[rollover]\n\
             # Until when the old key vouches for the new one: the day by which everybody has the new root.\n\
             new_with_old_not_after = \"2031-12-31T23:59:59Z\"\n\
             # Until when the new key vouches for the old one: at most the end of the old root.\n\
             old_with_new_not_after = \"2046-11-30T23:59:59Z\"\n",
            root("root-2", "City of Example Root 2", "2027-06-01T00:00:00Z", "2047-05-31T23:59:59Z")
        ),
        Kind::ShareRenewal => {
            format!("{issuer}\n[share-renewal]\nreason = \"Chen Bo leaves the office, Wu Fang takes over\"\n")
        }
        Kind::Termination => format!(
            "{issuer}{list}\n[termination]\nreason = \"The second root has replaced the first\"\n\
             destruction = \"The sticks with the sealed key are shredded, the shares are burnt\"\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::digest::sm3;
    use crate::ceremony::Plan;
    use crate::key::weak;

    #[test]
    fn every_example_is_a_plan_that_is_known_as_one() {
        for kind in Kind::ALL {
            let text = Plan::example(kind);
            assert!(text.starts_with(EXAMPLE_MARK));
            let plan = Plan::from_toml(text.as_bytes()).unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert_eq!(plan.kind(), kind);
            assert!(plan.is_example());
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(Kind::from_name("Root"), None);
    }

    #[test]
    fn the_keys_of_the_examples_come_from_digests() {
        for (number, (_, _, coordinates)) in (1..).zip(&PEOPLE) {
            let key = crate::ceremony::PinnedKey(public(coordinates));
            assert!(weak::assess(&key.0).is_ok());
            let x = &key.0.key_bits()[1..33];
            let tries = 0..20;
            assert!(
                tries
                    .into_iter()
                    .any(|at| sm3(format!("City CA example person {number}.{at}").as_bytes()) == x)
            );
        }
    }

    fn public(coordinates: &str) -> PublicKey {
        use base64::Engine;
        let der = base64::engine::general_purpose::STANDARD.decode(spki(coordinates)).unwrap();
        PublicKey::from_spki_der(&der).unwrap()
    }
}
