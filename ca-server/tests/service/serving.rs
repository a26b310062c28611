//! `ca-server serve` over a store that was provisioned.

use std::fs::{self, File};
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use ca_server::port::record::Origin;
use ca_server::port::store::AuthorityStore as _;
use ca_server::port::{Act, new_record_id};
use ca_server::store::{Location, SqlStore};
use tempfile::TempDir;

use crate::support::client::Peer;
use crate::support::request::rng;
use crate::support::server::{Server, command};
use crate::support::signed::now;

/// The folder of keys, with the mode that the server asks for.
fn make_folder_of_keys(data: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(data.join("keys")).unwrap();
}

/// A store with the authorities of `made`, as if a ceremony had made them.
pub(crate) fn provision(made: &Path, data: &Path) {
    provision_into(made, data, Location::file(data.join("cityca.sqlite")));
}

/// The same in this database.
pub(crate) fn provision_into(made: &Path, data: &Path, store: Location) {
    make_folder_of_keys(data);
    let from = SqlStore::open(Location::file(made.join("cityca.sqlite"))).unwrap();
    let to = SqlStore::open(store).unwrap();
    let at = now();
    let act = Act::system("test", new_record_id(at, &mut rng()), at);
    let mut records = from.authorities().unwrap();
    // Parents first.
    records.sort_by_key(|record| record.parent.is_some());
    for mut record in records {
        let file = format!("{}.key", record.key);
        fs::copy(made.join("keys").join(&file), data.join("keys").join(&file)).unwrap();
        record.origin = Origin::Ceremony;
        to.add_authority(&act, &record).unwrap();
    }
}

pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn authorities_of_a_ceremony_are_served_with_status_from_the_first_moment() {
    let folder = TempDir::new().unwrap();
    let made = folder.path().join("made");
    drop(Server::start_in(&made, &[]));
    let data = folder.path().join("data");
    provision(&made, &data);

    let config = folder.path().join("ca.toml");
    let text = format!(
        "data = {data:?}\npublic_url = \"http://ca.example\"\n[http]\nlisten = \"127.0.0.1:0\"\n\
         [https]\nlisten = \"127.0.0.1:0\"\nauthorities = [\"ca.example:8443\"]\n[log]\nformat = \"json\"\n"
    );
    ca_core::keystore::file::write_new(&config, text.as_bytes(), ca_core::keystore::file::Access::Public)
        .unwrap();
    let (_running, peer, _) = serve(folder.path(), &config);
    for path in ["/readyz", "/crl/root.crl", "/crl/issuing.crl", "/ca/issuing.cer"] {
        assert_eq!(peer.get(path).status, 200, "{path}");
    }
    assert!(data.join("tls-ca.pem").exists(), "an own HTTPS certificate was made");
}

/// Starts `serve` with a configuration and waits until it says that it is ready; gives its plain listener and log.
fn serve(folder: &Path, config: &Path) -> (Running, Peer, std::path::PathBuf) {
    let log = folder.join("serve.log");
    let mut serve = command();
    serve.arg("serve").arg("--config").arg(config).stderr(File::create(&log).unwrap());
    let running = Running(serve.spawn().unwrap());
    let begun = Instant::now();
    loop {
        let text = fs::read_to_string(&log).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(60), "not ready: {text}");
        let events = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        if let Some(ready) = events.into_iter().find(|event| event["outcome"] == "ready") {
            let address = ready["http"].as_str().unwrap().parse().unwrap();
            return (running, Peer::plain(address), log);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn an_empty_store_is_served_and_says_what_is_missing() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    make_folder_of_keys(&data);
    SqlStore::open(Location::file(data.join("cityca.sqlite"))).unwrap();
    let config = folder.path().join("ca.toml");
    let text = format!(
        "data = {data:?}\npublic_url = \"http://ca.example\"\n[http]\nlisten = \"127.0.0.1:0\"\n\
         [https]\nlisten = \"127.0.0.1:0\"\nauthorities = [\"ca.example:8443\"]\n[log]\nformat = \"json\"\n"
    );
    ca_core::keystore::file::write_new(&config, text.as_bytes(), ca_core::keystore::file::Access::Public)
        .unwrap();
    let (_running, peer, log) = serve(folder.path(), &config);
    assert_eq!(peer.get("/healthz").status, 200);
    let ready = peer.get("/readyz");
    assert_eq!(ready.status, 503);
    assert!(ready.text().contains("no authority is certified"), "{}", ready.text());
    assert_eq!(peer.get("/crl/root.crl").status, 404);
    let log = fs::read_to_string(log).unwrap();
    assert!(
        log.contains("no administrator is registered") && log.contains("no authority is certified"),
        "{log}"
    );
}
