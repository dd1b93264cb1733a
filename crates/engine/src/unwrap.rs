//! Takes the event out of a wrapper (`--event-at`): a CloudEvents `data`, a queue's `Body`.

use tidings_finding::Finding;
use tidings_json::{Pointer, Span};

use crate::authority::{Authority, Origin, Places};
use crate::frames::{Frame, FrameProblem};
use crate::rules::envelope as rule;

/// Checks the event at `pointer` in the wrapper of a frame. A wrapper that is no JSON, or that has no event there, is a
/// finding of the wrapper.
pub(crate) fn check(
    authority: &Authority,
    pointer: &Pointer,
    frame: &Frame<'_>,
    findings: &mut Vec<Finding>,
) {
    let Ok(wrapper) = tidings_json::parse(frame.bytes, authority.limits().max_depth) else {
        // The authority tells what is wrong with the text, which is none that could hold an event.
        return authority.check(frame, findings);
    };
    let Some(event) = wrapper.value.at(pointer) else {
        let problem = FrameProblem {
            rule: &rule::NO_EVENT,
            span: Span { start: 0, end: 1 },
            message: format!("the wrapper has nothing at `{pointer}`"),
            help: Some("check `--event-at` against one wrapper".to_owned()),
            is_event: true,
        };
        return authority.check(&Frame { problem: Some(problem), ..frame.clone() }, findings);
    };
    let origin = Origin { line: frame.line, column: frame.column, exact: true };
    let (line, column) = Places::new(frame.bytes, origin).of(event.span.start);
    let inner = match event.as_str() {
        Some(text) => Frame { bytes: text.as_bytes(), line, column, exact: false, ..frame.clone() },
        None => Frame { bytes: &frame.bytes[event.span.range()], line, column, ..frame.clone() },
    };
    authority.check(&inner, findings);
}
