//! An OCSP answer as it goes out over HTTP, made once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, EXPIRES, HeaderMap, HeaderValue, HttpDate, IF_NONE_MATCH,
    LAST_MODIFIED,
};
use actix_web::web::Bytes;
use ca_core::algorithm::digest;
use jiff::Timestamp;

use super::{NO_STORE, RESPONSE_TYPE};
use crate::service::status::{Changes, Freshness, Look, OcspAnswer};

/// An answer that may be given again, with its headers.
pub(crate) struct Rendered {
    der: Bytes,
    look: Option<Look>,
    /// When the next one is made, should somebody ask.
    renew: Timestamp,
    /// Somebody makes the next one.
    renewing: AtomicBool,
    /// Until when it is given out.
    until: Timestamp,
    tag: HeaderValue,
    last_modified: HeaderValue,
    expires: HeaderValue,
    cache_control: HeaderValue,
}

/// For how many seconds at most others may give an answer again without asking (RFC 5019 §6): a revocation that
/// such a cache does not know yet is as much later.
const MAX_AGE: i64 = 60;

impl Rendered {
    pub(super) fn new(answer: OcspAnswer, freshness: Freshness) -> Self {
        let Freshness { this_update, next_update } = freshness;
        let half = next_update.duration_since(this_update) / 2;
        let age = half.as_secs().clamp(0, MAX_AGE);
        let text = |text: String| HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
        let date = |time: Timestamp| text(HttpDate::from(SystemTime::from(time)).to_string());
        Self {
            tag: text(format!("\"{}\"", hex::encode(digest::sha256(&answer.der)))),
            last_modified: date(this_update),
            expires: date(next_update),
            cache_control: text(format!("max-age={age}, public, no-transform, must-revalidate")),
            renew: this_update.saturating_add(half / 5 * 4).unwrap_or(Timestamp::MAX),
            renewing: AtomicBool::new(false),
            until: this_update.saturating_add(half).unwrap_or(Timestamp::MAX),
            look: answer.look,
            der: answer.der.into(),
        }
    }

    /// Whether there is a way to tell later that it still stands.
    pub(super) fn may_be_given_again(&self) -> bool {
        self.look.is_some()
    }

    /// What it takes of memory, about.
    pub(super) fn octets(&self) -> usize {
        self.der.len()
    }

    /// Whether it may be given again now.
    pub(super) fn stands(&self, changes: &Changes, now: Timestamp) -> bool {
        now < self.until && self.look.is_some_and(|look| changes.stands(look, now))
    }

    /// Whether the caller is to make the next one, ahead of the time when this one is not given out any more. One caller
    /// is.
    pub(super) fn is_to_be_renewed(&self, now: Timestamp) -> bool {
        now >= self.renew && !self.renewing.swap(true, Ordering::Relaxed)
    }

    /// For a POST, or a GET with these headers.
    pub(super) fn respond(&self, get: Option<&HeaderMap>) -> HttpResponse {
        if get.is_some_and(|headers| self.is_known_to(headers)) {
            return self.not_modified();
        }
        let mut response = HttpResponse::Ok().body(self.der.clone());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(RESPONSE_TYPE));
        if get.is_some() {
            self.set(headers);
        } else {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static(NO_STORE));
        }
        response
    }

    /// RFC 9110 §15.4.5: what a 200 would have said.
    fn not_modified(&self) -> HttpResponse {
        let mut response = HttpResponse::NotModified().finish();
        self.set(response.headers_mut());
        response
    }

    /// RFC 5019 §6.2.
    fn set(&self, headers: &mut HeaderMap) {
        headers.insert(CACHE_CONTROL, self.cache_control.clone());
        headers.insert(LAST_MODIFIED, self.last_modified.clone());
        headers.insert(EXPIRES, self.expires.clone());
        headers.insert(ETAG, self.tag.clone());
    }

    /// Whether the client says that it has this answer. Its date would not do: a status may change within the second
    /// that two answers share.
    fn is_known_to(&self, request: &HeaderMap) -> bool {
        request.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|tags| {
            tags.split(',').any(|tag| {
                let tag = tag.trim();
                tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// An answer from 0 to `validity` seconds.
    fn rendered(changes: &Changes, validity: i64) -> Rendered {
        let look = changes.look(uuid::Uuid::nil(), &"43".parse().unwrap());
        let answer = OcspAnswer { der: vec![0x30, 0x00], code: None, freshness: None, look: Some(look) };
        let next_update = at(0) + SignedDuration::from_secs(validity);
        Rendered::new(answer, Freshness { this_update: at(0), next_update })
    }

    #[test]
    fn one_of_those_who_ask_late_makes_the_next_answer_ahead() {
        let changes = Changes::default();
        let answer = rendered(&changes, 600);
        assert!(!answer.is_to_be_renewed(at(239)));
        assert!(answer.is_to_be_renewed(at(240)));
        assert!(!answer.is_to_be_renewed(at(241)), "somebody does already");
    }

    #[test]
    fn an_answer_is_given_out_for_half_of_its_validity() {
        let changes = Changes::default();
        let answer = rendered(&changes, 600);
        let stands = |second| {
            changes.heard(at(second));
            answer.stands(&changes, at(second))
        };
        assert!(stands(0) && stands(299));
        assert!(!stands(300));
    }

    #[test]
    fn caches_keep_an_answer_for_a_minute_or_less_if_it_is_short() {
        let changes = Changes::default();
        for (validity, age) in [(600, 60), (60, 30), (1, 0)] {
            let expected = format!("max-age={age}, public, no-transform, must-revalidate");
            assert_eq!(rendered(&changes, validity).cache_control, expected.as_str());
        }
    }
}
