//! Ids: new ones in several shapes, as far as the schemas of all places allow where an id will stand.
//!
//! An id is never made twice. Most shapes hold a number that only grows, or so much chance that two are never the same;
//! for the rest a hash of each id is kept.

use std::collections::HashSet;

use super::json;
use super::make::{Bindings, Captured, Maker};
use super::plan::{Graph, NodeId, Shape};
use super::random::Random;
use super::text::{formats, words};

/// How often an id is made again that is taken or does not fit, before all are held to be taken.
const TRIES: u32 = 64;

/// After so many times in a row without a new id none is looked for any more.
const GIVE_UP: u32 = 16;

/// With so many bits of chance two ids are never the same.
const ENOUGH_BITS: u32 = 96;

/// Crockford's base32, in which ULIDs are written.
pub(crate) const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The shape of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `conv_k7q3f`
    Prefixed,
    /// `conv_1042`
    Counted,
    /// `conv-k7q3f`
    Hyphened,
    /// `k73f`
    Short,
    Uuid,
    Ulid,
    /// `1042`, a number
    Integer,
    /// Whatever the schema makes.
    Schema,
}

/// What the ids are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Aggregates: any shape will do.
    Things,
    /// Members: any shape too, and the same one may be a member here and there.
    Members,
    /// Events: one shape for all, a ULID if possible, which then tells the event's time.
    Events,
}

/// Makes ids for one kind of thing.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    prefix: String,
    forms: Vec<(Form, u64)>,
    /// The nodes of all places where the ids will stand.
    nodes: Vec<NodeId>,
    count: u64,
    /// The last ULID's time and chance, of which the next one of the same time is a little more.
    last_ulid: (u64, u128),
    /// Hashes of the ids that the schema made; none where its chance is enough.
    taken: Option<HashSet<u64>>,
    /// How often in a row no new one was found.
    failures: u32,
    monotone: bool,
}

impl Ids {
    pub(crate) fn new(prefix: &str, nodes: Vec<NodeId>, purpose: Use, graph: &Graph) -> Self {
        let mut ids = Self {
            prefix: prefix.to_owned(),
            forms: Vec::new(),
            nodes,
            count: 100,
            last_ulid: (0, 0),
            taken: None,
            failures: 0,
            monotone: purpose == Use::Events,
        };
        let weighed = match purpose {
            Use::Things | Use::Members => vec![
                (Form::Prefixed, 4),
                (Form::Counted, 3),
                (Form::Hyphened, 1),
                (Form::Short, 1),
                (Form::Uuid, 2),
                (Form::Ulid, 2),
            ],
            Use::Events => vec![(Form::Ulid, 1), (Form::Uuid, 1), (Form::Prefixed, 1), (Form::Counted, 1)],
        };
        ids.forms = weighed.into_iter().filter(|(form, _)| ids.fits(*form, graph)).collect();
        if purpose == Use::Events {
            ids.forms.truncate(1);
        }
        if ids.forms.is_empty() {
            let form = if ids.fits(Form::Integer, graph) { Form::Integer } else { Form::Schema };
            ids.forms.push((form, 1));
        }
        if ids.forms.iter().any(|(form, _)| *form == Form::Schema) {
            ids.best_first(graph);
            if purpose != Use::Members && ids.bits(graph) < ENOUGH_BITS {
                ids.taken = Some(HashSet::new());
            }
        }
        ids
    }

    /// Puts the node first whose ids fit the other places best: some say hardly anything about an id.
    fn best_first(&mut self, graph: &Graph) {
        let mut random = Random::new(0, 0);
        let mut fitting = |node: NodeId| -> usize {
            let ids = (0..32).filter_map(|_| make_at(node, 0, graph, &mut random));
            ids.filter(|id| accepted(&self.nodes, id, graph)).count()
        };
        let best = (0..self.nodes.len()).rev().max_by_key(|at| fitting(self.nodes[*at]));
        if let Some(best) = best {
            self.nodes.swap(0, best);
        }
    }

    /// Whether ids of a shape fit wherever they will stand, the long ones too.
    fn fits(&self, form: Form, graph: &Graph) -> bool {
        let mut probe = self.clone();
        let mut random = Random::new(0, 0);
        [100, 5_000, 20_000_000_000].into_iter().all(|count| {
            probe.count = count;
            let mut id = String::new();
            probe.write(form, 1_762_329_600_000_000_000, &mut random, &mut id);
            accepted(&self.nodes, &id, graph)
        })
    }

    fn bits(&self, graph: &Graph) -> u32 {
        let Some(first) = self.nodes.first() else { return 0 };
        let cases = graph.node(*first).cases.iter();
        let shapes = cases.filter(|case| case.pool.is_none()).flat_map(|case| &case.shapes);
        let bits = shapes.map(|shape| if let Shape::Text(plan) = shape { plan.bits() } else { 0 });
        if self.has_pool(graph) { 0 } else { bits.min().unwrap_or(0) }
    }

    fn has_pool(&self, graph: &Graph) -> bool {
        self.nodes.iter().any(|node| graph.node(*node).cases.iter().any(|case| case.pool.is_some()))
    }

    /// A new id as JSON text; `None` if every one that the schemas allow seems to be taken.
    pub(crate) fn make(&mut self, now: i64, graph: &Graph, random: &mut Random) -> Option<String> {
        if self.failures > GIVE_UP {
            return None;
        }
        let chosen = random.weighted(self.forms.iter().map(|(_, weight)| *weight))?;
        let form = self.forms[chosen].0;
        if form != Form::Schema {
            let mut id = String::with_capacity(40);
            self.count += 1 + if form == Form::Integer { random.below(9) } else { 0 };
            self.write(form, now, random, &mut id);
            // A number may have outgrown its bounds.
            return (form != Form::Integer || accepted(&self.nodes, &id, graph)).then_some(id);
        }
        let first = *self.nodes.first()?;
        for _ in 0..TRIES {
            let Some(id) = make_at(first, now, graph, random) else { continue };
            if (self.nodes.len() == 1 || accepted(&self.nodes, &id, graph))
                && self.taken.as_mut().is_none_or(|taken| taken.insert(hash(&[&id])))
            {
                self.failures = 0;
                return Some(id);
            }
        }
        self.failures += 1;
        None
    }

    /// Writes an id of a shape as JSON text.
    fn write(&mut self, form: Form, now: i64, random: &mut Random, out: &mut String) {
        use std::fmt::Write as _;
        if form == Form::Integer {
            let _ = write!(out, "{}", self.count);
            return;
        }
        out.push('"');
        match form {
            Form::Prefixed | Form::Hyphened => {
                out.push_str(&self.prefix);
                out.push(if form == Form::Prefixed { '_' } else { '-' });
                words::token(3, random, out);
                push_base36(self.count, out);
            }
            Form::Counted => {
                let _ = write!(out, "{}_{}", self.prefix, self.count);
            }
            Form::Short => {
                words::token(2, random, out);
                push_base36(self.count, out);
            }
            Form::Uuid => formats::uuid(random, out),
            Form::Ulid => self.push_ulid(now, random, out),
            Form::Integer | Form::Schema => {}
        }
        out.push('"');
    }

    /// Writes the ULID of a time. Those of events only grow.
    fn push_ulid(&mut self, now: i64, random: &mut Random, out: &mut String) {
        let time = u64::try_from(now.div_euclid(1_000_000)).unwrap_or(0);
        let (last_time, last_chance) = self.last_ulid;
        let chance = if self.monotone && last_time == time {
            last_chance + 1 + u128::from(random.bits() >> 24)
        } else {
            // 79 bits, so that there is room to grow.
            (u128::from(random.bits() >> 49) << 64) | u128::from(random.bits())
        };
        self.last_ulid = (time, chance);
        let bits = (u128::from(time) << 80) | (chance & ((1 << 80) - 1));
        for place in (0..26).rev() {
            let digit = usize::try_from((bits >> (5 * place)) & 31).unwrap_or(0);
            out.push(char::from(CROCKFORD[digit]));
        }
    }
}

/// A value that a node allows, as JSON text.
pub(crate) fn make_at(node: NodeId, now: i64, graph: &Graph, random: &mut Random) -> Option<String> {
    let (bindings, mut captured) = (Bindings::default(), Captured::default());
    let mut text = String::new();
    let mut maker = Maker { graph, random, now, bindings: &bindings, captured: &mut captured };
    maker.make(node, &mut text).ok().map(|()| text)
}

/// Whether all of the nodes allow an id, given as JSON text.
pub(crate) fn accepted(nodes: &[NodeId], text: &str, graph: &Graph) -> bool {
    json::value(text).is_some_and(|value| nodes.iter().all(|node| graph.accepts(*node, &value)))
}

/// The beginning of the ids of things of this name: its first letters in lower case.
pub(crate) fn prefix(name: &str) -> String {
    let stem = ["_id", "Id", "ID", "-id", "No", "_no"].iter().find_map(|ending| name.strip_suffix(ending));
    let letters = stem.unwrap_or(name).chars().filter(char::is_ascii_alphabetic);
    let prefix: String = letters.take(4).map(|c| c.to_ascii_lowercase()).collect();
    if prefix.is_empty() { "id".to_owned() } else { prefix }
}

fn push_base36(mut number: u64, out: &mut String) {
    let mut digits = [0; 13];
    let mut length = 0;
    while number > 0 || length == 0 {
        digits[length] = u32::try_from(number % 36).unwrap_or(0);
        number /= 36;
        length += 1;
    }
    out.extend(digits[..length].iter().rev().filter_map(|digit| char::from_digit(*digit, 36)));
}

/// A hash of texts (FNV-1a), the same on every machine. Equal hashes of different texts only cost another try.
pub(crate) fn hash(texts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for text in texts {
        for byte in text.bytes().chain([0xFF]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    // The low bits of FNV are better than its high ones; a hash set takes the high ones.
    hash ^ hash.rotate_left(32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_the_first_letters_of_a_name() {
        for (name, wanted) in [
            ("Conversation", "conv"),
            ("depot", "depo"),
            ("Fee", "fee"),
            ("participant_id", "part"),
            ("№", "id"),
        ] {
            assert_eq!(prefix(name), wanted);
        }
    }

    #[test]
    fn numbers_in_base_36_are_all_different() {
        let mut seen = HashSet::new();
        for number in (0..2000).chain([u64::MAX]) {
            let mut text = String::new();
            push_base36(number, &mut text);
            assert!(seen.insert(text));
        }
    }

    #[test]
    fn hashes_tell_where_a_text_ends() {
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_eq!(hash(&["ab", "c"]), hash(&["ab", "c"]));
    }
}
