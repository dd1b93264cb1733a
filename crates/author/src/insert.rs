//! Puts a member or an element into a JSON text; every other byte stays as it is. What is put in is laid out as its
//! neighbours are: on lines of its own, indented like them, or in the same line.

use serde_json::Value as Json;
use tidings_json::{Kind, Pointer, Value};

/// Where a member goes.
#[derive(Clone, Copy)]
pub(crate) enum Where<'n> {
    /// Behind the member of this name, or at the end if there is none.
    Behind(&'n str),
    /// By the order of the names if the members are in that order, else at the end.
    Sorted,
}

/// The text with a member in the object at `pointer`. `None` if there is no such object.
pub(crate) fn member(
    text: &str,
    pointer: &Pointer,
    place: Where<'_>,
    name: &str,
    value: &Json,
) -> Option<String> {
    let root = tidings_json::parse(text.as_bytes(), 128).ok()?.value;
    let object = root.at(pointer)?;
    let Kind::Object(members) = &object.kind else { return None };
    let names: Vec<&str> = members.iter().map(|member| member.name.as_ref()).collect();
    let at = match place {
        Where::Behind(neighbour) => names.iter().position(|name| *name == neighbour).map(|at| at + 1),
        Where::Sorted if names.is_sorted() => Some(names.partition_point(|known| *known < name)),
        Where::Sorted => None,
    };
    let spans: Vec<(usize, usize)> =
        members.iter().map(|member| (member.name_span.start, member.value.span.end)).collect();
    Some(put(text, object, &spans, at.unwrap_or(spans.len()), Some(name), value))
}

/// The text with an element in the array at `pointer`, behind the one at `index`. `None` if there is no such array.
pub(crate) fn element(text: &str, pointer: &Pointer, index: usize, value: &Json) -> Option<String> {
    let root = tidings_json::parse(text.as_bytes(), 128).ok()?.value;
    let array = root.at(pointer)?;
    let spans: Vec<(usize, usize)> =
        array.as_array()?.iter().map(|item| (item.span.start, item.span.end)).collect();
    let at = (index + 1).min(spans.len());
    Some(put(text, array, &spans, at, None, value))
}

/// Puts a value, perhaps with its name, before the `at`th of the spans in a container.
fn put(
    text: &str,
    container: &Value<'_>,
    spans: &[(usize, usize)],
    at: usize,
    name: Option<&str>,
    value: &Json,
) -> String {
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let outer = indent(text, container.span.end - 1);
    // Where the neighbours stand in one line, so does this.
    let own_line = match spans.first() {
        Some((start, _)) => stands_first(text, *start),
        None => true,
    };
    let inner = match spans.first() {
        Some((start, _)) if own_line => indent(text, *start).to_owned(),
        _ => format!("{outer}  "),
    };
    let unit = inner.strip_prefix(outer).filter(|unit| !unit.is_empty()).unwrap_or("  ");
    let separator = if own_line { format!("{line_end}{inner}") } else { " ".to_owned() };
    let mut new = String::new();
    if let Some(name) = name {
        new = format!("{}: ", Json::from(name));
    }
    if own_line {
        new.push_str(&laid_out(value, unit, &format!("{line_end}{inner}")));
    } else {
        new.push_str(&value.to_string());
    }
    let (place, new) = match (at.checked_sub(1), spans.first()) {
        (Some(before), _) => (spans[before].1, format!(",{separator}{new}")),
        (None, Some((start, _))) => (*start, format!("{new},{separator}")),
        (None, None) => {
            let inside = container.span.start + 1..container.span.end - 1;
            let new = format!("{line_end}{inner}{new}{line_end}{outer}");
            return format!("{}{new}{}", &text[..inside.start], &text[inside.end..]);
        }
    };
    format!("{}{new}{}", &text[..place], &text[place..])
}

/// The value on several lines, each but the first begun with `begin` and as many `unit`s as it is deep.
fn laid_out(value: &Json, unit: &str, begin: &str) -> String {
    let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut out = String::new();
    for (at, line) in pretty.lines().enumerate() {
        let content = line.trim_start_matches(' ');
        if at > 0 {
            out.push_str(begin);
        }
        out.push_str(&unit.repeat((line.len() - content.len()) / 2));
        out.push_str(content);
    }
    out
}

/// The white space that begins the line of a place.
fn indent(text: &str, place: usize) -> &str {
    let line = &text[text[..place].rfind('\n').map_or(0, |at| at + 1)..place];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

fn stands_first(text: &str, place: usize) -> bool {
    text[..place].trim_end_matches([' ', '\t']).ends_with('\n')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(pointer: &str) -> Pointer {
        pointer.parse().unwrap()
    }

    #[test]
    fn a_member_goes_where_it_is_wanted_and_looks_like_its_neighbours() {
        let text = "{\r\n\t\"a\": {\r\n\t\t\"b\": 1.0\r\n\t}\r\n}";
        assert_eq!(
            member(text, &at("/a"), Where::Behind("b"), "c", &json!({"d": [1]})).unwrap(),
            "{\r\n\t\"a\": {\r\n\t\t\"b\": 1.0,\r\n\t\t\"c\": {\r\n\t\t\t\"d\": [\r\n\t\t\t\t1\r\n\t\t\t]\r\n\t\t}\r\n\t}\r\n}"
        );
        assert_eq!(
            member("{\"a\":1, \"c\" : 2}", &at(""), Where::Sorted, "b\n", &json!([3])).unwrap(),
            "{\"a\":1, \"b\\n\": [3], \"c\" : 2}"
        );
        assert_eq!(member("{ }\n", &at(""), Where::Sorted, "b", &json!(3)).unwrap(), "{\n  \"b\": 3\n}\n");
        let sorted = member("{\n  \"b\": 1\n}", &at(""), Where::Sorted, "a", &json!({"x": 1})).unwrap();
        assert_eq!(sorted, "{\n  \"a\": {\n    \"x\": 1\n  },\n  \"b\": 1\n}");
        let unsorted =
            member("{\n  \"b\": 1,\n  \"a\": 2\n}", &at(""), Where::Sorted, "aa", &json!(3)).unwrap();
        assert_eq!(unsorted, "{\n  \"b\": 1,\n  \"a\": 2,\n  \"aa\": 3\n}");
        assert!(member("[]", &at(""), Where::Sorted, "a", &json!(1)).is_none());
        assert!(member("{}", &at("/x"), Where::Sorted, "a", &json!(1)).is_none());
    }

    #[test]
    fn an_element_goes_behind_another() {
        let text = "{\n  \"a\": [\n    {\n      \"b\": 1\n    },\n    2\n  ]\n}";
        let wanted =
            "{\n  \"a\": [\n    {\n      \"b\": 1\n    },\n    {\n      \"c\": []\n    },\n    2\n  ]\n}";
        assert_eq!(element(text, &at("/a"), 0, &json!({"c": []})).unwrap(), wanted);
        assert_eq!(element("[1,2]", &at(""), 7, &json!(3)).unwrap(), "[1,2, 3]");
        assert_eq!(element("[]", &at(""), 0, &json!(3)).unwrap(), "[\n  3\n]");
        assert!(element("{}", &at(""), 0, &json!(3)).is_none());
    }
}
