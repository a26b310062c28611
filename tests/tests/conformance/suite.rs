//! Runs cases and compares what differs from the suite with the exceptions.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::case::Case;
use crate::exceptions::{self, Exception};
use crate::validator;

/// The most time for one case: four times what hostile ones may take on an idle machine, for tests run beside each other.
const MAX_TIME: Duration = Duration::from_millis(200);

/// Runs all cases and prints how many of each section end as expected.
///
/// # Panics
/// Where a case that is no exception differs, an exception differs no more or in another way, or a case takes too long.
pub(crate) fn run(suite: &str, cases: &[Case]) {
    let exceptions = exceptions::of(suite);
    let mut sections: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut faults = Vec::new();
    let mut slowest = (Duration::ZERO, "");
    for case in cases {
        let begin = Instant::now();
        let verdict = validator::judge(case);
        let took = begin.elapsed();
        slowest = slowest.max((took, &case.id));
        if took > MAX_TIME {
            faults.push(format!("{} took {took:?}", case.id));
        }
        let differs = verdict.is_ok() != case.accepts;
        let (passed, all) = sections.entry(&case.section).or_default();
        *passed += usize::from(!differs);
        *all += 1;
        let said = match &verdict {
            Ok(()) => "accepted".to_owned(),
            Err(why) => format!("refused: {why}"),
        };
        faults.extend(fault(case, &said, differs, exceptions.iter().find(|known| known.case == case.id)));
    }
    let unknown = exceptions.iter().filter(|known| !cases.iter().any(|case| case.id == known.case));
    faults.extend(unknown.map(|known| format!("{} is an exception and no case", known.case)));
    for (section, (passed, all)) in &sections {
        println!("{suite} {section}: {passed}/{all}");
    }
    let (passed, all) = sections.values().fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    println!(
        "{suite}: {passed}/{all}, {} exceptions, slowest {} in {:?}",
        exceptions.len(),
        slowest.1,
        slowest.0
    );
    assert!(faults.is_empty(), "{} of {suite}:\n{}", faults.len(), faults.join("\n"));
}

fn fault(case: &Case, said: &str, differs: bool, exception: Option<&Exception>) -> Option<String> {
    let expected = if case.accepts { "accepted" } else { "refused" };
    match (differs, exception) {
        (true, None) => Some(format!("{} is to be {expected}, and was {said}", case.id)),
        (false, Some(_)) => Some(format!("{} is an exception and passes now: {said}", case.id)),
        (true, Some(known)) if known.accepts == case.accepts => {
            Some(format!("{} is an exception that says what the suite says", case.id))
        }
        _ => None,
    }
}
