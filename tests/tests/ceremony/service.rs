//! From the room to the service: an authority that a ceremony certified enrols, revokes and answers, as docs/OPERATIONS.md
//! says it, command by command, and judges that are not ours look at what comes out.

use std::collections::VecDeque;
use std::path::PathBuf;

use ca_core::keystore::file::{Access, replace};
use tests::documentation::commands_in_text;
use tests::judge::Judge;
use tests::server::{DevServer, free_port, get};
use tests::tools::{Ran, enroll, openssl, run};
use tests::workspace::{program, root};

use crate::device::token;
use crate::life::{Life, serial};
use crate::plans::{self, officers};
use crate::room::Room;

const STANDARD_ID: &str = "distid:1234567812345678";

/// The commands of the guide, which are tried in its order, to the last.
pub(super) struct Guide(VecDeque<String>);

impl Guide {
    fn read() -> Self {
        let text = std::fs::read_to_string(root().join("docs/OPERATIONS.md")).expect("the guide");
        let (_, text) = text.split_once("## Bringing up a server").expect("its chapter");
        Self(commands_in_text(text).into())
    }

    /// Runs the next command, which begins as said, in a folder of the room.
    fn run(&mut self, room: &Room, begins: &str) -> Ran {
        let command = self.0.pop_front().unwrap_or_else(|| panic!("the guide has no {begins}"));
        assert!(command.starts_with(begins), "{command}: {begins} is tried here");
        let shown = command.replacen("ca ", &format!("{} --lang en ", program("ca").display()), 1);
        run(&room.path("desk"), "bash", &["-c", &shown])
    }
}

/// A server that runs on.
pub(super) type Left = ((u16, u16), Vec<(String, String)>, Option<DevServer>);

/// The desk of the administrator who is online, and the server.
struct Service<'a> {
    life: &'a Life,
    ports: (u16, u16),
    environment: Vec<(String, String)>,
    server: Option<DevServer>,
}

impl<'a> Service<'a> {
    /// What comes before the first request: configuration, administrator, credentials.
    fn new(life: &'a Life, keys: &str, environment: Vec<(String, String)>) -> Self {
        let service = Self { life, ports: (free_port(), free_port()), environment, server: None };
        let (_, https) = service.ports;
        std::fs::create_dir(service.desk()).expect("a desk");
        for (owner, key) in [("Zhao Min", "ceremony-administrator"), ("Wang Yan", "li")] {
            service.put(&life.room.key_of(owner), &format!("{key}.key"), Access::Private);
            openssl(&service.desk(), &format!("pkey -in {key}.key -pubout -out {key}.pub")).ok();
        }
        service.put("root/root.pem", "root.pem", Access::Public);
        service.write(
            "ca.toml",
            &format!(
                "data = \"data\"\npublic_url = \"http://pki.city.example\"\n[http]\nlisten = \"127.0.0.1:0\"\n\
                 [https]\nlisten = \"127.0.0.1:0\"\nauthorities = [\"127.0.0.1:{https}\"]\n\
                 [ceremony]\nsigners = [{:?}]\n[keys]\n{keys}",
                service.desk().join("ceremony-administrator.pub")
            ),
        );
        for arguments in [
            "administrator add --config ca.toml --name Li --public-key li.pub",
            "credential add --config ca.toml --user gate --profile device --out data/est.credentials",
        ] {
            let arguments: Vec<&str> = arguments.split(' ').collect();
            run(&service.desk(), program("ca-server"), &arguments).ok();
        }
        let cli = format!(
            "server = \"https://127.0.0.1:{https}\"\ntrust = \"data/tls-ca.pem\"\nkey = \"li.key\"\n"
        );
        service.write("cli.toml", &cli);
        service
    }

    /// What goes on while people are in the room.
    fn leave(self) -> Left {
        (self.ports, self.environment, self.server)
    }

    fn back(life: &'a Life, (ports, environment, server): Left) -> Self {
        Self { life, ports, environment, server }
    }

    fn desk(&self) -> PathBuf {
        self.life.room.path("desk")
    }

    fn write(&self, name: &str, content: &str) {
        replace(&self.desk().join(name), content.as_bytes(), Access::Public).expect("a file is written");
    }

    /// Carries a file of the room to the desk.
    fn put(&self, from: &str, name: &str, access: Access) {
        let bytes = std::fs::read(self.life.room.path(from)).expect("a file of the room");
        replace(&self.desk().join(name), &bytes, access).expect("a copy");
    }

    /// Starts the server; one that runs is killed first, as by a power failure.
    fn start(&mut self) {
        drop(self.server.take());
        let (config, data) = (self.desk().join("ca.toml"), self.desk().join("data"));
        self.server = Some(DevServer::serve(&config, &data, self.ports, &self.environment));
    }

    fn server(&self) -> &DevServer {
        self.server.as_ref().expect("it runs")
    }

    fn ca(&self, arguments: &[&str]) -> Ran {
        run(&self.desk(), program("ca"), &[&["--config", "cli.toml"], arguments].concat())
    }

    fn fetch(&self, path: &str, file: &str) {
        let (status, bytes) = get(self.server().http(), path).expect("an answer");
        assert_eq!(status, 200, "{path}");
        replace(&self.desk().join(file), &bytes, Access::Public).expect("a file is written");
    }

    /// Enrols a device of a new SM2 key into `leaf.pem` and `chain.pem`.
    fn enroll(&self, name: &str) -> Ran {
        let desk = self.desk();
        openssl(&desk, "ecparam -name SM2 -genkey -noout -out device.key").ok();
        let made =
            format!("req -new -key device.key -sm3 -sigopt {STANDARD_ID} -subj /CN={name} -out device.csr");
        openssl(&desk, &made).ok();
        let answer = enroll(self.server(), &desk, "", "device.csr");
        if let Some((leaf, chain)) = answer.stdout.split_once("-----END CERTIFICATE-----\n") {
            self.write("leaf.pem", &format!("{leaf}-----END CERTIFICATE-----\n"));
            self.write("chain.pem", chain);
        }
        answer
    }

    /// What OCSP says of a certificate; BouncyCastle verifies the answer, OpenSSL reads it.
    fn ocsp(&self, judge: Option<&Judge>, issuer: &str, certificate: &str) -> String {
        let desk = self.desk();
        openssl(&desk, &format!("ocsp -issuer {issuer} -sm3 -cert {certificate} -reqout ask.der")).ok();
        let url = format!("http://{}/ocsp", self.server().http());
        let header = "Content-Type: application/ocsp-request";
        let asked = ["-sSf", "-H", header, "--data-binary", "@ask.der", "-o", "answer.der", &url];
        run(&desk, "curl", &asked).ok();
        let shown = openssl(&desk, "ocsp -respin answer.der -noverify -resp_text").stdout;
        let status = shown.lines().find_map(|line| line.trim().strip_prefix("Cert Status: "));
        let Some(status) = status else {
            return shown.lines().next().unwrap_or_default().to_owned();
        };
        if let Some(judge) = judge {
            let said = judge.ocsp(&desk.join(issuer), &desk.join("answer.der")).expect("a valid answer");
            assert!(said.contains(status), "BouncyCastle says {said}, OpenSSL {status}");
        }
        status.to_owned()
    }
}

#[test]
fn what_a_ceremony_certified_enrols_revokes_and_answers() {
    let mut life = Life::moved(plans::days_to_now());
    let judge = Judge::get();
    let judge = judge.as_ref();
    let mut guide = Guide::read();

    // The root's first list, and the server without an authority.
    let plan =
        life.head("crl", &officers()) + &life.issuer("root", "root") + &plans::crl_table(1, "none", &[]);
    life.hold("crl", &plan, &life.script("root"));
    let room = &life.room;
    std::fs::create_dir_all(room.path("requests")).expect("a folder for requests");
    let mut service = Service::new(&life, "custody = \"file\"\n", vec![]);
    service.start();
    let ready = get(service.server().http(), "/readyz").expect("an answer");
    assert_eq!(ready.0, 503);

    // Request, ceremony, answer.
    guide.run(room, "ca --config cli.toml ceremony request").ok();
    std::fs::copy(room.path("desk/request.csr"), room.path("requests/issuing.csr"))
        .expect("it is carried over");
    let left = service.leave();
    let request = life.digest("requests/issuing.csr");
    let plan =
        life.head("issuing", &officers()) + &life.issuer("root", "root") + &plans::issuing_table(&request);
    life.hold("issuing", &plan, &life.script("root"));
    let mut service = Service::back(&life, left);
    let room = &life.room;
    service.put("issuing/transcript.jsonl", "transcript.jsonl", Access::Public);
    service.put("issuing/issuing.pem", "issuing.pem", Access::Public);
    service.put("crl/crl.pem", "root-crl.pem", Access::Public);
    guide.run(room, "ca ceremony answer").ok();

    // An answer that somebody else signed convinces the command, where it is told so, and not the server.
    let stranger = room.key_of("Zheng Hao");
    openssl(&service.desk(), &format!("pkey -in {stranger} -pubout -out stranger.pub")).ok();
    let answer = [
        "ceremony",
        "answer",
        "--sender",
        "li.pub",
        "--root",
        "root.pem",
        "--transcript",
        "transcript.jsonl",
        "--certificate",
        "issuing.pem",
        "--crl",
        "root-crl.pem",
        "--key",
        &stranger,
        "--out",
        "forged.txt",
        "request.txt",
    ];
    service.ca(&answer).ok();
    let accept = ["ceremony", "accept", "--request", "request.txt", "--root", "root.pem"];
    let forged = service.ca(&[&accept[..], &["--signer", "stranger.pub", "forged.txt"]].concat());
    assert!(forged.status == 1 && forged.stderr.contains("exchange-sender-unknown"), "{forged:?}");
    assert_eq!(get(service.server().http(), "/crl/issuing.crl").expect("an answer").0, 404);

    let accepted = guide.run(room, "ca --config cli.toml ceremony accept").ok();
    assert!(accepted.contains("issuing"), "{accepted}");
    let again =
        service.ca(&[&accept[..], &["--signer", "ceremony-administrator.pub", "answer.txt"]].concat());
    assert!(again.status == 1 && again.stderr.contains("answer-replayed"), "{again:?}");

    // Enrolment, judged.
    let enrolled = service.enroll("camera-0001");
    assert!(enrolled.stdout.contains("BEGIN CERTIFICATE"), "{enrolled:?}");
    for (trust, certificate) in [("root.pem", "issuing.pem"), ("issuing.pem", "leaf.pem")] {
        let verify = format!("verify -partial_chain -vfyopt {STANDARD_ID} -trusted {trust} {certificate}");
        openssl(&service.desk(), &verify).ok();
    }
    service.fetch("/crl/root.crl", "root.crl");
    service.fetch("/crl/issuing.crl", "issuing.crl");
    let desk = service.desk();
    let path = |judge: &Judge| {
        let at = |name: &str| desk.join(name);
        let crls = [at("issuing.crl"), at("root.crl")];
        judge.path(&at("root.pem"), &at("chain.pem"), &at("leaf.pem"), &crls)
    };
    if let Some(judge) = judge {
        judge
            .crl(&service.desk().join("root.pem"), &service.desk().join("root.crl"))
            .expect("the root's list");
        path(judge).expect("a valid path from the root of the ceremony");
    }
    assert_eq!(service.ocsp(judge, "issuing.pem", "leaf.pem"), "good");

    // Revoked, also after a crash.
    let revoked = serial(room, "desk/leaf.pem");
    service.ca(&["revoke", &revoked, "--reason", "keyCompromise", "--yes"]).ok();
    assert_eq!(service.ocsp(judge, "issuing.pem", "leaf.pem"), "revoked");
    service.start();
    assert_eq!(service.ocsp(judge, "issuing.pem", "leaf.pem"), "revoked");
    assert_eq!(get(service.server().http(), "/readyz").expect("an answer").0, 200);
    for _ in 0..100 {
        service.fetch("/crl/issuing.crl", "issuing.crl");
        let shown = openssl(&service.desk(), "crl -inform DER -in issuing.crl -noout -text").ok();
        if shown.to_lowercase().contains(&revoked) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    if let Some(judge) = judge {
        let issuer = service.desk().join("issuing.pem");
        let list = judge.crl(&issuer, &service.desk().join("issuing.crl")).expect("the authority's list");
        assert!(list.entries.iter().any(|entry| entry.0 == revoked), "{list:?}");
        let refused = path(judge).expect_err("a revoked certificate");
        assert!(refused.to_string().to_lowercase().contains("revo"), "{refused}");
    }

    // A responder for the root, whose key stays where it is.
    let said = service.ocsp(judge, "root.pem", "issuing.pem");
    assert!(said.contains("unauthorized"), "{said}");
    guide.run(room, "ca --config cli.toml ceremony request --authority root").ok();
    std::fs::copy(room.path("desk/responder.csr"), room.path("requests/responder.csr")).expect("a copy");
    let left = service.leave();
    let request = life.digest("requests/responder.csr");
    let plan = life.head("ocsp-signer", &officers())
        + &life.issuer("root", "root")
        + &plans::responder_table(&request);
    life.hold("ocsp-signer", &plan, &life.script("root"));
    let mut service = Service::back(&life, left);
    let room = &life.room;
    service.put("ocsp-signer/transcript.jsonl", "responder-transcript.jsonl", Access::Public);
    service.put("ocsp-signer/ocsp-signer.pem", "responder.pem", Access::Public);
    guide.run(room, "ca ceremony answer").ok();
    guide.run(room, "ca --config cli.toml ceremony accept").ok();
    assert_eq!(service.ocsp(judge, "root.pem", "issuing.pem"), "good");
    service.start();
    assert_eq!(service.ocsp(judge, "root.pem", "issuing.pem"), "good");
    assert_eq!(service.ocsp(judge, "root.pem", "responder.pem"), "unknown");

    // A later list of the root.
    let left = service.leave();
    let list = plans::crl_table(2, &life.digest("crl/crl.pem"), &[]);
    let plan = life.head("crl", &officers()) + &life.issuer("root", "root") + &list;
    life.hold("crl-2", &plan, &life.script("root"));
    let service = Service::back(&life, left);
    service.put("crl-2/crl.pem", "root-crl-2.pem", Access::Public);
    let published = guide.run(&life.room, "ca --config cli.toml ceremony publish").ok();
    assert!(published.contains("The list is published"), "{published}");
    assert_eq!(service.ocsp(judge, "root.pem", "issuing.pem"), "good");
    let left = service.leave();
    compromise::drill(&mut life, left, &mut guide, judge);
    assert!(guide.0.is_empty(), "not tried: {:?}", guide.0);
}

#[path = "compromise.rs"]
mod compromise;

#[test]
fn an_authority_whose_key_is_in_a_token_issues_and_publishes() {
    let mut life = Life::moved(plans::days_to_now());
    std::fs::create_dir(life.room.path("hsm")).expect("a folder for the token");
    let Some((keys, environment)) = token(&life.room.path("hsm")) else { return };
    let plan =
        life.head("crl", &officers()) + &life.issuer("root", "root") + &plans::crl_table(1, "none", &[]);
    life.hold("crl", &plan, &life.script("root"));
    let mut service = Service::new(&life, &keys, vec![environment]);
    service.start();
    let request = "ceremony request --authority issuing --algorithm p256 --subject CN=Issuing --root root.pem --out request.txt";
    service.ca(&request.split(' ').collect::<Vec<_>>()).ok();
    assert!(!service.desk().join("data/keys/issuing.key").exists(), "the key is in the token");
    std::fs::create_dir_all(life.room.path("requests")).expect("a folder for requests");
    std::fs::copy(life.room.path("desk/request.csr"), life.room.path("requests/issuing.csr"))
        .expect("a copy");
    let left = service.leave();
    let request = life.digest("requests/issuing.csr");
    let plan =
        life.head("issuing", &officers()) + &life.issuer("root", "root") + &plans::issuing_table(&request);
    life.hold("issuing", &plan, &life.script("root"));
    let mut service = Service::back(&life, left);
    service.put("issuing/transcript.jsonl", "transcript.jsonl", Access::Public);
    service.put("issuing/issuing.pem", "issuing.pem", Access::Public);
    service.put("crl/crl.pem", "root-crl.pem", Access::Public);
    for command in [
        "ceremony answer --sender li.pub --root root.pem --transcript transcript.jsonl --certificate issuing.pem \
         --crl root-crl.pem --key ceremony-administrator.key --out answer.txt request.txt",
        "ceremony accept --request request.txt --signer ceremony-administrator.pub --root root.pem answer.txt",
    ] {
        service.ca(&command.split_whitespace().collect::<Vec<_>>()).ok();
    }
    // With the session of the start, and with that of another one.
    for _ in 0..2 {
        let enrolled = service.enroll("camera-0003");
        assert!(enrolled.stdout.contains("BEGIN CERTIFICATE"), "{enrolled:?}");
        service.start();
    }
    service.fetch("/crl/root.crl", "root.crl");
    service.fetch("/crl/issuing.crl", "issuing.crl");
    let at = |name: &str| service.desk().join(name);
    let verify = "verify -partial_chain -trusted issuing.pem leaf.pem";
    openssl(&service.desk(), verify).ok();
    if let Some(judge) = Judge::get() {
        judge.crl(&at("issuing.pem"), &at("issuing.crl")).expect("a list signed by the token");
        let crls = [at("issuing.crl"), at("root.crl")];
        judge.path(&at("root.pem"), &at("chain.pem"), &at("leaf.pem"), &crls).expect("a valid path");
        assert_eq!(service.ocsp(Some(&judge), "issuing.pem", "leaf.pem"), "good");
    }
}
