//! A look at free text that tells most texts from those that a detector has to see.
//!
//! It errs on the side of suspicion. What each detector needs at least is written beside its sign; a change of a detector
//! that lets it fire on less must change its sign too, and the tests hold the two together.

use super::level::Level;
use super::text::bytes_at;

/// What a look at a string found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    /// Bytes that are not ASCII.
    pub(super) has_high: bool,
    pub(super) has_at: bool,
    /// Some detector may fire.
    pub(super) is_suspicious: bool,
}

/// How far one block is from the next. Blocks overlap, so that a sign that lies across an end is seen whole.
const STRIDE: usize = 48;
const STRIDE_MASK: u64 = (1 << STRIDE) - 1;

/// Looks at a string; `None` if it has an escape or a control character. The text goes on behind it.
#[inline(always)]
pub(super) fn look<L: Level>(text: &[u8], range: std::ops::Range<usize>) -> Option<Look> {
    let mut look = Look::default();
    let mut digits = 0;
    let (mut at, end) = (range.start, range.end);
    while at < end {
        let block = bytes_at(text, at)?;
        let valid = L::mask((end - at).min(64));
        let kinds = L::kinds(block, end - at);
        if kinds.broken & valid != 0 {
            return None;
        }
        look.has_high |= kinds.high & valid != 0;
        look.has_at |= kinds.at & valid != 0;
        let (digit, letter, token) = (kinds.digit & valid, kinds.letter & valid, kinds.token & valid);
        // Telephone numbers have 8 digits or more, card numbers 13.
        digits += (digit & STRIDE_MASK).count_ones();
        // An IBAN begins with two letters and two digits.
        let iban = letter & (letter >> 1) & (digit >> 2) & (digit >> 3);
        // Tokens have 16 characters or more behind one another.
        let mut run = token & (token >> 1);
        run &= run >> 2;
        run &= run >> 4;
        run &= run >> 8;
        // `eyJ`, `xox`, and three hyphens.
        let sign = kinds.sign & valid;
        look.is_suspicious |= iban | run | sign != 0;
        at += STRIDE;
    }
    look.is_suspicious |= look.has_at || digits >= 8;
    Some(look)
}
