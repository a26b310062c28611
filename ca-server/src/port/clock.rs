//! The clock, so that no decision asks the machine for the time by itself.

use jiff::Timestamp;

/// Tells the time.
///
/// Implementers owe: the time in UTC, callable from any thread at once, never blocking. The time may fall
/// (a stepped clock); callers that need it to rise compare it with what is stored.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Clocks elsewhere, with which the own one is compared.
///
/// Implementers owe: [`ask`](Self::ask) ends within seconds whatever they do; the others never block.
pub trait PeerClocks: Send + Sync {
    /// Asks all anew.
    fn ask(&self);

    /// The time by those that were asked last, carried on since by a clock that is never set; none where too few answered or
    /// agree, or that was long ago.
    fn time(&self) -> Option<Timestamp>;

    /// How many it is that agree on that.
    fn agreeing(&self) -> usize;
}

/// The machine's own clock: the only place where the process asks for it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that the ban points to")]
    fn now(&self) -> Timestamp {
        super::fault::shifted(Timestamp::now())
    }
}
