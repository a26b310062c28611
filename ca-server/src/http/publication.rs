//! What relying parties fetch: CRLs and CA certificates.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use std::time::SystemTime;

use actix_web::body::SizedStream;
use actix_web::error::BlockingError;
use actix_web::http::header::{
    CACHE_CONTROL, ETAG, EXPIRES, HttpDate, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use actix_web::web::{self, Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use ca_core::issuance::Shard;
use futures_core::Stream;
use jiff::Timestamp;
use serde::Deserialize;

use super::context::Context;
use super::refusal::Refusal;
use super::{Api, problem, status_of};
use crate::service::publication::PublishedCrl;
use crate::service::status::{StatusError, StatusService};

/// What the address of a list says.
#[derive(Deserialize)]
pub(crate) struct ListPath {
    authority: String,
    shard: Option<String>,
}

/// `GET /crl/{authority}.crl`: DER `CertificateList` (RFC 5280 §4.2.1.13, media type of RFC 2585 §4.2);
/// `GET /crl/{authority}/{shard}.crl`: that of a shard (RFC 5280 §5.2.5).
pub(crate) async fn crl(
    request: HttpRequest,
    path: Path<ListPath>,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    answer(&request, path.into_inner(), api, &context, StatusService::crl).await
}

/// `GET /crl/{authority}/delta.crl`, `GET /crl/{authority}/{shard}/delta.crl`: the deltas to them (RFC 5280 §5.2.4).
pub(crate) async fn delta(
    request: HttpRequest,
    path: Path<ListPath>,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    answer(&request, path.into_inner(), api, &context, StatusService::delta).await
}

type Find = fn(&StatusService, &str, Option<Shard>) -> Result<Arc<PublishedCrl>, StatusError>;

async fn answer(
    request: &HttpRequest,
    ListPath { authority, shard }: ListPath,
    api: Data<Api>,
    context: &Context,
    find: Find,
) -> HttpResponse {
    context.set_authority(authority.clone());
    let shard = match shard.map(|shard| shard.parse()).transpose() {
        Ok(shard) => shard,
        Err(error) => return refuse(context, &StatusError::UnknownShard(error)),
    };
    let service = api.services.status.clone();
    match web::block(move || find(&service, &authority, shard)).await {
        Ok(Ok(published)) => render_crl(request, published),
        Ok(Err(error)) => refuse(context, &error),
        Err(_) => problem::respond(context, &Refusal::internal()),
    }
}

/// `GET /ca/{authority}.cer`: DER `Certificate` (media type of RFC 2585 §4.1).
pub(crate) async fn ca_certificate(
    authority: Path<String>,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    context.set_authority(authority.as_str());
    match api.services.status.ca_certificate(&authority) {
        Ok(der) => HttpResponse::Ok()
            .content_type("application/pkix-cert")
            .insert_header((CACHE_CONTROL, "public, max-age=3600"))
            .body(der),
        Err(error) => refuse(&context, &error),
    }
}

/// Any other method.
pub(crate) async fn other_method(context: Context) -> HttpResponse {
    problem::method_not_allowed(&context, "GET, HEAD")
}

fn refuse(context: &Context, error: &StatusError) -> HttpResponse {
    problem::respond(context, &Refusal::new(status_of(error.fault()), error.code(), error.to_string()))
}

fn render_crl(request: &HttpRequest, published: Arc<PublishedCrl>) -> HttpResponse {
    let summary = &published.summary;
    let tag = format!("\"{}-{}\"", summary.number, hex::encode(&summary.tbs_hash[..16]));
    let known = is_known(request, &tag, published.dated.then_some(summary.this_update));
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        // A CRL may be followed by the next at any time: whoever keeps one asks whether it still is the newest.
        .insert_header((CACHE_CONTROL, "public, no-cache"))
        .insert_header((ETAG, tag))
        .insert_header((EXPIRES, http_date(summary.next_update)));
    if published.dated {
        response.insert_header((LAST_MODIFIED, http_date(summary.this_update)));
    }
    if known {
        return response.finish();
    }
    response.content_type("application/pkix-crl");
    match published.held() {
        Some(held) => response.body(Bytes::from_owner(Arc::clone(held))),
        None => response.body(SizedStream::new(published.octets(), Chunks::new(published))),
    }
}

/// Whether the client has this one (RFC 9110 §13.1.2, §13.1.3). Two lists of one second cannot be told apart by a date: then
/// none is given, and none is asked for.
fn is_known(request: &HttpRequest, tag: &str, modified: Option<Timestamp>) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = header(IF_NONE_MATCH) {
        return tags
            .split(',')
            .map(str::trim)
            .any(|known| known == "*" || known.trim_start_matches("W/") == tag);
    }
    let since = header(IF_MODIFIED_SINCE)
        .and_then(|date| date.parse::<HttpDate>().ok())
        .and_then(|date| Timestamp::try_from(SystemTime::from(date)).ok());
    matches!((since, modified), (Some(since), Some(modified)) if modified <= since)
}

/// Octets that are read at once and held for a client.
const CHUNK: u64 = 256 << 10;

type Reading = Pin<Box<dyn Future<Output = Result<io::Result<Bytes>, BlockingError>>>>;

/// A long list, read as the client takes it.
struct Chunks {
    published: Arc<PublishedCrl>,
    position: u64,
    reading: Option<Reading>,
}

impl Chunks {
    fn new(published: Arc<PublishedCrl>) -> Self {
        Self { published, position: 0, reading: None }
    }
}

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Option<Self::Item>> {
        if self.reading.is_none() {
            let (position, left) = (self.position, self.published.octets().saturating_sub(self.position));
            if left == 0 {
                return Poll::Ready(None);
            }
            let published = Arc::clone(&self.published);
            self.reading = Some(Box::pin(web::block(move || {
                let mut buffer = vec![0; usize::try_from(left.min(CHUNK)).unwrap_or_default()];
                published.read_at(position, &mut buffer)?;
                Ok(buffer.into())
            })));
        }
        let Some(reading) = &mut self.reading else { return Poll::Ready(None) };
        let read = ready!(reading.as_mut().poll(context));
        self.reading = None;
        let read = read.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
        if let Ok(bytes) = &read {
            self.position += bytes.len() as u64;
        }
        Poll::Ready(Some(read))
    }
}

fn http_date(time: Timestamp) -> String {
    HttpDate::from(SystemTime::from(time)).to_string()
}
