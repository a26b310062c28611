//! A `ca-server dev` of its own for a test: free loopback ports, a temporary folder, ended when dropped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long a server may take to become ready, with an unoptimised program on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// A loopback port that was free a moment ago.
#[must_use]
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .expect("a free loopback port")
        .port()
}

/// A running server: `ca-server dev`, or `serve` where a test says so.
pub struct DevServer {
    child: Child,
    data: PathBuf,
    http: SocketAddr,
    https: SocketAddr,
    output: Arc<Mutex<String>>,
}

impl DevServer {
    /// Starts `ca-server dev` on a data folder and waits until it is ready.
    ///
    /// # Panics
    /// Where it ends or is not ready in time; the message holds what it printed.
    #[must_use]
    pub fn start(data: &Path) -> Self {
        Self::start_on(data, free_port(), free_port())
    }

    /// As [`start`](Self::start), with variables of the environment.
    #[must_use]
    pub fn start_with(data: &Path, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(crate::workspace::program("ca-server"));
        command.arg("dev").envs(environment.iter().copied());
        Self::launch(command, data, free_port(), free_port(), "/readyz")
    }

    /// As [`start`](Self::start), on the given loopback ports.
    #[must_use]
    pub fn start_on(data: &Path, http: u16, https: u16) -> Self {
        let mut command = Command::new(crate::workspace::program("ca-server"));
        command.arg("dev");
        Self::launch(command, data, http, https, "/readyz")
    }

    /// Starts `ca-server serve` with a configuration and an environment, on the given loopback ports, and waits until it answers; whether it is
    /// ready is asked by whoever knows what it has.
    ///
    /// # Panics
    /// Where it ends or does not answer in time; the message holds what it printed.
    #[must_use]
    pub fn serve(
        config: &Path,
        data: &Path,
        (http, https): (u16, u16),
        environment: &[(String, String)],
    ) -> Self {
        let mut command = Command::new(crate::workspace::program("ca-server"));
        command.arg("serve").arg("--config").arg(config).envs(environment.iter().cloned());
        Self::launch(command, data, http, https, "/healthz")
    }

    fn launch(mut command: Command, data: &Path, http: u16, https: u16, answers: &str) -> Self {
        let http = SocketAddr::from(([127, 0, 0, 1], http));
        let https = SocketAddr::from(([127, 0, 0, 1], https));
        let mut child = command
            .args(["--listen", &http.to_string(), "--listen-tls", &https.to_string(), "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("ca-server starts");
        let output = Arc::new(Mutex::new(String::new()));
        for stream in [
            Box::new(child.stdout.take().expect("stdout is piped")) as Box<dyn Read + Send>,
            Box::new(child.stderr.take().expect("stderr is piped")),
        ] {
            let output = Arc::clone(&output);
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let mut output = output.lock().expect("no reader panics");
                    output.push_str(&line);
                    output.push('\n');
                }
            });
        }
        let mut server = Self { child, data: data.to_path_buf(), http, https, output };
        server.wait_until(answers);
        server
    }

    fn wait_until(&mut self, answers: &str) {
        let begin = Instant::now();
        loop {
            if get(self.http, answers).is_some_and(|(status, _)| status == 200) {
                return;
            }
            if let Some(status) = self.child.try_wait().expect("a child has a state") {
                panic!("ca-server ended with {status}:\n{}", self.output());
            }
            assert!(begin.elapsed() < READY_WITHIN, "ca-server is not ready:\n{}", self.output());
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// What the server has printed so far.
    #[must_use]
    pub fn output(&self) -> String {
        self.output.lock().expect("no reader panics").clone()
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The server's process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The address of the plain listener.
    #[must_use]
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// The address of the TLS listener.
    #[must_use]
    pub fn https(&self) -> SocketAddr {
        self.https
    }

    /// Ends the server at once, as a power failure would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks the server to end (SIGTERM) and gives its exit status.
    ///
    /// # Panics
    /// Where it has not ended within half a minute.
    pub fn terminate(mut self) -> ExitStatus {
        let sent =
            Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success(), "the server takes a signal");
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child has a state") {
                return status;
            }
            assert!(begin.elapsed() < READY_WITHIN, "the server does not end:\n{}", self.output());
            std::thread::sleep(Duration::from_millis(25));
        }
    }
}

impl Drop for DevServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends bytes over plain TCP and reads the answer until the peer closes or `deadline` passes.
#[must_use]
pub fn exchange(address: SocketAddr, request: &[u8], deadline: Duration) -> Vec<u8> {
    let mut answer = Vec::new();
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(2)) else { return answer };
    let _ = stream.set_read_timeout(Some(deadline));
    let _ = stream.set_write_timeout(Some(deadline));
    if stream.write_all(request).is_ok() {
        let _ = stream.read_to_end(&mut answer);
    }
    answer
}

/// A plain GET: status and body, or nothing where there was no answer.
#[must_use]
pub fn get(address: SocketAddr, path: &str) -> Option<(u16, Vec<u8>)> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let answer = exchange(address, request.as_bytes(), Duration::from_secs(5));
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let status = std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
    Some((status, answer[end + 4..].to_vec()))
}
