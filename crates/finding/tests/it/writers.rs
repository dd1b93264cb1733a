//! Writers that fail, and input without end: renderers pass errors on, and hold little.

use std::io::{self, Write};
use std::sync::Arc;

use tidings_finding::render::{Format, renderer};

use crate::{cases, options, render, render_to};

/// Takes so many bytes, then fails as a closed pipe does.
struct Closing(usize);

impl Write for Closing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_anywhere_gives_its_error() {
    for format in Format::ALL {
        let whole = render(format, options(), &cases::findings(), &cases::summary()).len();
        for taken in (0..whole).step_by(61) {
            let mut out = Closing(taken);
            let error = render_to(&mut out, format, options(), &cases::findings(), &cases::summary())
                .expect_err("the writer fails");
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{format} after {taken} bytes");
        }
        let mut out = Closing(whole);
        render_to(&mut out, format, options(), &cases::findings(), &cases::summary()).unwrap();
    }
}

#[test]
fn findings_are_written_as_they_come() {
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Junit) {
        let finding = &cases::findings()[0];
        let mut out = Vec::new();
        let mut renderer = renderer(format, Box::new(&mut out), options());
        renderer.finding(finding).unwrap();
        drop(renderer);
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("does not match"), "{format}: {text}");
    }
}

#[test]
fn junit_counts_more_findings_than_it_holds_in_memory() {
    let mut finding = cases::findings()[0].clone();
    finding.event_id = None; // so that each line is an event of its own
    finding.message = "x".repeat(1_000);
    let mut out = Vec::new();
    let mut renderer = renderer(Format::Junit, Box::new(&mut out), options());
    let many = 12_000; // of some 2.5 kB each, so both spools go to a file
    for line in 1..=many {
        finding.line = Some(line);
        if line == many {
            finding.source = Some(Arc::from("other.ndjson"));
        }
        renderer.finding(&finding).unwrap();
    }
    renderer.finish(&cases::summary()).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.matches("<failure ").count() as u64, many);
    assert!(text.contains("<testsuites name=\"tidings\" tests=\"12002\" failures=\"12000\""));
    assert!(text.contains("tests=\"11999\" failures=\"11999\""));
    assert!(text.ends_with("</testsuites>\n"));
}

#[test]
fn an_event_with_very_many_findings_goes_on_in_a_next_junit_case() {
    let mut finding = cases::findings()[0].clone();
    finding.message = "x".repeat(10_000);
    let findings = vec![finding; 20];
    let text = render(Format::Junit, options(), &findings, &cases::summary());
    let names: Vec<_> = text.lines().filter(|line| line.contains("<testcase name=\"line 3:")).collect();
    assert_eq!(names.len(), 3);
    assert!(!names[0].contains("(part ") && names[2].contains("(part 3)"), "{names:?}");
    assert_eq!(text.matches("error[schema/pattern]").count(), 20);
}
