//! Edits that mend what is mechanical: pieces of a file are replaced, all other bytes stay.

use std::ops::Range;

/// What mends one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fix {
    /// The file's path in the catalog.
    pub(crate) path: String,
    /// What to do to it.
    pub(crate) change: Change,
}

/// What to do to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Replace pieces of it, none of which overlaps another.
    Edits(Vec<Edit>),
    /// Write it anew; nobody keeps anything in it by hand.
    Anew(Vec<u8>),
}

/// One piece of a file, and what comes in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

impl Fix {
    pub(crate) fn edits(path: &str, edits: Vec<Edit>) -> Self {
        Self { path: path.to_owned(), change: Change::Edits(edits) }
    }
}

/// The text with the edits of as many changes as don't get in each other's way, in their order, and how many changes
/// those were.
pub(crate) fn apply<'f>(text: &[u8], changes: impl Iterator<Item = &'f Change>) -> (Vec<u8>, u64) {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut count = 0;
    for change in changes {
        match change {
            Change::Anew(content) if taken.is_empty() => return (content.clone(), 1),
            Change::Anew(_) => {}
            Change::Edits(edits) => {
                let free = |edit: &Edit| {
                    edit.range.end <= text.len() && taken.iter().all(|other| apart(&edit.range, &other.range))
                };
                if edits.iter().all(free) {
                    taken.extend(edits);
                    count += 1;
                }
            }
        }
    }
    taken.sort_by_key(|edit| edit.range.start);
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    for edit in taken {
        out.extend_from_slice(&text[at..edit.range.start]);
        out.extend_from_slice(edit.text.as_bytes());
        at = edit.range.end;
    }
    out.extend_from_slice(&text[at..]);
    (out, count)
}

/// Whether two ranges neither overlap nor touch: what touches may share a comma.
fn apart(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.end < b.start || b.end < a.start
}

/// The edit that takes the member or element that spans `item` out of a JSON object or array, with the comma that goes
/// with it and the white space before it.
pub(crate) fn removal(text: &[u8], item: Range<usize>) -> Edit {
    let blank = |byte: u8| byte.is_ascii_whitespace();
    let before = text[..item.start].iter().rposition(|byte| !blank(*byte)).map_or(0, |at| at + 1);
    let after = text[item.end..].iter().position(|byte| !blank(*byte)).map_or(text.len(), |at| item.end + at);
    let range = if text.get(after) == Some(&b',') {
        // Up to the next item, whose white space stands where this one's was.
        let next = after + 1;
        let next = text[next..].iter().position(|byte| !blank(*byte)).map_or(text.len(), |at| next + at);
        item.start..next
    } else if before > 0 && text[before - 1] == b',' {
        before - 1..item.end
    } else {
        // It is alone.
        before..after
    };
    Edit { range, text: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed(text: &str, item: &str) -> String {
        let start = text.find(item).expect(item);
        let edit = removal(text.as_bytes(), start..start + item.len());
        let change = Change::Edits(vec![edit]);
        String::from_utf8(apply(text.as_bytes(), std::iter::once(&change)).0).expect("UTF-8")
    }

    #[test]
    fn a_removed_member_takes_its_comma_along() {
        assert_eq!(removed("{\n  \"a\": 1,\n  \"b\": 2\n}", "\"a\": 1"), "{\n  \"b\": 2\n}");
        assert_eq!(removed("{\n  \"a\": 1,\n  \"b\": 2\n}", "\"b\": 2"), "{\n  \"a\": 1\n}");
        assert_eq!(removed("{ \"a\": 1 }", "\"a\": 1"), "{}");
        assert_eq!(removed("[1,2,3]", "2"), "[1,3]");
    }

    #[test]
    fn changes_that_overlap_wait_for_the_next_time() {
        let edit = |range, text: &str| Change::Edits(vec![Edit { range, text: text.to_owned() }]);
        let changes = [edit(1..3, "x"), edit(2..4, "y"), edit(5..6, "")];
        assert_eq!(apply(b"abcdef", changes.iter()), (b"axde".to_vec(), 2));
        assert_eq!(apply(b"abc", [edit(2..9, "")].iter()), (b"abc".to_vec(), 0));
    }
}
