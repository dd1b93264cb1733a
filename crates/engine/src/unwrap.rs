//! Takes the event out of a wrapper (`--event-at`): a CloudEvents `data`, a queue's `Body`.

use tidings_json::{Pointer, Span, Value};

use crate::Limits;
use crate::authority::{Origin, Places};
use crate::frames::{Frame, FrameProblem};
use crate::rules::envelope as rule;
use crate::rules::json as json_rule;

/// The frame of the event at `pointer` in the wrapper that a frame holds, handed to `then`. Where the wrapper has no event
/// there, that is handed over as the frame's problem; where it isn't JSON, the wrapper itself is, for the authority to
/// tell what is wrong with it.
pub(crate) fn with_event<T>(
    frame: &Frame<'_>,
    pointer: &Pointer,
    limits: Limits,
    then: impl FnOnce(&Frame<'_>) -> T,
) -> T {
    let Ok(wrapper) = tidings_json::parse(frame.bytes, limits.max_depth) else { return then(frame) };
    if let Some((place, span)) = led_twice(&wrapper.value, pointer) {
        let problem = FrameProblem {
            rule: &json_rule::DUPLICATE_KEY,
            span,
            message: format!("the wrapper has more than one value at `{place}`"),
            help: Some("keep one: parsers differ in which of them they take".to_owned()),
            is_event: true,
        };
        return then(&Frame { problem: Some(problem), ..frame.clone() });
    }
    let Some(event) = wrapper.value.at(pointer) else {
        let problem = FrameProblem {
            rule: &rule::NO_EVENT,
            span: Span { start: 0, end: 1 },
            message: format!("the wrapper has nothing at `{pointer}`"),
            help: Some("check `--event-at` against one wrapper".to_owned()),
            is_event: true,
        };
        return then(&Frame { problem: Some(problem), ..frame.clone() });
    };
    let origin = Origin { line: frame.line, column: frame.column, exact: true };
    let (line, column) = Places::new(frame.bytes, origin).of(event.span.start);
    match event.as_str() {
        Some(text) => then(&Frame { bytes: text.as_bytes(), line, column, exact: false, ..frame.clone() }),
        None => then(&Frame { bytes: &frame.bytes[event.span.range()], line, column, ..frame.clone() }),
    }
}

/// Where a pointer may lead to more than one value, since an object has two members of a name on the way: that place, and
/// where the second name stands. What is wrong inside of the event the authority will find, and what is wrong elsewhere is not
/// the catalog's business.
fn led_twice(wrapper: &Value<'_>, pointer: &Pointer) -> Option<(String, Span)> {
    let (mut value, mut place) = (wrapper, String::new());
    for token in pointer.tokens() {
        place.push('/');
        place.push_str(&tidings_json::escape_token(token));
        let mut named = value.as_object().unwrap_or_default().iter().filter(|member| member.name == *token);
        if let Some(second) = named.nth(1) {
            return Some((place, second.name_span));
        }
        value = value.child(token)?;
    }
    None
}
