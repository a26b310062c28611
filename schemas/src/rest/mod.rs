//! The wire types of `/api/v1`: snake_case JSON, times in RFC 3339 UTC, opaque cursors.

mod authority;
mod certificate;
mod health;
mod name;
mod problem;
mod query;
mod requests;
mod status;

pub use authority::{
    AuthorityList, AuthorityRequestView, AuthorityState, AuthorityView, CreateAuthority, InstallCertificate,
    PublishCrl,
};
pub use certificate::{CertificatePage, CertificateStatus, CertificateView};
pub use health::{HEALTH_CHECKS, HEALTH_CODES, HealthCheck, HealthState, HealthValue, HealthView};
pub use name::NamePart;
pub use problem::{PROBLEM_MEDIA_TYPE, PROBLEM_TYPE_PREFIX, Problem, ProblemItem};
pub use query::{CertificateQuery, DEFAULT_PAGE, MAX_PAGE};
pub use requests::{IssueRequest, RevocationReason, RevokeRequest, UnknownReason};
pub use status::{
    CrlView, DefaultView, MAX_REVOCATIONS, RevocationOutcome, RevokeManyRequest, RevokeOwnRequest,
    RevokedMany, SuspensionView,
};
