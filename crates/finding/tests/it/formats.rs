//! What each format looks like, as snapshots.

use tidings_finding::Summary;
use tidings_finding::render::{Format, Options};

use crate::{cases, options, render};

#[test]
fn every_format_shows_the_same_findings() {
    for format in Format::ALL {
        let shown = render(format, options(), &cases::findings(), &cases::summary());
        insta::assert_snapshot!(format.as_str(), shown);
    }
}

#[test]
fn every_format_has_something_to_say_without_findings() {
    let summary = Summary { events: 2, valid: 2, sources: 1, bytes: 900, seconds: 0.5, ..Summary::default() };
    for format in Format::ALL {
        let shown = render(format, options(), &[], &summary);
        insta::assert_snapshot!(format!("{format}-without-findings"), shown);
    }
}

#[test]
fn the_human_format_can_be_coloured() {
    let options = Options { color: true, ..options() };
    let shown = render(Format::Human, options, &cases::findings()[..2], &cases::summary());
    insta::assert_snapshot!(shown.replace('\u{1b}', "␛"));
}

#[test]
fn the_human_format_fits_a_narrow_terminal() {
    let options = Options { width: Some(60), ..options() };
    let findings: Vec<_> =
        cases::findings().into_iter().filter(|finding| finding.line > Some(12_000)).collect();
    insta::assert_snapshot!(render(Format::Human, options, &findings, &cases::summary()));
}
