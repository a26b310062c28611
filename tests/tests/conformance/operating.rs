//! The operating certification authorities of China under their three national roots, all SM2.

use std::path::Path;

use ca_core::encoding::pem;
use jiff::Timestamp;
use tests::workspace::shared;

use crate::case::Case;
use crate::validator;

const ROOTS: [&str; 3] = ["nrcac-rootca.pem", "nrcac-civil-servant-root.pem", "nrcac-device-root.pem"];

fn first(file: &Path) -> Vec<u8> {
    let text = std::fs::read(file).expect("the file can be read");
    pem::read_all(&text).expect("PEM").into_iter().next().expect("an object").der
}

/// When all of them were valid.
fn then() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().expect("a time")
}

#[test]
fn each_operating_authority_chains_to_its_national_root_and_to_no_other() {
    let Some(folder) = shared("vectors/operating-cas") else { return };
    let parent = folder.parent().expect("a parent");
    let roots = ROOTS.map(|root| first(&parent.join(root)));
    let mut under = [0; ROOTS.len()];
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry").path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "crt"))
        .collect();
    files.sort();
    let (mut all, mut refused) = (0, Vec::new());
    for file in &files {
        let name = file.display();
        let der = first(file);
        if roots.contains(&der) {
            continue;
        }
        all += 1;
        let verdicts: Vec<_> = roots
            .iter()
            .map(|root| {
                // The other roots stand among the untrusted: what is in the pool is not trusted for that.
                let others = roots.iter().filter(|other| *other != root).cloned().collect();
                let case = Case::new(name.to_string(), true, der.clone(), then());
                validator::judge(&Case { anchors: vec![root.clone()], intermediates: others, ..case })
            })
            .collect();
        let accepted: Vec<_> = (0..ROOTS.len()).filter(|root| verdicts[*root].is_ok()).collect();
        match accepted[..] {
            [root] => under[root] += 1,
            _ => refused.push(format!("{name}: {verdicts:?}")),
        }
    }
    println!("operating authorities: {all}, by root {under:?}");
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert_eq!(all, 86);
}
