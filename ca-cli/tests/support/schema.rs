//! Checking JSON against the schemas that document it.

#![allow(clippy::unwrap_used, unreachable_pub, reason = "tests share it, and may panic")]

use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

/// A schema made stricter: members that it does not document are refused, so that none joins without being documented.
pub struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    pub fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/json").join(name);
        let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        close(&mut schema, false);
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("schema.json", schema).unwrap();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    /// Says why where a value does not fit.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        self.schemas.validate(value, self.index).map_err(|error| format!("{error:#}"))
    }
}

/// Closes each object. Those that are a part of another, by `allOf` or by the type they name, are closed where the parts
/// come together.
fn close(schema: &mut Value, part: bool) {
    let part = part || schema.pointer("/properties/type/const").is_some();
    match schema {
        Value::Object(members) => {
            let joined = members.contains_key("allOf");
            if joined {
                members.insert("unevaluatedProperties".to_owned(), json!(false));
            } else if members.contains_key("properties") && !part {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
            for (name, member) in members {
                match member {
                    Value::Array(parts) if name == "allOf" => {
                        parts.iter_mut().for_each(|part| close(part, true));
                    }
                    member => close(member, false),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| close(item, false)),
        _ => {}
    }
}
