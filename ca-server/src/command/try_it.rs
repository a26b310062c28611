//! What `dev` prints when it is ready: where everything is, and commands to try.

use std::net::SocketAddr;
use std::path::Path;

use crate::http::tls::OwnTls;
use crate::service::bootstrap::DevState;

/// What the text speaks of.
pub(super) struct Place<'a> {
    pub(super) data: &'a Path,
    pub(super) http: SocketAddr,
    pub(super) https: SocketAddr,
    pub(super) state: &'a DevState,
    pub(super) tls: &'a OwnTls,
}

/// The text.
pub(super) fn text(place: &Place<'_>) -> String {
    let Place { data, http, https, state, tls } = place;
    let made = if state.created { "New authorities were made" } else { "The authorities were there" };
    let shown = data.display();
    let file = |name: &str| quoted(&data.join(name));
    let (trust, credentials, issuing, cli) =
        (file("tls-ca.pem"), file("est.credentials"), file("issuing.pem"), file("cli.toml"));
    format!(
        "\
City CA is ready. {made} in {shown}

  http://{http}    OCSP, CRLs, CA certificates
  https://{https}   EST and REST as well
  {url}    is the base of the URLs in certificates

  {shown}/root.pem         trust anchor of certificates
      SHA-256 {root_sha256}
      SM3     {root_sm3}
  {shown}/tls-ca.pem       trust anchor of HTTPS
      SHA-256 {tls_sha256}
      SM3     {tls_sm3}
  {shown}/issuing.pem      the authority that issues
  {shown}/admin.pem, .key  the administrator
  {shown}/est.credentials  user and password for enrolment
  {shown}/cli.toml         configuration of the ca command

Try, in another terminal:

  # Enrol a device
  openssl ecparam -name SM2 -genkey -noout -out device.key
  openssl req -new -key device.key -sm3 -sigopt distid:1234567812345678 -subj /CN=device-1 -out device.csr
  curl --cacert {trust} -u \"$(cat {credentials})\" \\
    -H 'Content-Type: application/pkcs10' -H 'Accept: application/x-pem-file' --data-binary @device.csr \\
    https://{https}/.well-known/est/simpleenroll -o device.pem

  # Look it up and revoke it
  ca --config {cli} list
  ca --config {cli} revoke device.pem --reason keyCompromise --yes

  # Ask for its status
  openssl ocsp -issuer {issuing} -cert device.pem -url http://{http}/ocsp -noverify -resp_text
  curl http://{http}/crl/issuing.crl -o issuing.crl

Ctrl-C stops the server; what it knows stays in {shown}
",
        url = state.settings.public_url,
        root_sha256 = state.root_sha256,
        root_sm3 = state.root_sm3,
        tls_sha256 = tls.sha256,
        tls_sm3 = tls.sm3,
    )
}

/// A path as a word of a POSIX shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+:@%".contains(&byte)) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;
    use std::path::Path;

    #[test]
    fn paths_can_be_pasted_into_a_shell() {
        assert_eq!(quoted(Path::new("./cityca-data/root.pem")), "./cityca-data/root.pem");
        assert_eq!(quoted(Path::new("my data/it's")), r"'my data/it'\''s'");
    }
}
