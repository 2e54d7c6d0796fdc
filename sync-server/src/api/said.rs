//! What was said: names of the path, with a query, a form or a JSON body, as what a page or a deed reads.
//!
//! Floor: api; pure. Invariants: what stands in the path counts, whatever a body says; what is wrong is told without what
//! was sent.

use std::collections::HashMap;

use qiaomen_core::protocol::Code;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::console::{Trouble, fields};

/// Names in braces of the path.
pub(super) type Places = HashMap<String, String>;

/// Reads names of the path and of the query, or of a form; what was left empty was not said.
pub(super) fn read_pairs<T: DeserializeOwned>(places: &Places, query: &str) -> Result<T, Trouble> {
    let mut pairs: Vec<(String, String)> = serde_html_form::from_str(query).map_err(|_| malformed())?;
    pairs.retain(|(name, value)| !value.trim().is_empty() && !places.contains_key(name));
    pairs.extend(places.iter().map(|(name, value)| (name.clone(), value.clone())));
    let text = serde_html_form::to_string(&pairs).map_err(|_| malformed())?;
    serde_html_form::from_str(&text).map_err(|error| shape(&error.to_string()))
}

pub(super) fn malformed() -> Trouble {
    Trouble::new(Code::Malformed, "提交的内容无法读取。", "What was sent could not be read.")
}

/// What is wrong with the shape of what was sent, without what stands in it.
fn shape(error: &str) -> Trouble {
    let field = error.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match field {
        Some(field) => {
            Trouble::field(field, format!("请填写“{}”。", fields::called(field)), format!("`{field}` must be given."))
        }
        None => Trouble::invalid(
            "有一项的写法不对，请检查数字和选项。",
            "A field holds another type than it takes. Check numbers and choices.",
        ),
    }
}

/// Reads names of the path and of a JSON body.
pub(super) fn read_json<T: DeserializeOwned + JsonSchema>(places: &Places, body: Value) -> Result<T, Trouble> {
    let Value::Object(mut body) = body else { return Err(malformed()) };
    for (name, text) in places {
        // Everything in a path is text, and only where a number is read, one: something may well be called "2026".
        let number = text.parse::<u64>().ok().filter(|_| reads_number::<T>(name));
        body.insert(name.clone(), number.map_or_else(|| Value::from(text.clone()), Value::from));
    }
    serde_json::from_value(Value::Object(body)).map_err(|error| shape(&error.to_string()))
}

/// Whether `name` is a number where it is read.
fn reads_number<T: JsonSchema>(name: &str) -> bool {
    let schema = schemars::schema_for!(T);
    let is_integer = |kind: &Value| kind == "integer";
    match schema.as_value().pointer(&format!("/properties/{name}/type")) {
        Some(Value::Array(kinds)) => kinds.iter().any(is_integer),
        Some(kind) => is_integer(kind),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, JsonSchema, PartialEq)]
    struct Said {
        name: String,
        number: u64,
        other: Option<u64>,
    }

    #[test]
    fn what_stands_in_a_path_is_read_as_what_it_is_to_be() {
        let places: Places =
            [("name", "2026"), ("number", "7"), ("other", "8")].map(|(name, text)| (name.into(), text.into())).into();
        let expected = Said { name: "2026".to_owned(), number: 7, other: Some(8) };
        assert_eq!(read_json::<Said>(&places, json!({ "name": "another", "number": 1 })).unwrap(), expected);
        assert_eq!(read_pairs::<Said>(&places, "name=another&number=1").unwrap(), expected);
        let places = [("number".to_owned(), "seven".to_owned())].into();
        assert_eq!(read_json::<Said>(&places, json!({ "name": "x" })).unwrap_err().code, Code::Invalid);
    }
}
