//! One text for one JSON value.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

/// A JSON value as text, the same whatever order its members were written in: no white space, members ordered by name
/// (by code point), numbers and strings as `serde_json` writes them.
#[must_use]
#[expect(clippy::expect_used, reason = "names are strings and memory does not refuse: nothing can fail")]
pub fn canonical_json(value: &Value) -> String {
    serde_json::to_string(&Canonical(value)).expect("a JSON value is written")
}

/// A value whose members are written in order.
struct Canonical<'a>(&'a Value);

impl Serialize for Canonical<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(name, _)| *name);
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, &Canonical(value))?;
                }
                map.end()
            }
            Value::Array(values) => serializer.collect_seq(values.iter().map(Canonical)),
            scalar => scalar.serialize(serializer),
        }
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
