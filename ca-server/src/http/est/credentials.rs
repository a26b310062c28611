//! HTTP Basic (RFC 7617).

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::http::refusal::Refusal;

/// Longest value that is decoded: a user and a password of 160 bits take far less.
const MAX_LENGTH: usize = 1024;

/// A user and a password as sent; not printable, and wiped when dropped.
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: Zeroizing<Vec<u8>>,
}

/// The credentials of a request.
pub(crate) fn of(request: &HttpRequest) -> Result<Credentials, Refusal> {
    let value = request.headers().get(AUTHORIZATION).ok_or_else(|| {
        Refusal::new(
            StatusCode::UNAUTHORIZED,
            "credentials-missing",
            "enrolment needs a user and a password by HTTP Basic",
        )
    })?;
    value.to_str().ok().and_then(parse).ok_or_else(|| {
        Refusal::new(
            StatusCode::UNAUTHORIZED,
            "credentials-malformed",
            "the Authorization header is not of the form Basic base64(user:password)",
        )
    })
}

fn parse(value: &str) -> Option<Credentials> {
    if value.len() > MAX_LENGTH {
        return None;
    }
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    let colon = pair.iter().position(|byte| *byte == b':')?;
    let user = std::str::from_utf8(&pair[..colon]).ok()?.to_owned();
    Some(Credentials { user, password: Zeroizing::new(pair[colon + 1..].to_vec()) })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_password_may_hold_colons() {
        let credentials = parse("basic dXNlcjphOmI=").unwrap();
        assert_eq!((credentials.user.as_str(), credentials.password.as_slice()), ("user", b"a:b".as_slice()));
    }

    #[test]
    fn what_is_not_basic_is_no_credentials() {
        for value in ["", "Basic", "Basic !", "Basic dXNlcg==", "Bearer dXNlcjphOmI="] {
            assert!(parse(value).is_none(), "{value}");
        }
        assert!(parse(&format!("Basic {}", "QUFB".repeat(1000))).is_none());
    }
}
