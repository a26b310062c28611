//! Roots whose keys are in a token or device: the same ceremonies, and the destruction of the key in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use ca_core::algorithm::{KeySpec, Signer as _, Sm2Parameters};
use ca_core::key::PrivateKey;
use ca_core::keystore::file::{Access, write_new};
use sdf_software::{Key, install};
use tests::judge::Judge;

use crate::life::Life;
use crate::plans::{self, officers};
use crate::room::{Asked, Held, Script};

/// Where Debian puts SoftHSM, by the kind of machine.
const MODULES: [&str; 2] =
    ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"];
const PIN: &str = "1234-Zx";

/// A fresh token in a folder: the lines that say where it is, and what the program needs in its environment.
pub(crate) fn token(folder: &Path) -> Option<(String, (String, String))> {
    let Some(module) = MODULES.iter().find(|path| Path::new(path).exists()) else {
        println!("skipped: SoftHSM is not installed: apt-get install softhsm2");
        return None;
    };
    let tokens = folder.join("tokens");
    std::fs::create_dir_all(&tokens).expect("a folder for tokens");
    let configuration = folder.join("softhsm2.conf");
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
    write_new(&configuration, text.as_bytes(), Access::Private).expect("a configuration");
    let made = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "City CA", "--pin", PIN, "--so-pin", "87654321"])
        .env("SOFTHSM2_CONF", &configuration)
        .output()
        .expect("softhsm2-util starts");
    assert!(made.status.success(), "{made:?}");
    let pin = pin(folder, PIN);
    let settings =
        format!("custody = \"pkcs11\"\nmodule = {module:?}\ntoken = \"City CA\"\npin_file = {pin:?}\n");
    Some((settings, ("SOFTHSM2_CONF".to_owned(), configuration.display().to_string())))
}

fn pin(folder: &Path, pin: &str) -> PathBuf {
    let file = folder.join("pin");
    write_new(&file, pin.as_bytes(), Access::Private).expect("a file of the PIN");
    file
}

/// A root on a device, from its making to its end.
struct Rooted {
    life: Life,
    environment: Vec<(String, String)>,
    custody: &'static str,
}

impl Rooted {
    fn new(custody: &'static str, settings: &str, environment: Vec<(String, String)>, life: Life) -> Self {
        let mut life = life;
        let file = life.room.write("device.toml", settings);
        life.extra = vec!["--device".to_owned(), file];
        Self { life, environment, custody }
    }

    fn script(&self) -> Script {
        Script { environment: self.environment.clone(), ..self.life.script("none") }
    }

    fn plan(&self, kind: &str, tables: &str) -> String {
        let head = self.life.head(kind, &officers());
        head.replace("custody = \"file\"", &format!("custody = {:?}", self.custody)) + tables
    }

    fn issuer(&self) -> String {
        let issuer = plans::issuer(&self.life.digest("root/root.pem"), "");
        issuer.replace("sealed_key = \"\"\n", "")
    }

    fn hold(&mut self, name: &str, plan: &str) -> Held {
        let script = self.script();
        self.life.hold(name, plan, &script)
    }

    /// Root, issuing authority, list, end. Gives what was asked when it ended.
    fn live(&mut self, key: &str) -> Held {
        let root = plans::root_table("root", "City Root", "2046-02-28T23:59:59Z");
        let root = root.replace("[shares]\nthreshold = 3\n\n", "").replace("\"sm2\"", &format!("{key:?}"));
        let made = self.hold("root", &self.plan("root", &root));
        for never in [Asked::NewPassphrase, Asked::ShareFile] {
            assert!(!made.asked.contains(&never), "there are no shares: {:?}", made.asked);
        }
        let request = self.life.request("issuing", "City Issuing");
        let tables = self.issuer() + &plans::issuing_table(&request);
        self.hold("issuing", &self.plan("issuing", &tables));
        let tables = self.issuer() + &plans::crl_table(1, "none", &[]);
        let plan = self.plan("crl", &tables);
        // The power fails once: the device is opened anew.
        let script = self.script();
        let cut = Script { cut_at: Some((Asked::AgreeYes, 0)), ..script.clone() };
        let held = self.life.hold_cut("crl", &plan, &[cut, script]);
        assert!(held[1].asked.contains(&Asked::KeyName), "{:?}", held[1].asked);
        self.judged();
        let previous = self.life.digest("crl/crl.pem");
        let end = "[termination]\nreason = \"a test\"\ndestruction = \"in the device\"\n";
        let tables = self.issuer() + &plans::crl_table(2, &previous, &[]) + end;
        let ended = self.hold("termination", &self.plan("termination", &tables));
        self.life.verify();
        ended
    }

    /// Tries the device alone: what it is where no code of a refusal is expected.
    fn checked(&self, keys: &[&str], refused: &str) -> String {
        let settings = self.life.room.path("device.toml").display().to_string();
        let words = [&["ceremony", "check-device"][..], keys, &[&settings]].concat();
        let script = Script { environment: self.environment.clone(), ..Script::default() };
        let said = self.life.room.talk(&words, script);
        assert_eq!(said.status, Some(if refused.is_empty() { 0 } else { 1 }), "{}", said.screen);
        assert!(
            said.screen.contains(if refused.is_empty() { "The device works" } else { refused }),
            "{}",
            said.screen
        );
        said.screen
    }

    fn judged(&self) {
        let Some(judge) = Judge::get() else { return };
        let path = |name: &str| self.life.room.path(name);
        let root = path("root/root.pem");
        judge.certificate(&root, &root).expect("a root");
        judge.certificate(&root, &path("issuing/issuing.pem")).expect("the root certifies the authority");
        assert_eq!(judge.crl(&root, &path("crl/crl.pem")).expect("the root signs the list").number, 1);
    }

    fn transcript(&self, name: &str) -> String {
        let file = self.life.room.path(name).join("transcript.jsonl");
        std::fs::read_to_string(file).expect("a transcript")
    }
}

#[test]
fn a_root_lives_in_a_token_and_its_key_is_destroyed_there() {
    for (key, protection) in [("p256", "custody is the device"), ("sm2", "the device only wraps the key")] {
        let life = Life::empty(0);
        let Some((settings, environment)) = token(&life.room.path(".")) else { return };
        let mut root = Rooted::new("pkcs11", &settings, vec![environment], life);
        root.checked(&["--key", "root-1"], "custody-key-missing");
        let ended = root.live(key);
        assert!(root.transcript("root").contains("SoftHSM"), "the device is on the record");
        assert!(root.transcript("root").contains(protection), "{}", root.transcript("root"));
        assert!(ended.asked.contains(&Asked::DestroyKey) && ended.screen.contains("is destroyed"));
        // It is gone: nothing can be signed with it any more.
        let previous = root.life.digest("termination/crl.pem");
        let tables = root.issuer() + &plans::crl_table(3, &previous, &[]);
        let held = root.life.attempt("after-the-end", &root.plan("crl", &tables), &root.script());
        assert_eq!(held.refusals, ["custody-key-missing"], "{}", held.screen);
    }
}

#[test]
fn a_root_lives_in_an_sdf_device_whose_administration_makes_and_destroys_keys() {
    let life = Life::empty(0);
    let folder = life.room.path("sdf");
    std::fs::create_dir(&folder).expect("a folder for the device");
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    let key = PrivateKey::generate(KeySpec::Sm2, &mut rng).expect("a key");
    let scalar = key.to_scalar().expect("a scalar").as_slice().try_into().expect("32 octets");
    let library = install(&folder, &[Key { index: 1, password: "Right-7531", scalar }]);
    let pin = pin(&folder, "Right-7531");
    let settings =
        format!("custody = \"sdf\"\nlibrary = {library:?}\npin_file = {pin:?}\nkeys = {{ root-1 = 1 }}\n");
    let mut root = Rooted::new("sdf", &settings, vec![], life);
    // The keys that the settings name sign, before anything depends on them.
    assert!(root.checked(&[], "").contains("root-1 (sm2)"));
    let ended = root.live("sm2");
    // The interface has no function for it: that is told, and people do it by the tool of the maker and say how.
    assert!(ended.screen.contains("custody-made-elsewhere"), "{}", ended.screen);
    assert!(ended.asked.contains(&Asked::DestroyedHow));
    assert!(root.transcript("termination").contains("key-in-device"));
    let made = std::fs::read(root.life.room.path("root/root.pem")).expect("the root");
    let der = ca_core::encoding::pem::read_one_of(&made, &["CERTIFICATE"]).expect("PEM");
    let certificate = ca_core::x509::Certificate::from_der(&der).expect("a certificate");
    let of_device = key.into_signer(Sm2Parameters::Absent);
    assert_eq!(&certificate.public_key().expect("a key"), of_device.public_key());
}
