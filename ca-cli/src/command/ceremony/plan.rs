//! `ca ceremony plan`.

use super::{Context, material};
use crate::args::PlanArgs;
use crate::failure::Failure;
use crate::report::{CeremonyReport, Notice, Outcome, PlanShown, Report};
use crate::room::qr_text;

/// Says what a plan will do, after it was checked.
pub(super) fn run(args: &PlanArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let plan = material::read_plan(&args.plan)?;
    let (checked, _) =
        material::check(&plan, &args.plan, &args.material.material, args.rehearse, context.rng)?;
    let document = plan.document();
    let texts = context.room.texts();
    let digest = plan.digest();
    let person = |person: &ca_core::ceremony::plan::Person| {
        (person.name.clone(), format!("{}, {}", texts.role(person.role), person.public_key.digest().groups()))
    };
    let mut outcome = Outcome::done(Report::Ceremony(CeremonyReport::Plan(PlanShown {
        file: args.plan.display().to_string(),
        kind: document.kind.to_string(),
        title: document.title.clone(),
        sequence: document.sequence,
        mode: checked.mode().to_string(),
        digest: digest.to_string(),
        groups: digest.groups(),
        digits: plan.digits().groups(),
        sentences: material::sentences(&plan, texts),
        people: document.people.iter().map(person).collect(),
        defaults: plan.defaults().iter().map(|(field, value)| ((*field).to_owned(), value.clone())).collect(),
        example: plan.is_example(),
        qr: qr_text(&digest.to_string()),
    })));
    let remark = |remark: &String| Notice { code: "plan-remark".to_owned(), detail: remark.clone() };
    outcome.warnings.extend(checked.remarks().iter().map(remark));
    if plan.is_example() {
        outcome.warnings.push(Notice {
            code: "plan-is-an-example".to_owned(),
            detail: "the people of this plan hold no keys: it is refused when it is run".to_owned(),
        });
    }
    Ok(outcome)
}
