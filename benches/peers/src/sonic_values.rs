//! sonic-rs values as a representation that the `jsonschema` crate validates without a copy.

use std::borrow::Cow;
use std::slice;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use serde_json::Value as SerdeValue;
use sonic_rs::{JsonContainerTrait as _, JsonNumberTrait as _, JsonValueTrait as _, Value};

pub struct SonicJson;

impl Json for SonicJson {
    type Node<'a> = &'a Value;
    type PreparedKey = String;
    type StringBuffer = Value;

    // A look-up goes through the members one by one, so one pass over all of them costs less than two look-ups.
    const KEYS_PER_LOOKUP: usize = 8;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(buffer: &mut Value, string: &str, f: impl FnOnce(&Value) -> T) -> T {
        *buffer = Value::from(string);
        f(buffer)
    }
}

pub struct SonicNumber(sonic_rs::Number);

impl JsonNumber for SonicNumber {
    fn as_u64(&self) -> Option<u64> {
        self.0.as_u64()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.to_string())
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        let whole = self.0.as_u64().map(Into::into).or_else(|| self.0.as_i64().map(Into::into));
        let number = whole.or_else(|| serde_json::Number::from_f64(self.0.as_f64()?));
        Cow::Owned(number.unwrap_or_else(|| 0.into()))
    }

    fn is_integer(&self) -> bool {
        self.0.is_u64() || self.0.is_i64() || self.0.as_f64().is_some_and(|number| number.fract() == 0.0)
    }
}

impl<'a> Node<'a, SonicJson> for &'a Value {
    type Object = &'a sonic_rs::Object;
    type Array = &'a [Value];
    type Number = SonicNumber;

    fn as_object(&self) -> Option<&'a sonic_rs::Object> {
        (**self).as_object()
    }

    fn as_array(&self) -> Option<&'a [Value]> {
        (**self).as_array().map(|array| array.as_slice())
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        (**self).as_str().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<SonicNumber> {
        (**self).as_number().map(SonicNumber)
    }

    fn as_boolean(&self) -> Option<bool> {
        (**self).as_bool()
    }

    fn is_null(&self) -> bool {
        (**self).is_null()
    }

    fn is_number(&self) -> bool {
        (**self).is_number()
    }

    fn is_string(&self) -> bool {
        (**self).is_str()
    }

    fn json_type(&self) -> JsonType {
        match (**self).get_type() {
            sonic_rs::JsonType::Null => JsonType::Null,
            sonic_rs::JsonType::Boolean => JsonType::Boolean,
            sonic_rs::JsonType::Number => JsonType::Number,
            sonic_rs::JsonType::String => JsonType::String,
            sonic_rs::JsonType::Array => JsonType::Array,
            sonic_rs::JsonType::Object => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &SerdeValue) -> bool {
        match (expected, (**self).as_str()) {
            (SerdeValue::String(expected), Some(string)) => expected == string,
            (SerdeValue::String(_), None) | (_, Some(_)) => false,
            _ => jsonschema::json::cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, SerdeValue> {
        let value = match (**self).get_type() {
            sonic_rs::JsonType::Null => SerdeValue::Null,
            sonic_rs::JsonType::Boolean => SerdeValue::Bool((**self).as_bool().unwrap_or_default()),
            sonic_rs::JsonType::Number => Node::as_number(self)
                .map_or(SerdeValue::Null, |number| SerdeValue::Number(number.to_number().into_owned())),
            sonic_rs::JsonType::String => SerdeValue::from((**self).as_str().unwrap_or_default()),
            sonic_rs::JsonType::Array => {
                let items = Node::as_array(self).unwrap_or_default().iter();
                SerdeValue::Array(items.map(|item| item.to_value().into_owned()).collect())
            }
            sonic_rs::JsonType::Object => {
                let members = Node::as_object(self).into_iter().flat_map(sonic_rs::Object::iter);
                SerdeValue::Object(
                    members.map(|(name, value)| (name.to_owned(), value.to_value().into_owned())).collect(),
                )
            }
        };
        Cow::Owned(value)
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<Value>(self) as usize))
    }
}

pub struct Members<'a>(<&'a sonic_rs::Object as IntoIterator>::IntoIter);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

impl<'a> Object<'a, SonicJson> for &'a sonic_rs::Object {
    type Node = &'a Value;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        sonic_rs::Object::len(self)
    }

    fn get(&self, key: &String) -> Option<&'a Value> {
        sonic_rs::Object::get(self, key)
    }

    fn members(&self) -> Members<'a> {
        Members((*self).into_iter())
    }
}

impl<'a> Array<'a, SonicJson> for &'a [Value] {
    type Node = &'a Value;
    type ElementsIter = slice::Iter<'a, Value>;

    fn len(&self) -> usize {
        <[Value]>::len(self)
    }

    fn elements(&self) -> slice::Iter<'a, Value> {
        (*self).iter()
    }
}
