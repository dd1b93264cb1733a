//! The tree that the reader builds.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::{Decimal, Pointer};

/// A byte range in the text that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The span as a range, for slicing the text.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A JSON value with its place.
#[derive(Clone, Debug)]
pub struct Value<'a> {
    /// Where it stands in the text, quotes and brackets included.
    pub span: Span,
    /// What it is.
    pub kind: Kind<'a>,
}

/// What a JSON value is.
#[derive(Clone, Debug)]
pub enum Kind<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written: JSON's numbers have no bounds.
    Number(Cow<'a, str>),
    /// A string, with its escapes resolved.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object: its members as they were written, duplicates included.
    Object(Vec<Member<'a>>),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// The name, with its escapes resolved.
    pub name: Cow<'a, str>,
    /// Where the name stands, quotes included.
    pub name_span: Span,
    /// The value.
    pub value: Value<'a>,
}

impl<'a> Value<'a> {
    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::String(text) = &self.kind { Some(text) } else { None }
    }

    /// The elements, if it is an array.
    pub fn as_array(&self) -> Option<&[Value<'a>]> {
        if let Kind::Array(items) = &self.kind { Some(items) } else { None }
    }

    /// The members, if it is an object.
    pub fn as_object(&self) -> Option<&[Member<'a>]> {
        if let Kind::Object(members) = &self.kind { Some(members) } else { None }
    }

    /// The number as written, if it is one.
    pub fn as_number(&self) -> Option<&str> {
        if let Kind::Number(text) = &self.kind { Some(text) } else { None }
    }

    /// The member's value, if this is an object that has it. Of duplicates the last counts, as for most parsers.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.member(name).map(|member| &member.value)
    }

    /// The member, if this is an object that has it. Of duplicates the last counts.
    pub fn member(&self, name: &str) -> Option<&Member<'a>> {
        self.as_object()?.iter().rev().find(|member| member.name == name)
    }

    /// The value at an RFC 6901 pointer, if there is one. A pointer that is not one leads nowhere.
    pub fn pointer(&self, pointer: &str) -> Option<&Value<'a>> {
        if pointer.contains('~') {
            return self.at(&pointer.parse().ok()?);
        }
        let mut tokens = pointer.split('/');
        tokens.next().filter(|before| before.is_empty())?;
        tokens.try_fold(self, Value::child)
    }

    /// The value at a pointer, if there is one.
    pub fn at(&self, pointer: &Pointer) -> Option<&Value<'a>> {
        pointer.tokens().iter().try_fold(self, |value, token| value.child(token))
    }

    /// The member of this name or the element of this index, as RFC 6901 (section 4) has it; of members of one name the last.
    pub fn child(&self, token: &str) -> Option<&Value<'a>> {
        match &self.kind {
            Kind::Object(_) => self.get(token),
            Kind::Array(items) => items.get(array_index(token)?),
            _ => None,
        }
    }

    /// The word for its type in JSON Schema: `null`, `boolean`, `number`, `string`, `array` or `object`.
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "boolean",
            Kind::Number(_) => "number",
            Kind::String(_) => "string",
            Kind::Array(_) => "array",
            Kind::Object(_) => "object",
        }
    }

    /// The same value as a `serde_json` value: numbers keep their digits, of duplicate members the last counts.
    pub fn to_serde(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Null => serde_json::Value::Null,
            Kind::Bool(value) => (*value).into(),
            // The reader only lets JSON's own numbers through, and any of those is a `Number` at arbitrary precision.
            Kind::Number(text) => text.parse().map_or(serde_json::Value::Null, serde_json::Value::Number),
            Kind::String(text) => text.as_ref().into(),
            Kind::Array(items) => items.iter().map(Value::to_serde).collect(),
            Kind::Object(members) => serde_json::Value::Object(
                members.iter().map(|member| (member.name.to_string(), member.value.to_serde())).collect(),
            ),
        }
    }

    /// The same value without a tie to the text it was read from.
    pub fn into_owned(self) -> Value<'static> {
        let kind = match self.kind {
            Kind::Null => Kind::Null,
            Kind::Bool(value) => Kind::Bool(value),
            Kind::Number(text) => Kind::Number(Cow::Owned(text.into_owned())),
            Kind::String(text) => Kind::String(Cow::Owned(text.into_owned())),
            Kind::Array(items) => Kind::Array(items.into_iter().map(Value::into_owned).collect()),
            Kind::Object(members) => Kind::Object(
                members
                    .into_iter()
                    .map(|member| Member {
                        name: Cow::Owned(member.name.into_owned()),
                        name_span: member.name_span,
                        value: member.value.into_owned(),
                    })
                    .collect(),
            ),
        };
        Value { span: self.span, kind }
    }

    /// Whether both are the same JSON value: objects unordered, arrays ordered, numbers by value (`1` is `1.0`), strings
    /// by code points. Places do not count; of duplicate members the last counts.
    pub fn same_as(&self, other: &Value<'_>) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Null, Kind::Null) => true,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Number(a), Kind::Number(b)) => a == b || Decimal::parse(a) == Decimal::parse(b),
            (Kind::String(a), Kind::String(b)) => a == b,
            (Kind::Array(a), Kind::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_as(b))
            }
            (Kind::Object(a), Kind::Object(b)) => {
                let (a, b) = (by_name(a), by_name(b));
                a.len() == b.len()
                    && a.iter()
                        .zip(&b)
                        .all(|((name, value), (other, peer))| name == other && value.same_as(peer))
            }
            _ => false,
        }
    }
}

/// The members by name; of duplicates the last counts.
fn by_name<'v, 'a>(members: &'v [Member<'a>]) -> BTreeMap<&'v str, &'v Value<'a>> {
    members.iter().map(|member| (member.name.as_ref(), &member.value)).collect()
}

/// An array index as RFC 6901 (section 4) writes it: digits without a leading zero.
fn array_index(token: &str) -> Option<usize> {
    let digits = token == "0" || (token.starts_with(|c: char| c.is_ascii_digit()) && !token.starts_with('0'));
    if digits { token.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value<'static> {
        crate::parse(text.as_bytes(), 128).expect(text).value.into_owned()
    }

    #[test]
    fn the_same_json_value_may_be_written_in_many_ways() {
        for (a, b) in [
            ("1", "1.0"),
            ("100", "1e2"),
            ("0", "-0.0"),
            ("[1, {\"a\": 2, \"b\": null}]", "[1.0,{\"b\":null,\"a\":2}]"),
            ("\"\\u00e9\"", "\"é\""),
            ("18446744073709551617", "1.8446744073709551617e19"),
        ] {
            assert!(value(a).same_as(&value(b)), "{a} and {b}");
        }
    }

    #[test]
    fn different_json_values_are_told_apart() {
        for (a, b) in [
            ("1", "\"1\""),
            ("18446744073709551617", "18446744073709551616"),
            ("[1,2]", "[2,1]"),
            ("{\"a\":1}", "{\"a\":1,\"b\":1}"),
            ("{\"a\":1,\"b\":1}", "{\"a\":1}"),
            ("\"é\"", "\"e\\u0301\""),
            ("null", "false"),
        ] {
            assert!(!value(a).same_as(&value(b)), "{a} and {b}");
        }
    }

    #[test]
    fn pointers_find_members_and_elements() {
        let event = value(r#"{"a/b": [10, {"~": true}], "": 5}"#);
        assert_eq!(event.pointer("/a~1b/0").and_then(Value::as_number), Some("10"));
        assert!(matches!(event.pointer("/a~1b/1/~0").map(|v| &v.kind), Some(Kind::Bool(true))));
        assert_eq!(event.pointer("/").and_then(Value::as_number), Some("5"));
        assert_eq!(event.pointer("").map(|event| event.span), Some(event.span));
        for nowhere in ["/a~1b/01", "/a~1b/2", "/a~1b/-", "/a~1b/+1", "a", "/a~2b"] {
            assert!(event.pointer(nowhere).is_none(), "{nowhere}");
        }
    }
}
