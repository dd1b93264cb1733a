//! Proving: whether a line is what a template says.

use super::super::check::{Proof, is_same};
use super::super::index::{Own, Window};
use super::super::level::{Found, Level};
use super::super::text::{bytes_at, is_of_form, is_plain};
use super::Known;
use super::buckets::Choice;
use super::parts::Template;

impl Known {
    /// Whether a line is what the template says that was chosen, or one that nothing tells from it.
    #[inline(always)]
    pub(super) fn is_proven<'t, L: Level>(
        &self,
        choice: Choice,
        proof: &mut Proof<'_, 't>,
        own: Own<'t>,
    ) -> bool {
        // No closures, which would be compiled without the level's instructions.
        let mut next = self.all.get(choice.template());
        while let Some(template) = next {
            if self.proves::<L>(template, proof, own).is_some() {
                return true;
            }
            next = self.all.get(usize::from(template.sibling));
        }
        false
    }

    /// Something, if a line is what a template says.
    #[inline(always)]
    fn proves<'t, L: Level>(
        &self,
        template: &Template,
        proof: &mut Proof<'_, 't>,
        own: Own<'t>,
    ) -> Option<()> {
        let (text, window) = (proof.text, own.window);
        let last = window[usize::from(template.last)] as usize;
        let length = last.wrapping_sub(window[0] as usize);
        if own.count != usize::from(template.last) + 1
            || template.end.of(window) != last
            || length > proof.fast.limits.max_event_bytes
        {
            return None;
        }
        let table = self.tables.get(template.table.into())?;
        let mut found = L::Found::NOTHING;
        for run in template.plain.of(&self.plain) {
            let (block, wanted) = (bytes_at(text, run.start.of(window))?, self.wanted_plain.get(run.wanted)?);
            found = found.and_unlike(block, &wanted.text, &wanted.mask);
        }
        for run in template.mixed.of(&self.mixed) {
            let (block, (wanted, required)) =
                (bytes_at(text, run.start.of(window))?, self.wanted_mixed.get(run.wanted)?);
            found = found.and_unlike(block, &wanted.text, &wanted.mask);
            found = found.and_misfit(block, &required.classes, table, &required.mask);
        }
        for [a, b] in template.same.of(&self.same) {
            let (a, b) = (a.of(window), b.of(window));
            let length = a.end.wrapping_sub(a.start);
            if length > 64 {
                if !is_same::<L>(text, a, b) {
                    return None;
                }
                continue;
            }
            if b.end.wrapping_sub(b.start) != length {
                return None;
            }
            found = found.and_differing(bytes_at(text, a.start)?, bytes_at(text, b.start)?, L::mask(length));
        }
        if found.is_any() {
            return None;
        }
        found = L::Found::NOTHING;
        let mut is_wrong = false;
        for classes in template.classes.of(&self.classes) {
            let (start, length) = classes.string.of(window);
            let skip = usize::from(classes.skip);
            let (start, length) = (start + skip, length.wrapping_sub(skip));
            is_wrong |= length.wrapping_sub(classes.min.into()) > classes.span.into();
            let (block, required) = (bytes_at(text, start)?, self.required.get(classes.required)?);
            found = found.and_outside(block, &required.classes, table, classes.places & L::mask(length));
        }
        for time in template.times.of(&self.times) {
            let (start, length) = time.string.of(window);
            is_wrong |= !proof.hour.has::<L>(time.lengths, bytes_at(text, start)?, length);
        }
        if is_wrong || found.is_any() {
            self.all_fit::<L>(template, proof, own)?;
        }
        for form in template.forms.of(&self.forms) {
            let (start, length) = form.string.of(window);
            let own_form = proof.fast.program.forms.get(form.index as usize)?;
            let fits = length.wrapping_sub(form.min.into()) <= form.span.into()
                && is_of_form::<L>(own_form, bytes_at(text, start)?, length);
            if !fits {
                self.told.get(form.value as usize)?.holds::<L>(proof, own)?;
            }
        }
        for one in template.texts.of(&self.texts) {
            let (start, length) = one.string.of(window);
            if !is_plain::<L>(text, start, start + length, one.lengths, one.scan) {
                self.told.get(one.value as usize)?.holds::<L>(proof, own)?;
            }
        }
        for value in template.others.of(&self.others) {
            value.holds::<L>(proof, own)?;
        }
        if template.has_more {
            return self.has_more::<L>(template, proof, window);
        }
        Some(())
    }

    /// Something, if those values whose bytes are not of their classes are what they have to be all the same: with an escape,
    /// or a time with an offset.
    #[inline(always)]
    fn all_fit<'t, L: Level>(
        &self,
        template: &Template,
        proof: &mut Proof<'_, 't>,
        own: Own<'t>,
    ) -> Option<()> {
        for classes in template.classes.of(&self.classes) {
            self.told.get(classes.value as usize)?.holds::<L>(proof, own)?;
        }
        for time in template.times.of(&self.times) {
            self.told.get(time.value as usize)?.holds::<L>(proof, own)?;
        }
        Some(())
    }

    /// Something, if elements differ that have to, and conditions hold.
    #[inline(always)]
    fn has_more<L: Level>(
        &self,
        template: &Template,
        proof: &mut Proof<'_, '_>,
        window: &Window,
    ) -> Option<()> {
        let text = proof.text;
        for elements in template.unique.of(&self.unique) {
            for (at, element) in elements.iter().enumerate() {
                for other in elements.get(..at)? {
                    if is_same::<L>(text, element.of(window), other.of(window)) {
                        return None;
                    }
                }
            }
        }
        for condition in template.conditions.of(&self.conditions) {
            let spot = condition.value.spot(proof, window)?;
            if proof.says::<L>(&condition.field, spot) != Some(condition.holds) {
                return None;
            }
        }
        Some(())
    }
}
