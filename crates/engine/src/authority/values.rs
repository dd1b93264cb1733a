//! An event as the validator of schemas reads it, without a copy of it in another form.
//!
//! In goes a value of `tidings_json`, out come the answers that the traits of [`schema`](super::schema) ask for. They are
//! those that a copy made with `to_serde` would give. Objects must have no two members of one name (see
//! [`without_duplicates`]): a copy would have dropped the first.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;

use serde_json::{Number, Value as Schema};
use tidings_json::{Decimal, Kind, Member, Value};

use super::room;
use super::schema::{Array, Json, JsonNumber, JsonType, Node, NodeIdentity, Object, cmp, unique};

/// How many strings are compared each with each before they are hashed.
const FEW: usize = 16;

/// How many elements that aren't all strings may be left to the crate, whose digests of numbers may all be the same.
const MANY: usize = 256;

/// Events and what is in them.
pub(crate) struct Events;

/// A value, or the name of a member as a string.
#[derive(Clone, Copy, Debug)]
pub(crate) enum View<'v> {
    Value(&'v Value<'v>),
    Name(&'v str),
}

thread_local! {
    /// Where the event lies of which all errors are collected.
    static EVENT: Cell<usize> = const { Cell::new(0) };
}

/// Collects errors of an event, of which the crate may look for a part by its pointer: where it gives up on a pattern.
pub(super) fn collect<T>(event: &Value<'_>, collect: impl FnOnce() -> T) -> T {
    EVENT.set(address(event));
    let collected = collect();
    EVENT.set(0);
    collected
}

fn address(value: &Value<'_>) -> usize {
    std::ptr::from_ref(value) as usize
}

/// What is in a value by which names, and nothing more of it.
fn outline(value: &Value<'_>) -> Schema {
    match &value.kind {
        Kind::Object(members) => {
            members.iter().map(|member| (member.name.to_string(), outline(&member.value))).collect()
        }
        Kind::Array(items) => items.iter().map(outline).collect(),
        _ => Schema::Null,
    }
}

/// How many bytes an outline takes, about.
fn outline_size(value: &Value<'_>) -> usize {
    match &value.kind {
        Kind::Object(members) => {
            members.iter().map(|member| 128 + member.name.len() + outline_size(&member.value)).sum()
        }
        Kind::Array(items) => items.iter().map(|item| 64 + outline_size(item)).sum(),
        _ => 0,
    }
}

impl Json for Events {
    type Node<'v> = View<'v>;
    type PreparedKey = String;
    type StringBuffer = ();

    // A look-up goes through the members one by one, so one pass over all of them costs less than two look-ups.
    const KEYS_PER_LOOKUP: usize = 8;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(View<'_>) -> T) -> T {
        f(View::Name(string))
    }
}

impl<'v> Node<'v, Events> for View<'v> {
    type Object = &'v [Member<'v>];
    type Array = &'v [Value<'v>];
    type Number = Written<'v>;

    fn as_object(&self) -> Option<&'v [Member<'v>]> {
        match self {
            Self::Value(Value { kind: Kind::Object(members), .. }) if room::goes_on() => Some(members),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<&'v [Value<'v>]> {
        match self {
            Self::Value(Value { kind: Kind::Array(items), .. }) if room::goes_on() => Some(items),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'v, str>> {
        self.text().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<Written<'v>> {
        if let Self::Value(Value { kind: Kind::Number(text), .. }) = self {
            Some(Written(text))
        } else {
            None
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        if let Self::Value(Value { kind: Kind::Bool(value), .. }) = self { Some(*value) } else { None }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Value(Value { kind: Kind::Null, .. }))
    }

    fn is_string(&self) -> bool {
        self.text().is_some()
    }

    fn json_type(&self) -> JsonType {
        match self {
            Self::Name(_) => JsonType::String,
            Self::Value(value) => match value.kind {
                Kind::Null => JsonType::Null,
                Kind::Bool(_) => JsonType::Boolean,
                Kind::Number(_) => JsonType::Number,
                Kind::String(_) => JsonType::String,
                Kind::Array(_) => JsonType::Array,
                Kind::Object(_) => JsonType::Object,
            },
        }
    }

    fn equals_value(&self, expected: &Schema) -> bool {
        match (self.text(), expected) {
            (Some(text), Schema::String(expected)) => text == expected,
            (Some(_), _) | (None, Schema::String(_)) => false,
            (None, expected) => match (self.as_number(), expected) {
                (Some(number), Schema::Number(expected)) => cmp::equal_numbers(&number, expected),
                (Some(_), _) | (None, Schema::Number(_)) => false,
                (None, expected) => self.value().is_some_and(|value| equals(value, expected)),
            },
        }
    }

    /// Only errors ask what they are about, and nobody asks them, but for a name, and where things are in an event: a copy would
    /// be for nothing.
    fn to_value(&self) -> Cow<'v, Schema> {
        if let Self::Value(value) = self
            && address(value) == EVENT.get()
        {
            room::take(outline_size(value));
            return Cow::Owned(outline(value));
        }
        // It may tell the names of all members.
        let names = self.as_object().unwrap_or_default().iter().map(|member| 32 + member.name.len());
        room::take(names.sum());
        Cow::Owned(match self {
            Self::Value(_) => Schema::Null,
            Self::Name(name) => Schema::from(*name),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(match self {
            Self::Value(value) => NodeIdentity::new(address(value)),
            // What marks it tells it from a value, wherever the two lie.
            Self::Name(name) => NodeIdentity::tagged(name.as_ptr() as usize, 1),
        })
    }
}

impl<'v> View<'v> {
    fn value(self) -> Option<&'v Value<'v>> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }

    fn text(self) -> Option<&'v str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Value(value) => value.as_str(),
        }
    }
}

/// Whether a value that is neither a string nor a number is the same as another.
fn equals(value: &Value<'_>, expected: &Schema) -> bool {
    // A copy of what has another length would be for nothing.
    match (&value.kind, expected) {
        (Kind::Array(items), Schema::Array(expected)) if items.len() != expected.len() => false,
        (Kind::Object(members), Schema::Object(expected)) if members.len() != expected.len() => false,
        (Kind::Array(_), Schema::Array(_)) | (Kind::Object(_), Schema::Object(_)) => {
            cmp::equal(&value.to_serde(), expected)
        }
        (Kind::Array(_) | Kind::Object(_), _) => false,
        _ => cmp::equal(&value.to_serde(), expected),
    }
}

/// The members of an object in the order of the text.
pub(crate) struct Members<'v>(std::slice::Iter<'v, Member<'v>>);

impl<'v> Iterator for Members<'v> {
    type Item = (&'v str, View<'v>);

    fn next(&mut self) -> Option<Self::Item> {
        if !room::goes_on() {
            return None;
        }
        self.0.next().map(|member| (member.name.as_ref(), View::Value(&member.value)))
    }
}

impl<'v> Object<'v, Events> for &'v [Member<'v>] {
    type Node = View<'v>;
    type MemberName = &'v str;
    type MembersIter = Members<'v>;

    fn len(&self) -> usize {
        <[_]>::len(self)
    }

    fn get(&self, key: &String) -> Option<View<'v>> {
        self.iter().find(|member| member.name == *key).map(|member| View::Value(&member.value))
    }

    fn members(&self) -> Members<'v> {
        Members(self.iter())
    }
}

/// The elements of an array.
pub(crate) struct Elements<'v>(std::slice::Iter<'v, Value<'v>>);

impl<'v> Iterator for Elements<'v> {
    type Item = View<'v>;

    fn next(&mut self) -> Option<View<'v>> {
        if room::goes_on() { self.0.next().map(View::Value) } else { None }
    }
}

impl<'v> Array<'v, Events> for &'v [Value<'v>] {
    type Node = View<'v>;
    type ElementsIter = Elements<'v>;

    fn len(&self) -> usize {
        <[_]>::len(self)
    }

    fn elements(&self) -> Elements<'v> {
        Elements(self.iter())
    }

    fn is_unique(&self) -> bool {
        if self.iter().all(|item| item.as_str().is_some()) {
            let mut texts = self.iter().filter_map(Value::as_str);
            if self.len() > FEW {
                let mut seen = HashSet::with_capacity(self.len());
                return texts.all(|text| seen.insert(text));
            }
            return (1..self.len())
                .all(|at| !self[..at].iter().any(|other| other.as_str() == self[at].as_str()));
        }
        if self.len() > MANY {
            let mut seen = HashSet::with_capacity(self.len());
            return self.iter().all(|item| seen.insert(normal_form(item)));
        }
        unique::is_unique(&self.iter().map(Value::to_serde).collect::<Vec<_>>())
    }
}

/// A text that is the same for values that are the same (numbers by value, objects in any order), and for no others.
fn normal_form(value: &Value<'_>) -> String {
    fn add_text(string: &str, text: &mut String) {
        text.push_str(&string.len().to_string());
        text.push(':');
        text.push_str(string);
    }
    fn add(value: &Value<'_>, text: &mut String) {
        match &value.kind {
            Kind::Null => text.push('n'),
            Kind::Bool(value) => text.push(if *value { 't' } else { 'f' }),
            Kind::Number(number) => match Decimal::parse(number) {
                Some(number) => {
                    text.push('#');
                    text.push_str(&number.to_string());
                    text.push(';');
                }
                None => add_text(number, text),
            },
            Kind::String(string) => add_text(string, text),
            Kind::Array(items) => {
                text.push('[');
                for item in items {
                    add(item, text);
                }
                text.push(']');
            }
            Kind::Object(members) => {
                let mut members: Vec<&Member<'_>> = members.iter().collect();
                members.sort_unstable_by(|a, b| a.name.cmp(&b.name));
                text.push('{');
                for member in members {
                    add_text(&member.name, text);
                    add(&member.value, text);
                }
                text.push('}');
            }
        }
    }
    let mut text = String::new();
    add(value, &mut text);
    text
}

/// A number as it is written.
pub(crate) struct Written<'v>(&'v str);

impl JsonNumber for Written<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn as_str(&self) -> Cow<'_, str> {
        // A `Number` writes exponents in one way.
        if self.0.contains(['e', 'E']) { number(self.0).as_str().to_owned().into() } else { self.0.into() }
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(number(self.0))
    }

    fn is_integer(&self) -> bool {
        let digits = self.0.strip_prefix('-').unwrap_or(self.0);
        digits.bytes().all(|byte| byte.is_ascii_digit()) || JsonNumber::is_integer(&number(self.0))
    }
}

/// The reader only lets JSON's own numbers through, and any of those is a `Number` at arbitrary precision.
fn number(text: &str) -> Number {
    text.parse().unwrap_or_else(|_| Number::from(0))
}

/// The same value where of members of one name only the last is left, at the place of the first.
pub(super) fn without_duplicates<'v>(value: &Value<'v>) -> Value<'v> {
    let kind = match &value.kind {
        Kind::Array(items) => Kind::Array(items.iter().map(without_duplicates).collect()),
        Kind::Object(members) => {
            let mut places = std::collections::HashMap::with_capacity(members.len());
            let mut kept: Vec<Member<'v>> = Vec::with_capacity(members.len());
            for member in members {
                let (name, name_span) = (member.name.clone(), member.name_span);
                let member = Member { name, name_span, value: without_duplicates(&member.value) };
                match places.entry(member.name.clone()) {
                    std::collections::hash_map::Entry::Occupied(place) => kept[*place.get()] = member,
                    std::collections::hash_map::Entry::Vacant(place) => {
                        place.insert(kept.len());
                        kept.push(member);
                    }
                }
            }
            Kind::Object(kept)
        }
        scalar => scalar.clone(),
    };
    Value { span: value.span, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [&str; 22] = [
        "0",
        "-0",
        "1",
        "-1",
        "1.0",
        "-1.50",
        "0.1",
        "1e2",
        "1E+2",
        "1e-2",
        "12e-1",
        "-0.0",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "1e400",
        "-1e400",
        "1e999999999",
        "123456789012345678901234567890.5",
        "1.7976931348623157e308",
        "5e-324",
    ];

    fn read(text: &str) -> Value<'_> {
        tidings_json::parse(text.as_bytes(), 128).expect(text).value
    }

    #[test]
    fn a_number_is_what_its_copy_is() {
        for text in NUMBERS {
            let value = read(text);
            let (ours, copy) = (View::Value(&value).as_number().unwrap(), value.to_serde());
            let copy = copy.as_number().unwrap();
            assert_eq!(ours.as_u64(), JsonNumber::as_u64(copy), "{text}");
            assert_eq!(ours.as_i64(), JsonNumber::as_i64(copy), "{text}");
            assert_eq!(ours.as_f64().map(f64::to_bits), JsonNumber::as_f64(copy).map(f64::to_bits), "{text}");
            assert_eq!(ours.as_str(), JsonNumber::as_str(copy), "{text}");
            assert_eq!(ours.is_integer(), JsonNumber::is_integer(copy), "{text}");
            assert_eq!(ours.is_written_as_integer(), JsonNumber::is_written_as_integer(copy), "{text}");
            assert_eq!(ours.to_number().as_ref(), copy, "{text}");
        }
    }

    #[test]
    fn a_value_equals_what_its_copy_equals() {
        let mut texts: Vec<String> = NUMBERS.map(str::to_owned).to_vec();
        texts.extend(NUMBERS.map(|number| format!("\"{number}\"")));
        texts.extend(NUMBERS.map(|number| format!("[{number}, {{\"a\": {number}}}]")));
        texts.extend(
            ["null", "true", "false", "\"\"", "\"\\u00e9\"", "[]", "{}", "[{\"a\": [null, true]}]"]
                .map(str::to_owned),
        );
        for text in &texts {
            for other in &texts {
                let (value, other) = (read(text), read(other).to_serde());
                let copy = value.to_serde();
                assert_eq!(
                    View::Value(&value).equals_value(&other),
                    cmp::equal(&copy, &other),
                    "{text} {other}"
                );
            }
        }
        let name = View::Name("1");
        assert!(name.equals_value(&Schema::from("1")) && !name.equals_value(&Schema::from(1)));
    }

    #[test]
    fn an_array_is_unique_where_its_copy_is() {
        let many: Vec<String> = (0..40).map(|n| format!("\"{n}\"")).collect();
        let twice = format!("[{}, \"7\"]", many.join(","));
        for text in [
            "[]",
            "[1]",
            "[\"a\"]",
            "[\"a\", \"a\"]",
            "[\"a\", \"\\u0061\"]",
            "[\"a\", \"b\"]",
            "[1, 1.0]",
            "[1, \"1\"]",
            "[1, 2]",
            "[{\"a\": 1}, {\"a\": 1.0}]",
            "[[1], [2]]",
            &format!("[{}]", many.join(",")),
            &twice,
        ] {
            let value = read(text);
            let copy = value.to_serde();
            let items = View::Value(&value).as_array().unwrap();
            assert_eq!(items.is_unique(), unique::is_unique(copy.as_array().unwrap()), "{text}");
        }
    }

    #[test]
    fn many_elements_are_unique_however_alike() {
        let many = |last: &str| {
            let items: Vec<String> = (0..1000).map(|n| format!("1{n:03}e400")).collect();
            let text = format!("[{}, {last}]", items.join(","));
            let value = read(&text);
            let items = View::Value(&value).as_array().unwrap();
            items.is_unique()
        };
        for (last, is_unique) in [
            ("[]", true),
            ("[[]]", true),
            ("\"#1000e400\"", true),
            ("1000e401", true),
            ("10000e399", false),
            ("1.7770e403", false),
            ("{\"a\": 1, \"b\": [2]}, {\"b\": [2.0], \"a\": 1}", false),
            ("{\"a\": 1, \"b\": 2}, {\"b\": 1, \"a\": 2}", true),
            ("[1, 2], [12]", true),
            ("\"a\", \"a\"", false),
            ("\"1:a\", [\"a\"]", true),
            ("null, false, true, 0, -0.0", false),
        ] {
            assert_eq!(many(last), is_unique, "{last}");
        }
    }

    #[test]
    fn of_members_of_one_name_the_last_is_left_at_the_place_of_the_first() {
        let text = r#"{"a": [{"b": 1, "c": 2, "b": 3}], "d": 4, "a": {"e": 5, "e": 6}, "d": 7}"#;
        let left = without_duplicates(&read(text));
        assert_eq!(left.to_serde().to_string(), read(text).to_serde().to_string());
        assert_eq!(left.as_object().unwrap().len(), 2);
        assert_eq!(
            without_duplicates(&read("[{\"b\": 1, \"b\": 2}]")).to_serde().to_string(),
            r#"[{"b":2}]"#
        );
    }
}
