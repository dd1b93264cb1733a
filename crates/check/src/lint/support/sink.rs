//! Collects what rules find, and gives each finding its line, column, pointer and excerpt.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use tidings_catalog::{MANIFEST, Tree};
use tidings_finding::{Excerpt, Finding, Rule};
use tidings_json::{Kind, LineIndex, escape_token};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Fix, Target};
use crate::breaking::CONSUMERS;

/// How many characters of a line are shown before and after the mark.
const AROUND: usize = 80;

/// How deep a JSON file may be nested.
const MAX_DEPTH: usize = 128;

/// How many characters a mark may have.
const MARKED: usize = 60;

/// A finding with what mends it, if that is mechanical.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) finding: Finding,
    pub(crate) fix: Option<Fix>,
}

impl Found {
    /// Adds the next step.
    pub(crate) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.finding.help = Some(help.into());
        self
    }

    /// Adds what mends it.
    pub(crate) fn fix(&mut self, fix: Option<Fix>) -> &mut Self {
        self.fix = fix;
        self
    }

    /// Shows this part of a source line in place of the file's own: an engine's, which is masked.
    pub(crate) fn excerpt(&mut self, excerpt: Option<Excerpt>) -> &mut Self {
        self.finding.excerpt = excerpt;
        self
    }
}

/// What is found.
pub(crate) struct Sink<'t> {
    tree: &'t dyn Tree,
    /// The rule that is at work.
    rule: &'static Rule,
    texts: BTreeMap<String, Option<Text>>,
    /// Where rules have found something that is told of once.
    seen: HashSet<(&'static str, String, Option<Range<usize>>)>,
    pub(crate) found: Vec<Found>,
}

struct Text {
    bytes: Vec<u8>,
    lines: LineIndex,
}

impl<'t> Sink<'t> {
    pub(crate) fn new(tree: &'t dyn Tree, rule: &'static Rule) -> Self {
        Self { tree, rule, texts: BTreeMap::new(), seen: HashSet::new(), found: Vec::new() }
    }

    /// From here on, another rule is at work.
    pub(crate) fn now(&mut self, rule: &'static Rule) {
        self.rule = rule;
    }

    /// A finding of the rule that is at work, unless it has one at that very place already: what several event types
    /// share is told of once.
    pub(crate) fn report_once(&mut self, target: Target, message: impl Into<String>) -> Option<&mut Found> {
        let place = (self.rule.id, target.path.clone(), target.span.clone());
        self.seen.insert(place).then(|| self.report(target, message))
    }

    /// A finding of the rule that is at work.
    pub(crate) fn report(&mut self, target: Target, message: impl Into<String>) -> &mut Found {
        let rule = self.rule;
        let text = self.text(&target.path);
        let Target { path, span, mut place, mut pointer, event, shown } = target;
        let mut excerpt = None;
        if let Some(text) = text {
            let known = place.filter(|_| shown);
            if let Some(span) = span.or_else(|| known.and_then(|place| span_at(&text.bytes, place))) {
                place = Some(text.lines.place(&text.bytes, span.start));
                // What must not be shown may stand beside the place.
                let may_be_shown =
                    |excerpt: &Excerpt| shown && tidings_engine::suspicion(&excerpt.text).is_none();
                excerpt = excerpt_of(&text.bytes, span.clone()).filter(may_be_shown);
                pointer = pointer.or_else(|| pointer_at(&path, &text.bytes, span.start));
            }
        }
        let at = self.found.len();
        self.found.push(Found {
            finding: Finding {
                rule,
                source: Some(Arc::from(path)),
                // A file as a whole is told of at its beginning, so that every finding has a place to go to.
                line: Some(place.map_or(1, |(line, _)| line)),
                column: Some(place.map_or(1, |(_, column)| column)),
                event_name: event.map(Arc::from),
                event_id: None,
                pointer,
                message: message.into(),
                help: None,
                excerpt,
                witness: None,
                cause: None,
            },
            fix: None,
        });
        &mut self.found[at]
    }

    fn text(&mut self, path: &str) -> Option<&Text> {
        let tree = self.tree;
        let read = || {
            let bytes = tree.read(path).ok()?;
            let lines = LineIndex::new(&bytes);
            Some(Text { bytes, lines })
        };
        self.texts.entry(path.to_owned()).or_insert_with(read).as_ref()
    }
}

/// The word at a line and column: a string in its quotes, or up to where a word ends.
fn span_at(text: &[u8], (line, column): (u64, u64)) -> Option<Range<usize>> {
    let text = std::str::from_utf8(text).ok()?;
    let (line, column) = (usize::try_from(line).ok()?, usize::try_from(column).ok()?);
    let line_start = match line.checked_sub(2) {
        None => 0,
        Some(breaks) => text.match_indices('\n').nth(breaks)?.0 + 1,
    };
    let rest = text[line_start..].lines().next().unwrap_or_default();
    let inside = rest.char_indices().nth(column.checked_sub(1)?).map_or(rest.len(), |(at, _)| at);
    let word = &rest[inside..];
    let length = match word.strip_prefix('"') {
        Some(string) => string.find('"').map_or(word.len(), |end| end + 2),
        None => word.find(|c: char| !c.is_alphanumeric() && !"_-.".contains(c)).unwrap_or(word.len()),
    };
    let start = line_start + inside;
    let length = length.max(usize::from(!word.is_empty()));
    Some(start..text.ceil_char_boundary(start + length))
}

/// The JSON Pointer to what stands at an offset in a file, if it is one that pointers lead into.
fn pointer_at(path: &str, text: &[u8], offset: usize) -> Option<String> {
    if path == MANIFEST || path == CONSUMERS {
        return toml_pointer(std::str::from_utf8(text).ok()?, offset);
    }
    let parsed = tidings_json::parse(text, MAX_DEPTH).ok()?;
    let (mut value, mut pointer) = (&parsed.value, String::new());
    loop {
        let next = match &value.kind {
            Kind::Object(members) => members
                .iter()
                .find(|member| (member.name_span.start..member.value.span.end).contains(&offset))
                .map(|member| (escape_token(&member.name), &member.value)),
            Kind::Array(items) => {
                let at = items.iter().position(|item| item.span.range().contains(&offset));
                at.map(|at| (at.to_string().into(), &items[at]))
            }
            _ => None,
        };
        let Some((token, inner)) = next else { return Some(pointer) };
        pointer.push('/');
        pointer.push_str(&token);
        value = inner;
    }
}

/// The line of a place with the place marked, cut.
fn excerpt_of(text: &[u8], span: Range<usize>) -> Option<Excerpt> {
    let text = std::str::from_utf8(text).ok()?;
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = text.ceil_char_boundary(span.end.clamp(start, line_end));
    let (before, marked, after) = (&text[line_start..start], &text[start..end], &text[end..line_end]);
    let skip = before.chars().count().saturating_sub(AROUND);
    let mut shown = if skip > 0 { "…".to_owned() } else { String::new() };
    shown.extend(before.chars().skip(skip));
    let mark_start = shown.len();
    shown.extend(marked.chars().take(MARKED));
    let mark = mark_start..shown.len();
    if marked.chars().count() <= MARKED {
        shown.extend(after.chars().take(AROUND));
        if after.chars().count() > AROUND {
            shown.push('…');
        }
    } else {
        shown.push('…');
    }
    // A byte for a byte: the mark stays where it is.
    let shown = shown.replace(|c: char| c.is_ascii_control(), " ");
    Some(Excerpt { text: shown, mark })
}

/// The JSON Pointer to what stands at an offset in a TOML text: a key, or a value without keys in it.
pub(crate) fn toml_pointer(text: &str, offset: usize) -> Option<String> {
    let root = DeTable::parse(text).ok()?;
    let mut found = None;
    let mut path = String::new();
    in_table(root.get_ref(), offset, &mut path, &mut found);
    found
}

fn in_table(table: &DeTable<'_>, offset: usize, path: &mut String, found: &mut Option<String>) {
    for (key, value) in table {
        let length = path.len();
        path.push('/');
        path.push_str(&tidings_json::escape_token(key.get_ref()));
        if key.span().contains(&offset) {
            *found = Some(path.clone());
        }
        in_value(value, offset, path, found);
        path.truncate(length);
    }
}

fn in_value(value: &Spanned<DeValue<'_>>, offset: usize, path: &mut String, found: &mut Option<String>) {
    // The span of a table that has a header is not that of what is in it.
    if !value.get_ref().is_table() && value.span().contains(&offset) {
        *found = Some(path.clone());
    }
    match value.get_ref() {
        DeValue::Table(table) => in_table(table, offset, path, found),
        DeValue::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let length = path.len();
                path.push('/');
                path.push_str(&at.to_string());
                in_value(item, offset, path, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_manifest_has_a_pointer() {
        let text = "[events.\"a/b\"]\nversion = 1\n[[sets]]\nx = [\n  { y = \"z\" },\n]\n";
        let at = |part: &str| toml_pointer(text, text.find(part).expect(part) + 1);
        assert_eq!(at("\"a/b\"").as_deref(), Some("/events/a~1b"));
        assert_eq!(at("version").as_deref(), Some("/events/a~1b/version"));
        assert_eq!(at("\"z\"").as_deref(), Some("/sets/0/x/0/y"));
        assert_eq!(toml_pointer("[broken", 2), None);
    }

    #[test]
    fn an_excerpt_is_one_line_with_the_place_marked() {
        let text = "first\n\tsécond one\nthird";
        let at = text.find("one").expect("one");
        let excerpt = excerpt_of(text.as_bytes(), at..text.len()).expect("UTF-8");
        assert_eq!(excerpt.text, " sécond one");
        assert_eq!(&excerpt.text[excerpt.mark.clone()], "one");
        let long = "x".repeat(500);
        let excerpt = excerpt_of(long.as_bytes(), 250..251).expect("UTF-8");
        assert_eq!(excerpt.text.chars().count(), 163);
        assert_eq!(&excerpt.text[excerpt.mark], "x");
    }
}
