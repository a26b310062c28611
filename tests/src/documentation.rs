//! Runs the code blocks of a document as its reader would, and compares what it says they print.
//!
//! A block of kind `console` holds commands after `$ ` (a trailing `\` continues) and what they print; `…` stands for any
//! text, and a line that is `…` alone for any lines. A block of kind `sh` is a script that must succeed. All blocks of one
//! document run in order, in one shell, in one empty folder. The command that starts the development server is left running.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::server::{DevServer, free_port};

/// How long one command of a document may take.
const COMMAND_WITHIN: Duration = Duration::from_secs(60);

/// A command of a document with what the document says it prints.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// The line of the document, counted from 1.
    pub line: usize,
    /// The command as the shell gets it.
    pub command: String,
    /// The lines it should print, or `None` where the document does not say.
    pub expected: Option<Vec<String>>,
}

/// The steps of a document in order.
///
/// # Panics
/// At a block whose kind is not known: each block is run, or is data of a named kind.
#[must_use]
pub fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(kind) = line.trim_start().strip_prefix("```") else { continue };
        let block: Vec<(usize, &str)> = lines
            .by_ref()
            .take_while(|(_, line)| line.trim_start() != "```")
            .map(|(n, line)| (n + 1, line))
            .collect();
        match kind.trim() {
            "console" => steps.extend(console(&block)),
            "sh" => steps.push(Step {
                line: number + 1,
                command: block.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n"),
                expected: None,
            }),
            "text" | "toml" | "json" | "http" | "asn1" | "rust" => {}
            other => panic!("line {}: a code block of unknown kind '{other}'", number + 1),
        }
    }
    steps
}

/// The commands in the blocks of kind `text` of a document, in order, each as one line: those that need people at a terminal or
/// a server of their own, and are tried where these are.
#[must_use]
pub fn commands_in_text(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(kind) = line.trim_start().strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| line.trim_start() != "```").collect();
        if kind.trim() != "text" {
            continue;
        }
        let mut continued = false;
        for line in block {
            let part = line.trim().trim_end_matches('\\').trim();
            match commands.last_mut() {
                Some(command) if continued => {
                    command.push(' ');
                    command.push_str(part);
                }
                _ if part.starts_with("ca ") => commands.push(part.to_owned()),
                _ => {}
            }
            continued = line.ends_with('\\');
        }
    }
    commands
}

fn console(block: &[(usize, &str)]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut continued = false;
    for (number, line) in block {
        if continued {
            let step = steps.last_mut().expect("a continuation follows a command");
            step.command.push('\n');
            step.command.push_str(line.strip_prefix("> ").unwrap_or(line));
            continued = line.ends_with('\\');
        } else if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { line: *number, command: command.to_owned(), expected: Some(Vec::new()) });
            continued = line.ends_with('\\');
        } else {
            let step = steps.last_mut().unwrap_or_else(|| panic!("line {number}: output before any command"));
            step.expected.get_or_insert_default().push((*line).to_owned());
        }
    }
    steps
}

/// Whether printed lines are what a document says, `…` standing for any text or any lines.
#[must_use]
pub fn matches(expected: &[String], printed: &[String]) -> bool {
    match (expected.split_first(), printed.split_first()) {
        (None, None) => true,
        (Some((pattern, rest)), _) if pattern.trim() == "…" => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        (Some((pattern, rest)), Some((line, others))) => matches_line(pattern, line) && matches(rest, others),
        _ => false,
    }
}

fn matches_line(pattern: &str, line: &str) -> bool {
    let (pattern, line) = (pattern.trim_end(), line.trim_end());
    let mut pieces: VecDeque<&str> = pattern.split('…').collect();
    let first = pieces.pop_front().expect("splitting gives a piece");
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let Some(last) = pieces.pop_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

/// Runs a document of the project; panics with the line where it does not tell the truth.
pub fn run(document: &Path) {
    let text = std::fs::read_to_string(document).expect("a document is readable");
    let steps = steps(&text);
    if steps.is_empty() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut reader = Reader::new(folder.path());
    if text.contains("<!-- needs: a development server -->") {
        reader.serve();
    }
    for step in &steps {
        let place = format!("{}:{}", document.display(), step.line);
        let printed = reader.run(step, &place);
        if let Some(expected) = &step.expected {
            let expected: Vec<String> = expected.iter().map(|line| reader.readdress(line)).collect();
            assert!(
                matches(&expected, &printed),
                "{place}: `{}` printed\n{}\n-- but the document says\n{}",
                step.command,
                printed.join("\n"),
                expected.join("\n")
            );
        }
    }
}

/// Someone who follows a document: a shell, a folder, perhaps a server.
struct Reader {
    shell: Child,
    input: ChildStdin,
    lines: Receiver<String>,
    folder: PathBuf,
    ports: (u16, u16),
    server: Option<DevServer>,
}

impl Reader {
    fn new(folder: &Path) -> Self {
        let tools = folder.join(".tools");
        std::fs::create_dir(&tools).expect("a folder for tools");
        let programs = crate::workspace::programs();
        let shim = tools.join("cargo");
        std::fs::write(
            &shim,
            format!("#!/bin/sh\n# the programs are built: run them\nif [ \"$1 $2 $3\" = 'run --release --bin' ]; then program=$4; shift 5; exec {}/$program \"$@\"; fi\n[ \"$1\" = build ] && exit 0\nexit 2\n", programs.display()),
        )
        .expect("the shim is written");
        let made = Command::new("chmod").arg("+x").arg(&shim).status().expect("chmod runs");
        assert!(made.success());
        let path = format!(
            "{}:{}:{}",
            tools.display(),
            programs.display(),
            std::env::var("PATH").unwrap_or_default()
        );
        let mut shell = Command::new("bash")
            .args(["--noprofile", "--norc"])
            .current_dir(folder)
            .env("PATH", path)
            .env("HOME", folder)
            .env("NO_COLOR", "1")
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash starts");
        let mut input = shell.stdin.take().expect("stdin is piped");
        let output = shell.stdout.take().expect("stdout is piped");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        writeln!(input, "exec 2>&1").expect("the shell reads");
        Self {
            shell,
            input,
            lines,
            folder: folder.to_path_buf(),
            ports: (free_port(), free_port()),
            server: None,
        }
    }

    fn serve(&mut self) {
        let data = self.folder.join("cityca-data");
        self.server = Some(DevServer::start_on(&data, self.ports.0, self.ports.1));
    }

    /// The addresses of the documents, replaced by the free ones of this run.
    fn readdress(&self, text: &str) -> String {
        text.replace(":8080", &format!(":{}", self.ports.0)).replace(":8443", &format!(":{}", self.ports.1))
    }

    fn run(&mut self, step: &Step, place: &str) -> Vec<String> {
        let command = self.readdress(&step.command);
        if command.ends_with("ca-server -- dev") || command.ends_with("ca-server dev") {
            self.serve();
            return self
                .server
                .as_ref()
                .expect("it was started")
                .output()
                .lines()
                .map(|line| self.relative(line))
                .collect();
        }
        // The command's own input is empty: it must not read the script that drives the shell.
        writeln!(self.input, "{{ {command}\n}} </dev/null\nprintf '\\n--done %s\\n' $?")
            .expect("the shell reads");
        let mut printed: Vec<String> = Vec::new();
        loop {
            match self.lines.recv_timeout(COMMAND_WITHIN) {
                Ok(line) => match line.strip_prefix("--done ") {
                    Some(status) => {
                        if printed.last().is_some_and(String::is_empty) {
                            printed.pop();
                        }
                        assert!(
                            status == "0" || step.expected.is_some(),
                            "{place}: `{command}` ended with {status}:\n{}",
                            printed.join("\n")
                        );
                        return printed;
                    }
                    None => printed.push(self.relative(&line)),
                },
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{place}: `{command}` does not end:\n{}", printed.join("\n"))
                }
                Err(RecvTimeoutError::Disconnected) => panic!("{place}: `{command}` ended the shell"),
            }
        }
    }

    /// A line as seen from the reader's folder.
    fn relative(&self, line: &str) -> String {
        line.replace(&format!("{}/", self.folder.display()), "./")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn an_ellipsis_stands_for_any_text_and_any_lines() {
        assert!(matches(&lines("a … c\n…\nend"), &lines("a bb c\nx\ny\nend")));
        assert!(matches(&lines("…"), &lines("")));
        assert!(matches(&lines("serial …"), &lines("serial 43aa")));
        assert!(!matches(&lines("serial … end"), &lines("serial 43aa")));
        assert!(!matches(&lines("a"), &lines("a\nb")));
        assert!(!matches(&lines("a…a"), &lines("a")));
    }

    #[test]
    fn a_console_block_gives_commands_with_their_output() {
        let found = steps("text\n```console\n$ one \\\n  more\nprinted\n$ two\n```\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].command, "one \\\n  more");
        assert_eq!(found[0].expected, Some(lines("printed")));
        assert_eq!(found[1], Step { line: 6, command: "two".into(), expected: Some(Vec::new()) });
    }

    #[test]
    fn commands_of_text_blocks_are_whole_lines() {
        let text =
            "```text\nca one \\\n  --two\n  → not a command\nca three\n```\n```console\n$ ca four\n```\n";
        assert_eq!(commands_in_text(text), ["ca one --two", "ca three"]);
    }

    #[test]
    #[should_panic(expected = "unknown kind")]
    fn a_block_of_unknown_kind_is_an_error() {
        let _ = steps("```\nwhat\n```\n");
    }
}
