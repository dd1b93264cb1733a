//! Takes the event out of a wrapper (`--event-at`): a CloudEvents `data`, a queue's `Body`.

use tidings_json::{Pointer, Problem, ProblemKind, Span};

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
    let way = pointer.to_string();
    // What is wrong inside of the event the authority will find, and what is wrong elsewhere is not the catalog's business.
    let leads_twice = |problem: &&Problem| {
        problem.kind == ProblemKind::DuplicateKey
            && way
                .strip_prefix(problem.pointer.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if let Some(twice) = wrapper.problems.iter().find(leads_twice) {
        let problem = FrameProblem {
            rule: &json_rule::DUPLICATE_KEY,
            span: twice.span,
            message: format!("the wrapper has more than one value at `{}`", twice.pointer),
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
