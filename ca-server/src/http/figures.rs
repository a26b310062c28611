//! Figures of requests answered.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use metrics::{Counter, Histogram};

/// What tells one kind of answer from another. All are closed sets: clients cannot make up a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Answered {
    /// `http` or `https`.
    pub(super) listener: &'static str,
    pub(super) method: &'static str,
    pub(super) status: u16,
    pub(super) outcome: &'static str,
}

struct Figures {
    answered: Counter,
    seconds: Histogram,
}

thread_local! {
    /// Those of each route that this thread has counted before: looking them up in the recorder would cost as much as
    /// reading the request.
    static KNOWN: RefCell<HashMap<String, HashMap<Answered, Figures>>> = RefCell::default();
}

/// Counts an answer of a route, and the time it took.
pub(super) fn count(route: &str, kind: Answered, taken: Duration) {
    KNOWN.with_borrow_mut(|known| {
        if !known.contains_key(route) {
            known.insert(route.to_owned(), HashMap::new());
        }
        let Some(kinds) = known.get_mut(route) else { return };
        let figures = kinds.entry(kind).or_insert_with(|| Figures::of(route, kind));
        figures.answered.increment(1);
        figures.seconds.record(taken.as_secs_f64());
    });
}

impl Figures {
    fn of(route: &str, Answered { listener, method, status, outcome }: Answered) -> Self {
        let route = route.to_owned();
        Self {
            answered: metrics::counter!(
                "cityca_http_requests_total",
                "listener" => listener, "method" => method, "route" => route.clone(),
                "status" => status.to_string(), "outcome" => outcome
            ),
            seconds: metrics::histogram!(
                "cityca_http_request_seconds", "listener" => listener, "route" => route
            ),
        }
    }
}
