//! Load on a server of this machine by `wrk`, and what it cost the server.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Time for a server to answer after it was started.
const READY_WITHIN: Duration = Duration::from_secs(20);

/// Ticks in which Linux counts the time of processes, a second.
const TICKS: f64 = 100.0;

/// `wrk` tries a connection and closes it before it begins, after which `openssl ocsp` of version 3.0 turns in circles.
const UNTRIED: &str = "wrk.connect = function() return true end\nlocal all = {}\n";

/// Requests that `wrk` sends one after another, from the first again at the end.
#[derive(Debug)]
pub struct Requests {
    script: PathBuf,
}

/// How requests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// OCSP by POST to this path.
    Post(&'static str),
    /// OCSP by GET: base64 in the path after this.
    Get(&'static str),
}

/// What a server did under load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Answers a second.
    pub rate: f64,
    /// Processor time of the server for each, user and system, in microseconds.
    pub microseconds: f64,
}

impl Requests {
    /// Writes the script for these OCSP requests into a folder.
    ///
    /// # Panics
    /// Where it cannot be written.
    #[must_use]
    pub fn write(folder: &Path, name: &str, method: Method, close: bool, requests: &[Vec<u8>]) -> Self {
        use base64::Engine as _;
        let mut text = String::from(UNTRIED);
        let header = if close { "Connection = \"close\"" } else { "" };
        for der in requests {
            let line = match method {
                Method::Post(path) => {
                    let body: String = der.iter().map(|byte| format!("\\{byte:03}")).collect();
                    format!(
                        "wrk.format(\"POST\", \"{path}\", {{[\"Content-Type\"] = \"application/ocsp-request\", {header}}}, \"{body}\")"
                    )
                }
                Method::Get(path) => {
                    let encoded = base64::engine::general_purpose::STANDARD.encode(der);
                    let escaped = encoded.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
                    format!("wrk.format(\"GET\", \"{path}{escaped}\", {{{header}}})")
                }
            };
            text.push_str(&format!("all[#all + 1] = function() return {line} end\n"));
        }
        text.push_str(
            "local made, at = {}, 0\n\
             init = function() for i, make in ipairs(all) do made[i] = make() end end\n\
             request = function() at = at % #made + 1 return made[at] end\n",
        );
        let script = folder.join(format!("{name}.lua"));
        std::fs::File::create(&script)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .expect("a temporary file is written");
        Self { script }
    }

    /// Sends them for a time with one thread of `wrk` and so many connections.
    ///
    /// # Panics
    /// Where `wrk` is not there, or the server did not answer every request with a 2xx.
    #[must_use]
    pub fn send(&self, address: SocketAddr, connections: u32, time: Duration, server: u32) -> Load {
        let before = processor_seconds(server);
        let output = Command::new("wrk")
            .args(["-t1", &format!("-c{connections}"), &format!("-d{}s", time.as_secs()), "-s"])
            .arg(&self.script)
            .arg(format!("http://{address}"))
            .output()
            .expect("wrk is installed (Debian package wrk)");
        let spent = processor_seconds(server) - before;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && !text.contains("Non-2xx"), "{text}");
        let word = |line: &str, at: usize| {
            let found = text
                .lines()
                .find(|candidate| candidate.contains(line))
                .and_then(|found| found.split_whitespace().nth(at));
            found.and_then(|word| word.parse::<f64>().ok()).unwrap_or_else(|| panic!("no {line} in {text}"))
        };
        let (count, rate) = (word("requests in", 0), word("Requests/sec:", 1));
        assert!(count > 0.0, "{text}");
        Load { rate, microseconds: spent * 1e6 / count }
    }
}

/// Seconds of processor time that a process and its threads took, by user and system.
///
/// # Panics
/// Where there is no such process.
#[must_use]
pub fn processor_seconds(process: u32) -> f64 {
    let line = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the process runs");
    seconds(&line)
}

/// Seconds of processor time of those threads of a process whose name begins so.
///
/// # Panics
/// Where there is no such process.
#[must_use]
pub fn processor_seconds_of(process: u32, name: &str) -> f64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("the process runs");
    // A thread may end meanwhile.
    let lines = threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("stat")).ok());
    let is_meant = |line: &String| line.split_once('(').is_some_and(|(_, rest)| rest.starts_with(name));
    lines.filter(is_meant).map(|line| seconds(&line)).sum()
}

/// User and system time in a line of proc(5).
fn seconds(line: &str) -> f64 {
    // The name, in parentheses, may hold blanks: count behind it.
    let fields: Vec<&str> = line.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).expect("proc(5)");
    (ticks(11) + ticks(12)) / TICKS
}

/// Whether somebody listens on a port (proc(5): a local address that ends with it, in state 0A).
fn listens(port: u16) -> bool {
    let port = format!(":{port:04X}");
    let is_listener = |line: &str| {
        let mut fields = line.split_whitespace().skip(1);
        fields.next().is_some_and(|local| local.ends_with(&port)) && fields.nth(1) == Some("0A")
    };
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .any(|table| std::fs::read_to_string(table).is_ok_and(|text| text.lines().any(is_listener)))
}

/// A server that is ended when dropped.
#[derive(Debug)]
pub struct Background(Child);

impl Background {
    /// Starts a program that listens on an address, and waits until it does. Nothing is connected to it, `openssl ocsp` does not bear it.
    ///
    /// # Panics
    /// Where it does not.
    #[must_use]
    pub fn start(command: &mut Command, address: SocketAddr) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let mut started = Self(child);
        let begin = Instant::now();
        while !listens(address.port()) {
            let ended = started.0.try_wait().expect("a child has a state");
            assert!(ended.is_none(), "{command:?} ended with {ended:?}");
            assert!(begin.elapsed() < READY_WITHIN, "{command:?} does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        started
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
