//! Figures in the text format of Prometheus, for a collector of files.

use std::fmt::Write as _;

use crate::report::{Check, Health, Watched};

/// A figure: its name, what it tells, and how it is got of a check.
type Figure = (&'static str, &'static str, fn(&Check) -> Option<f64>);

const FIGURES: [Figure; 8] = [
    ("cityca_monitor_ok", "1 where nothing is wrong with it, ending soon aside.", |check| {
        Some(f64::from(u8::from(check.health < Health::Failed)))
    }),
    ("cityca_monitor_warning", "1 where it ends soon or is not quite as it should be.", |check| {
        Some(f64::from(u8::from(check.health == Health::Warning)))
    }),
    ("cityca_monitor_this_update_timestamp_seconds", "thisUpdate.", |check| {
        check.this_update.map(|time| time.as_second() as f64)
    }),
    ("cityca_monitor_next_update_timestamp_seconds", "nextUpdate.", |check| {
        check.next_update.map(|time| time.as_second() as f64)
    }),
    ("cityca_monitor_crl_number", "CRLNumber.", |check| check.number.as_ref()?.parse().ok()),
    ("cityca_monitor_crl_entries", "Certificates on the list.", |check| {
        check.entries.map(|count| count as f64)
    }),
    ("cityca_monitor_octets", "Octets that were fetched.", |check| Some(check.octets as f64)),
    ("cityca_monitor_duration_seconds", "What it took to fetch and verify it.", |check| {
        Some(check.milliseconds as f64 / 1000.0)
    }),
];

/// What was found, as figures.
pub(super) fn text(watched: &Watched) -> String {
    let mut text = String::new();
    for (name, help, value) in FIGURES {
        // Writing into a string does not fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for check in &watched.checks {
            if let Some(value) = value(check) {
                let _ = writeln!(text, "{name}{{{}}} {value}", labels(check));
            }
        }
    }
    let name = "cityca_monitor_last_run_timestamp_seconds";
    let _ = writeln!(
        text,
        "# HELP {name} When this was found.\n# TYPE {name} gauge\n{name} {}",
        watched.time.as_second()
    );
    text
}

fn labels(check: &Check) -> String {
    let mut labels = format!("kind=\"{}\",url=\"{}\"", check.kind.as_str(), escaped(&check.url));
    if let Some(serial) = &check.serial {
        let _ = write!(labels, ",serial=\"{serial}\"");
    }
    labels
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::CheckKind;
    use jiff::Timestamp;

    #[test]
    fn figures_have_labels_and_only_those_that_are_known_are_told() {
        let mut check = Check::new(CheckKind::Crl, "http://a/\"b\".crl", "CN=a".to_owned());
        check.number = Some("7".to_owned());
        check.note(Health::Failed, "expired", "it ended");
        let watched =
            Watched { time: Timestamp::UNIX_EPOCH, well: false, failed: 1, warned: 0, checks: vec![check] };
        let text = text(&watched);
        assert!(
            text.contains("cityca_monitor_ok{kind=\"crl\",url=\"http://a/\\\"b\\\".crl\"} 0\n"),
            "{text}"
        );
        assert!(text.contains("cityca_monitor_crl_number{kind=\"crl\",url=\"http://a/\\\"b\\\".crl\"} 7\n"));
        assert!(!text.contains("cityca_monitor_next_update_timestamp_seconds{"), "{text}");
        assert!(text.ends_with("cityca_monitor_last_run_timestamp_seconds 0\n"), "{text}");
    }
}
