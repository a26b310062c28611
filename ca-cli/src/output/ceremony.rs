//! What commands about ceremonies say, as text.

use super::Style;
use super::layout::{Colour, printable, width};
use crate::report::{
    CeremonyReport, CeremonyVerified, DeviceChecked, DueList, Exchanged, Held, PlanShown, Published,
    ShareChecked, Standing,
};
use crate::room::{Texts, texts};

pub(super) fn text(report: &CeremonyReport, style: &Style) -> String {
    let texts = texts(style.language);
    match report {
        CeremonyReport::Plan(plan) => self::plan(plan, texts, style),
        CeremonyReport::Held(held) => self::held(held, texts, style),
        CeremonyReport::Status(standing) => status(standing, texts, style),
        CeremonyReport::ShareChecked(share) => share_checked(share, texts, style),
        CeremonyReport::Verified(all) => all.iter().map(|one| verified(one, texts, style)).collect(),
        CeremonyReport::Due(due) => self::due(due, texts, style),
        CeremonyReport::Requested(one) => exchanged(texts.requested_heading, one, texts, style),
        CeremonyReport::Answered(one) => exchanged(texts.answered_heading, one, texts, style),
        CeremonyReport::Accepted(one) => exchanged(texts.accepted_heading, one, texts, style),
        CeremonyReport::Published(list) => published(list, texts, style),
        CeremonyReport::DeviceChecked(device) => device_checked(device, texts, style),
    }
}

/// A heading with fields below; values of several lines are aligned.
fn page(heading: &str, colour: Colour, fields: &[(&str, String)], style: &Style) -> String {
    let wide = fields.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
    let mut text = format!("{}\n", colour.paint(&printable(heading), style));
    for (label, value) in fields {
        let mut label = Colour::Dim.paint(label, style) + &" ".repeat(wide - width(label) + 2);
        for line in value.lines() {
            text.push_str(&format!("  {label}{}\n", printable(line)));
            label = " ".repeat(wide + 2);
        }
    }
    text
}

fn plan(plan: &PlanShown, texts: &Texts, style: &Style) -> String {
    let mut fields = vec![
        (texts.file, plan.file.clone()),
        (texts.ceremony, plan.title.clone()),
        (texts.kind, plan.kind.clone()),
        (texts.sequence, plan.sequence.to_string()),
        (texts.mode, plan.mode.clone()),
    ];
    let pairs = |pairs: &[(String, String)]| {
        pairs.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
    };
    fields.push((texts.plan_happens, plan.sentences.join("\n")));
    if !plan.defaults.is_empty() {
        fields.push((texts.plan_defaults, pairs(&plan.defaults)));
    }
    fields.push((texts.plan_digest, plan.groups.clone()));
    fields.push((texts.plan_digits, plan.digits.clone()));
    let mut text = page(texts.plan_heading, Colour::Bold, &fields, style);
    text.push_str(&plan.qr);
    text.push('\n');
    text
}

fn held(held: &Held, texts: &Texts, style: &Style) -> String {
    let (heading, colour) =
        if held.voided { (texts.voided_heading, Colour::Red) } else { (texts.held_heading, Colour::Green) };
    page(
        heading,
        colour,
        &[
            (texts.folder, held.folder.clone()),
            (texts.transcript, held.transcript.clone()),
            (texts.report_digest, held.digest.clone()),
            (texts.files, held.files.join("\n")),
        ],
        style,
    )
}

fn status(standing: &Standing, texts: &Texts, style: &Style) -> String {
    let state = match standing.state {
        "closed" => texts.state_closed,
        "voided" => texts.state_voided,
        _ => texts.state_open,
    };
    page(
        texts.status_heading,
        Colour::Bold,
        &[
            (texts.ceremony, standing.title.clone()),
            (texts.kind, standing.kind.clone()),
            (texts.mode, standing.mode.clone()),
            (texts.status_state, state.to_owned()),
            (texts.status_lines, standing.lines.to_string()),
            (texts.status_next, standing.next.clone()),
            (texts.status_whose, standing.whose.join("\n")),
        ],
        style,
    )
}

fn share_checked(share: &ShareChecked, texts: &Texts, style: &Style) -> String {
    page(
        texts.share_checked_heading,
        Colour::Green,
        &[
            (texts.officer, share.officer.clone()),
            (texts.share_number, format!("{} / {}", share.share, share.of)),
            (texts.share_needed, format!("{} / {}", share.threshold, share.of)),
            (texts.share_generation, share.generation.to_string()),
            (texts.mode, share.mode.clone()),
            (texts.key_digest, share.key.clone()),
            (texts.share_digest, share.digest.clone()),
        ],
        style,
    )
}

fn verified(verified: &CeremonyVerified, texts: &Texts, style: &Style) -> String {
    let (heading, colour) = if verified.voided.is_some() {
        (texts.verified_voided_heading, Colour::Yellow)
    } else {
        (texts.verified_heading, Colour::Green)
    };
    let outputs: Vec<String> =
        verified.outputs.iter().map(|made| format!("{}: {}", made.name, made.digest)).collect();
    let mut fields = vec![
        (texts.ceremony, verified.title.clone()),
        (texts.kind, verified.kind.clone()),
        (texts.sequence, verified.sequence.to_string()),
        (texts.mode, verified.mode.clone()),
        (texts.plan_digest, verified.plan.clone()),
        (texts.previous, verified.previous.clone().unwrap_or_else(|| texts.none.to_owned())),
        (texts.report_digest, verified.digest.clone()),
        (texts.outputs, outputs.join("\n")),
        (texts.signed_by, verified.signed.join("\n")),
    ];
    if let Some(reason) = &verified.voided {
        fields.push((texts.reason, reason.clone()));
    }
    if verified.interruptions > 0 {
        fields.push((texts.interruptions, verified.interruptions.to_string()));
    }
    if !verified.refusals.is_empty() {
        fields.push((texts.refusals, verified.refusals.join("\n")));
    }
    page(heading, colour, &fields, style)
}

fn exchanged(heading: &str, one: &Exchanged, texts: &Texts, style: &Style) -> String {
    let mut fields = vec![
        (texts.authority, one.authority.clone()),
        (texts.sequence, one.sequence.to_string()),
        (texts.package_digest, one.digest.clone()),
    ];
    if let Some(transcript) = &one.transcript {
        fields.push((texts.report_digest, transcript.clone()));
    }
    if !one.files.is_empty() {
        fields.push((texts.files, one.files.join("\n")));
    }
    page(heading, Colour::Green, &fields, style)
}

fn due(due: &DueList, texts: &Texts, style: &Style) -> String {
    if due.items.is_empty() {
        return format!("{}\n", texts.due_nothing);
    }
    let fields: Vec<(&str, String)> = due
        .items
        .iter()
        .map(|item| {
            let late = if item.overdue { format!(" ({})", texts.due_overdue) } else { String::new() };
            (item.what.as_str(), format!("{}{late}", item.by))
        })
        .collect();
    page(texts.due_heading, Colour::Bold, &fields, style)
}

fn published(list: &Published, texts: &Texts, style: &Style) -> String {
    let shown = |value: Option<String>| value.unwrap_or_else(|| texts.none.to_owned());
    let fields = [
        (texts.authority, list.authority.clone()),
        (texts.list_number, shown(list.number.map(|number| number.to_string()))),
        (texts.list_until, shown(list.next_update.map(|time| time.to_string()))),
    ];
    page(texts.published_heading, Colour::Green, &fields, style)
}

fn device_checked(checked: &DeviceChecked, texts: &Texts, style: &Style) -> String {
    let mut fields = vec![(texts.device, checked.device.clone())];
    fields.extend(checked.keys.iter().map(|key| {
        let lines = format!("{} ({})\n{}\nSM3 {}", key.name, key.algorithm, key.protection, key.digest);
        (texts.device_key_signs, lines)
    }));
    page(texts.device_checked_heading, Colour::Green, &fields, style)
}
