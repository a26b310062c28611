//! The configuration as text that may be shown: without what is secret.

use super::Config;

/// The settings in force, one a line with dots between sections, secrets replaced.
pub fn in_force(config: &Config) -> String {
    let mut shown = config.clone();
    if let Some(url) = &mut shown.database {
        *url = without_password(url);
    }
    let mut lines = String::new();
    // A value made of strings, numbers and lists: it always has a JSON form.
    let value = serde_json::to_value(&shown).unwrap_or_default();
    flatten("", &value, &mut lines);
    lines
}

fn flatten(prefix: &str, value: &serde_json::Value, lines: &mut String) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&path, value, lines);
            }
        }
        other => {
            lines.push_str(prefix);
            lines.push_str(" = ");
            lines.push_str(&other.to_string());
            lines.push('\n');
        }
    }
}

/// Replaces the password of `scheme://user:password@host` and those among the parameters.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    // The last `@` ends the user information, also where a password was not escaped.
    let rest = match rest.rsplit_once('@') {
        Some((user, host)) => format!("{}:***@{host}", user.split(':').next().unwrap_or_default()),
        None => rest.to_owned(),
    };
    let Some((place, parameters)) = rest.split_once('?') else { return format!("{scheme}://{rest}") };
    let parameters: Vec<String> = parameters
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if name.contains("password") => format!("{name}=***"),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{scheme}://{place}?{}", parameters.join("&"))
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        assert_eq!(without_password("postgres://ca:s3cr@et@db/ca"), "postgres://ca:***@db/ca");
        assert_eq!(
            without_password("postgresql:///ca?host=/run&password=s3cret&sslpassword=t"),
            "postgresql:///ca?host=/run&password=***&sslpassword=***"
        );
        assert_eq!(without_password("sqlite:/var/lib/cityca.sqlite"), "sqlite:/var/lib/cityca.sqlite");
    }
}
