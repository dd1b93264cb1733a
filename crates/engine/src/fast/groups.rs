//! The quick checks of a frame, group by group. What a group finds wrong is looked at once, behind all of it.

use super::check::{Base, Proof};
use super::level::{Found, Level};
use super::text::{bytes_at, is_of_form};
use super::times;
use super::walk::Spot;
use crate::compile::{Bytes, Frame};

/// Whether there is a value, but no string.
#[inline(always)]
fn is_other(spot: Spot) -> bool {
    spot.kind() != 0 && spot.kind() != b'"'
}

impl Proof<'_, '_> {
    /// Whether what is in the slots is what the fields of a frame ask for. What isn't there is.
    #[inline(always)]
    pub(super) fn groups_hold<L: Level>(&mut self, frame: &Frame, base: Base) -> bool {
        let (text, program) = (self.text, &self.fast.program);
        let groups = &frame.groups;
        let mut found = L::Found::NOTHING;
        let mut is_wrong = false;
        let Some(spots) = self.spots.get(base.slots..) else { return false };
        // Of what isn't there no byte counts, and its length isn't asked for.
        for bytes in &groups.words {
            let Some(spot) = spots.get(usize::from(bytes.slot)).copied() else { return false };
            let length = spot.end().wrapping_sub(spot.start());
            let (Some(block), Some(word)) = (bytes_at(text, spot.start()), program.blocks.get(bytes.block))
            else {
                return false;
            };
            is_wrong |= is_other(spot) | (spot.kind() != 0) & (length != usize::from(bytes.min));
            found = found.and_differing(block, &word.literal, word.fixed & L::mask(length));
        }
        for bytes in &groups.classes {
            let Some(spot) = spots.get(usize::from(bytes.slot)).copied() else { return false };
            let length = spot.end().wrapping_sub(spot.start());
            let (Some(block), Some(wanted)) = (bytes_at(text, spot.start()), program.blocks.get(bytes.block))
            else {
                return false;
            };
            let is_long = length.wrapping_sub(bytes.min.into()) > bytes.span.into();
            is_wrong |= is_other(spot) | (spot.kind() != 0) & is_long;
            let table = program.blocks.table_of(wanted);
            found = found.and_outside(block, &wanted.required, table, wanted.classed & L::mask(length));
        }
        if (is_wrong || found.is_any())
            && !(self.each_holds::<L>(frame, &groups.words, base)
                && self.each_holds::<L>(frame, &groups.classes, base))
        {
            return false;
        }
        for time in &groups.times {
            let spot = self.spot(base, time.slot);
            let Some(block) = bytes_at(text, spot.start()) else { return false };
            let fits = spot.kind() == b'"'
                && self.hour.has::<L>(times::lengths(time.fractions), block, spot.end() - spot.start());
            if !fits && spot.kind() != 0 && !self.field_holds::<L>(frame, time.field, spot) {
                return false;
            }
        }
        for formed in &groups.forms {
            let spot = self.spot(base, formed.slot);
            let length = spot.end().wrapping_sub(spot.start());
            let (Some(block), Some(form)) =
                (bytes_at(text, spot.start()), program.forms.get(formed.form as usize))
            else {
                return false;
            };
            let fits = spot.kind() == b'"'
                && length.wrapping_sub(formed.min.into()) <= formed.span.into()
                && is_of_form::<L>(form, block, length);
            if !fits && spot.kind() != 0 && !self.field_holds::<L>(frame, formed.field, spot) {
                return false;
            }
        }
        for digit in &groups.digits {
            let spot = self.spot(base, digit.slot);
            let value = spot.kind().wrapping_sub(b'0');
            // No other value begins with a digit.
            let fits =
                value <= 9 && value.wrapping_sub(digit.least) <= digit.span && spot.end() - spot.start() == 1;
            if !fits && spot.kind() != 0 && !self.field_holds::<L>(frame, digit.field, spot) {
                return false;
            }
        }
        for quick in &groups.objects {
            let spot = self.spot(base, quick.slot);
            if spot.kind() != 0 && spot.kind() != b'{' && !self.field_holds::<L>(frame, quick.field, spot) {
                return false;
            }
        }
        for quick in &groups.arrays {
            let spot = self.spot(base, quick.slot);
            let fits = spot.kind() == b'['
                && self
                    .strings::<L>(frame, *quick, spot.start(), spot.quote())
                    .is_some_and(|(end, _)| end == spot.end());
            if !fits && spot.kind() != 0 && !self.field_holds::<L>(frame, quick.field, spot) {
                return false;
            }
        }
        for quick in &groups.others {
            let spot = self.spot(base, quick.slot);
            if spot.kind() != 0 && !self.proves::<L>(frame, *quick, spot) {
                return false;
            }
        }
        true
    }

    /// Whether each of these strings is what its quick check or its field says.
    #[inline(always)]
    fn each_holds<L: Level>(&mut self, frame: &Frame, group: &[Bytes], base: Base) -> bool {
        for bytes in group {
            let spot = self.spot(base, bytes.slot);
            let Some(quick) = frame.quick.get(usize::from(bytes.field)) else { return false };
            if spot.kind() != 0 && !self.proves::<L>(frame, *quick, spot) {
                return false;
            }
        }
        true
    }

    /// Whether a value is what a field says, without a quick check.
    #[inline(always)]
    fn field_holds<L: Level>(&mut self, frame: &Frame, field: u16, spot: Spot) -> bool {
        match frame.fields.get(usize::from(field)) {
            Some(field) => L::proves_other(self, field, spot),
            None => false,
        }
    }
}
