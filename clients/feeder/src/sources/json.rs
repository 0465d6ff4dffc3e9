//! Numbers out of JSON, as they are written.
//!
//! `serde_json` makes a double of a number with decimals. So the expression is looked up in the document
//! as it is, where filters compare numbers; what it finds is then taken, by its place, from the same
//! document with every number put in quotes.

use serde_json::Value;
use serde_json_path::JsonPath;

use super::SourceError;

/// A document, twice.
pub struct Document {
	/// As it is.
	plain: Value,
	/// With every number as a string.
	quoted: Value,
}

impl Document {
	/// Reads a document.
	///
	/// # Errors
	/// [`SourceError::NotJson`].
	pub fn parse(bytes: &[u8]) -> Result<Self, SourceError> {
		let not_json = |error: &dyn std::fmt::Display| SourceError::NotJson(error.to_string());
		let text = std::str::from_utf8(bytes).map_err(|error| not_json(&error))?;
		let plain = serde_json::from_str(text).map_err(|error| not_json(&error))?;
		let quoted =
			serde_json::from_str(&quote_numbers(text)).map_err(|error| not_json(&error))?;
		Ok(Self { plain, quoted })
	}

	/// The text of the one number, or of the one string, that `path` finds.
	///
	/// # Errors
	/// [`SourceError::NotFound`], [`SourceError::Ambiguous`], [`SourceError::NotANumber`].
	pub fn number(&self, path: &JsonPath) -> Result<&str, SourceError> {
		let found = path.query_located(&self.plain).all();
		let node = match found.as_slice() {
			[node] => node,
			[] => return Err(SourceError::NotFound),
			several => return Err(SourceError::Ambiguous(several.len())),
		};
		match self.quoted.pointer(&node.location().to_json_pointer()) {
			Some(Value::String(text)) => Ok(text),
			_ => Err(SourceError::NotANumber("neither a number nor a string".into())),
		}
	}
}

/// Puts every number of a valid JSON text in quotes.
fn quote_numbers(text: &str) -> String {
	let mut quoted = String::with_capacity(text.len() + text.len() / 4);
	let (mut in_string, mut escaped, mut in_number) = (false, false, false);
	for c in text.chars() {
		if in_string {
			in_string = c != '"' || escaped;
			escaped = c == '\\' && !escaped;
		} else {
			// A number begins with a digit or a minus. Outside of strings and numbers there are no digits.
			let part =
				c.is_ascii_digit() || c == '-' || (in_number && matches!(c, '+' | '.' | 'e' | 'E'));
			if part != in_number {
				quoted.push('"');
				in_number = part;
			}
			in_string = c == '"';
		}
		quoted.push(c);
	}
	if in_number {
		quoted.push('"');
	}
	quoted
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	fn number(json: &str, path: &str) -> Result<String, SourceError> {
		let document = Document::parse(json.as_bytes())?;
		document.number(&JsonPath::parse(path).unwrap()).map(ToOwned::to_owned)
	}

	#[test]
	fn a_number_is_taken_as_it_is_written() {
		for (json, path, expected) in [
			(r#"{"p": 83.10}"#, "$.p", "83.10"),
			(
				r#"{"p": 0.1000000000000000055511151231257827}"#,
				"$.p",
				"0.1000000000000000055511151231257827",
			),
			(r#"{"p": "83.10"}"#, "$.p", "83.10"),
			(r#"{"p": 1E+2}"#, "$.p", "1E+2"),
			(r#"{"p": -5}"#, "$.p", "-5"),
			("[1,2.50,3]", "$[1]", "2.50"),
			("42", "$", "42"),
			(r#"{"a\"1": 7, "b": "-3\\", "c": [8]}"#, "$.c[0]", "8"),
			(r#"{"a/b~c": {"1": 6.60}}"#, "$['a/b~c']['1']", "6.60"),
		] {
			assert_eq!(number(json, path), Ok(expected.into()), "{json} {path}");
		}
	}

	#[test]
	fn filters_compare_numbers() {
		let json = r#"[{"s":"WTI","v":9,"p":80.10},{"s":"WTI","v":100.5,"p":80.20}]"#;
		assert_eq!(number(json, "$[?@.s == 'WTI' && @.v > 99].p"), Ok("80.20".into()));
	}

	#[test]
	fn exactly_one_must_be_found() {
		assert_eq!(number("{}", "$.p"), Err(SourceError::NotFound));
		assert_eq!(number("[1,2]", "$[*]"), Err(SourceError::Ambiguous(2)));
		for json in ["{\"p\":null}", "{\"p\":true}", "{\"p\":{}}", "{\"p\":[]}"] {
			assert!(matches!(number(json, "$.p"), Err(SourceError::NotANumber(_))), "{json}");
		}
	}

	#[test]
	fn of_a_key_given_twice_both_readings_take_the_last() {
		assert_eq!(number(r#"{"p": 1.10, "p": 2.20}"#, "$.p"), Ok("2.20".into()));
	}

	#[test]
	fn garbage_is_no_json() {
		let deep = "[".repeat(100_000);
		for json in ["", "<html>", "{\"p\": 1", "{\"p\": 01}", "{\"p\": NaN}", deep.as_str()] {
			assert!(matches!(number(json, "$.p"), Err(SourceError::NotJson(_))));
		}
		let error = Document::parse(b"\"\xff\"").err();
		assert!(matches!(error, Some(SourceError::NotJson(_))));
	}

	/// Any JSON document.
	fn document() -> impl Strategy<Value = Value> {
		let leaf = prop_oneof![
			Just(Value::Null),
			any::<bool>().prop_map(Value::Bool),
			any::<i64>().prop_map(Value::from),
			any::<f64>().prop_filter("finite", |x| x.is_finite()).prop_map(Value::from),
			"[-\\\\\"0-9eE.\\PC]{0,12}".prop_map(Value::String),
		];
		leaf.prop_recursive(4, 32, 4, |inner| {
			prop_oneof![
				proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
				proptest::collection::btree_map("[-\\\\\"0-9a-c/~]{0,4}", inner, 0..4)
					.prop_map(|map| Value::Object(map.into_iter().collect())),
			]
		})
	}

	/// The document with every number as the string that `serde_json` writes for it.
	fn quoted_by_value(value: &Value) -> Value {
		match value {
			Value::Number(number) => Value::String(number.to_string()),
			Value::Array(all) => all.iter().map(quoted_by_value).collect(),
			Value::Object(all) => {
				all.iter().map(|(key, value)| (key.clone(), quoted_by_value(value))).collect()
			},
			other => other.clone(),
		}
	}

	proptest! {
		#[test]
		fn quoting_the_text_is_quoting_the_values(value in document(), pretty in any::<bool>()) {
			let text = if pretty {
				serde_json::to_string_pretty(&value).unwrap()
			} else {
				value.to_string()
			};
			let quoted: Value = serde_json::from_str(&quote_numbers(&text)).unwrap();
			prop_assert_eq!(quoted, quoted_by_value(&value));
		}
	}
}
