//! A refusal before it takes the form of a protocol.

use std::borrow::Cow;

use actix_web::http::StatusCode;

/// Why a request is not done: mapped from the errors of the services once, rendered by each protocol in its form.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// The stable code.
    pub(crate) code: &'static str,
    /// What is wrong and what to do, for a person.
    pub(crate) detail: Cow<'static, str>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, detail: detail.into() }
    }

    pub(crate) fn bad_request(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub(crate) fn not_found(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    pub(crate) fn unsupported_media_type(expected: &'static str, found: Option<&str>) -> Self {
        let found = found.map_or_else(|| "none was given".to_owned(), |found| format!("not {found:?}"));
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            format!("the Content-Type must be {expected}, {found}"),
        )
    }

    pub(crate) fn method_not_allowed(allowed: &str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            format!("this resource answers {allowed}"),
        )
    }

    /// More is under way than is done in good time.
    pub(crate) fn overloaded() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
            "more certificates are being issued than the server takes at once: ask again in a moment",
        )
    }

    /// After how many seconds to ask again, where that helps.
    pub(crate) fn retry_after(&self) -> Option<&'static str> {
        let helps = self.status == StatusCode::SERVICE_UNAVAILABLE || self.code == "order-under-way";
        helps.then_some("1")
    }

    /// A fault of ours. What it was stands in the log under the request's id, not in the answer.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal-error",
            "the server failed; its log says why under this request id",
        )
    }

    /// Whether what the client sent could not be read to its end, so that the connection cannot be used again.
    pub(crate) fn leaves_body_unread(&self) -> bool {
        matches!(self.status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT)
    }
}
