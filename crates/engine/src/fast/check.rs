//! The checks: whether what is in the slots is what a frame asks for.
//!
//! A frame's fields are proven one by one, in the order of the schema, which is the same for every event of a type. Only
//! what depends on something is looked at with three answers: yes, no, and don't know.

use std::ops::Range;

use super::level::Level;
use super::text::{self, bytes_at};
use super::times::Hour;
use super::walk::{Cursor, Depth, Spot};
use super::{Fast, index};
use crate::compile::{Decimal, Expression, Field, Frame, Kind, Quick, Types};

/// One event that is being proven.
pub(super) struct Proof<'p, 't> {
    pub(super) fast: &'p Fast,
    pub(super) text: &'t [u8],
    pub(super) quotes: &'t [u32],
    pub(super) hour: &'p mut Hour,
    pub(super) spots: &'p mut Vec<Spot>,
    pub(super) seen: &'p mut Vec<u128>,
    pub(super) effort: Effort,
}

/// What is left to be done for a value: alternatives that lead back to themselves can ask the same of its parts again and again,
/// on each level anew.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Effort {
    /// In how many arrays and maps one is.
    inside: u32,
    /// How many bytes of arrays and maps may still be gone through.
    left: usize,
}

impl Effort {
    /// Begins with an array or a map of a length, unless too much was done for the outermost that it lies in.
    #[inline(always)]
    pub(super) fn enter(&mut self, length: usize) -> bool {
        if self.inside == 0 {
            // Each level goes through those below, and there are no more than some hundred.
            self.left = length.saturating_mul(256);
        }
        let Some(left) = self.left.checked_sub(length) else { return false };
        self.left = left;
        self.inside += 1;
        true
    }

    #[inline(always)]
    pub(super) fn leave(&mut self) {
        self.inside -= 1;
    }
}

/// Where the slots and the nodes of a frame begin in what the event has of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Base {
    tree: usize,
    pub(super) slots: usize,
    pub(super) nodes: usize,
}

impl Base {
    /// Where those of an event begin.
    pub(super) fn of_event() -> Self {
        Self { tree: 0, slots: 0, nodes: 0 }
    }
}

impl<'t> Proof<'_, 't> {
    /// The index of the event type, if the walk can follow the event and all holds.
    #[inline(always)]
    pub(super) fn event<L: Level>(&mut self, range: Range<usize>) -> Option<usize> {
        self.spots.fill(Spot::default());
        self.seen.fill(0);
        let mut cursor =
            Cursor { text: self.text, quotes: self.quotes, end: range.end, at: range.start, quote: 0 };
        cursor.skip_space();
        // Whatever its schema says, an event is an object.
        if cursor.byte() != b'{' {
            return None;
        }
        let program = &self.fast.program;
        let tree = program.trees.first()?;
        let node = (!tree.nodes.is_empty()).then_some(0);
        let depth = Depth { now: 0, most: self.fast.limits.max_depth };
        L::fill(&mut cursor, tree, (0, node), depth, self.spots, self.seen)?;
        cursor.skip_space();
        if cursor.at != range.end {
            return None;
        }
        let event_type = match program.name_slot {
            Some(slot) => {
                let name = self.spots[usize::from(slot)];
                if name.kind() != b'"' {
                    return None;
                }
                program.names.find(self.text, name.start(), name.end())?
            }
            None => 0,
        };
        let frame = &program.frames[program.events.get(event_type)?.frame?];
        self.holds::<L>(frame, Base::of_event()).then_some(event_type)
    }

    /// Makes room for the slots and nodes of a tree.
    pub(super) fn enter(&mut self, tree: usize) -> Base {
        let base = Base { tree, slots: self.spots.len(), nodes: self.seen.len() };
        let tree = &self.fast.program.trees[tree];
        self.spots.resize(base.slots + tree.slots.len(), Spot::default());
        self.seen.resize(base.nodes + tree.nodes.len(), 0);
        base
    }

    pub(super) fn leave(&mut self, base: Base) {
        self.spots.truncate(base.slots);
        self.seen.truncate(base.nodes);
    }

    pub(super) fn spot(&self, base: Base, slot: u16) -> Spot {
        self.spots[base.slots + usize::from(slot)]
    }

    /// Whether all that a frame asks for is proven.
    #[inline(always)]
    pub(super) fn holds<L: Level>(&mut self, frame: &Frame, base: Base) -> bool {
        let tree = &self.fast.program.trees[frame.tree];
        for (at, (rule, node)) in frame.members.iter().zip(&tree.nodes).enumerate() {
            if self.spot(base, node.own).kind() == b'{' {
                let seen = self.seen[base.nodes + at];
                if seen & !rule.allowed != 0 || seen & rule.required != rule.required {
                    return false;
                }
            }
        }
        if !self.groups_hold::<L>(frame, base) {
            return false;
        }
        for (a, b) in &frame.same {
            if !self.has_same::<L>(self.spot(base, *a), self.spot(base, *b)) {
                return false;
            }
        }
        frame.others.is_empty() || L::answers(self, frame, base)
    }

    /// Whether two slots surely have the same value, if both have one.
    #[inline(always)]
    fn has_same<L: Level>(&self, a: Spot, b: Spot) -> bool {
        if a.kind() == 0 || b.kind() == 0 {
            return true;
        }
        a.kind() == b.kind()
            && !matches!(a.kind(), b'[' | b'{')
            && is_same::<L>(self.text, a.range(), b.range())
    }

    /// The spot of a value of which the place is known, and how many objects it lies in.
    pub(super) fn spot_at(&self, (start, end): (usize, usize), depth: u8) -> Spot {
        let is_string = start > 0 && self.text.get(start - 1) == Some(&b'"');
        let kind = if is_string { b'"' } else { self.text.get(start).copied().unwrap_or_default() };
        // Only inside of arrays and objects anybody goes on from the quotes.
        let (quote, depth) = match kind {
            b'[' | b'{' => (index::before(self.quotes, start), depth + 1),
            _ => (0, 0),
        };
        Spot::between(start, end, quote, kind, depth)
    }

    /// Whether a value surely is what a field asks for, and is JSON in all its parts.
    #[inline(always)]
    pub(super) fn proves<L: Level>(&mut self, frame: &Frame, quick: Quick, spot: Spot) -> bool {
        self.passes::<L>(quick.check, spot)
            || L::proves_other(self, &frame.fields[usize::from(quick.field)], spot)
    }

    /// Whether all that depends on something is so.
    #[inline(always)]
    pub(super) fn answers<L: Level>(&mut self, frame: &Frame, base: Base) -> bool {
        frame.others.iter().all(|other| self.answer::<L>(other, base) == Some(true))
    }

    /// The same for what has no quick check. Levels call it.
    #[inline(always)]
    pub(super) fn proves_other<L: Level>(&mut self, field: &Field, spot: Spot) -> bool {
        if field.unsure {
            return false;
        }
        match spot.kind() {
            b'"' => field.types.has(Types::STRING) && self.exactly(field, spot) == Some(true),
            b'[' => {
                field.types.has(Types::ARRAY) && field.values.is_none() && self.proves_array::<L>(field, spot)
            }
            b'{' => {
                let inside = match &field.map {
                    Some(map) => self.proves_map::<L>(map, spot),
                    None => field.followed,
                };
                field.types.has(Types::OBJECT) && field.values.is_none() && inside
            }
            _ => self.scalar(field, spot) == Some(true),
        }
    }

    /// What a field says of a value that is no string, array or object.
    fn scalar(&self, field: &Field, spot: Spot) -> Option<bool> {
        let text = self.text.get(spot.range())?;
        let word = |word: &[u8], types: Types| {
            if text != word {
                return None;
            }
            let listed =
                |values: &crate::compile::Values| values.scalars.iter().any(|value| **value == *word);
            Some(field.types.has(types) && field.values.as_ref().is_none_or(listed))
        };
        match spot.kind() {
            b't' => word(b"true", Types::BOOLEAN),
            b'f' => word(b"false", Types::BOOLEAN),
            b'n' => word(b"null", Types::NULL),
            _ => number(field, text),
        }
    }

    /// What a field says of a string, looking at its decoded text.
    pub(super) fn exactly(&self, field: &Field, spot: Spot) -> Option<bool> {
        let range = spot.range();
        let raw = self.text.get(range.clone())?;
        if memchr::memchr(b'\\', raw).is_some() {
            // The strict reader decodes it, or doesn't.
            let parsed = tidings_json::parse(self.text.get(range.start - 1..=range.end)?, 0).ok()?;
            return text::exact(
                field.values.as_ref(),
                &field.text,
                parsed.value.as_str()?,
                &self.fast.program,
            );
        }
        if raw.iter().any(|byte| *byte < 0x20 || *byte == b'"') {
            return None;
        }
        text::exact(field.values.as_ref(), &field.text, std::str::from_utf8(raw).ok()?, &self.fast.program)
    }

    /// What a field says of the value of a slot, which is known to be JSON in all its parts.
    pub(super) fn says<L: Level>(&mut self, field: &Field, spot: Spot) -> Option<bool> {
        if field.unsure {
            return None;
        }
        match spot.kind() {
            b'"' if !field.types.has(Types::STRING) => Some(false),
            b'"' => match (&field.values, field.kind, self.text.get(spot.range())) {
                (Some(values), Kind::Choice, Some(raw)) if !raw.contains(&b'\\') => {
                    Some(values.strings.iter().any(|value| **value == *raw))
                }
                _ => self.exactly(field, spot),
            },
            b'[' if !field.types.has(Types::ARRAY) => Some(false),
            b'{' if !field.types.has(Types::OBJECT) => Some(false),
            b'[' | b'{' if field.values.is_some() => None,
            b'[' => match &field.array {
                Some(array) if array.says_only_how_many() => {
                    Some((array.min..=array.max).contains(&self.elements(spot)?))
                }
                Some(_) => L::proves_other(self, field, spot).then_some(true),
                None => Some(true),
            },
            b'{' if field.map.is_some() => L::proves_other(self, field, spot).then_some(true),
            0 | b'{' => Some(true),
            _ => self.scalar(field, spot),
        }
    }

    pub(super) fn answer<L: Level>(&mut self, expression: &Expression, base: Base) -> Option<bool> {
        match expression {
            Expression::Always => Some(true),
            Expression::Is(field) => {
                let spot = self.spot(base, field.slot);
                self.says::<L>(field, spot)
            }
            Expression::Present { slot, inner } => {
                if self.spot(base, *slot).kind() == 0 {
                    return Some(true);
                }
                self.answer::<L>(inner, base)
            }
            Expression::Has { node, members } => {
                Some(self.members(base, *node).is_none_or(|seen| seen & members == *members))
            }
            Expression::Only { node, members } => {
                Some(self.members(base, *node).is_none_or(|seen| seen & !members == 0))
            }
            Expression::Count { node, min, max } => {
                let count = |seen: u128| (*min..=*max).contains(&seen.count_ones());
                Some(self.members(base, *node).is_none_or(count))
            }
            Expression::All(parts) => {
                let mut all = Some(true);
                for part in parts {
                    match self.answer::<L>(part, base) {
                        Some(true) => {}
                        Some(false) => return Some(false),
                        None => all = None,
                    }
                }
                all
            }
            Expression::Any(parts) => {
                let mut any = Some(false);
                for part in parts {
                    match self.answer::<L>(part, base) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                any
            }
            Expression::One(parts) => {
                let mut fitting = 0;
                for part in parts {
                    fitting += u32::from(self.answer::<L>(part, base)?);
                }
                Some(fitting == 1)
            }
            Expression::Not(inner) => self.answer::<L>(inner, base).map(|answer| !answer),
            Expression::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                let chosen = if self.answer::<L>(condition, base)? { then } else { otherwise };
                self.answer::<L>(chosen, base)
            }
        }
    }

    /// The members of a node that were seen, if it is an object.
    fn members(&self, base: Base, node: u16) -> Option<u128> {
        let own = self.fast.program.trees[base.tree].nodes[usize::from(node)].own;
        (self.spot(base, own).kind() == b'{').then(|| self.seen[base.nodes + usize::from(node)])
    }

    /// A cursor at the beginning of an array or object.
    pub(super) fn inside(&self, spot: Spot) -> Cursor<'t> {
        Cursor {
            text: self.text,
            quotes: self.quotes,
            end: spot.end(),
            at: spot.start(),
            quote: spot.quote(),
        }
    }
}

/// Whether two strings or other plain values are written in the same way; the text goes on behind them.
#[inline(always)]
pub(super) fn is_same<L: Level>(text: &[u8], a: Range<usize>, b: Range<usize>) -> bool {
    let length = a.len();
    if b.len() != length {
        return false;
    }
    match (bytes_at(text, a.start), bytes_at(text, b.start)) {
        (Some(a), Some(b)) if length <= 64 => L::differing(a, b, L::mask(length)) == 0,
        _ => text.get(a).is_some_and(|a| text.get(b) == Some(a)),
    }
}

/// What a field says of a number.
#[inline(always)]
fn number(field: &Field, text: &[u8]) -> Option<bool> {
    if field.kind == Kind::Integer
        && let (Some((least, most)), [digit @ b'0'..=b'9']) = (field.number.range, text)
    {
        return Some((least..=most).contains(&i64::from(digit - b'0')));
    }
    let number = Decimal::parse(text)?;
    let (whole, fraction) = (field.types.has(Types::INTEGER), field.types.has(Types::FRACTION));
    match number.scale {
        0 if !whole => return Some(false),
        0 => {}
        // `1.0` is a whole number, so this may still be one.
        _ if !fraction && whole => return None,
        _ if !fraction => return Some(false),
        _ => {}
    }
    if let Some(values) = &field.values
        && !values.scalars.iter().any(|value| **value == *text)
    {
        let is_number = |value: &&[u8]| value.first().is_some_and(|byte| matches!(byte, b'-' | b'0'..=b'9'));
        let mut numbers = values.scalars.iter().map(AsRef::as_ref).filter(is_number);
        // It may be one of them that is written in another way.
        let differs = |value| Decimal::parse(value).is_some_and(|other| number.compare(other).is_ne());
        return if numbers.all(differs) { Some(false) } else { None };
    }
    let numbers = &field.number;
    let above = numbers.least.iter().all(|bound| {
        let order = number.compare(bound.at);
        order.is_gt() || order.is_eq() && !bound.exclusive
    });
    let below = numbers.most.iter().all(|bound| {
        let order = number.compare(bound.at);
        order.is_lt() || order.is_eq() && !bound.exclusive
    });
    if !above || !below {
        return Some(false);
    }
    // What is no multiple to us may be one to those who divide doubles.
    let is_multiple = |divisor: &Decimal| number.is_exact() && number.is_multiple_of(*divisor);
    numbers.multiple_of.iter().all(is_multiple).then_some(true)
}
