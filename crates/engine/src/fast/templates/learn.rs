//! Learning: a line that the walk proved becomes a template.

use std::ops::Range;

use super::super::check::Proof;
use super::super::learn::{Leaf, members};
use super::super::level::Level;
use super::super::times::lengths;
use super::super::walk::Spot;
use super::buckets::Heads;
use super::conditions::{Extent, Settled, looked_at};
use super::parts::{
    Block, Classes, Condition, Form, Part, Place, Quoted, Required, Stretch, Template, Text, Time, Value,
    Wanted, is_told,
};
use super::{Known, NONE};
use crate::compile::{Expected, Frame, MAX_CLASSES, Program, Quick, QuickCheck, Row, distinct};

/// The longest array whose elements are values of the template.
const MAX_ELEMENTS: usize = 16;

/// How many digits there may be at most where conditions look at one, so that each has templates of its own.
const FEW_DIGITS: u8 = 4;

/// How many templates are tried one after the other, but for the last.
const MAX_SIBLINGS: usize = 2;

/// A template that is being made.
struct Draft<'l> {
    text: &'l [u8],
    /// The marks of the line, from the line feed before it to its own.
    marks: &'l [u32],
    /// The mark that was passed last.
    mark: u8,
    run: Vec<Expected>,
    /// Where the run begins, if that is known already.
    anchor: Option<Place>,
    /// Values in the run: slot, and where they begin and end in it.
    fused: Vec<(Whole, Range<usize>)>,
    /// What was expected in runs, 64 bytes each, and of strings, still without a table.
    runs: Vec<(Place, Vec<Expected>)>,
    classes: Vec<(Classes, Vec<Expected>)>,
    times: Vec<Time>,
    forms: Vec<Form>,
    texts: Vec<Text>,
    /// The values that these are, whose numbers begin with a first one.
    told: Vec<Value>,
    first_told: usize,
    others: Vec<Value>,
    /// The other value before the run, whose end is where the run begins.
    open: Option<usize>,
    unique: Vec<Vec<Stretch>>,
    heads: Heads,
    /// By slot, the values that are there.
    slots: Vec<Option<Value>>,
}

/// What a value is of.
#[derive(Clone, Copy)]
struct Whole {
    frame: u32,
    quick: Quick,
    depth: u8,
    is_strict: bool,
}

impl Known {
    /// Adds a template for a line with these marks that was proven; `None` if there can't be one.
    pub(super) fn add<L: Level>(
        &mut self,
        proof: &mut Proof<'_, '_>,
        event_type: usize,
        range: Range<usize>,
        marks: &[u32],
    ) -> Option<()> {
        let fast = proof.fast;
        let program = &fast.program;
        let frame_index = program.events.get(event_type)?.frame?;
        let frame = program.frames.get(frame_index).filter(|frame| frame.tree == 0)?;
        let tree = program.trees.first()?;
        let demands = fast.demands.get(event_type)?.as_ref()?;
        let mut looked = Vec::new();
        looked_at(&frame.others, &mut looked);
        let mut draft = Draft {
            text: proof.text,
            marks,
            mark: 0,
            run: Vec::new(),
            anchor: Some(Place { mark: 0, offset: 1 }),
            fused: Vec::new(),
            runs: Vec::new(),
            classes: Vec::new(),
            times: Vec::new(),
            forms: Vec::new(),
            texts: Vec::new(),
            told: Vec::new(),
            first_told: self.told.len(),
            others: Vec::new(),
            open: None,
            unique: Vec::new(),
            heads: vec![(0, 0); marks.len()],
            slots: vec![None; tree.slots.len()],
        };
        let (mut leaves, objects) = members(program, frame, proof.spots);
        leaves.sort_by_key(|leaf| leaf.spot.start());
        let extent = |spot: &Spot| if spot.kind() == 0 { Extent::All } else { Extent::Nothing };
        let mut settled: Vec<Extent> = proof.spots[..tree.slots.len()].iter().map(extent).collect();
        settled[0] = Extent::Names;
        for (_, slot) in objects {
            *settled.get_mut(usize::from(slot))? = Extent::Names;
        }
        let mut at = range.start;
        for leaf in leaves {
            let slot = usize::from(leaf.quick.slot);
            // An event that is one value would be any value.
            if slot == 0 {
                return None;
            }
            draft.text(at..leaf.spot.start())?;
            at = leaf.spot.end();
            let value = Whole {
                frame: u32::try_from(frame_index).ok()?,
                quick: leaf.quick,
                depth: demands.depth(leaf.quick.slot)?,
                is_strict: false,
            };
            // What conditions look at, and is one of a few words or digits, tells how they go on.
            let is_one_of_few = match (leaf.quick.check, leaf.spot.kind()) {
                (QuickCheck::Choice(_), b'"') => true,
                (QuickCheck::Digit(first, last), b'0'..=b'9') => last.saturating_sub(first) < FEW_DIGITS,
                _ => false,
            };
            let tells = is_one_of_few && looked.iter().any(|field| field.slot == leaf.quick.slot);
            let expected = if tells { leaf.as_it_is(proof.text) } else { leaf.fixed(program, proof.text) };
            if let Some(expected) = expected {
                if expected.iter().all(|one| matches!(one, Expected::Byte(_))) {
                    settled[slot] = Extent::All;
                }
                draft.fuse(value, &expected);
            } else if leaf.spot.kind() == b'"' {
                draft.string(program, value)?;
            } else if !draft.elements(program, frame, proof, &leaf)? {
                draft.other(value, at)?;
            }
        }
        draft.text(at..*marks.last()? as usize)?;
        let end = draft.end_run(true)?;
        let rest = Settled { slots: &settled }.rest::<L>(proof, frame)?;
        let mut conditions = Vec::new();
        for (field, holds) in rest {
            let value = draft.value(field.slot)?;
            conditions.push(Condition { value, field: Box::new(field.clone()), holds });
        }
        let mut same = Vec::new();
        for (a, b) in &frame.same {
            if let (Some(a), Some(b)) = (draft.value(*a), draft.value(*b)) {
                same.push([a.stretch, b.stretch]);
            }
        }
        let name = match program.name_slot {
            Some(slot) => Some(u8::try_from(proof.spots[usize::from(slot)].quote() + 1).ok()?),
            None => None,
        };
        let table = self.table_for(&mut draft)?;
        let (mut plain, mut mixed) = (Vec::new(), Vec::new());
        for (start, expected) in &draft.runs {
            let (wanted, required, places) = self.wanted(table, expected)?;
            if places == 0 {
                plain.push(Block { start: *start, wanted: self.wanted_plain.add(&wanted)? });
            } else {
                mixed.push(Block { start: *start, wanted: self.wanted_mixed.add(&(wanted, required))? });
            }
        }
        let mut classes = Vec::new();
        for (one, expected) in &draft.classes {
            let (_, required, places) = self.wanted(table, expected)?;
            classes.push(Classes { places, required: self.required.add(&required)?, ..*one });
        }
        let number = u16::try_from(self.all.len()).ok()?;
        let elder = self.buckets.add(number, proof.text, marks, name, draft.heads)?;
        if elder != NONE && self.add_sibling(elder, number).is_none() {
            self.buckets.take_back();
            return None;
        }
        self.told.append(&mut draft.told);
        let conditions = append(&mut self.conditions, conditions)?;
        let unique = append(&mut self.unique, draft.unique)?;
        self.all.push(Template {
            last: u8::try_from(marks.len().checked_sub(1)?).ok()?,
            sibling: NONE,
            table: u16::try_from(table).ok()?,
            end,
            plain: append(&mut self.plain, plain)?,
            mixed: append(&mut self.mixed, mixed)?,
            classes: append(&mut self.classes, classes)?,
            times: append(&mut self.times, draft.times)?,
            forms: append(&mut self.forms, draft.forms)?,
            texts: append(&mut self.texts, draft.texts)?,
            others: append(&mut self.others, draft.others)?,
            same: append(&mut self.same, same)?,
            has_more: !conditions.is_empty() || !unique.is_empty(),
            conditions,
            unique,
        });
        Some(())
    }

    /// Puts a template behind those that are tried before it; `None` if they are many already.
    fn add_sibling(&mut self, mut elder: u16, number: u16) -> Option<()> {
        for _ in 0..MAX_SIBLINGS {
            let template = self.all.get_mut(usize::from(elder))?;
            if template.sibling == NONE {
                template.sibling = number;
                return Some(());
            }
            elder = template.sibling;
        }
        None
    }

    /// A table of all classes that a template asks for; `None` if those of its runs are too many. Of its strings those whose
    /// classes are too many besides are told by themselves.
    fn table_for(&mut self, draft: &mut Draft<'_>) -> Option<usize> {
        let mut rows = distinct(draft.runs.iter().flat_map(|(_, expected)| expected).filter_map(row));
        for (classes, expected) in std::mem::take(&mut draft.classes) {
            let with = distinct(rows.iter().chain(expected.iter().filter_map(row)));
            if with.len() <= MAX_CLASSES {
                rows = with;
                draft.classes.push((classes, expected));
            } else {
                draft.others.push(*draft.told.get(classes.value as usize - draft.first_told)?);
            }
        }
        self.tables.with(&rows)
    }

    /// What is expected: bytes, and bits of a table with their places.
    fn wanted(&self, table: usize, expected: &[Expected]) -> Option<(Wanted, Required, u64)> {
        let mut wanted = Wanted { text: [0; 64], mask: [0; 64] };
        let mut required = Required { classes: [0; 64], mask: [0; 64] };
        let mut places = 0;
        for (at, one) in expected.iter().enumerate().take(64) {
            match one {
                Expected::Byte(text) => (wanted.text[at], wanted.mask[at]) = (*text, u8::MAX),
                Expected::Class(row) => {
                    (required.classes[at], required.mask[at]) = (self.tables.bit(table, row)?, u8::MAX);
                    places |= 1u64 << at;
                }
            }
        }
        Some((wanted, required, places))
    }
}

fn row(expected: &Expected) -> Option<&Row> {
    match expected {
        Expected::Class(row) => Some(row),
        Expected::Byte(_) => None,
    }
}

/// The class that has only this byte.
fn as_class(byte: u8) -> Option<Expected> {
    Row::of(byte..=byte).map(Expected::Class)
}

fn append<T>(all: &mut Vec<T>, more: Vec<T>) -> Option<Part> {
    let start = u32::try_from(all.len()).ok()?;
    all.extend(more);
    Some(Part { start, end: u32::try_from(all.len()).ok()? })
}

impl Draft<'_> {
    /// The value in a slot, if there is one.
    fn value(&self, slot: u16) -> Option<Value> {
        *self.slots.get(usize::from(slot))?
    }

    /// Notes a value in its slot, if it has one.
    fn note(&mut self, value: Value) {
        if let Some(slot) = self.slots.get_mut(usize::from(value.quick.slot)) {
            *slot = Some(value);
        }
    }

    /// Adds text that must be the same; `None` if it can't be compared.
    fn text(&mut self, range: Range<usize>) -> Option<()> {
        for byte in self.text.get(range)? {
            match byte {
                // With an escape, a quote might be one that has no mark; a line feed would end the line.
                b'\\' | b'\n' => return None,
                b'"' => {
                    self.mark = self.mark.checked_add(1)?;
                    if self.anchor.is_none() {
                        let before = i16::try_from(self.run.len()).ok()?;
                        self.anchor = Some(Place { mark: self.mark, offset: -before });
                    }
                }
                _ => {}
            }
            self.run.push(Expected::Byte(*byte));
        }
        Some(())
    }

    /// Adds a value of one length to the run.
    fn fuse(&mut self, value: Whole, expected: &[Expected]) {
        let start = self.run.len();
        self.run.extend_from_slice(expected);
        self.fused.push((value, start..self.run.len()));
    }

    /// Ends the run, and tells where. The next one begins nowhere yet.
    fn end_run(&mut self, is_last: bool) -> Option<Place> {
        let last = u8::try_from(self.marks.len() - 1).ok()?;
        let run = std::mem::take(&mut self.run);
        let at_the_end = || {
            let before = i16::try_from(run.len()).ok()?;
            is_last.then_some(Place { mark: last, offset: -before })
        };
        let start = self.anchor.take().or_else(at_the_end)?;
        if let Some(open) = self.open.take() {
            let value = self.others.get_mut(open)?;
            value.stretch.end = start;
            let value = *value;
            self.note(value);
        }
        for (value, range) in std::mem::take(&mut self.fused) {
            let stretch = Stretch { start: start.shifted(range.start)?, end: start.shifted(range.end)? };
            let is_string = run.get(range.start.checked_sub(1)?) == Some(&Expected::Byte(b'"'));
            self.note(value.at(stretch, 0, is_string));
        }
        self.note_heads(start, &run);
        for (part, at) in run.chunks(64).zip((0..).step_by(64)) {
            self.runs.push((start.shifted(at)?, part.to_vec()));
        }
        start.shifted(run.len())
    }

    /// Notes what stands at the marks of a run.
    fn note_heads(&mut self, start: Place, run: &[Expected]) {
        let first = run.iter().position(|one| *one == Expected::Byte(b'"'));
        let Some(first) = first else { return };
        // A run that begins at a mark begins with its quote, one that was found from behind with what is before it.
        let mut mark = usize::from(start.mark) + usize::from(start.offset > 0);
        for (at, one) in run.iter().enumerate().skip(first) {
            if *one != Expected::Byte(b'"') {
                continue;
            }
            if let Some(head) = self.heads.get_mut(mark) {
                let same = run[at..].iter().take(8).map_while(|one| match one {
                    Expected::Byte(byte) => Some(u64::from(*byte)),
                    Expected::Class(_) => None,
                });
                *head = same.zip(0..).fold((0, 0), |(head, _), (byte, at)| (head | byte << (8 * at), at + 1));
            }
            mark += 1;
        }
    }

    /// Adds a string whose length varies, whose first quote ends the run.
    fn string(&mut self, program: &Program, value: Whole) -> Option<Stretch> {
        let mut expected = Vec::new();
        if let QuickCheck::Class { block, min, max } = value.quick.check {
            expected = program.blocks.expected(block, max.into())?;
            // How it always begins belongs to the run.
            let always = expected.iter().take(min.into());
            let skip = always.take_while(|one| matches!(one, Expected::Byte(_))).count();
            self.run.extend(expected.drain(..skip));
            for one in &mut expected {
                if let Expected::Byte(byte) = one {
                    *one = as_class(*byte)?;
                }
            }
        }
        self.end_run(false)?;
        let string = Quoted(self.mark);
        let start = Place { mark: self.mark, offset: 1 };
        let next = Place { mark: self.mark.checked_add(1)?, offset: 0 };
        let stretch = Stretch { start, end: next };
        let made = value.at(stretch, self.mark - 1, true);
        let number = u32::try_from(self.first_told + self.told.len()).ok()?;
        match value.quick.check {
            QuickCheck::Class { min, max, .. } => {
                let skip = max - u8::try_from(expected.len()).ok()?;
                // The bits of a table, and their places, come in the end.
                let classes = Classes {
                    places: 0,
                    required: 0,
                    string,
                    skip,
                    min: min - skip,
                    span: max - min,
                    value: number,
                };
                self.classes.push((classes, expected));
            }
            QuickCheck::Time { fractions } => {
                self.times.push(Time { string, lengths: lengths(fractions), value: number });
            }
            QuickCheck::Shape { form, min, max } => {
                self.forms.push(Form { string, index: form, min, span: max - min, value: number });
            }
            QuickCheck::Text { min, max, scan } => {
                self.texts.push(Text { string, scan, lengths: (min, max), value: number });
            }
            _ => {}
        }
        let list = if is_told(value.quick.check) { &mut self.told } else { &mut self.others };
        list.push(made);
        self.note(made);
        self.anchor = Some(next);
        Some(stretch)
    }

    /// Adds a value that is no string and ends at a place.
    fn other(&mut self, value: Whole, end: usize) -> Option<()> {
        let start = self.end_run(false)?;
        // The end is told by the run behind it.
        let made = value.at(Stretch { start, end: start }, self.mark, false);
        self.open = Some(self.others.len());
        self.others.push(made);
        let inside = self.marks.get(usize::from(self.mark) + 1..)?;
        let inside = inside.iter().take_while(|mark| (**mark as usize) < end).count();
        self.mark = self.mark.checked_add(u8::try_from(inside).ok()?)?;
        Some(())
    }

    /// Adds the elements of a leaf that is an array of strings, one by one; tells whether it is one.
    fn elements(
        &mut self,
        program: &Program,
        frame: &Frame,
        proof: &Proof<'_, '_>,
        leaf: &Leaf,
    ) -> Option<bool> {
        let field = frame.fields.get(usize::from(leaf.quick.field))?;
        let Some((rest, element, array)) = program.strings_in(field).filter(|_| leaf.spot.kind() == b'[')
        else {
            return Some(false);
        };
        // Only such an array, not an array or object of those within it, which are held to something else.
        let text = proof.text.get(leaf.spot.range())?;
        if text.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() > 1 {
            return Some(false);
        }
        let inside = proof.quotes.get(leaf.spot.quote()..)?;
        let inside: Vec<usize> =
            inside.iter().map(|mark| *mark as usize).take_while(|mark| *mark < leaf.spot.end()).collect();
        if inside.len() > 2 * MAX_ELEMENTS {
            return Some(false);
        }
        let value = Whole {
            frame: u32::try_from(rest).ok()?,
            // Nothing looks for a slot of an element.
            quick: Quick { slot: u16::MAX, ..element },
            depth: 0,
            is_strict: array.unique,
        };
        let mut at = leaf.spot.start();
        let mut elements = Vec::new();
        for pair in inside.chunks(2) {
            let [open, close] = pair else { return None };
            self.text(at..open + 1)?;
            elements.push(self.string(program, value)?);
            at = *close;
        }
        self.text(at..leaf.spot.end())?;
        if array.unique && elements.len() > 1 {
            self.unique.push(elements);
        }
        Some(true)
    }
}

impl Whole {
    fn at(self, stretch: Stretch, quote: u8, is_string: bool) -> Value {
        Value {
            stretch,
            frame: self.frame,
            quick: self.quick,
            quote,
            depth: self.depth,
            is_string,
            is_strict: self.is_strict,
        }
    }
}
