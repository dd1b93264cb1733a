//! What the levels with registers of many bytes have in common: how a text is indexed with them, what its characters are, and
//! how functions are compiled for them.
#![allow(
    unsafe_code,
    reason = "a list that is written many places at a time, and calls of what a processor may lack"
)]

use super::Level;
use crate::compile::Table;
use crate::fast::index::Marks;

/// Kinds of characters, as bits of [`KINDS`]. Of tokens these are the characters that are neither letters nor digits, and of
/// signs those that they may begin, go on and end with.
pub(super) const BROKEN: u8 = 1;
pub(super) const AT: u8 = 2;
pub(super) const DIGIT: u8 = 4;
pub(super) const LETTER: u8 = 8;
pub(super) const TOKEN: u8 = 16;
pub(super) const FIRST: u8 = 32;
pub(super) const SECOND: u8 = 64;
pub(super) const THIRD: u8 = 128;

/// The kinds of each ASCII character.
pub(super) static KINDS: Table = {
    let mut table = [0; 128];
    let mut at = 0;
    while at < 128 {
        #[expect(clippy::cast_possible_truncation, reason = "less than 128")]
        let byte = at as u8;
        table[at] = match byte {
            0..=0x1F | b'"' | b'\\' => BROKEN,
            b'@' => AT,
            b'-' => TOKEN | FIRST | SECOND | THIRD,
            b'.' | b'_' | b'~' | b'+' | b'/' => TOKEN,
            b'0'..=b'9' => DIGIT,
            b'e' => LETTER | FIRST,
            b'x' => LETTER | FIRST | THIRD,
            b'y' | b'o' => LETTER | SECOND,
            b'J' => LETTER | THIRD,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            _ => 0,
        };
        at += 1;
    }
    Table(table)
};

/// The two halves of a table.
#[inline(always)]
pub(super) fn halves(table: &Table) -> (&[u8; 64], &[u8; 64]) {
    match table.0.as_chunks::<64>().0 {
        [low, high] => (low, high),
        _ => (&[0; 64], &[0; 64]),
    }
}

/// Asks for the part of the text that is a piece behind a block, so that it is near when its turn comes. Elsewhere processors
/// are left to guess it.
#[inline(always)]
fn fetch_next(block: &[u8; 64]) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        let next = block.as_ptr().wrapping_add(crate::fast::lines::PIECE);
        // SAFETY: nothing is read, so the place may be none of ours; these levels' processors have the instruction.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(next.cast()) }
    }
    let _ = block;
}

/// A level with registers of many bytes.
pub(super) trait Registers: Level {
    /// Where a block has a byte.
    fn equal(block: &[u8; 64], byte: u8) -> u64;

    /// Writes the places of these bits, each with a base added, and tells how many there are.
    ///
    /// # Safety
    /// There is room for 64 places at the target, and the processor has the level.
    #[inline(always)]
    unsafe fn put(target: *mut u32, mut bits: u64, base: u32) -> usize {
        let count = bits.count_ones() as usize;
        let mut written = 0;
        while written < count {
            for step in 0..8 {
                // SAFETY: the caller's; what is written behind the last place lies within the same eight.
                unsafe { *target.add(written + step) = base.wrapping_add(bits.trailing_zeros()) };
                bits &= bits.wrapping_sub(1);
            }
            written += 8;
        }
        count
    }
}

/// Where a block has what may begin a secret: `eyJ`, `xox` or `---`.
#[inline(always)]
pub(super) fn sign<R: Registers>(block: &[u8; 64]) -> u64 {
    let hyphens = R::equal(block, b'-');
    let (x, o) = (R::equal(block, b'x'), R::equal(block, b'o'));
    (R::equal(block, b'e') & R::equal(block, b'y') >> 1 & R::equal(block, b'J') >> 2)
        | (x & o >> 1 & x >> 2)
        | (hyphens & hyphens >> 1 & hyphens >> 2)
}

/// Where the next marks of each kind are written, and what the block before leaves to the next.
struct Writing {
    places: *mut u32,
    ends: *mut u32,
    count: usize,
    end_count: usize,
    carry: u64,
}

/// [`Level::index`] for these levels.
#[inline(always)]
pub(super) fn index<R: Registers>(text: &[u8], start: usize, end: usize, lines: bool, marks: &mut Marks) {
    marks.begin(start, lines);
    let Some(inside) = text.get(start..end) else { return };
    // Room for as many as there are bytes, and for the places behind the last that are written too.
    let room = inside.len() + 64;
    marks.places.reserve(room);
    marks.ends.reserve(room);
    let mut writing = Writing {
        places: marks.places.as_mut_ptr(),
        ends: marks.ends.as_mut_ptr(),
        count: marks.places.len(),
        end_count: 0,
        carry: 0,
    };
    let (blocks, rest) = inside.as_chunks::<64>();
    let mut at = start;
    for block in blocks {
        fetch_next(block);
        // SAFETY: there is room for one more than there are bytes, and for a block behind.
        unsafe { note::<R>(block, u64::MAX, at, lines, &mut writing) };
        at += 64;
    }
    if !rest.is_empty()
        && let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<64>())
    {
        // SAFETY: the same.
        unsafe { note::<R>(block, (1 << rest.len()) - 1, at, lines, &mut writing) };
    }
    // SAFETY: so many were written.
    unsafe {
        marks.places.set_len(writing.count);
        marks.ends.set_len(writing.end_count);
    }
}

/// Notes the marks of those places of a block that are valid.
///
/// # Safety
/// There is room for as many as the block has, and for 64 more of each kind.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "texts are shorter than 4 GiB, which the caller saw to")]
unsafe fn note<R: Registers>(block: &[u8; 64], valid: u64, at: usize, lines: bool, writing: &mut Writing) {
    let [backslashes, quotes, line_feeds] =
        [R::equal(block, b'\\'), R::equal(block, b'"'), R::equal(block, b'\n')];
    let mut bits = quotes & valid;
    if writing.carry | backslashes != 0 {
        bits &= !escaped(backslashes, &mut writing.carry);
    }
    if lines {
        let mut line_feeds = line_feeds & valid;
        bits |= line_feeds;
        // Few blocks have more than one line feed, and which have none can't be guessed: the first is written anyway.
        loop {
            // Up to and with the line feed.
            let before = bits & (line_feeds ^ line_feeds.wrapping_sub(1));
            // SAFETY: the caller's.
            unsafe {
                *writing.ends.add(writing.end_count) =
                    (writing.count as u32).wrapping_add(before.count_ones()).wrapping_sub(1);
            }
            writing.end_count += usize::from(line_feeds != 0);
            line_feeds &= line_feeds.wrapping_sub(1);
            if line_feeds == 0 {
                break;
            }
        }
    }
    // SAFETY: the caller's. The level is chosen only where it is there.
    writing.count += unsafe { R::put(writing.places.add(writing.count), bits, at as u32) };
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
#[cfg(target_arch = "x86_64")]
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
                most: u64,
                unproven: &mut dyn FnMut(Line)
            ) -> Seen {
                lines::prove::<$level>(fast, scratch, lines, most, unproven)
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
