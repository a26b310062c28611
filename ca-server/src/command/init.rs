//! `ca-server init`: the files of a production server, to be looked through and installed.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use ca_core::keystore::file::{self, Access};

use super::arguments::Init;
use super::{Failure, print};
use crate::config::ConfigError;
use crate::store::{Location, PostgresqlOptions};

const CONFIGURATION: &str = include_str!("init/ca.toml");
const SIGNER: &str = include_str!("init/sign.toml");
const README: &str = include_str!("init/README.md");

/// What goes into the folder as it is.
const UNITS: [(&str, &str); 2] = [
    ("cityca.service", include_str!("init/cityca.service")),
    ("cityca-sign.service", include_str!("init/cityca-sign.service")),
];

pub(super) fn run(arguments: &Init) -> Result<(), Failure> {
    let Init { db, out, public_url } = arguments;
    // What would be refused later is refused now; how long to wait is not asked here.
    let options = PostgresqlOptions {
        connect_timeout: std::time::Duration::from_secs(5),
        statement_timeout: std::time::Duration::from_secs(10),
        allow_plaintext: false,
    };
    Location::parse(db, options)
        .map_err(|error| ConfigError::Value { setting: "--db", reason: error.to_string() })?;
    let host = host(public_url)?;
    let folder = |reason: String| Failure::OutFolder { path: out.clone(), reason };
    make(out).map_err(|error| folder(error.to_string()))?;
    let mut there = std::fs::read_dir(out).map_err(|error| folder(error.to_string()))?;
    if there.next().is_some() {
        return Err(folder("it is not empty, and nothing in it is touched".to_owned()));
    }
    let fill = |text: &str| {
        text.replace("@DATABASE@", &quoted(db))
            .replace("@PUBLIC_URL@", &quoted(public_url))
            .replace("@HOST@", &quoted(&host))
    };
    // A password may stand in the URL of the database.
    write(out, "ca.toml", &fill(CONFIGURATION), Access::Private)?;
    write(out, "sign.toml", &fill(SIGNER), Access::Private)?;
    for (name, text) in UNITS {
        write(out, name, text, Access::Public)?;
    }
    write(out, "README.md", README, Access::Public)?;
    print(&format!(
        "Written to {}: ca.toml, sign.toml, two systemd units, and README.md:\n\n{README}",
        out.display()
    ));
    Ok(())
}

fn make(out: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(out)
}

fn write(out: &Path, name: &str, text: &str, access: Access) -> Result<(), Failure> {
    Ok(file::write_new(&out.join(name), text.as_bytes(), access)?)
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The host of the public URL, by which clients address the server until another name is chosen.
fn host(url: &str) -> Result<String, ConfigError> {
    let wrong = || ConfigError::Value {
        setting: "--public-url",
        reason: "must begin with http:// and a host: it stands in certificates".to_owned(),
    };
    let rest = url.strip_prefix("http://").ok_or_else(wrong)?;
    let host = rest.split('/').next().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
    Ok(host.strip_suffix(":80").unwrap_or(host).to_owned())
}
