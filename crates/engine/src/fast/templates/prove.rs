//! Proving: whether a line is what a template says.

use std::ops::Range;

use super::super::check::{Proof, is_same};
use super::super::level::{Found, Level};
use super::super::text::is_of_form;
use super::Known;
use super::parts::Template;

#[inline(always)]
fn part<'a, T>(all: &'a [T], range: &Range<u32>) -> &'a [T] {
    all.get(range.start as usize..range.end as usize).unwrap_or_default()
}

#[inline(always)]
fn block_at(text: &[u8], at: usize) -> Option<&[u8; 64]> {
    text.get(at..)?.first_chunk()
}

impl Known {
    /// Something, if a line is what a template says.
    #[inline(always)]
    pub(super) fn proves<L: Level>(
        &self,
        template: &Template,
        proof: &mut Proof<'_, '_>,
        marks: &[u32],
    ) -> Option<()> {
        let text = proof.text;
        if marks.len() != usize::from(template.marks) {
            return None;
        }
        let length = marks.last()?.wrapping_sub(*marks.first()?) as usize;
        let is_whole = template.end.of(marks)? == *marks.last()? as usize;
        let mut differing = [0; 4];
        differing[0] = u64::from(!is_whole || length > proof.fast.limits.max_event_bytes);
        for run in part(&self.runs, &template.runs) {
            let here = text.get(run.start.of(marks)?..)?.first_chunk::<32>()?;
            add_differing(&mut differing, here, self.texts.get(run.text)?);
        }
        if differing != [0; 4] {
            return None;
        }
        let table = self.tables.get(template.table.into())?;
        let mut outside = L::Found::NOTHING;
        let mut is_wrong = false;
        for classes in part(&self.classes, &template.classes) {
            let Range { start, end } = classes.stretch.of(marks)?;
            let block = block_at(text, start)?;
            let length = end.wrapping_sub(start);
            is_wrong |= length.wrapping_sub(classes.min.into()) > classes.span.into();
            let required = self.required.get(classes.required)?;
            outside = outside.and_outside(block, required, table, classes.places & L::mask(length));
        }
        for time in part(&self.times, &template.times) {
            let Range { start, end } = time.stretch.of(marks)?;
            is_wrong |= !proof.is_time(time.fractions, block_at(text, start)?, end.wrapping_sub(start));
        }
        if is_wrong || outside.is_any() {
            self.all_fit::<L>(template, proof, marks)?;
        }
        let values = part(&self.values, &template.values);
        for form in part(&self.forms, &template.forms) {
            let Range { start, end } = form.stretch.of(marks)?;
            let length = end.wrapping_sub(start);
            let fits = (usize::from(form.min)..=usize::from(form.max)).contains(&length)
                && is_of_form::<L>(
                    proof.fast.program.forms.get(form.index as usize)?,
                    block_at(text, start)?,
                    length,
                );
            if !fits {
                values.get(usize::from(form.value))?.holds::<L>(proof, marks)?;
            }
        }
        for value in values.iter().filter(|value| !value.is_told) {
            value.holds::<L>(proof, marks)?;
        }
        for [a, b] in part(&self.same, &template.same) {
            if !is_same::<L>(text, a.of(marks)?, b.of(marks)?) {
                return None;
            }
        }
        for elements in part(&self.unique, &template.unique) {
            for (at, element) in elements.iter().enumerate() {
                let element = element.of(marks)?;
                for other in elements.get(..at)? {
                    if is_same::<L>(text, element.clone(), other.of(marks)?) {
                        return None;
                    }
                }
            }
        }
        for condition in part(&self.conditions, &template.conditions) {
            let spot = condition.value.spot(proof, marks)?;
            if proof.says::<L>(&condition.field, spot) != Some(true) {
                return None;
            }
        }
        Some(())
    }

    /// Something, if those values whose bytes are not of their classes are what they have to be all the same: with an escape,
    /// or a time with an offset.
    #[inline(always)]
    fn all_fit<L: Level>(&self, template: &Template, proof: &mut Proof<'_, '_>, marks: &[u32]) -> Option<()> {
        let values = part(&self.values, &template.values);
        let table = self.tables.get(template.table.into())?;
        for classes in part(&self.classes, &template.classes) {
            if let Some(value) = values.get(usize::from(classes.value)) {
                value.holds::<L>(proof, marks)?;
                continue;
            }
            let block = block_at(proof.text, classes.stretch.start.of(marks)?)?;
            let required = self.required.get(classes.required)?;
            if L::Found::NOTHING.and_outside(block, required, table, classes.places).is_any() {
                return None;
            }
        }
        for time in part(&self.times, &template.times) {
            values.get(usize::from(time.value))?.holds::<L>(proof, marks)?;
        }
        Some(())
    }
}

/// Adds the bits in which a text differs from the first half of a block where the other half has ones.
#[inline(always)]
fn add_differing(differing: &mut [u64; 4], text: &[u8; 32], block: &[u8; 64]) {
    let word = |bytes: &[u8], at: usize| {
        bytes[8 * at..].first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    };
    for (at, differing) in differing.iter_mut().enumerate() {
        *differing |= (word(text, at) ^ word(block, at)) & word(block, at + 4);
    }
}
