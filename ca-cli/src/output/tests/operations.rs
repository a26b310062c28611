//! Authorities, published lists, revocations of many, and what a monitor found.

use schemas::rest::{
    AuthorityList, AuthorityState, AuthorityView, CrlView, HealthCheck, HealthState, HealthValue, HealthView,
};

use super::*;
use crate::report::{
    AuthorityChange, AuthorityChanged, Check, CheckKind, Count, Health, LeftOut, ListsPublished,
    NotPublished, Planned, RevokedByPlan, Watched,
};

fn authority(name: &str) -> AuthorityView {
    AuthorityView {
        name: name.to_owned(),
        kind: "issuing".to_owned(),
        state: AuthorityState::Certified,
        offline: false,
        subject: Some(format!("CN={name}")),
        not_after: Some(at("2036-03-04T05:06:07Z")),
        pem: None,
        crl_number: Some(7),
        crl_next_update: Some(at("2026-04-03T00:00:00Z")),
        request: None,
        suspended: false,
        default: false,
        status: Some(CertificateStatus::Good),
        created_at: now(),
    }
}

fn plan() -> Planned {
    let count =
        |profile: &str, count| Count { authority: "issuing".to_owned(), profile: profile.to_owned(), count };
    Planned {
        file: "plan.json".to_owned(),
        reason: RevocationReason::KeyCompromise,
        invalidity_date: Some(now()),
        total: 1200,
        counts: vec![count("device", 1000), count("service", 200)],
        already_revoked: 1,
        unknown: (0..12).map(|number| format!("43{number:02x}")).collect(),
        left_out: vec![LeftOut {
            authority: "issuing".to_owned(),
            serial: "43ff".to_owned(),
            code: "own-certificate".to_owned(),
        }],
        digest: "ab".repeat(32),
        command: "ca revoke --apply plan.json".to_owned(),
    }
}

#[test]
fn authorities_are_listed_with_why_they_do_not_issue() {
    let at_work = AuthorityView { default: true, ..authority("issuing") };
    let ended =
        AuthorityView { suspended: true, status: Some(CertificateStatus::Revoked), ..authority("issuing-1") };
    let root = AuthorityView { offline: true, ..authority("root") };
    let waits = AuthorityView {
        state: AuthorityState::Requested,
        subject: None,
        not_after: None,
        crl_next_update: None,
        status: None,
        ..authority("next")
    };
    let list = Report::Authorities(AuthorityList { items: vec![at_work, ended.clone(), waits, root] });
    insta::assert_snapshot!("authorities", text(&list, &ENGLISH));
    insta::assert_snapshot!("authorities-zh", text(&list, &CHINESE));
    let question =
        Question::Authority { change: AuthorityChange::Suspend, authority: Box::new(authority("issuing")) };
    insta::assert_snapshot!("authority-question", terminal::text(&question, &ENGLISH));
    for (change, done) in [
        (AuthorityChange::Suspend, true),
        (AuthorityChange::Resume, false),
        (AuthorityChange::MakeDefault, true),
    ] {
        let report = Report::AuthorityChanged(AuthorityChanged { change, done, authority: ended.clone() });
        insta::assert_snapshot!(format!("authority-{change:?}"), text(&report, &ENGLISH));
        insta::assert_snapshot!(format!("authority-{change:?}-zh"), text(&report, &CHINESE));
    }
}

#[test]
fn lists_are_told_that_were_published_and_that_were_not() {
    let list = CrlView {
        authority: "issuing".to_owned(),
        number: 8,
        this_update: now(),
        next_update: at("2026-04-08T00:00:00Z"),
        entries: 2,
    };
    let reason = Notice { code: "crl-not-written".to_owned(), detail: "the disk is full".to_owned() };
    let failed = vec![NotPublished { authority: "root".to_owned(), reason }];
    let report = Report::ListsPublished(ListsPublished { lists: vec![list], failed });
    insta::assert_snapshot!("lists", text(&report, &ENGLISH));
    insta::assert_snapshot!("lists-zh", text(&report, &CHINESE));
}

#[test]
fn a_plan_tells_what_is_in_it_and_what_is_not() {
    let report = Report::Planned(plan());
    insta::assert_snapshot!("plan", text(&report, &ENGLISH));
    insta::assert_snapshot!("plan-zh", text(&report, &CHINESE));
    insta::assert_snapshot!("plan-question", terminal::text(&Question::Plan(plan()), &ENGLISH));
    let run = |done, not_reached| {
        Report::RevokedByPlan(RevokedByPlan {
            file: "plan.json".to_owned(),
            digest: "ab".repeat(32),
            reason: RevocationReason::KeyCompromise,
            done,
            total: 1200,
            revoked: if done { 1197 - not_reached } else { 0 },
            already_revoked: 2,
            unknown: vec!["43ee".to_owned()],
            not_reached,
        })
    };
    insta::assert_snapshot!("plan-done", text(&run(true, 0), &ENGLISH));
    insta::assert_snapshot!("plan-interrupted", text(&run(true, 100), &ENGLISH));
    insta::assert_snapshot!("plan-interrupted-zh", text(&run(true, 100), &CHINESE));
    insta::assert_snapshot!("plan-tried", text(&run(false, 1200), &ENGLISH));
}

fn check(name: &str, about: Option<&str>, state: HealthState, values: Vec<HealthValue>) -> HealthCheck {
    let well = state == HealthState::Ok;
    HealthCheck {
        check: name.to_owned(),
        about: about.map(str::to_owned),
        state,
        code: if well { "ok" } else { "disk-full" }.to_owned(),
        detail: if well { "" } else { "there is little room \u{1b}left" }.to_owned(),
        remedy: (!well).then(|| "make room".to_owned()),
        values,
    }
}

#[test]
fn how_a_server_is_is_a_line_each_and_what_to_do_below() {
    let value = |name: &str, value, unit: &str, bounds: Option<(i64, i64)>| HealthValue {
        name: name.to_owned(),
        value,
        unit: unit.to_owned(),
        warning: bounds.map(|(warning, _)| warning),
        critical: bounds.map(|(_, critical)| critical),
    };
    let disk = vec![
        value("free", 3 << 29, "octets", Some((10 << 30, 2 << 30))),
        value("size", 1 << 35, "octets", None),
    ];
    let mut unknown =
        check("moon", None, HealthState::Warning, vec![value("phase", 3, "quarters", Some((2, 4)))]);
    (unknown.code, unknown.remedy) = ("eclipse".to_owned(), None);
    let well = vec![
        check("database", None, HealthState::Ok, vec![value("time", 12, "milliseconds", Some((500, 900)))]),
        check("crl", Some("issuing"), HealthState::Ok, vec![value("left", -90, "seconds", None)]),
    ];
    let mut checks = well.clone();
    checks.push(check("disk", Some("/data\u{1b}"), HealthState::Critical, disk));
    checks.push(unknown);
    let view = |state, checks| Report::Health(HealthView { state, at: now(), checks });
    let bad = view(HealthState::Critical, checks);
    insta::assert_snapshot!("health", text(&bad, &ENGLISH));
    insta::assert_snapshot!("health-zh", text(&bad, &CHINESE));
    insta::assert_snapshot!("health-well", text(&view(HealthState::Ok, well), &ENGLISH));
}

#[test]
fn what_a_monitor_found_is_a_line_each() {
    let mut well = Check::new(CheckKind::Crl, "http://a/root.crl", "CN=root".to_owned());
    well.number = Some("7".to_owned());
    well.entries = Some(0);
    well.next_update = Some(at("2026-04-08T00:00:00Z"));
    let mut warned = Check::new(CheckKind::Ocsp, "http://a/ocsp", "CN=issuing".to_owned());
    (warned.serial, warned.status) = (Some("43aa".to_owned()), Some("good"));
    warned.note(Health::Warning, "ends-soon", "it ends soon");
    let mut failed = Check::new(CheckKind::Delta, "http://a/\u{1b}", "CN=issuing".to_owned());
    failed.note(Health::Failed, "fetch-failed", "nobody answers");
    let some = Report::Watched(Watched {
        time: now(),
        well: false,
        failed: 1,
        warned: 1,
        checks: vec![well.clone(), warned, failed],
    });
    insta::assert_snapshot!("watched", text(&some, &ENGLISH));
    insta::assert_snapshot!("watched-zh", text(&some, &CHINESE));
    let all = Watched { time: now(), well: true, failed: 0, warned: 0, checks: vec![well] };
    insta::assert_snapshot!("watched-well", text(&Report::Watched(all), &ENGLISH));
}
