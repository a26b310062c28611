//! One text for one JSON value.

use serde_json::Value;

/// A JSON value as text, the same whatever order its members were written in: no white space, members ordered by name
/// (by code point), numbers and strings as `serde_json` writes them.
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (position, (name, value)) in members.into_iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for (position, value) in values.iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                write(value, text);
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::canonical_json;
    use serde_json::{Value, json};

    #[test]
    fn members_are_ordered_at_every_depth() {
        let value = json!({ "b": [1, { "z": null, "a": "\"\n城" }], "a": true });
        assert_eq!(canonical_json(&value), "{\"a\":true,\"b\":[1,{\"a\":\"\\\"\\n城\",\"z\":null}]}");
    }

    #[test]
    fn the_text_reads_back_as_the_value() {
        let value = json!({ "n": -1.5, "big": u64::MAX, "empty": {}, "list": [], "": "" });
        assert_eq!(serde_json::from_str::<Value>(&canonical_json(&value)).unwrap(), value);
    }
}
