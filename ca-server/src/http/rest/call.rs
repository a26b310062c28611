//! A signed request as a handler meets it: what is asked is read, done and answered.

use std::future::{Ready, ready};

use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::signed::{self, Signed};
use crate::http::context::Context;
use crate::http::refusal::Refusal;
use crate::http::{Api, problem};
use crate::port::Act;

/// What every handler of this interface needs of its request.
pub(crate) struct Call {
    request: HttpRequest,
    payload: Payload,
    api: Data<Api>,
    context: Context,
}

impl FromRequest for Call {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let mut parts = || {
            Ok(Self {
                payload: Payload::from_request(request, payload).into_inner()?,
                api: Data::from_request(request, payload).into_inner()?,
                context: Context::of(request),
                request: request.clone(),
            })
        };
        ready(parts())
    }
}

impl Call {
    /// What the server is made of.
    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// For the request's line in the log.
    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// The query as it was sent.
    pub(crate) fn query(&self) -> &str {
        self.request.query_string()
    }

    /// Verifies the signature, reads what is asked, applies it and responds. The services put their own refusals on the
    /// record; what `read` refuses never reaches one and is recorded here, under `action`, which uses up the nonce.
    pub(crate) async fn answer<B, T: Send + 'static, E: Into<Refusal>>(
        self,
        action: &'static str,
        read: impl FnOnce(&Signed) -> Result<B, Refusal> + Send + 'static,
        apply: impl FnOnce(&Api, &Act, B) -> Result<T, E> + Send + 'static,
        respond: impl FnOnce(&Context, T) -> HttpResponse,
    ) -> HttpResponse {
        let Self { request, payload, api, context } = self;
        let done = signed::act(request, payload, &api, &context, move |api, signed, authenticated| {
            let act = authenticated.into_act();
            let asked = read(signed).inspect_err(|refusal| {
                api.services.refusals.record(&act, action, refusal.code, &refusal.detail);
            })?;
            apply(api, &act, asked).map_err(E::into)
        })
        .await;
        match done {
            Ok(done) => respond(&context, done),
            Err(refusal) => problem::respond(&context, &refusal),
        }
    }
}

impl Call {
    /// Reads a request and responds to it. Its signature, by a key that nobody registered, is verified by the service that
    /// `work` asks; so are its refusals put on record there.
    pub(crate) async fn answer_key<T: Send + 'static>(
        self,
        work: impl FnOnce(&Api, &Signed, Uuid) -> Result<T, Refusal> + Send + 'static,
        respond: impl FnOnce(&Context, T) -> HttpResponse,
    ) -> HttpResponse {
        let Self { request, payload, api, context } = self;
        match signed::read_and(request, payload, &api, &context, work).await {
            Ok(done) => respond(&context, done),
            Err(refusal) => problem::respond(&context, &refusal),
        }
    }
}

/// The body as JSON of a type.
pub(crate) fn json<T: DeserializeOwned>(signed: &Signed) -> Result<T, Refusal> {
    const JSON: &str = "application/json";
    let media_type = signed.media_type();
    if media_type.as_deref() != Some(JSON) {
        return Err(Refusal::unsupported_media_type(JSON, media_type.as_deref()));
    }
    serde_json::from_slice(signed.body())
        .map_err(|error| Refusal::bad_request("malformed-json", format!("the body: {error}")))
}
