//! JSON values by value: members without an order, numbers exact. Equal values are the same JSON value.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::number::Number;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

/// A JSON type; integers are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Type {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl Type {
    pub(crate) const ALL: [Self; 6] =
        [Self::String, Self::Number, Self::Object, Self::Array, Self::Bool, Self::Null];

    /// The type of this name; `integer` is none.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::Null,
            "boolean" => Self::Bool,
            "number" => Self::Number,
            "string" => Self::String,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }
}

impl Json {
    /// Reads a value; `None` if a number in it is too long to be written out.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(bool) => Self::Bool(*bool),
            Value::Number(number) => Self::Number(Number::parse(number.as_str())?),
            Value::String(text) => Self::String(text.clone()),
            Value::Array(items) => Self::Array(items.iter().map(Self::read).collect::<Option<_>>()?),
            Value::Object(members) => {
                let member = |(name, value): (&String, &Value)| Some((name.clone(), Self::read(value)?));
                Self::Object(members.iter().map(member).collect::<Option<_>>()?)
            }
        })
    }

    /// The value for others. What is equal in `like` is written as it is there, and members come in its order.
    pub(crate) fn write(&self, like: Option<&Value>) -> Value {
        match (self, like) {
            (Self::Null, _) => Value::Null,
            (Self::Bool(bool), _) => Value::Bool(*bool),
            (Self::Number(number), _) => match like {
                Some(like) if Self::read(like).as_ref() == Some(self) => like.clone(),
                _ => number.to_serde(),
            },
            (Self::String(text), _) => Value::String(text.clone()),
            (Self::Array(items), like) => {
                let like = |at: usize| like.and_then(|like| like.get(at));
                Value::Array(items.iter().enumerate().map(|(at, item)| item.write(like(at))).collect())
            }
            (Self::Object(members), like) => {
                let mut written = serde_json::Map::new();
                for name in like.and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys) {
                    if let Some(member) = members.get(name) {
                        written.insert(name.clone(), member.write(like.and_then(|like| like.get(name))));
                    }
                }
                for (name, member) in members {
                    if !written.contains_key(name) {
                        written.insert(name.clone(), member.write(None));
                    }
                }
                Value::Object(written)
            }
        }
    }

    pub(crate) fn kind(&self) -> Type {
        match self {
            Self::Null => Type::Null,
            Self::Bool(_) => Type::Bool,
            Self::Number(_) => Type::Number,
            Self::String(_) => Type::String,
            Self::Array(_) => Type::Array,
            Self::Object(_) => Type::Object,
        }
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        if let Self::Object(members) = self { members.get(name) } else { None }
    }

    pub(crate) fn element(&self, at: usize) -> Option<&Self> {
        if let Self::Array(items) = self { items.get(at) } else { None }
    }
}
