//! Authorities, lists that were published, and revocations of many certificates, as text.

use comfy_table::{ContentArrangement, Table, presets};
use schemas::rest::{AuthorityList, AuthorityState, AuthorityView, CertificateStatus, CrlView};

use super::layout::{Colour, Page, printable};
use super::text::{Label, Term};
use super::{Style, show, time};
use crate::report::{AuthorityChange, AuthorityChanged, ListsPublished, Planned, RevokedByPlan};

/// Serials that are shown of those that are unknown or left out; programs get all.
const SHOWN: usize = 10;

/// A line for each authority.
pub(super) fn authorities(list: &AuthorityList, style: &Style) -> String {
    let (words, terms) = (style.language.words(), style.language.operations());
    if list.items.is_empty() {
        return format!("{}\n", terms.term(Term::NoAuthorities));
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header([
        terms.term(Term::Name).to_owned(),
        words.label(Label::Status).to_owned(),
        words.label(Label::ExpiresColumn).to_owned(),
        terms.term(Term::NextList).to_owned(),
        words.label(Label::Subject).to_owned(),
    ]);
    for authority in &list.items {
        let ahead = |when: Option<jiff::Timestamp>| when.map(|when| time::relative(when, style));
        table.add_row([
            printable(&authority.name),
            standing(authority, style),
            ahead(authority.not_after).unwrap_or_default(),
            ahead(authority.crl_next_update).unwrap_or_default(),
            printable(authority.subject.as_deref().unwrap_or_default()),
        ]);
    }
    let mut text = String::new();
    for (number, line) in table.lines().enumerate() {
        let colour = if number == 0 { Colour::Bold } else { Colour::Plain };
        text.push_str(&format!("{}\n", colour.paint(line.trim(), style)));
    }
    text
}

/// Whether it issues, and why not.
fn standing(authority: &AuthorityView, style: &Style) -> String {
    let terms = style.language.operations();
    let mut parts = Vec::new();
    match authority.status {
        _ if authority.state == AuthorityState::Requested => parts.push(terms.term(Term::Requested)),
        None | Some(CertificateStatus::Good) => {}
        Some(status) => parts.push(style.language.words().status(status)),
    }
    if authority.suspended {
        parts.push(terms.term(Term::Suspended));
    }
    if authority.offline {
        parts.push(terms.term(Term::Offline));
    }
    if parts.is_empty() {
        parts.push(terms.term(Term::AtWork));
    }
    if authority.default {
        parts.push(terms.term(Term::IsDefault));
    }
    parts.join(terms.term(Term::And))
}

fn fields(page: &mut Page<'_>, authority: &AuthorityView, style: &Style) {
    page.field(Label::Authority, &authority.name)
        .optional(Label::Subject, authority.subject.as_deref().map(|name| show::name(name, style)))
        .optional(
            Label::Validity,
            authority.not_after.map(|end| style.language.words().ends(&time::full(end, style))),
        )
        .field(Label::Status, standing(authority, style));
}

/// What a person is asked before an authority is suspended or resumed.
pub(super) fn authority_question(
    change: AuthorityChange,
    authority: &AuthorityView,
    style: &Style,
) -> String {
    let mut page = Page::new(style.language.operations().intention(change), style);
    fields(&mut page, authority, style);
    page.finish()
}

/// An authority was suspended or resumed, or would be.
pub(super) fn changed(changed: &AuthorityChanged, style: &Style) -> String {
    let terms = style.language.operations();
    let heading = if changed.done { terms.done(changed.change) } else { terms.would(changed.change) };
    let mut page = Page::new(heading, style);
    fields(&mut page, &changed.authority, style);
    page.finish()
}

/// Lists were published.
pub(super) fn lists(published: &ListsPublished, style: &Style) -> String {
    let terms = style.language.operations();
    let mut text = String::new();
    for list in &published.lists {
        let CrlView { authority, number, this_update, next_update, entries } = list;
        let revoked = usize::try_from(*entries).unwrap_or(usize::MAX);
        text.push_str(
            &Page::new(terms.term(Term::Published), style)
                .field(Label::Authority, authority)
                .field(Label::Number, number.to_string())
                .field(Label::ThisUpdate, time::absolute(*this_update))
                .field(Label::NextUpdate, time::full(*next_update, style))
                .field(Label::Revoked, style.language.words().revoked(revoked))
                .finish(),
        );
    }
    for failed in &published.failed {
        text.push_str(
            &Page::new(terms.term(Term::NotPublished), style)
                .heading_in(Colour::Red)
                .field(Label::Authority, &failed.authority)
                .field(Label::Reason, format!("{} [{}]", failed.reason.detail, failed.reason.code))
                .finish(),
        );
    }
    text
}

fn plan_page<'a>(heading: &str, plan: &Planned, style: &'a Style) -> Page<'a> {
    let terms = style.language.operations();
    let mut page = Page::new(heading, style);
    page.field(Label::Reason, plan.reason.to_string())
        .optional(Label::InvalidityDate, plan.invalidity_date.map(time::absolute))
        .field(Label::Certificates, plan.total.to_string())
        .lines(
            Label::Profile,
            plan.counts
                .iter()
                .map(|count| format!("{} {} / {}", count.count, count.authority, count.profile)),
        );
    if plan.already_revoked > 0 {
        page.field(Label::Blank, terms.already(plan.already_revoked));
    }
    some(
        &mut page,
        Colour::Yellow,
        &terms.unknown(plan.unknown.len()),
        plan.unknown.iter().map(String::as_str),
        style,
    );
    let left_out =
        plan.left_out.iter().map(|one| format!("{} / {} [{}]", one.authority, one.serial, one.code));
    some(&mut page, Colour::Yellow, &terms.left_out(plan.left_out.len()), left_out, style);
    page.field(Label::Sha256, &plan.digest);
    page
}

/// The first of some things under a line of their own; nothing where there are none.
fn some<T: AsRef<str>>(
    page: &mut Page<'_>,
    colour: Colour,
    heading: &str,
    things: impl ExactSizeIterator<Item = T>,
    style: &Style,
) {
    let count = things.len();
    if count == 0 {
        return;
    }
    page.coloured(Label::Blank, colour, heading);
    for thing in things.take(SHOWN) {
        page.field(Label::Blank, format!("  {}", thing.as_ref()));
    }
    if count > SHOWN {
        page.field(Label::Blank, format!("  {}", style.language.words().more(count - SHOWN)));
    }
}

/// What a person is asked before a plan is carried out.
pub(super) fn plan_question(plan: &Planned, style: &Style) -> String {
    plan_page(style.language.operations().term(Term::RevokeMany), plan, style).finish()
}

/// A plan was made.
pub(super) fn planned(plan: &Planned, style: &Style) -> String {
    let terms = style.language.operations();
    plan_page(terms.term(Term::PlanMade), plan, style)
        .field(Label::File, &plan.file)
        .field(Label::Blank, terms.carry_out(&plan.command))
        .finish()
}

/// A plan was carried out, or would be.
pub(super) fn revoked(report: &RevokedByPlan, style: &Style) -> String {
    let terms = style.language.operations();
    let (heading, colour) = match report.done {
        false => (Term::WouldRevokeMany, Colour::Bold),
        true if report.not_reached > 0 => (Term::PlanInterrupted, Colour::Red),
        true => (Term::PlanDone, Colour::Bold),
    };
    let mut page = Page::new(terms.term(heading), style);
    page.heading_in(colour)
        .field(Label::File, &report.file)
        .field(Label::Sha256, &report.digest)
        .field(Label::Reason, report.reason.to_string())
        .field(Label::Certificates, report.total.to_string());
    if report.done {
        page.field(Label::Revoked, report.revoked.to_string());
        if report.already_revoked > 0 {
            page.field(Label::Blank, terms.already(report.already_revoked));
        }
        let unknown = report.unknown.iter().map(String::as_str);
        some(&mut page, Colour::Red, &terms.unknown(report.unknown.len()), unknown, style);
        if report.not_reached > 0 {
            page.coloured(Label::Blank, Colour::Red, terms.not_reached(report.not_reached));
        }
    }
    page.finish()
}
