//! The published description of the REST interface.

use std::path::Path;

use crate::support::server::Server;

/// `UPDATE_OPENAPI=1` writes the file anew.
#[test]
fn the_description_in_the_repository_is_the_servers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/openapi/openapi.json");
    let document = ca_server::http::openapi::document();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        ca_core::keystore::file::replace(&path, document.as_bytes(), ca_core::keystore::file::Access::Public)
            .unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(stored, document, "run the test with UPDATE_OPENAPI=1 and look at the difference");
}

#[test]
fn it_can_be_fetched_without_a_signature() {
    let server = Server::start();
    let response = server.secure().get("/api/openapi.json");
    assert_eq!(response.text(), ca_server::http::openapi::document());
    let json = response.json();
    let operations: usize =
        json["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(operations, 18);
}
