//! How a server is, as text: a line for each check, and below what to do about what is not well.

use comfy_table::{ContentArrangement, Table, presets};
use schemas::rest::{HealthCheck, HealthState, HealthValue, HealthView};

use super::layout::{Colour, printable};
use super::text::Term;
use super::{Style, time};

/// Every check, then remedies.
pub(super) fn text(view: &HealthView, style: &Style) -> String {
    let (terms, words) = (style.language.operations(), style.language.health());
    let count = |state| view.checks.iter().filter(|check| check.state == state).count();
    let heading = match view.state {
        HealthState::Ok => terms.term(Term::AllWell).to_owned(),
        _ => words.not_well(count(HealthState::Critical), count(HealthState::Warning)),
    };
    let heading = colour(view.state).paint(&heading, style);
    let mut text = format!("{} {heading}\n", time::absolute(view.at));
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    for check in &view.checks {
        let figures: Vec<String> =
            check.values.iter().map(|value| figure(value, check.state, style)).collect();
        table.add_row([
            words.state(check.state).to_owned(),
            printable(&words.check(&check.check)),
            printable(check.about.as_deref().unwrap_or_default()),
            figures.join(terms.term(Term::And)),
        ]);
    }
    for (line, check) in table.lines().zip(&view.checks) {
        text.push_str(&format!("  {}\n", colour(check.state).paint(line.trim(), style)));
    }
    for check in view.checks.iter().filter(|check| check.state > HealthState::Ok) {
        text.push_str(&trouble(check, style));
    }
    text
}

fn colour(state: HealthState) -> Colour {
    match state {
        HealthState::Ok => Colour::Green,
        HealthState::Warning => Colour::Yellow,
        HealthState::Critical => Colour::Red,
    }
}

/// What is wrong, and what to do.
fn trouble(check: &HealthCheck, style: &Style) -> String {
    let words = style.language.health();
    let about = check.about.as_ref().map(|about| format!(" {about}")).unwrap_or_default();
    let what = format!("{}{about}: {} [{}]", words.check(&check.check), check.detail, check.code);
    let remedy = words.remedy(&check.code, &check.check).map(str::to_owned).or_else(|| check.remedy.clone());
    let mut text = format!("\n{}\n", colour(check.state).paint(&printable(&what), style));
    if let Some(remedy) = remedy {
        text.push_str(&format!("  {} {}\n", words.to_do(), printable(&remedy)));
    }
    text
}

/// A figure, with the bound that it is beyond.
fn figure(figure: &HealthValue, state: HealthState, style: &Style) -> String {
    let words = style.language.health();
    let said =
        format!("{} {}", printable(&words.figure(&figure.name)), amount(figure.value, &figure.unit, style));
    let bound = match state {
        HealthState::Ok => None,
        HealthState::Warning => figure.warning,
        HealthState::Critical => figure.critical.or(figure.warning),
    };
    match bound {
        None => said,
        Some(bound) => words.bounded(&said, &amount(bound, &figure.unit, style)),
    }
}

/// A number in its unit, as people say it.
fn amount(value: i64, unit: &str, style: &Style) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let whole = value.unsigned_abs();
    match unit {
        "seconds" => format!("{sign}{}", time::span(whole, style)),
        "milliseconds" => format!("{value} ms"),
        "octets" => format!("{sign}{}", octets(whole)),
        "count" => value.to_string(),
        other => format!("{value} {}", printable(other)),
    }
}

/// `17.2 GiB`, cut off, so that what is said to be free is.
fn octets(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let Some((shift, unit)) = UNITS
        .iter()
        .enumerate()
        .rev()
        .map(|(power, unit)| (10 * (power + 1), unit))
        .find(|(shift, _)| count >> shift > 0)
    else {
        return format!("{count} B");
    };
    let tenths = (u128::from(count) * 10) >> shift;
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::octets;

    #[test]
    fn octets_are_told_in_the_unit_that_fits() {
        let cases = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1 << 30, "1.0 GiB"),
            (u64::MAX, "16777215.9 TiB"),
        ];
        for (count, text) in cases {
            assert_eq!(octets(count), text);
        }
    }
}
