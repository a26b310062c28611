//! Files that are read, whoever wrote them.

use proptest::prelude::*;

use super::kit::{ROOT, Room};
use crate::ceremony::exchange::Package;
use crate::ceremony::{Kind, Plan, Transcript};

fn room_plan() -> String {
    Room::new().plan("root", 1, None, ROOT)
}

#[test]
fn any_unknown_field_anywhere_is_named() {
    for kind in Kind::ALL {
        let text = Plan::example(kind);
        for (at, _) in text.match_indices(" = ") {
            let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
            let field = &text[line..at];
            if field.contains(['#', ' ', '[', '{']) {
                continue;
            }
            let renamed = format!("{}x{}{}", &text[..line], field, &text[at..]);
            let error = Plan::from_toml(renamed.as_bytes()).unwrap_err();
            // A list of tables with one field renamed may be called incomplete first.
            assert!(["plan-unknown-field", "plan-missing-field"].contains(&error.code()), "{error}");
            assert!(error.to_string().contains(field), "{error}");
        }
    }
}

#[test]
fn what_a_plan_leaves_out_is_shown() {
    let plan = Plan::from_toml(room_plan().as_bytes()).unwrap();
    assert_eq!(plan.defaults(), [("time_tolerance_minutes", "720".to_owned())]);
    let text = room_plan().replace("[shares]\nthreshold = 2\n", "").replace("path_length = 2\n", "");
    let plan = Plan::from_toml(text.as_bytes()).unwrap();
    let names: Vec<&str> = plan.defaults().iter().map(|(field, _)| *field).collect();
    assert_eq!(names, ["shares.threshold", "time_tolerance_minutes", "root.path_length"]);
}

#[test]
fn every_kind_is_told_in_sentences_without_gaps() {
    for kind in Kind::ALL {
        let plan = Plan::from_toml(Plan::example(kind).as_bytes()).unwrap();
        for sentence in plan.render() {
            assert_eq!(sentence.pattern.matches("{}").count(), sentence.values.len(), "{}", sentence.key);
            assert!(!sentence.english().contains("{}"));
        }
    }
}

proptest! {
    #[test]
    fn any_octets_are_judged_without_panic(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Plan::from_toml(&octets);
        let _ = Transcript::from_bytes(&octets);
        let _ = Package::open(&octets, &[]);
        let _ = Transcript::from_bytes(Transcript::whole_lines(&octets));
    }

    #[test]
    fn a_plan_altered_anywhere_has_another_digest(at in 0usize..500, bit in 0u8..8) {
        let text = Plan::example(Kind::Root).into_bytes();
        let mut altered = text.clone();
        altered[at] ^= 1 << bit;
        if let Ok(plan) = Plan::from_toml(&altered) {
            prop_assert_ne!(plan.digest(), Plan::from_toml(&text).unwrap().digest());
        }
    }
}
