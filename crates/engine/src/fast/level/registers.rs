//! What the levels with registers of many bytes have in common: how a text is indexed with them, and how functions are compiled
//! for them.
#![allow(
    unsafe_code,
    reason = "a list that is written many places at a time, and calls of what a processor may lack"
)]

use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};

use super::Level;
use crate::fast::index::Marks;
use crate::fast::lines::PIECE;

/// The highest halves of ASCII bytes as bits, to meet the entries of a [`Row`](crate::compile::Row).
pub(super) const HALVES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];

/// Asks for the part of the text that is a piece behind a block, so that it is near when its turn comes.
#[inline(always)]
fn fetch_next(block: &[u8; 64]) {
    // SAFETY: nothing is read, so the place may be none of ours; these levels' processors have the instruction.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(block.as_ptr().wrapping_add(PIECE).cast()) }
}

/// A level with registers of many bytes.
pub(super) trait Registers: Level {
    /// Where a block has backslashes, quotes and line feeds, in this order.
    fn signs(block: &[u8; 64]) -> [u64; 3];

    /// Writes the places of these bits, each with a base added, and tells how many there are.
    ///
    /// # Safety
    /// There is room for 64 places at the target, and the processor has the level.
    unsafe fn put(target: *mut u32, bits: u64, base: u32) -> usize;
}

/// [`Level::index`] for these levels.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "texts are shorter than 4 GiB, which the caller saw to")]
pub(super) fn index<R: Registers>(text: &[u8], start: usize, end: usize, lines: bool, marks: &mut Marks) {
    marks.begin(start, lines);
    // Room for as many as there are bytes, and for the places behind the last that are written too.
    let room = end - start + 64;
    marks.places.reserve(room);
    marks.ends.reserve(room);
    let mut count = marks.places.len();
    let mut ends = 0;
    let mut carry = 0;
    let mut at = start;
    while at < end {
        let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<64>()) else { break };
        fetch_next(block);
        let [backslashes, mut bits, mut line_feeds] = R::signs(block);
        if carry != 0 || backslashes != 0 {
            bits &= !escaped(backslashes, &mut carry);
        }
        if end - at < 64 {
            let valid = (1 << (end - at)) - 1;
            bits &= valid;
            line_feeds &= valid;
        }
        if lines {
            bits |= line_feeds;
            // Few blocks have more than one line feed, and which have none can't be guessed: the first is written anyway.
            loop {
                let before = bits & line_feeds.wrapping_sub(1) & !line_feeds;
                // SAFETY: there is room for one more than there are bytes, and there are no more line feeds than bytes.
                unsafe { *marks.ends.as_mut_ptr().add(ends) = count as u32 + before.count_ones() };
                ends += usize::from(line_feeds != 0);
                line_feeds &= line_feeds.wrapping_sub(1);
                if line_feeds == 0 {
                    break;
                }
            }
        }
        // SAFETY: there is room, since there are no more marks than bytes. The level is chosen only where it is there.
        count += unsafe { R::put(marks.places.as_mut_ptr().add(count), bits, at as u32) };
        at += 64;
    }
    // SAFETY: so many were written.
    unsafe {
        marks.places.set_len(count);
        marks.ends.set_len(ends);
    }
}

/// Which characters of a block stand behind a backslash that counts. `carry` is whether one stands at the end of the
/// block before, and becomes that of this one.
#[inline(always)]
fn escaped(backslashes: u64, carry: &mut u64) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    if backslashes == 0 {
        return std::mem::take(carry);
    }
    let starting = backslashes & !*carry;
    let behind = starting << 1 | *carry;
    let odd_starts = starting & !EVEN & !behind;
    let (even_runs, overflow) = odd_starts.overflowing_add(starting);
    *carry = u64::from(overflow);
    (EVEN ^ (even_runs << 1)) & behind
}

/// The methods of [`Level`] that are compiled for a level, each as a function that has its instructions. That is what its
/// operations are inlined into.
macro_rules! compiled_for {
    ($level:ty, $features:tt) => {
        compiled_for! { $features:
            fn prove_text(fast: &Fast, scratch: &mut Scratch, length: usize) -> Option<usize> {
                lines::prove_text::<$level>(fast, scratch, length)
            }
            fn prove_lines(
                fast: &Fast,
                scratch: &mut Scratch,
                lines: &Lines<'_>,
                unproven: &mut dyn FnMut(Line)
            ) -> u64 {
                lines::prove::<$level>(fast, scratch, lines, unproven)
            }
            fn event(proof: &mut Proof<'_, '_>, range: Range<usize>) -> Option<usize> {
                proof.event::<$level>(range)
            }
            fn fill(
                cursor: &mut Cursor<'_>,
                tree: &Tree,
                place: (u16, Option<u16>),
                depth: Depth,
                spots: &mut [Spot],
                seen: &mut [u128]
            ) -> Option<()> {
                cursor.fill::<$level>(tree, place, depth, spots, seen)
            }
            fn proves_other(proof: &mut Proof<'_, '_>, field: &Field, spot: Spot) -> bool {
                proof.proves_other::<$level>(field, spot)
            }
            fn answers(proof: &mut Proof<'_, '_>, frame: &Frame, base: Base) -> bool {
                proof.answers::<$level>(frame, base)
            }
            fn rare(
                proof: &mut Proof<'_, '_>,
                frame: usize,
                step: &Step,
                at: usize,
                mark: usize,
                end: usize
            ) -> Option<(usize, usize)> {
                steps::rare::<$level>(proof, frame, step, at, mark, end)
            }
            fn stands(step: &Step, tables: &Few<Table, MAX_TABLES>, window: &[u8; 2 * BLOCK]) -> bool {
                steps::stands::<$level>(step, tables, window)
            }
            fn is_of_form(form: &Form, block: &[u8; 64], length: usize) -> bool {
                text::is_of_form::<$level>(form, block, length)
            }
            fn is_plain(text: &[u8], start: usize, end: usize, lengths: (u32, u32), scan: Scan) -> bool {
                text::is_plain::<$level>(text, start, end, lengths, scan)
            }
        }
    };
    ($features:tt: $(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty { $body:expr })*) => {
        $(
            #[inline(always)]
            fn $name($($argument: $type),*) -> $answer {
                #[target_feature(enable = $features)]
                #[inline(never)]
                fn compiled($($argument: $type),*) -> $answer {
                    $body
                }
                // SAFETY: the level is chosen only where `is_there`.
                unsafe { compiled($($argument),*) }
            }
        )*
    };
}
