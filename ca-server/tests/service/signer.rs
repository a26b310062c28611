//! The isolated signer: the keys of authorities are in one process, everything else in another.

mod lists;
mod roles;

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ca_core::algorithm::{KeyElsewhere, KeySpec, Sm2Parameters};
use ca_core::encoding::pem;
use ca_core::issuance::{AuthorizedRequest, Choices, Issuer, PreparedCertificate, Urls};
use ca_core::key::{BlockedKeys, NormalizedKey};
use ca_core::profile::ProfileSet;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::request::CertificationRequest;
use ca_core::x509::serial::SerialNumber;
use ca_server::port::Signer as _;
use ca_server::port::store::{AuthorityStore as _, CertificateStore as _};
use ca_server::signer::{Address, SignerClient, TlsFiles};
use ca_server::store::{Location, SqlStore};
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use schemas::signer::{CertificateAsk, RecallAsk};
use tempfile::TempDir;

use crate::serving::{Running, provision};
use crate::support::client::{Peer, Response};
use crate::support::request::{basic, certificates, csr, rng};
use crate::support::server::{Server, command, run};
use crate::support::signed::now;

const PATIENCE: Duration = Duration::from_secs(60);

/// The folders of the two, and how they are reached.
struct World {
    folder: TempDir,
    address: String,
    more: String,
}

fn write(path: &Path, text: &str) {
    use ca_core::keystore::file::{Access, write_new};
    let _ = fs::remove_file(path);
    write_new(path, text.as_bytes(), Access::Private).unwrap();
}

impl World {
    /// Authorities as if a ceremony had made them: their keys are the signer's, everything else is the server's.
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (made, data, sign) =
            (folder.path().join("made"), folder.path().join("data"), folder.path().join("sign"));
        drop(Server::start_in(&made, &[]));
        provision(&made, &data);
        fs::create_dir(&sign).unwrap();
        fs::rename(data.join("keys"), sign.join("keys")).unwrap();
        fs::create_dir(data.join("keys")).unwrap();
        fs::set_permissions(data.join("keys"), fs::Permissions::from_mode(0o700)).unwrap();
        for file in ["root.pem", "issuing.pem"] {
            fs::copy(made.join(file), sign.join(file)).unwrap();
        }
        let address = format!("unix:{}", sign.join("s.sock").display());
        Self { folder, address, more: String::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start(&self, name: &str, text: &str, user: Option<u32>) -> (Running, serde_json::Value) {
        let config = self.path(&format!("{name}.toml"));
        write(&config, text);
        let log = self.path(&format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log).unwrap();
        let before = fs::read_to_string(&log).unwrap().len();
        let mut serve = command();
        if let Some(user) = user {
            fs::set_permissions(&config, fs::Permissions::from_mode(0o644)).unwrap();
            serve.uid(user);
        }
        serve.arg("serve").arg("--config").arg(&config).stderr(file);
        let mut child: Child = serve.spawn().unwrap();
        let begun = Instant::now();
        loop {
            let text = fs::read_to_string(&log).unwrap();
            let mut events = text[before..]
                .lines()
                .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
            if let Some(ready) = events.find(|event| event["outcome"] == "ready") {
                return (Running(child), ready);
            }
            assert!(child.try_wait().unwrap().is_none() && begun.elapsed() < PATIENCE, "{name}: {text}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn signer_config(&self) -> String {
        let sign = self.path("sign");
        let authority = |name: &str| {
            format!(
                "[[signer.authorities]]\nname = {name:?}\ncertificate = {:?}\n",
                sign.join(format!("{name}.pem"))
            )
        };
        format!(
            "data = {sign:?}\nroles = [\"sign\"]\npublic_url = \"http://ca.example\"\n[log]\nformat = \"json\"\n\
             [signer]\naddress = {:?}\n{}\n{}{}",
            self.address,
            self.more,
            authority("root"),
            authority("issuing")
        )
    }

    fn signer(&self) -> Running {
        self.start("signer", &self.signer_config(), None).0
    }

    fn server_config(&self) -> PathBuf {
        self.path("server.toml")
    }

    fn server(&self) -> (Running, Place) {
        let text = format!(
            "data = {:?}\nroles = [\"issue\", \"status\", \"enroll\", \"admin\"]\npublic_url = \"http://ca.example\"\n\
             [http]\nlisten = \"127.0.0.1:0\"\n[https]\nlisten = \"127.0.0.1:0\"\n[log]\nformat = \"json\"\n\
             [store]\ntake_over_seconds = 1\n[status]\nrenewal_check_seconds = 1\n[signer]\naddress = {:?}\n",
            self.path("data"),
            self.address
        );
        let (running, ready) = self.start("server", &text, None);
        let credentials = self.path("credentials");
        if !credentials.exists() {
            let (output, errors) = run(command()
                .args(["credential", "add", "--user", "device", "--config"])
                .arg(self.server_config())
                .arg("--out")
                .arg(&credentials));
            assert!(output.status.success(), "{errors}");
        }
        let address = |name: &str| ready[name].as_str().unwrap().parse().unwrap();
        let place = Place {
            http: address("http"),
            https: address("https"),
            trust: fs::read(self.path("data").join("tls-ca.pem")).unwrap(),
            credentials: fs::read_to_string(credentials).unwrap().trim_end().to_owned(),
        };
        (running, place)
    }

    fn store(&self) -> SqlStore {
        SqlStore::open(Location::file(self.path("data").join("cityca.sqlite"))).unwrap()
    }

    /// The end of the log of one of the two.
    fn last_words(&self, name: &str) -> String {
        let log = fs::read_to_string(self.path(&format!("{name}.log"))).unwrap();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// The serials of certificates on the signer's record.
    fn signed(&self) -> Vec<SerialNumber> {
        let text = fs::read_to_string(self.path("sign").join("signed.log")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line.split_once(' ').unwrap().1).unwrap())
            .filter(|entry| entry["what"] == "certificate" && entry["authority"] == "issuing")
            .map(|entry| entry["serial"].as_str().unwrap().parse().unwrap())
            .collect()
    }
}

#[derive(Clone)]
struct Place {
    http: SocketAddr,
    https: SocketAddr,
    trust: Vec<u8>,
    credentials: String,
}

impl Place {
    /// Its HTTPS listener.
    fn secure(&self) -> Peer {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&self.trust) {
            roots.add(certificate.unwrap()).unwrap();
        }
        let config =
            ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(roots)
                .with_no_client_auth();
        Peer::secure(self.https, Arc::new(config))
    }

    fn enroll(&self, request: &CertificationRequest) -> Response {
        let authorization = basic(&self.credentials);
        let headers = [
            ("Authorization", authorization.as_str()),
            ("Content-Type", "application/pkcs10"),
            ("Accept", "application/x-pem-file"),
        ];
        let body = request.to_pem();
        self.secure().send("POST", "/.well-known/est/simpleenroll", &headers, body.as_bytes())
    }

    fn wait_until_ready(&self) {
        let begun = Instant::now();
        while Peer::plain(self.http).get("/readyz").status != 200 {
            assert!(begun.elapsed() < PATIENCE, "{}", Peer::plain(self.http).get("/readyz").text());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn a_signer_that_is_killed_again_and_again_loses_nothing() {
    let world = World::new();
    let signer = world.signer();
    let (_server, place) = world.server();
    place.wait_until_ready();
    assert!(fs::read_dir(world.path("data").join("keys")).unwrap().flatten().all(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        !name.starts_with("root") && !name.starts_with("issuing")
    }));
    let first = place.enroll(&csr(KeySpec::Sm2, "first"));
    assert_eq!(first.status, 200, "{}", first.text());

    // Away: nothing is issued, and nothing is left behind.
    drop(signer);
    let waiting = csr(KeySpec::Sm2, "waiting");
    let away = place.enroll(&waiting);
    assert_eq!(away.status, 503, "{}", away.text());
    assert_eq!(away.header("retry-after"), Some("1"));
    let mut signer = world.signer();
    assert_eq!(place.enroll(&waiting).status, 200);

    let (stop, refused, issued) = (AtomicBool::new(false), AtomicU32::new(0), AtomicU32::new(0));
    // However slow the machine is, each signer signs some before it is killed.
    let more = |count: u32| {
        let (begun, before) = (Instant::now(), issued.load(Ordering::Relaxed));
        while issued.load(Ordering::Relaxed) < before + count {
            assert!(begun.elapsed() < PATIENCE, "{} refused", refused.load(Ordering::Relaxed));
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    // The last signer lives on: it is asked what it signed of the orders that are open still.
    let (received, _signer): (Vec<Certificate>, Running) = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|client| {
                let (place, stop, refused, issued) = (&place, &stop, &refused, &issued);
                scope.spawn(move || {
                    let (mut got, mut number) = (Vec::new(), 0);
                    while !stop.load(Ordering::Relaxed) {
                        number += 1;
                        let response = place.enroll(&csr(KeySpec::Sm2, &format!("device-{client}-{number}")));
                        match response.status {
                            200 => {
                                got.push(certificates(&response.body).remove(0));
                                issued.fetch_add(1, Ordering::Relaxed);
                            }
                            503 => _ = refused.fetch_add(1, Ordering::Relaxed),
                            status => panic!("{status}: {}", response.text()),
                        }
                    }
                    got
                })
            })
            .collect();
        for round in 0..6 {
            more(5);
            // In the middle of something else each time.
            std::thread::sleep(Duration::from_millis(100 + 37 * round));
            drop(signer);
            // Longer than an order waits, at times.
            std::thread::sleep(Duration::from_millis(if round % 3 == 2 { 3500 } else { 50 }));
            signer = world.signer();
        }
        more(5);
        stop.store(true, Ordering::Relaxed);
        (clients.into_iter().flat_map(|client| client.join().unwrap()).collect(), signer)
    });
    let store = world.store();
    let issuing =
        store.authorities().unwrap().into_iter().find(|record| record.name.as_str() == "issuing").unwrap();
    let begun = Instant::now();
    let latest = now() + SignedDuration::from_hours(1);
    while !store.open_intents(latest, 10).unwrap().is_empty() {
        assert!(begun.elapsed() < PATIENCE, "intents stay open: {}", world.last_words("server"));
        std::thread::sleep(Duration::from_millis(100));
    }
    for certificate in &received {
        assert!(store.certificate_status(issuing.id, certificate.serial()).unwrap().is_some());
    }
    let signed = world.signed();
    for serial in &signed {
        assert!(
            store.certificate_status(issuing.id, serial).unwrap().is_some(),
            "{serial} is signed and lost"
        );
    }
    println!(
        "{} received, {} refused, {} signed: each in the store",
        received.len(),
        refused.load(Ordering::Relaxed),
        signed.len()
    );
}

struct NoneBlocked;

impl BlockedKeys for NoneBlocked {
    fn is_blocked(&self, _key: &NormalizedKey) -> bool {
        false
    }
}

/// Asks as a server does, without one.
struct Asker {
    issuer: Issuer,
    profiles: ProfileSet,
    client: SignerClient,
}

impl Asker {
    fn new(world: &World) -> Self {
        Self::over(world, SignerClient::new(world.address.parse().unwrap(), None).unwrap())
    }

    fn over(world: &World, client: SignerClient) -> Self {
        let text = fs::read(world.path("sign").join("issuing.pem")).unwrap();
        let der = pem::read_one_of(&text, &["CERTIFICATE"]).unwrap();
        let certificate = Certificate::from_der(&der).unwrap();
        let key = KeyElsewhere::new(certificate.public_key().unwrap(), Sm2Parameters::default());
        let name = "issuing".parse().unwrap();
        let urls = Urls::under("http://ca.example", &name).unwrap();
        let issuer = Issuer::new(name, certificate, Arc::new(key), urls, &mut rng()).unwrap();
        let profiles = ProfileSet::load(schemas::profiles::DEFAULT.iter().copied()).unwrap();
        Self { issuer, profiles, client }
    }

    /// An ask that is right in everything, and what it is about.
    fn ask(&self, at: Timestamp) -> (CertificateAsk, PreparedCertificate) {
        let request = csr(KeySpec::Sm2, "camera-1");
        let der = request.der().to_vec();
        let profile = self.profiles.get("device").unwrap();
        let request = request.verify().unwrap();
        let authorized =
            AuthorizedRequest::new(Arc::clone(profile), request, Choices::default(), &NoneBlocked).unwrap();
        let serial = SerialNumber::generate(&mut rng());
        let prepared = self.issuer.prepare(authorized, serial.clone(), at, &mut rng()).unwrap();
        let ask = CertificateAsk {
            authority: "issuing".parse().unwrap(),
            profile: "device".to_owned(),
            profile_hash: profile.hash(),
            request: der,
            subject: None,
            alternative_names: None,
            not_after: None,
            serial,
            at,
            tbs_hash: prepared.tbs_hash(),
        };
        (ask, prepared)
    }

    fn refusal(&self, ask: &CertificateAsk) -> &'static str {
        self.client.certificate(ask).unwrap_err().code()
    }
}

#[test]
fn what_was_tampered_with_is_not_signed() {
    let mut world = World::new();
    world.more = "per_minute = 4".to_owned();
    let _signer = world.signer();
    let asker = Asker::new(&world);

    let (good, prepared) = asker.ask(now());
    let signature = asker.client.certificate(&good).unwrap();
    let committed = prepared.commit(|_| Ok::<(), std::convert::Infallible>(())).unwrap();
    let issued = asker.issuer.accept(committed, &signature).unwrap();
    assert_eq!(issued.certificate().serial(), &good.serial);

    let changed = |change: &dyn Fn(&mut CertificateAsk)| {
        let (mut ask, _) = asker.ask(now());
        change(&mut ask);
        asker.refusal(&ask)
    };
    let hash_of = |profile: &str| asker.profiles.get(profile).unwrap().hash();
    assert_eq!(changed(&|ask| ask.tbs_hash[0] ^= 1), "signer-hash");
    assert_eq!(changed(&|ask| ask.serial = SerialNumber::generate(&mut rng())), "signer-hash");
    assert_eq!(changed(&|ask| ask.request = csr(KeySpec::Sm2, "another").der().to_vec()), "signer-hash");
    assert_eq!(changed(&|ask| ask.profile_hash[0] ^= 1), "signer-profile");
    assert_eq!(changed(&|ask| ask.profile = "service".to_owned()), "signer-profile");
    assert_eq!(changed(&|ask| ask.profile = "none".to_owned()), "signer-profile");
    for profile in ["root", "issuing"] {
        let refused =
            changed(&|ask| (ask.profile, ask.profile_hash) = (profile.to_owned(), hash_of(profile)));
        assert_eq!(refused, "signer-profile", "{profile}");
    }
    assert_eq!(changed(&|ask| ask.authority = "other".parse().unwrap()), "signer-authority");
    assert_eq!(changed(&|ask| ask.authority = "root".parse().unwrap()), "signer-profile");
    assert_eq!(changed(&|ask| *ask.request.last_mut().unwrap() ^= 1), "signer-request");
    assert_eq!(changed(&|ask| ask.at += SignedDuration::from_hours(1)), "signer-clock");
    assert_eq!(changed(&|ask| ask.subject = Some(vec![1, 2, 3])), "signer-message");
    assert_eq!(changed(&|ask| ask.not_after = Some(now())), "signer-rules");

    // What is recalled is never signed.
    let (recalled, _) = asker.ask(now());
    let recall = RecallAsk { authority: recalled.authority.clone(), tbs_hash: recalled.tbs_hash };
    assert_eq!(asker.client.recall(&recall).unwrap_err().code(), "signer-not-signed");
    assert_eq!(asker.refusal(&recalled), "signer-recalled");
    let recall = RecallAsk { authority: good.authority.clone(), tbs_hash: good.tbs_hash };
    assert!(asker.client.recall(&recall).unwrap() == signature, "what was signed is given again");

    // Four a minute, of which two are left.
    let codes: Vec<_> = (0..4)
        .map(|_| {
            asker.client.certificate(&asker.ask(now()).0).map_or_else(|error| error.code(), |_| "signed")
        })
        .collect();
    assert_eq!(codes, ["signed", "signed", "signer-rate", "signer-rate"]);
}

#[test]
fn what_is_no_message_ends_the_connection_and_nothing_else() {
    let world = World::new();
    let _signer = world.signer();
    let Address::Unix(socket) = world.address.parse().unwrap() else { unreachable!() };
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    for octets in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0xff; 64],
        &[0, 0, 0, 2, b'{', b'}'],
        &[0, 0, 0, 9, 1, 2, 3],
        b"\0\0\0\x25{\"ask\":\"sign\",\"tbs\":\"MAMCAQE=\",\"a\":1}",
    ] {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(octets).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // It may be reset: not all that was sent is read.
        let _ = stream.read_to_end(&mut answer);
        assert!(!String::from_utf8_lossy(&answer).contains("signature"));
    }
    let asker = Asker::new(&world);
    asker.client.certificate(&asker.ask(now()).0).unwrap();
}

#[test]
fn a_user_who_may_not_ask_is_not_answered() {
    const NOBODY: u32 = 65534;
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root starts a signer of another user");
        return;
    }
    let world = World::new();
    let mut open = vec![world.path("sign")];
    while let Some(path) = open.pop() {
        std::os::unix::fs::chown(&path, Some(NOBODY), None).unwrap();
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    fs::set_permissions(world.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let (running, _) = world.start("signer", &world.signer_config(), Some(NOBODY));
    let asker = Asker::new(&world);
    assert_eq!(asker.refusal(&asker.ask(now()).0), "signer-interrupted");
    let log = fs::read_to_string(world.path("signer.log")).unwrap();
    assert!(log.contains("user 0 may not ask"), "{log}");
    drop(running);
    let allowed = World { more: "uids = [0]".to_owned(), ..world };
    let (_running, _) = allowed.start("signer", &allowed.signer_config(), Some(NOBODY));
    asker.client.certificate(&asker.ask(now()).0).unwrap();
}

/// An authority for the two sides, and a certificate for each.
fn make_tls(folder: &Path, name: &str) -> TlsFiles {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap();
    let issuer = rcgen::Issuer::new(params, key);
    let own = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()])
        .unwrap()
        .signed_by(&own, &issuer)
        .unwrap();
    let path = |kind: &str| folder.join(format!("{name}-{kind}.pem"));
    write(&path("trust"), &authority.pem());
    write(&path("certificate"), &certificate.pem());
    write(&path("key"), &own.serialize_pem());
    TlsFiles { certificate: path("certificate"), key: path("key"), trust: path("trust") }
}

#[test]
fn over_tcp_only_who_is_certified_for_it_is_answered() {
    let mut world = World::new();
    let ours = make_tls(world.folder.path(), "ours");
    let theirs = make_tls(world.folder.path(), "theirs");
    world.address = "tls:127.0.0.1:0".to_owned();
    world.more =
        format!("certificate = {:?}\nkey = {:?}\ntrust = {:?}", ours.certificate, ours.key, ours.trust);
    let (_signer, ready) = world.start("signer", &world.signer_config(), None);
    let address: Address = ready["address"].as_str().unwrap().parse().unwrap();
    let asker = Asker::over(&world, SignerClient::new(address.clone(), Some(&ours)).unwrap());
    for _ in 0..3 {
        asker.client.certificate(&asker.ask(now()).0).unwrap();
    }
    // Certified by another authority; and one that trusts another than the signer's.
    for files in [
        TlsFiles { trust: ours.trust.clone(), ..theirs.clone() },
        TlsFiles { trust: theirs.trust.clone(), ..ours },
    ] {
        let asker = Asker::over(&world, SignerClient::new(address.clone(), Some(&files)).unwrap());
        assert_eq!(asker.refusal(&asker.ask(now()).0), "signer-interrupted");
    }
    assert!(SignerClient::new(address, None).is_err());
}
