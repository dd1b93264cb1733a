//! What messages need of schemas, worked out once: a stream that breaks one pattern breaks it many times.
//!
//! It holds nothing of any event but places in it, and no more than [`MOST`] of these.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, RwLock};

use foldhash::fast::RandomState;
use tidings_catalog::SchemaKey;

use crate::shape::Shape;

/// How many descriptions of places are kept. A catalog has far fewer, but arrays have any number of elements.
const MOST: usize = 2048;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    shapes: Remembered<String, Option<Arc<Shape>>>,
    /// By the URI of a subschema.
    own: Remembered<String, Option<Arc<str>>>,
    /// By the schema of an event and the place in it.
    places: Remembered<(SchemaKey, Box<str>), Arc<str>>,
}

impl Memory {
    /// The shape of a pattern, if it has one.
    pub(super) fn shape(&self, pattern: &str) -> Option<Arc<Shape>> {
        self.shapes.get(pattern).unwrap_or_else(|| {
            let shape = Shape::of(pattern).map(Arc::new);
            self.shapes.keep(pattern.to_owned(), shape)
        })
    }

    /// What the subschema with a URI says about itself.
    pub(super) fn own(&self, uri: &str, find: impl FnOnce() -> Option<Arc<str>>) -> Option<Arc<str>> {
        self.own.get(uri).unwrap_or_else(|| self.own.keep(uri.to_owned(), find()))
    }

    /// What a schema says about a place.
    pub(super) fn place(
        &self,
        schema: SchemaKey,
        pointer: &str,
        find: impl FnOnce() -> Option<Arc<str>>,
    ) -> Option<Arc<str>> {
        let key = (schema, Box::from(pointer));
        if let Some(known) = self.places.get(&key) {
            return Some(known);
        }
        find().map(|found| self.places.keep(key, found))
    }
}

#[derive(Debug)]
struct Remembered<K, V>(RwLock<HashMap<K, V, RandomState>>);

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Eq + Hash, V: Clone> Remembered<K, V> {
    fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.0.read().ok()?.get(key).cloned()
    }

    fn keep(&self, key: K, value: V) -> V {
        if let Ok(mut known) = self.0.write()
            && known.len() < MOST
        {
            known.insert(key, value.clone());
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_and_no_more_than_so_much_is_kept() {
        let remembered = Remembered::default();
        for number in 0..=MOST {
            assert_eq!(remembered.keep(number, number + 1), number + 1);
        }
        assert_eq!(remembered.get(&0), Some(1));
        assert_eq!(remembered.get(&MOST), None);
    }

    #[test]
    fn a_shape_is_the_same_the_second_time() {
        let memory = Memory::default();
        for pattern in ["^[a-z]{3}$", "a|b"] {
            assert_eq!(memory.shape(pattern).as_deref(), Shape::of(pattern).as_ref());
            assert_eq!(memory.shape(pattern).as_deref(), Shape::of(pattern).as_ref());
        }
    }
}
