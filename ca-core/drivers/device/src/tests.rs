use std::sync::atomic::AtomicU32;
use std::sync::mpsc::{Sender, TryRecvError, channel};

use super::*;

/// Counts its sessions, each of which works for a number of acts.
struct Device {
    opened: AtomicU32,
    acts: u32,
}

struct Session {
    left: u32,
    closed: Option<Sender<()>>,
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(closed) = &self.closed {
            thread::sleep(SOON);
            closed.send(()).unwrap();
        }
    }
}

impl Connector for Device {
    type Session = Session;

    fn connect(&self) -> Result<Session, CustodyError> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        Ok(Session { left: self.acts, closed: None })
    }

    fn place(&self) -> String {
        "the device".to_owned()
    }
}

fn pool(sessions: u32, acts: u32, limit: Duration) -> Pool<Device> {
    Pool::new(Device { opened: AtomicU32::new(0), acts }, sessions, limit).unwrap()
}

fn lost() -> Fault {
    Fault::Lost(CustodyError::Device {
        act: "act",
        place: "the device".to_owned(),
        answer: "lost".to_owned(),
    })
}

fn count(session: &mut Session) -> Result<u32, Fault> {
    session.left = session.left.checked_sub(1).ok_or_else(lost)?;
    Ok(session.left)
}

const SOON: Duration = Duration::from_millis(100);
const LATE: Duration = Duration::from_secs(60);

#[test]
fn a_lost_session_is_opened_again_once() {
    let usual = pool(1, 2, LATE);
    let left: Vec<_> = (0..5).map(|_| usual.act("count", count).unwrap()).collect();
    assert_eq!(left, [1, 0, 1, 0, 1]);
    assert_eq!(usual.connector().opened.load(Ordering::SeqCst), 3);

    let broken = pool(1, 0, LATE);
    assert_eq!(broken.act("count", count).unwrap_err().code(), "custody-device");
    assert_eq!(broken.connector().opened.load(Ordering::SeqCst), 2);
}

#[test]
fn nobody_waits_longer_than_the_limit() {
    let pool = pool(1, 9, SOON);
    let (release, held) = channel::<()>();
    let held = Mutex::new(held);
    let stuck = pool.act("hang", move |_| {
        let _ = held.lock().unwrap().recv();
        Ok(())
    });
    assert_eq!(stuck.unwrap_err().code(), "custody-timed-out");

    // What waits behind it is refused in time too, and is not done later.
    let (done, seen) = channel();
    let waiting = pool.act("wait", move |_| {
        done.send(()).unwrap();
        Ok(())
    });
    assert_eq!(waiting.unwrap_err().code(), "custody-timed-out");
    release.send(()).unwrap();
    assert_eq!((0..50).find_map(|_| pool.act("count", count).ok()), Some(8));
    assert!(seen.try_recv().is_err());
}

#[test]
fn all_sessions_are_closed_when_the_pool_is_gone() {
    let pool = pool(2, 9, LATE);
    let (closed, seen) = channel();
    for _ in 0..2 {
        let closed = closed.clone();
        let open = move |session: &mut Session| {
            session.closed = Some(closed.clone());
            Ok(())
        };
        pool.act("open", open).unwrap();
    }
    drop(closed);
    drop(pool);
    // One of the two may have done both acts.
    assert!(seen.try_recv().is_ok());
    let others: Vec<()> = seen.try_iter().collect();
    assert!(others.len() <= 1);
    assert_eq!(seen.try_recv(), Err(TryRecvError::Disconnected), "a session outlived the pool");
}

#[test]
fn a_stuck_session_does_not_stop_the_others() {
    let pool = pool(2, 99, SOON);
    let stuck = pool.act("hang", |_| {
        thread::sleep(LATE);
        Ok(())
    });
    assert_eq!(stuck.unwrap_err().code(), "custody-timed-out");
    for _ in 0..20 {
        pool.act("count", count).unwrap();
    }
}

#[test]
fn more_than_can_wait_are_refused_at_once() {
    let pool = pool(1, 9, SOON);
    let busy = thread::scope(|scope| {
        let _ = pool.act("hang", |_| {
            thread::sleep(LATE);
            Ok(())
        });
        let callers: Vec<_> =
            (0..MAX_WAITING + 2).map(|_| scope.spawn(|| pool.act("count", count))).collect();
        callers.into_iter().map(|caller| caller.join().unwrap().unwrap_err().code()).collect::<Vec<_>>()
    });
    assert!(busy.contains(&"custody-busy"), "{} refusals", busy.len());
}

#[test]
fn an_act_that_panics_costs_its_session_only() {
    let pool = pool(1, 9, LATE);
    let broken = pool.act("panic", |_| -> Result<(), Fault> { panic!("on purpose") });
    assert_eq!(broken.unwrap_err().code(), "custody-misbehaved");
    assert_eq!(pool.act("count", count).unwrap(), 8);
}
