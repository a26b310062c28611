use std::fs;

use super::LogFile;
use crate::port::OffHost;

/// All that is in a log.
pub(super) fn text(log: &dyn OffHost) -> String {
    let mut octets = Vec::new();
    log.read(&mut |part| {
        octets.extend_from_slice(part);
        Ok(())
    })
    .unwrap();
    String::from_utf8(octets).unwrap()
}

#[test]
fn a_log_has_to_be_there_and_belongs_to_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    assert_eq!(LogFile::open(&path).unwrap_err().kind(), std::io::ErrorKind::NotFound);
    fs::File::create(&path).unwrap();
    let log = LogFile::open(&path).unwrap();
    assert_eq!(LogFile::open(&path).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    log.append(b"one\n").unwrap();
    log.append(b"two\n").unwrap();
    assert_eq!(text(&log), "one\ntwo\n");
    assert_eq!(text(&LogFile::open_to_read(&path).unwrap()), "one\ntwo\n");
}

#[test]
fn a_line_that_was_cut_short_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let long = "x".repeat(600_000);
    for (before, after) in [("one\ntw", "one\n"), ("tw", ""), (&*format!("one\n{long}"), "one\n")] {
        file(&path, before);
        assert_eq!(text(&LogFile::open_to_read(&path).unwrap()), after);
        let log = LogFile::open(&path).unwrap();
        log.append(b"three\n").unwrap();
        drop(log);
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{after}three\n"));
    }
}

fn file(path: &std::path::Path, text: &str) {
    use std::io::Write as _;
    fs::File::create(path).and_then(|mut file| file.write_all(text.as_bytes())).unwrap();
}
