//! The index: where in a piece of text strings begin and end, and lines.

/// The marks of a piece of text, in order: the places of the quotes that begin and end strings, not those behind a
/// backslash, and of line feeds, if the text is of lines. It is kept and used again, so that it need not grow anew.
pub(super) type Marks = Vec<u32>;

/// How many of the marks, which are in order, stand before a place.
#[inline(always)]
pub(super) fn before(marks: &[u32], place: usize) -> usize {
    let mut count = 0;
    for few in marks.chunks(16) {
        let here = few.iter().filter(|mark| (**mark as usize) < place).count();
        count += here;
        if here < few.len() {
            break;
        }
    }
    count
}
