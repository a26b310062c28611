//! Every code block of the README and the documentation does what it says.

use std::path::PathBuf;

fn documents() -> Vec<PathBuf> {
    let root = tests::workspace::root();
    let mut found: Vec<PathBuf> = ["", "docs", "docs/adr"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).expect("a folder of documents"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    found.sort();
    found
}

#[test]
fn code_blocks_do_what_they_say() {
    let documents = documents();
    assert!(documents.iter().any(|path| path.ends_with("README.md")));
    for document in documents {
        tests::documentation::run(&document);
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    for document in documents() {
        let text = std::fs::read_to_string(&document).expect("a document is readable");
        let folder = document.parent().expect("a file has a folder");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            assert!(folder.join(file).exists(), "{}: {target} leads nowhere", document.display());
        }
    }
}
