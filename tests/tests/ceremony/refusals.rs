//! What bad input gets: a refusal that names it, nothing signed, the refusal on the record.

use std::collections::VecDeque;

use crate::life::Life;
use crate::plans::{self, TIME, officers};
use crate::room::{Room, Script};

/// The codes that `ca ceremony plan` names against a plan.
fn codes(life: &Life, plan: &str) -> String {
    life.room.write("plans/refused.toml", plan);
    let material = life.material();
    let mut arguments = vec!["--format", "json", "ceremony", "plan", "plans/refused.toml"];
    arguments.extend(material.iter().map(String::as_str));
    let said = life.room.ca(&arguments);
    assert_eq!(said.status, 1, "{said:?}");
    // Nor is it run.
    let ran = life.room.run(
        "plans/refused.toml",
        "refused",
        &material.iter().map(String::as_str).collect::<Vec<_>>(),
        Script::default(),
    );
    assert_eq!(ran.status, Some(1), "{}", ran.screen);
    assert!(!life.room.path("refused").exists(), "nothing is begun");
    said.stderr
}

#[test]
fn a_plan_that_asks_for_more_than_there_is_is_refused() {
    let life = Life::new();
    let request = life.request("issuing", "City Issuing");
    let plan =
        life.head("issuing", &officers()) + &life.issuer("root", "root") + &plans::issuing_table(&request);
    let refused = |from: &str, to: &str, code: &str| {
        let said = codes(&life, &plan.replace(from, to));
        assert!(said.contains(code), "{code}: {said}");
    };
    refused("2036-03-01T23:59:59Z", "2056-03-01T23:59:59Z", "validity-beyond-issuer");
    refused("sequence = 2", "sequence = 3", "transcript-not-the-next");
    refused(&request, &"0".repeat(64), "material-not-given");
    refused("path_length = 0", "path_lenght = 0", "plan-");
    let twice = life.room.public_key("Sun Wei");
    refused(life.room.public_key("Li Na"), twice, "plan-one-person-two-names");
    refused("name = \"Li Na\"", "name = \"Sun Wei\"", "plan-name-twice");

    // A signature by another key proves no possession.
    let file = life.room.path("requests/issuing.pem");
    let text = std::fs::read(&file).expect("the request");
    let mut der = ca_core::encoding::pem::read_all(&text).expect("PEM").remove(0).der;
    let end = der.len() - 1;
    der[end] ^= 1;
    life.room.write("requests/broken.pem", ca_core::encoding::pem::write("CERTIFICATE REQUEST", &der));
    let said = codes(&life, &plan.replace(&request, &life.digest("requests/broken.pem")));
    assert!(said.contains("does not prove possession"), "{said}");

    // Wider than its own issuer: names and path lengths below a root that is limited itself.
    let root = plans::root(&life.room).replace("[root]\n", "[root]\npath_length = 0\n");
    life.room.write("plans/narrow.toml", root);
    let script = Script { time: TIME.to_owned(), generation: 1, ..Script::default() };
    assert_eq!(life.room.hold("plans/narrow.toml", "narrow", &[], &script).status, Some(0));
    let narrow = life.head("issuing", &officers())
        + &life.issuer("narrow", "narrow")
        + &plans::issuing_table(&request);
    life.room
        .write("requests/narrow-root.pem", std::fs::read(life.room.path("narrow/root.pem")).expect("a root"));
    life.room.write(
        "requests/narrow-key.pem",
        std::fs::read(life.room.path("narrow/sealed-key.pem")).expect("a key"),
    );
    let said = codes(&life, &narrow);
    assert!(said.contains("path-length-beyond-issuer"), "{said}");
}

#[test]
fn digits_that_are_read_wrongly_sign_nothing() {
    let room = Room::new();
    let plan = room.write("plans/root.toml", plans::root(&room));
    let digits = room.digits(&[&plan]);
    let wrong =
        if digits.starts_with('1') { digits.replacen('1', "2", 1) } else { format!("1{}", &digits[1..]) };
    let script = Script { time: TIME.to_owned(), digits: VecDeque::from([wrong]), ..Script::default() };
    let held = room.run(&plan, "out", &[], script);
    assert_eq!(
        (held.status, held.refusals.as_slice()),
        (Some(1), &["digits-misread".to_owned()][..]),
        "{}",
        held.screen
    );
    let record = std::fs::read_to_string(room.path("out/transcript.jsonl")).expect("a transcript");
    assert!(record.contains("\"event\":\"refused\"") && record.contains("digits-misread"), "{record}");
    assert!(!room.path("out/root.pem").exists() && !room.path("out/sealed-key.pem").exists());
    // What is there is not mixed with anything.
    let again = room.run(&plan, "out", &[], Script::default());
    assert_eq!(again.status, Some(1));
    assert!(again.screen.contains("folder-not-empty"), "{}", again.screen);
}

#[test]
fn too_few_officers_open_nothing() {
    let life = Life::new();
    let request = life.request("issuing", "City Issuing");
    let plan =
        life.head("issuing", &officers()) + &life.issuer("root", "root") + &plans::issuing_table(&request);
    let absent = ["Li Na", "Zhou Jun", "Wu Fang"].map(str::to_owned).to_vec();
    let held = life.attempt("few", &plan, &Script { absent, ..life.script("root") });
    assert_eq!(
        (held.status, held.refusals.as_slice()),
        (Some(1), &["officers-too-few".to_owned()][..]),
        "{}",
        held.screen
    );
    assert!(!life.room.path("few/issuing.pem").exists());
}

#[test]
fn a_share_that_is_not_ones_own_is_named_by_its_officer() {
    let life = Life::new();
    let request = life.request("issuing", "City Issuing");
    let plan =
        life.head("issuing", &officers()) + &life.issuer("root", "root") + &plans::issuing_table(&request);
    let shares = life.room.path("root/shares");
    let text = std::fs::read_to_string(life.room.share(&shares, "Qian Li")).expect("a share");
    // Two shares of the same officer: the second officer brings the first one's again.
    let mut script = life.script("root");
    script.other_shares.insert("Sun Wei".to_owned(), life.room.share(&shares, "Qian Li"));
    script.passphrases.insert("Sun Wei".to_owned(), crate::room::passphrase("Qian Li", 1));
    let held = life.attempt("twice", &plan, &script);
    assert_eq!(held.status, Some(1), "{}", held.screen);
    assert!(held.refusals.iter().any(|code| code == "share-twice"), "{:?}", held.refusals);
    assert!(held.screen.contains("Qian Li was given already"), "{}", held.screen);

    // A damaged one.
    let at = text.find("-----BEGIN").expect("PEM") + 180;
    let mut bytes = text.into_bytes();
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    let damaged = life.room.write("damaged.pem", &bytes);
    let mut script = life.script("root");
    script.other_shares.insert("Qian Li".to_owned(), damaged.clone().into());
    let held = life.attempt("damaged-share", &plan, &script);
    assert_eq!(held.status, Some(1), "{}", held.screen);
    assert!(held.refusals.iter().any(|code| code.starts_with("share-")), "{:?}", held.refusals);

    // The yearly check of one officer alone: whole, by its words, and damaged.
    let passphrase = life.room.write("passphrase", crate::room::passphrase("Qian Li", 1));
    let share = life.room.share(&shares, "Qian Li").display().to_string();
    let check = |file: &str, passphrase: &str| {
        life.room.ca(&[
            "ceremony",
            "check-share",
            file,
            "--transcript",
            "root/transcript.jsonl",
            "--passphrase-file",
            passphrase,
            "--allow",
            "swap",
        ])
    };
    let said = check(&share, &passphrase).ok();
    assert!(said.contains("Qian Li"), "{said}");
    let page = std::fs::read_to_string(share.replace(".pem", ".html")).expect("the page of the share");
    let words = page
        .split("<pre class=\"words\">")
        .nth(1)
        .and_then(|rest| rest.split("</pre>").next())
        .expect("words");
    check(&life.room.write("words", words), &passphrase).ok();
    assert_eq!(check(&damaged, &passphrase).status, 1);
    let other = life.room.write("other", crate::room::passphrase("Sun Wei", 1));
    let said = check(&share, &other);
    assert!(said.status == 1 && said.stderr.contains("share-not-opened"), "{said:?}");
}
