//! The layers of docs/ARCHITECTURE.md, kept by a program: which module may use which, and which library stays where.

use std::fs;
use std::path::{Path, PathBuf};

/// A module of a crate and the other modules of the crate that it may use.
type Layers = &'static [(&'static str, &'static [&'static str])];

const CORE: Layers = &[
    ("encoding", &[]),
    ("algorithm", &["encoding", "key"]),
    ("key", &["encoding", "algorithm"]),
    ("keystore", &["encoding", "algorithm", "key"]),
    ("custody", &["algorithm", "key", "keystore"]),
    ("x509", &["encoding", "algorithm", "key"]),
    ("cms", &["encoding", "algorithm", "key", "x509"]),
    ("pkcs12", &["encoding", "algorithm", "key", "x509", "cms"]),
    ("timestamp", &["encoding", "algorithm", "key", "x509", "cms"]),
    ("profile", &["encoding", "algorithm", "key", "x509"]),
    ("lint", &["encoding", "algorithm", "key", "x509", "profile", "ocsp"]),
    ("revocation", &["x509"]),
    ("ocsp", &["encoding", "algorithm", "key", "x509", "revocation"]),
    ("path", &["encoding", "algorithm", "key", "x509", "revocation", "ocsp"]),
    ("issuance", &["encoding", "algorithm", "key", "x509", "profile", "lint"]),
    ("crl", &["encoding", "algorithm", "key", "x509", "lint", "issuance", "revocation"]),
    ("audit", &["algorithm"]),
    ("backup", &["algorithm", "key"]),
    (
        "ceremony",
        &[
            "encoding",
            "algorithm",
            "key",
            "custody",
            "x509",
            "profile",
            "path",
            "issuance",
            "revocation",
            "crl",
        ],
    ),
];

const SERVER: Layers = &[
    ("port", &[]),
    ("store", &["port"]),
    ("folder", &["port"]),
    ("clock_peers", &["port"]),
    ("off_host", &["port"]),
    ("service", &["port"]),
    ("signer", &["port"]),
    ("job", &["service"]),
    ("config", &["service"]),
    ("http", &["service", "port", "config"]),
    (
        "command",
        &["http", "job", "service", "signer", "port", "store", "folder", "off_host", "clock_peers", "config"],
    ),
];

/// Libraries that stay in one folder: their types would carry their design everywhere.
const CONFINED: &[(&str, &str, &[&str])] = &[
    ("ca-server/src", "diesel", &["store"]),
    ("ca-server/src", "actix_web", &["http", "command"]),
    ("ca-cli/src", "clap", &["args", "lib.rs", "command/man.rs"]),
    ("ca-cli/src", "ureq", &["client"]),
    ("ca-server/src", "ureq", &["clock_peers", "off_host"]),
    ("ca-core/drivers/sdf/src", "libloading", &["library.rs"]),
];

/// The Rust files below a folder that are part of the product, with their text up to their own tests.
fn product(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            if ["tests", "testing", "fixture", "fixtures"].contains(&name.as_str())
                || name.ends_with("_tests")
            {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source is readable");
                let product = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
                found.push((path, product));
            }
        }
    }
    found
}

/// The first module that `crate::…` names, at each place.
fn used(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1))
        .filter_map(|rest| {
            rest.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')).next()
        })
        .filter(|name| !name.is_empty())
}

/// The module that a file belongs to.
fn module_of(folder: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(folder).expect("the file is in the folder");
    let first =
        inside.components().next().expect("a path has parts").as_os_str().to_string_lossy().into_owned();
    first.strip_suffix(".rs").unwrap_or(&first).to_owned()
}

fn check(folder: &str, layers: Layers) {
    let folder = tests::workspace::root().join(folder);
    let mut wrong = Vec::new();
    for (path, text) in product(&folder) {
        let module = module_of(&folder, &path);
        let Some((_, allowed)) = layers.iter().find(|(name, _)| *name == module) else {
            assert!(["lib", "main"].contains(&module.as_str()), "{module} has no layer: give it one here");
            continue;
        };
        for name in used(&text) {
            let known = layers.iter().any(|(other, _)| *other == name);
            if known && name != module && !allowed.contains(&name) {
                wrong.push(format!("{}: {module} may not use {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_uses_lower_modules_only() {
    check("ca-core/src", CORE);
}

#[test]
fn the_server_keeps_its_direction() {
    check("ca-server/src", SERVER);
}

#[test]
fn a_library_stays_where_it_belongs() {
    let mut wrong = Vec::new();
    for (folder, library, homes) in CONFINED {
        let folder = tests::workspace::root().join(folder);
        for (path, text) in product(&folder) {
            let inside = path.strip_prefix(&folder).expect("the file is in the folder");
            let at_home = homes.iter().any(|home| inside.starts_with(home));
            let named =
                |line: &&str| !line.trim_start().starts_with("//") && line.contains(&format!("{library}::"));
            if let Some(line) = text.lines().find(named).filter(|_| !at_home) {
                wrong.push(format!("{}: {line}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_names_every_module() {
    let map = fs::read_to_string(tests::workspace::root().join("docs/ARCHITECTURE.md")).expect("the map");
    for (module, _) in CORE.iter().chain(SERVER) {
        assert!(map.contains(&format!("`{module}")), "docs/ARCHITECTURE.md does not name {module}");
    }
}

/// The one file of the product whose code the compiler cannot check.
const UNSAFE: &str = "ca-core/drivers/sdf/src/library.rs";

#[test]
fn only_the_driver_of_sdf_calls_foreign_code_by_itself() {
    let root = tests::workspace::root();
    let mut found = Vec::new();
    for folder in ["ca-core", "ca-server/src", "ca-cli/src", "schemas/src"] {
        for (path, text) in product(&root.join(folder)) {
            if text.lines().any(|line| line.split("//").next().is_some_and(|code| code.contains("unsafe {")))
            {
                found.push(path.strip_prefix(&root).expect("below the root").display().to_string());
            }
        }
    }
    assert_eq!(found, [UNSAFE]);
}

#[test]
fn each_unsafe_block_says_why_it_is_sound() {
    let text = fs::read_to_string(tests::workspace::root().join(UNSAFE)).expect("the driver");
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        if code.contains("unsafe {") || code.contains("unsafe impl") {
            let above = &lines[number.saturating_sub(4)..number];
            assert!(above.iter().any(|line| line.contains("// SAFETY:")), "line {}: {line}", number + 1);
        }
    }
}
