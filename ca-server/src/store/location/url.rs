//! Reads the URL of a PostgreSQL database. libpq reads such URLs too, but takes what is missing from its
//! environment; here what decides over security stands in the URL or is set.

use std::net::IpAddr;

use zeroize::Zeroizing;

use super::{PostgresqlOptions, PostgresqlServer, Start};

/// Parameters that a URL may hold. Left out are those that name another place to connect to than the URL's host.
const PARAMETERS: &[&str] = &[
    "application_name",
    "channel_binding",
    "connect_timeout",
    "host",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "options",
    "passfile",
    "password",
    "port",
    "require_auth",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslmode",
    "sslpassword",
    "sslrootcert",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// Where Debian keeps the sockets of its servers.
const SOCKETS: &str = "/var/run/postgresql";

/// The authorities that the system trusts, where the URL names none.
const SYSTEM_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Why a text names no database that could be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// Another kind of database, or no URL.
    #[error("write sqlite:PATH or postgresql://user@host/database")]
    Scheme,
    /// `sqlite:` without a path.
    #[error("sqlite: is followed by the path of a file")]
    NoPath,
    /// The URL does not parse.
    #[error("the URL of the database {0}")]
    Malformed(&'static str),
    /// The URL has a parameter that is unknown or would lead elsewhere.
    #[error("the URL of the database has a parameter {name:?} that is not supported")]
    Parameter {
        /// The parameter.
        name: String,
    },
    /// The connection to another machine would not prove whom it leads to.
    #[error(
        "sslmode={sslmode} does not prove that {host} is the database: use sslmode=verify-full with sslrootcert, or \
         set store.allow_plaintext where the network itself is protected"
    )]
    Unverified {
        /// The host.
        host: String,
        /// What the URL asks for.
        sslmode: String,
    },
}

impl LocationError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Scheme => "database-scheme",
            Self::NoPath => "database-no-path",
            Self::Malformed(_) => "database-url",
            Self::Parameter { .. } => "database-parameter",
            Self::Unverified { .. } => "database-unverified",
        }
    }
}

/// Keywords in the order in which they were said; the last of a name counts.
#[derive(Default)]
struct Settings(Vec<(String, Zeroizing<String>)>);

impl Settings {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn put(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), Zeroizing::new(value.into())));
    }

    fn unless_said(&mut self, name: &str, value: impl Into<String>) {
        if self.get(name).is_none() {
            self.put(name, value);
        }
    }
}

pub(super) fn postgresql(text: &str, options: PostgresqlOptions) -> Result<PostgresqlServer, LocationError> {
    let rest = text
        .strip_prefix("postgresql://")
        .or_else(|| text.strip_prefix("postgres://"))
        .ok_or(LocationError::Scheme)?;
    if text.contains('#') {
        return Err(LocationError::Malformed("has a # in it: write %23"));
    }
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let mut settings = Settings::default();
    let hosts = match authority.rsplit_once('@') {
        Some((user, hosts)) => {
            let (user, password) = user.split_once(':').map_or((user, None), |(u, p)| (u, Some(p)));
            settings.put("user", decode(user)?);
            if let Some(password) = password {
                settings.put("password", decode(password)?);
            }
            hosts
        }
        None => authority,
    };
    let mut names = Vec::new();
    let mut ports = Vec::new();
    for host in hosts.split(',').filter(|host| !host.is_empty()) {
        let (name, port) = host_and_port(host)?;
        names.push(decode(name)?);
        ports.push(port.to_owned());
    }
    if !names.is_empty() {
        settings.put("host", names.join(","));
        settings.put("port", ports.join(","));
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) =
            pair.split_once('=').ok_or(LocationError::Malformed("has a parameter without ="))?;
        if !PARAMETERS.contains(&name) {
            return Err(LocationError::Parameter { name: name.chars().take(40).collect() });
        }
        settings.put(name, decode(value)?);
    }
    settings.put("dbname", decode(database)?);
    complete(&mut settings, options)?;
    Ok(PostgresqlServer {
        shown: shown(&settings),
        connection_string: connection_string(&settings),
        statement_timeout: options.statement_timeout,
        start: Start::default(),
    })
}

/// Adds what the URL leaves open, so that nothing of it comes from libpq's environment.
fn complete(settings: &mut Settings, options: PostgresqlOptions) -> Result<(), LocationError> {
    if settings.get("dbname").is_none_or(str::is_empty) {
        return Err(LocationError::Malformed("names no database: write postgresql://user@host/database"));
    }
    settings.unless_said("host", SOCKETS);
    settings.unless_said("port", "");
    settings.unless_said("application_name", "ca-server");
    settings.unless_said("connect_timeout", options.connect_timeout.as_secs().max(1).to_string());
    // Of several hosts the one that takes changes, which after a failover is another.
    settings.unless_said("target_session_attrs", "read-write");
    settings.put("gssencmode", "disable");
    let host = settings.get("host").unwrap_or_default().to_owned();
    let local = host.split(',').all(is_local);
    settings.unless_said("sslmode", if local { "prefer" } else { "verify-full" });
    let sslmode = settings.get("sslmode").unwrap_or_default().to_owned();
    if sslmode == "verify-full" {
        settings.unless_said("sslrootcert", SYSTEM_AUTHORITIES);
    } else if !local && !options.allow_plaintext {
        return Err(LocationError::Unverified { host, sslmode });
    }
    Ok(())
}

/// Whether a host is this machine: a socket in a folder, or loopback.
fn is_local(host: &str) -> bool {
    host.starts_with('/')
        || host.starts_with('@')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Splits `host`, `host:port`, `[v6]` or `[v6]:port`.
fn host_and_port(text: &str) -> Result<(&str, &str), LocationError> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or(LocationError::Malformed("has a [ without a ]"))?;
            (host, rest.strip_prefix(':').unwrap_or(rest))
        }
        None => text.rsplit_once(':').unwrap_or((text, "")),
    };
    if !port.is_empty() && port.parse::<u16>().is_err() {
        return Err(LocationError::Malformed("has a port that is no number up to 65535"));
    }
    Ok((host, port))
}

/// Undoes percent-encoding.
fn decode(text: &str) -> Result<String, LocationError> {
    let wrong = LocationError::Malformed("has a % that two hexadecimal digits do not follow");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2).ok_or_else(|| wrong.clone())?;
        let mut value = [0];
        hex::decode_to_slice(digits, &mut value).map_err(|_| wrong.clone())?;
        bytes.extend(value);
        rest = after;
    }
    let text = String::from_utf8(bytes).map_err(|_| LocationError::Malformed("is not UTF-8"))?;
    // It would end what libpq reads.
    if text.contains('\0') {
        return Err(LocationError::Malformed("holds a null character"));
    }
    Ok(text)
}

fn connection_string(settings: &Settings) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::new());
    for (name, value) in &settings.0 {
        text.push_str(name);
        text.push_str("='");
        for character in value.chars() {
            if matches!(character, '\'' | '\\') {
                text.push('\\');
            }
            text.push(character);
        }
        text.push_str("' ");
    }
    text
}

/// The database as it may be shown.
fn shown(settings: &Settings) -> String {
    let get = |name| settings.get(name).unwrap_or_default();
    let user = if get("user").is_empty() { String::new() } else { format!("{}@", get("user")) };
    let mut ports = get("port").split(',');
    let hosts: Vec<String> = get("host")
        .split(',')
        .map(|host| match ports.next() {
            Some(port) if !port.is_empty() => format!("{host}:{port}"),
            _ => host.to_owned(),
        })
        .collect();
    format!("postgresql://{user}{}/{}", hosts.join(","), get("dbname"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<PostgresqlServer, LocationError> {
        postgresql(text, PostgresqlOptions::default())
    }

    #[test]
    fn a_url_becomes_what_libpq_reads() {
        let server = parse("postgresql://ca:it%27s%5C@127.0.0.1:5433/city?application_name=x").unwrap();
        let text = server.connection_string();
        for part in ["user='ca'", "password='it\\'s\\\\'", "host='127.0.0.1'", "port='5433'", "dbname='city'"]
        {
            assert!(text.contains(part), "{text}");
        }
        assert!(text.contains("sslmode='prefer'") && text.contains("application_name='x'"), "{text}");
        assert_eq!(server.to_string(), "postgresql://ca@127.0.0.1:5433/city");
    }

    #[test]
    fn nothing_that_decides_over_security_comes_from_the_environment() {
        let text = parse("postgresql:///city").unwrap().connection_string().to_owned();
        for part in
            ["host='/var/run/postgresql'", "sslmode=", "gssencmode='disable'", "target_session_attrs="]
        {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn another_machine_must_prove_whom_it_is() {
        let verified = parse("postgresql://ca@db.example/city").unwrap();
        assert!(verified.connection_string().contains("sslmode='verify-full'"));
        assert!(verified.connection_string().contains("sslrootcert='/etc/ssl"));
        for weak in ["disable", "prefer", "require", "verify-ca"] {
            for host in
                ["db.example", "192.0.2.1", "127.0.0.1,db.example", "127.0.0.1.example", "[2001:db8::1]:1"]
            {
                let url = format!("postgresql://ca@{host}/city?sslmode={weak}");
                let error = parse(&url).err().unwrap();
                assert_eq!(error.code(), "database-unverified", "{url}");
                let options = PostgresqlOptions { allow_plaintext: true, ..Default::default() };
                assert!(postgresql(&url, options).is_ok(), "{url}");
            }
        }
        // A parameter cannot lead elsewhere unseen.
        let error = parse("postgresql://ca@127.0.0.1/city?host=db.example&sslmode=disable").err().unwrap();
        assert_eq!(error.code(), "database-unverified");
        for name in ["hostaddr", "service", "dbname"] {
            let error = parse(&format!("postgresql://ca@127.0.0.1/city?{name}=192.0.2.1")).err().unwrap();
            assert_eq!(error, LocationError::Parameter { name: name.to_owned() });
        }
    }

    #[test]
    fn local_sockets_and_loopback_need_no_tls() {
        for url in [
            "postgresql://ca@localhost/city",
            "postgresql://ca@[::1]:5432/city",
            "postgresql://ca@%2Ftmp%2Fsocket/city",
            "postgresql:///city?host=/tmp/socket",
        ] {
            assert!(parse(url).unwrap().connection_string().contains("sslmode='prefer'"), "{url}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused_by_name() {
        for (url, code) in [
            ("mysql://ca@db/city", "database-scheme"),
            ("city", "database-scheme"),
            ("postgresql://ca@db", "database-url"),
            ("postgresql://ca@db:99999/city", "database-url"),
            ("postgresql://ca:%zz@db/city", "database-url"),
            ("postgresql://ca:%0@db/city", "database-url"),
            ("postgresql://ca:%00@db/city", "database-url"),
            ("postgresql://ca@[::1/city", "database-url"),
            ("postgresql://ca@db/city?sslmode", "database-url"),
            ("postgresql://ca@db/city#x", "database-url"),
        ] {
            assert_eq!(parse(url).err().unwrap().code(), code, "{url}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_no_password_is_shown(text in "\\PC*", password in "[a-z]{12}") {
            let _ = parse(&text);
            let _ = parse(&format!("postgresql://{text}"));
            if let Ok(server) = parse(&format!("postgresql://ca:{password}@127.0.0.1/city?user=x")) {
                prop_assert!(!server.to_string().contains(&password));
            }
        }

        #[test]
        fn a_value_cannot_break_out_of_its_quotes(value in "\\PC{0,20}") {
            let encoded: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
            if let Ok(server) = parse(&format!("postgresql://ca:{encoded}@127.0.0.1/city")) {
                let escaped = value.replace('\\', "\\\\").replace('\'', "\\'");
                let part = format!("password='{escaped}' ");
                prop_assert!(server.connection_string().contains(&part));
            }
        }
    }
}
