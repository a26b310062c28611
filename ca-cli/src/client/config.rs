//! `cli.toml`: where the server is, whom to trust for it, and which key signs.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format as _, Toml};
use figment::value::magic::RelativePathBuf;
use serde::Deserialize;

use super::ClientError;

/// The file that `ca-server dev` writes, as seen from where it is started.
const DEVELOPMENT: &str = "cityca-data/cli.toml";

/// Its place in the user's configuration folder.
const PERSONAL: &str = "cityca/cli.toml";

/// Members that the environment may set too, with the prefix `CA_`.
const MEMBERS: [&str; 5] = ["server", "trust", "certificate", "key", "password_file"];

/// What the client needs to know. Paths are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Config {
    /// The server's HTTPS origin without a trailing slash, such as `https://127.0.0.1:8443`.
    pub(crate) server: String,
    /// Certificates that are trusted for the server's HTTPS, and no others are.
    pub(crate) trust: PathBuf,
    /// The administrator's certificate; what is signed names its key.
    pub(crate) certificate: Option<PathBuf>,
    /// The administrator's private key; whoever administers nothing needs none.
    pub(crate) key: Option<PathBuf>,
    /// Where the password of the key is, if it is encrypted and should not be asked for.
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    server: String,
    trust: RelativePathBuf,
    certificate: Option<RelativePathBuf>,
    key: Option<RelativePathBuf>,
    password_file: Option<RelativePathBuf>,
}

impl Config {
    /// Reads the file that was named, or the first that exists of the default ones; the environment's `CA_SERVER`,
    /// `CA_TRUST`, `CA_CERTIFICATE`, `CA_KEY` and `CA_PASSWORD_FILE` go before it.
    pub(crate) fn load(named: Option<&Path>) -> Result<Self, ClientError> {
        let file = match named {
            Some(file) if !file.exists() || file.is_dir() => {
                return Err(ClientError::NoSuchConfiguration { file: file.to_path_buf() });
            }
            Some(file) => Some(file.to_path_buf()),
            None => defaults().into_iter().find(|file| file.is_file()),
        };
        let mut figment = Figment::new();
        if let Some(file) = &file {
            figment = figment.merge(Toml::file_exact(file));
        } else if MEMBERS.iter().all(|member| std::env::var_os(variable(member)).is_none()) {
            return Err(ClientError::NoConfiguration { tried: defaults() });
        }
        let document: Document =
            figment.merge(Env::prefixed("CA_").only(&MEMBERS)).extract().map_err(|error| {
                ClientError::Configuration {
                    place: file
                        .as_ref()
                        .map_or_else(|| "the environment".to_owned(), |f| f.display().to_string()),
                    detail: error.to_string(),
                }
            })?;
        Ok(Self {
            server: origin(&document.server)?,
            trust: document.trust.relative(),
            certificate: document.certificate.map(|path| path.relative()),
            key: document.key.map(|path| path.relative()),
            password_file: document.password_file.map(|path| path.relative()),
        })
    }
}

fn variable(member: &str) -> String {
    format!("CA_{}", member.to_ascii_uppercase())
}

fn defaults() -> Vec<PathBuf> {
    let folder = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".config")));
    let personal = folder.map(|folder| folder.join(PERSONAL));
    [Some(PathBuf::from(DEVELOPMENT)), personal].into_iter().flatten().collect()
}

/// An HTTPS origin in the form in which it is signed: no trailing slash, no default port.
fn origin(server: &str) -> Result<String, ClientError> {
    let wrong = || ClientError::ServerAddress { server: server.to_owned() };
    let authority = server.trim_end_matches('/').strip_prefix("https://").ok_or_else(wrong)?;
    let clean = |character: char| character.is_ascii_graphic() && !"/?#@".contains(character);
    if authority.is_empty() || !authority.chars().all(clean) {
        return Err(wrong());
    }
    Ok(format!("https://{}", authority.strip_suffix(":443").unwrap_or(authority)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cli.toml");
        let text =
            "server = \"https://localhost:8443/\"\ntrust = \"tls-ca.pem\"\nkey = \"/elsewhere/admin.key\"\n";
        std::fs::File::create(&file)
            .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
            .unwrap();
        let config = Config::load(Some(&file)).unwrap();
        assert_eq!(config.server, "https://localhost:8443");
        assert_eq!(config.trust, folder.path().join("tls-ca.pem"));
        assert_eq!(config.key, Some(PathBuf::from("/elsewhere/admin.key")));
    }

    #[test]
    fn a_server_is_an_https_origin() {
        assert_eq!(origin("https://ca.example:443/").unwrap(), "https://ca.example");
        assert_eq!(origin("https://[::1]:8443").unwrap(), "https://[::1]:8443");
        for server in ["http://ca.example", "ca.example", "https://", "https://ca.example/api", "https://u@h"]
        {
            assert_eq!(
                crate::failure::Fault::code(&origin(server).unwrap_err()),
                "server-address",
                "{server}"
            );
        }
    }
}
