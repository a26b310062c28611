//! What is known of a request while it is answered, for its one line in the log.

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload};
use uuid::Uuid;

/// The request's id and what its handler found out. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Context {
    request_id: Uuid,
    facts: Rc<RefCell<Facts>>,
}

/// What the log line says beside method, path and status.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    pub(crate) authority: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) actor: Option<String>,
    pub(crate) outcome: Option<&'static str>,
    pub(crate) routine: bool,
}

impl Context {
    pub(crate) fn new(request_id: Uuid) -> Self {
        Self { request_id, facts: Rc::default() }
    }

    /// The id that stands in the log, in the audit and in the answer to the client.
    pub(crate) fn request_id(&self) -> Uuid {
        self.request_id
    }

    /// Who asks, once it is known.
    pub(crate) fn set_actor(&self, actor: impl Into<String>) {
        self.facts.borrow_mut().actor = Some(actor.into());
    }

    /// Which certificate it is about.
    pub(crate) fn set_certificate(&self, authority: impl Into<String>, serial: impl Into<String>) {
        let mut facts = self.facts.borrow_mut();
        facts.authority = Some(authority.into());
        facts.serial = Some(serial.into());
    }

    /// Which authority it is about.
    pub(crate) fn set_authority(&self, authority: impl Into<String>) {
        self.facts.borrow_mut().authority = Some(authority.into());
    }

    /// The code of the refusal, or a word for what was done.
    pub(crate) fn set_outcome(&self, outcome: &'static str) {
        self.facts.borrow_mut().outcome = Some(outcome);
    }

    /// It is one of thousands that are all alike, and is not worth its line.
    pub(crate) fn set_routine(&self) {
        self.facts.borrow_mut().routine = true;
    }

    pub(crate) fn facts(&self) -> Facts {
        self.facts.borrow().clone()
    }

    /// The context of a request; the middleware puts one into each.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self::new(Uuid::nil()))
    }
}

impl FromRequest for Context {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
