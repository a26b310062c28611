//! Errors of the REST interface: problem details.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Media type of [`Problem`].
pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// What comes before the code in the type of a [`Problem`].
pub const PROBLEM_TYPE_PREFIX: &str = "urn:cityca:error:";

/// Problem details as defined in [RFC 9457 Section 3](https://www.rfc-editor.org/rfc/rfc9457#section-3), with the
/// extension members `code`, `request_id` and `errors`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:cityca:error:<code>`.
    #[serde(rename = "type")]
    #[schema(example = "urn:cityca:error:unknown-profile")]
    pub kind: String,
    /// What kind of problem it is, in a few words.
    pub title: String,
    /// The HTTP status code.
    #[schema(example = 422, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong with this request.
    pub detail: String,
    /// The stable kebab-case code.
    #[schema(example = "unknown-profile")]
    pub code: String,
    /// The identifier under which the logs know the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The single faults where there are several, such as findings of lints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemItem>,
}

impl Problem {
    /// A problem with the type that belongs to its code.
    #[must_use]
    pub fn new(status: u16, code: &str, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("{PROBLEM_TYPE_PREFIX}{code}"),
            title: title.into(),
            status,
            detail: detail.into(),
            code: code.to_owned(),
            request_id: None,
            errors: Vec::new(),
        }
    }
}

/// One of several faults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemItem {
    /// The stable kebab-case code, or the name of the lint.
    pub code: String,
    /// What is wrong.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_code_twice() {
        let problem = Problem::new(404, "unknown-serial", "Not found", "no certificate has the serial 43");
        assert_eq!(
            serde_json::to_value(problem).unwrap(),
            serde_json::json!({
                "type": "urn:cityca:error:unknown-serial",
                "title": "Not found",
                "status": 404,
                "detail": "no certificate has the serial 43",
                "code": "unknown-serial",
            })
        );
    }
}
