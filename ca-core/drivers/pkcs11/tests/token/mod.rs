//! A fresh token of SoftHSM for each test, in a process of its own: SoftHSM reads where its tokens are once a process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ca_core::custody::{CustodyError, KeyName};
use ca_core::key::Password;
use ca_core::keystore::file::{Access, replace, write_new};
use ca_pkcs11::{Pkcs11Custody, Wanted};
use getrandom::SysRng;
use rand_core::UnwrapErr;

/// Where Debian puts SoftHSM, by the kind of machine.
const MODULES: [&str; 2] =
    ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"];

/// Says where the token is to the process that is started for a test.
const FOLDER: &str = "CITYCA_TEST_TOKEN";

pub const LABEL: &str = "City CA";
pub const PIN: &str = "1234-Zx";
pub const SO_PIN: &str = "87654321";

pub struct Token {
    folder: PathBuf,
}

/// Runs a test with a token, where SoftHSM is installed.
pub fn with_token(test: impl FnOnce(&Token)) {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return test(&Token { folder: folder.into() });
    }
    if module().is_none() {
        println!("skipped: SoftHSM is not installed: apt-get install softhsm2");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let token = Token { folder: folder.path().to_owned() };
    token.set_up();
    let name = std::thread::current().name().expect("tests have names").to_owned();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture", "--test-threads", "1"])
        .env(FOLDER, folder.path())
        .env("SOFTHSM2_CONF", token.configuration())
        .status()
        .unwrap();
    assert!(status.success(), "{name} failed with its token");
}

pub fn module() -> Option<PathBuf> {
    MODULES.iter().map(PathBuf::from).find(|path| path.exists())
}

pub fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

pub fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

pub fn password(text: &str) -> Option<Password> {
    Some(Password::new(text.to_owned().into()).unwrap())
}

pub fn code<T>(result: Result<T, CustodyError>) -> &'static str {
    result.err().map_or("none", |error| error.code())
}

impl Token {
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn configuration(&self) -> PathBuf {
        self.folder.join("softhsm2.conf")
    }

    fn set_up(&self) {
        let tokens = self.folder.join("tokens");
        std::fs::create_dir(&tokens).unwrap();
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        write_new(&self.configuration(), text.as_bytes(), Access::Private).unwrap();
        self.add(LABEL);
    }

    /// Makes a further token.
    pub fn add(&self, label: &str) {
        let output = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN])
            .env("SOFTHSM2_CONF", self.configuration())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// The custody by the token.
    pub fn custody(&self) -> Pkcs11Custody {
        self.custody_of(module().unwrap(), LABEL, PIN, 4, Duration::from_secs(20))
    }

    pub fn custody_of(
        &self,
        module: PathBuf,
        label: &str,
        pin: &str,
        sessions: u32,
        limit: Duration,
    ) -> Pkcs11Custody {
        let wanted = Wanted { label: Some(label.to_owned()), serial: None };
        Pkcs11Custody::new(module, wanted, password(pin), sessions, limit).unwrap()
    }

    /// The library between this program and SoftHSM that makes faults, compiled for this token.
    pub fn faulty_module(&self) -> PathBuf {
        let library = self.folder.join("libfaults.so");
        if !library.exists() {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/token/faults.c");
            let output = Command::new("cc")
                .args(["-shared", "-fPIC", "-Wall", "-Wno-pedantic", "-O1", "-o"])
                .arg(&library)
                .arg(format!("-DFAULT=\"{}\"", self.fault_file().display()))
                .arg(format!("-DMODULE=\"{}\"", module().unwrap().display()))
                .arg(source)
                .arg("-ldl")
                .output()
                .expect("the suite installs a C compiler");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        library
    }

    /// The custody by the token behind the library that makes faults.
    pub fn faulty(&self, pin: &str, limit: Duration) -> Pkcs11Custody {
        self.custody_of(self.faulty_module(), LABEL, pin, 2, limit)
    }

    /// Makes a fault from now on; an empty name makes none.
    pub fn set_fault(&self, fault: &str) {
        replace(&self.fault_file(), fault.as_bytes(), Access::Private).unwrap();
    }

    /// How often somebody tried to log in.
    pub fn logins(&self) -> u64 {
        std::fs::metadata(self.folder.join("fault.logins")).map_or(0, |metadata| metadata.len())
    }

    fn fault_file(&self) -> PathBuf {
        self.folder.join("fault")
    }
}
