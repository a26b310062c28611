//! A backup made beside a running server, looked at, altered, and restored elsewhere.

use std::path::{Path, PathBuf};

use ca_core::algorithm::KeySpec;
use ca_core::encoding::pem;
use ca_core::key::PrivateKey;
use ca_core::keystore::file::{self, Access};
use tempfile::TempDir;

use crate::support::request::enroll;
use crate::support::server::{Server, command, database_of, run};

struct Room {
    folder: TempDir,
    public: PathBuf,
    private: PathBuf,
}

impl Room {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let key = PrivateKey::generate(KeySpec::Sm2, &mut rng).unwrap();
        let (public, private) = (folder.path().join("backup.pub"), folder.path().join("backup.key"));
        let text = pem::write("PUBLIC KEY", key.public_key().spki_der());
        file::write_new(&public, text.as_bytes(), Access::Public).unwrap();
        let text = key.to_pem(None, &mut rng).unwrap();
        file::write_new(&private, text.as_bytes(), Access::Private).unwrap();
        Self { folder, public, private }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// A configuration over the folder `data`, with the store of that line, or a file in it.
    fn configuration(&self, name: &str, data: &Path, store: &str) -> String {
        let text = format!(
            "{store}data = {data:?}\npublic_url = \"http://ca.example\"\n[http]\nlisten = \"127.0.0.1:0\"\n[https]\nlisten = \
             \"127.0.0.1:0\"\n"
        );
        let path = self.path(name);
        file::replace(path.as_ref(), text.as_bytes(), Access::Public).unwrap();
        path
    }
}

fn done(arguments: &[&str]) -> String {
    let (output, errors) = run(command().args(arguments));
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(arguments: &[&str], code: &str) {
    let (output, errors) = run(command().args(arguments));
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
    assert!(errors.trim_end().ends_with(&format!("[{code}]")), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
}

#[test]
fn a_backup_is_made_beside_a_server_looked_at_and_restored() {
    let room = Room::new();
    let server = Server::start();
    let device = enroll(&server, "camera-1");
    let store = database_of(server.data()).map(|url| format!("database = {url:?}\n")).unwrap_or_default();
    let config = room.configuration("ca.toml", server.data(), &store);
    let (file, public, private) =
        (room.path("one.backup"), room.public.to_str().unwrap(), room.private.to_str().unwrap());

    let made = done(&["backup", "--config", &config, "--to", public, &file]);
    assert!(made.contains("its audit ends with entry"), "{made}");
    refused(&["backup", "--config", &config, "--to", public, &file], "backup-exists");
    refused(&["backup", "--config", &config, &room.path("two.backup")], "config-value");

    assert!(done(&["backup", "verify", &file]).contains("is complete"));
    assert_eq!(done(&["backup", "verify", &file, "--key", private]), made);
    let bytes = std::fs::read(&file).unwrap();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(!holds(b"camera-1") && !holds(&device.der()[..64]), "the rows are in the clear");

    // Other keys, and other bytes, are refused and leave nothing.
    let other = Room::new();
    let empty = room.folder.path().join("restored");
    let restored = room.configuration("restored.toml", &empty, "");
    let with = |file: &str, key: &str| -> Vec<String> {
        ["restore", "--config", &restored, file, "--key", key].map(str::to_owned).to_vec()
    };
    let attempts = [
        (with(&file, other.private.to_str().unwrap()), "backup-for-other-key"),
        (with(&room.path("nowhere.backup"), private), "backup-not-accessible"),
        (with(&altered(&room, &bytes, bytes.len() - 40), private), "backup-checksum-wrong"),
        (with(&altered(&room, &bytes, bytes.len() - 1), private), "backup-checksum-wrong"),
        (with(&cut(&room, &bytes), private), "backup-truncated"),
    ];
    for (arguments, code) in &attempts {
        refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), code);
        assert!(!empty.join("cityca.sqlite").exists(), "{code}");
    }

    let said = done(&["restore", "--config", &restored, &file, "--key", private]);
    assert!(said.contains("What was issued or revoked since is not in it"), "{said}");
    refused(&["restore", "--config", &restored, &file, "--key", private], "store-not-empty");
    let list = |config: &str| done(&["administrator", "list", "--config", config]);
    assert_eq!(list(&restored), list(&config));
    // The restore itself is on the record, and the quarantine: a backup of what was restored has two entries more.
    let again = room.path("again.backup");
    let count = |text: &str| -> u64 {
        let rest = text.split("ends with entry ").nth(1).unwrap();
        rest.split(',').next().unwrap().parse().unwrap()
    };
    let second = done(&["backup", "--config", &restored, "--to", public, &again]);
    assert_eq!(count(&second), count(&made) + 2);

    // It issues again when it was told what it forgot.
    refused(&["recover", "--config", &restored], "recovery-incomplete");
    refused(&["recover", "--config", &restored, "--crl", &file], "crl-malformed");
    refused(&["recover", "--config", &restored, "--log", &file], "off-host-malformed");
    refused(
        &["recover", "--config", &restored, "--log", &room.path("nowhere.log")],
        "off-host-not-accessible",
    );
    let lists = ["issuing", "root"].map(|name| server.data().join(format!("publication/{name}.crl")));
    let [issuing, root] = lists.map(|path| path.to_str().unwrap().to_owned());
    let recover = ["recover", "--config", &restored, "--crl", &issuing, "--crl", &root];
    assert!(done(&[&recover[..], &["--dry-run"]].concat()).contains("the quarantine stands"));
    assert!(done(&recover).contains("is over"));
    assert!(done(&recover).contains("the store is not in quarantine"));
}

fn altered(room: &Room, bytes: &[u8], place: usize) -> String {
    let mut bytes = bytes.to_vec();
    bytes[place] ^= 1;
    let path = room.path(&format!("altered-{place}.backup"));
    file::write_new(path.as_ref(), &bytes, Access::Private).unwrap();
    path
}

fn cut(room: &Room, bytes: &[u8]) -> String {
    let path = room.path("cut.backup");
    file::write_new(path.as_ref(), &bytes[..bytes.len() / 2], Access::Private).unwrap();
    path
}
