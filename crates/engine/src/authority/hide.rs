//! What of an event is never shown.

use std::borrow::Cow;
use std::collections::HashSet;

use tidings_catalog::Catalog;
use tidings_json::{Kind, Span, Value};

use crate::detect;

/// What stands in a pointer for a name that is not shown.
pub(super) const MASKED: &str = "•••";

/// How many characters of each token a finding's pointer shows.
const TOKEN: usize = 256;

/// Adds the places of names and values that look like personal data or secrets, whatever fields they are.
pub(super) fn suspects(value: &Value<'_>, hidden: &mut Vec<Span>) {
    match &value.kind {
        Kind::String(text) | Kind::Number(text) => {
            if detect::is_suspect(text) {
                hidden.push(value.span);
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| suspects(item, hidden)),
        Kind::Object(members) => {
            for member in members {
                if detect::is_suspect(&member.name) {
                    hidden.push(member.name_span);
                }
                suspects(&member.value, hidden);
            }
        }
        Kind::Null | Kind::Bool(_) => {}
    }
}

/// Whether a value, or something in it, looks like personal data or a secret.
pub(super) fn has_suspect(value: &Value<'_>) -> bool {
    match &value.kind {
        Kind::String(text) | Kind::Number(text) => detect::is_suspect(text),
        Kind::Array(items) => items.iter().any(has_suspect),
        Kind::Object(members) => {
            members.iter().any(|member| detect::is_suspect(&member.name) || has_suspect(&member.value))
        }
        Kind::Null | Kind::Bool(_) => false,
    }
}

/// The places of all scalars, except one.
pub(super) fn all_values(value: &Value<'_>, except: Option<Span>) -> Vec<Span> {
    let mut places = Vec::new();
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match &value.kind {
            Kind::Array(items) => pending.extend(items),
            Kind::Object(members) => pending.extend(members.iter().map(|member| &member.value)),
            _ if Some(value.span) == except => {}
            _ => places.push(value.span),
        }
    }
    places
}

/// Sorts places and joins those that overlap.
pub(super) fn normalise(places: &mut Vec<Span>) {
    places.sort_unstable_by_key(|span| span.start);
    places.dedup_by(|next, previous| {
        let overlaps = next.start < previous.end;
        if overlaps {
            previous.end = previous.end.max(next.end);
        }
        overlaps
    });
}

/// A way into an event, and how a finding may show it: names that look like personal data or secrets, and names inside of
/// what is hidden, are masked; long ones are cut.
#[derive(Debug)]
pub(super) struct Way<'e> {
    shown: String,
    /// The value that it leads to, if there is one.
    value: Option<&'e Value<'e>>,
}

impl<'e> Way<'e> {
    /// The way that has not begun.
    pub(super) fn new(event: Option<&'e Value<'e>>) -> Self {
        Self { shown: String::new(), value: event }
    }

    /// Goes on by one token of a pointer. `restricted` is sorted and does not overlap.
    pub(super) fn follow(&mut self, token: &str, restricted: &[Span]) {
        self.shown = self.shown(token, restricted);
        self.value = self.value.and_then(|value| value.child(&name_of(token)));
    }

    /// The pointer that leads one token further.
    pub(super) fn shown(&self, token: &str, restricted: &[Span]) -> String {
        let name = name_of(token);
        let is_name = self.value.is_none_or(|value| value.as_array().is_none());
        let is_hidden =
            self.value.is_some_and(|value| covers(restricted, value.span) || is_suspect_scalar(value));
        let mut shown = String::with_capacity(self.shown.len() + 1 + token.len().min(4 * TOKEN));
        shown.push_str(&self.shown);
        shown.push('/');
        if is_name && (is_hidden || detect::is_suspect(&name)) {
            shown.push_str(MASKED);
        } else if token.len() > TOKEN
            && let Some((end, _)) = token.char_indices().nth(TOKEN)
        {
            shown.push_str(&token[..end]);
            shown.push('…');
        } else {
            shown.push_str(token);
        }
        shown
    }
}

/// The name that a token of a pointer stands for.
pub(super) fn name_of(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

/// Whether a value that can hold nothing looks like personal data or a secret.
fn is_suspect_scalar(value: &Value<'_>) -> bool {
    matches!(value.kind, Kind::String(_) | Kind::Number(_)) && has_suspect(value)
}

/// Whether a part of a place is hidden.
pub(super) fn overlaps(hidden: &[Span], place: Span) -> bool {
    let after = hidden.partition_point(|span| span.end <= place.start);
    hidden.get(after).is_some_and(|span| span.start < place.end)
}

/// Whether a place is wholly inside of what is hidden.
fn covers(hidden: &[Span], place: Span) -> bool {
    let after = hidden.partition_point(|span| span.end < place.end);
    hidden.get(after).is_some_and(|span| span.start <= place.start)
}

/// For text that isn't JSON, where nobody can tell which value belongs to which field: everything but punctuation and
/// the words that the catalog itself uses.
pub(super) fn all_but_known_words(text: &[u8], known: &HashSet<String>) -> Vec<Span> {
    let mut hidden = Vec::new();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"_@.+-".contains(&byte);
    let mut at = 0;
    while at < text.len() {
        let start = at;
        while at < text.len() && is_word(text[at]) {
            at += 1;
        }
        if start == at {
            at += 1;
        } else if !std::str::from_utf8(&text[start..at]).is_ok_and(|word| known.contains(word)) {
            hidden.push(Span { start, end: at });
        }
    }
    hidden
}

/// The words that a catalog itself uses.
pub(super) fn known_words(catalog: &Catalog) -> HashSet<String> {
    let mut known: HashSet<&str> = HashSet::from(["true", "false", "null"]);
    known.extend(catalog.event_types.keys().map(String::as_str));
    known.extend(catalog.aggregates.keys().map(String::as_str));
    for document in catalog.schemas.documents() {
        names(&document.root, &mut known);
    }
    known.into_iter().map(str::to_owned).collect()
}

/// The names that `properties` give to members, anywhere in a schema.
fn names<'c>(schema: &'c Value<'static>, known: &mut HashSet<&'c str>) {
    match &schema.kind {
        Kind::Object(members) => {
            for member in members {
                if member.name == "properties" {
                    let named = member.value.as_object().unwrap_or_default();
                    known.extend(named.iter().map(|named| named.name.as_ref()));
                }
                names(&member.value, known);
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| names(item, known)),
        _ => {}
    }
}
