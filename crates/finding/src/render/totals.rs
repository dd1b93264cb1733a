//! The summary as one line, for the formats that people read.
//!
//! In goes a [`Summary`], out comes text, painted or plain. It holds only numbers and fixed words, so nothing of the
//! input. It must never compute a total: the summary has them all.

use annotate_snippets::renderer::{
    DEFAULT_EMPHASIS_STYLE, DEFAULT_ERROR_STYLE, DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE,
};
use anstyle::Style;

use super::text::{counted, grouped};
use crate::{Compared, Summary};

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    /// Whether anything is coloured.
    pub(super) color: bool,
}

impl Paint {
    /// The text in a style, where there is colour.
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// What a run came to: `12,345 events in 3 files: 12,340 valid, 5 invalid (7 errors, 1 warning) in 0.04 s`.
///
/// Without events and sources (a catalog was checked, not events) only the findings are counted.
pub(super) fn summary_line(summary: &Summary, paint: Paint) -> String {
    let findings = findings(summary, paint);
    let outcome = if let Some(compared) = summary.compared {
        let findings = findings.map_or_else(String::new, |findings| format!(" ({findings})"));
        format!("{}{findings}", comparisons(compared, paint))
    } else if summary.events == 0 && summary.sources == 0 {
        findings.unwrap_or_else(|| paint.paint(DEFAULT_NOTE_STYLE, "no findings"))
    } else {
        let events = match summary.events {
            0 => "no events".to_owned(),
            number => counted(number, "event"),
        };
        let files = match summary.sources {
            0 | 1 => String::new(), // one source may be standard input, and is not worth a word
            number => format!(" in {}", counted(number, "file")),
        };
        let findings = findings.map_or_else(String::new, |findings| format!(" ({findings})"));
        let events = paint.paint(DEFAULT_EMPHASIS_STYLE, &events);
        format!("{events}{files}{}{findings}", verdicts(summary, paint))
    };
    let incomplete = if summary.incomplete {
        format!("; {}", paint.paint(DEFAULT_ERROR_STYLE, "some input could not be read"))
    } else {
        String::new()
    };
    let known = match summary.known {
        0 => String::new(),
        known => format!(", {} known from the baseline", counted(known, "finding")),
    };
    let waived = match summary.waived {
        0 => String::new(),
        waived => format!(", {} waived", grouped(waived)),
    };
    format!("{outcome}{known}{waived} in {:.2} s{incomplete}", summary.seconds)
}

/// What the limit kept back, where it kept anything back.
pub(super) fn not_shown_line(summary: &Summary) -> Option<String> {
    (summary.not_shown > 0).then(|| {
        format!("and {} not shown: `--max-findings 0` shows all", counted(summary.not_shown, "more finding"))
    })
}

/// `42 comparisons: 40 compatible, 1 breaking, 1 unproven`.
fn comparisons(compared: Compared, paint: Paint) -> String {
    let Compared { compatible, breaking, unproven } = compared;
    let all = counted(compatible + breaking + unproven, "comparison");
    let mut parts = Vec::new();
    for (count, word, style) in [
        (compatible, "compatible", DEFAULT_NOTE_STYLE),
        (breaking, "breaking", DEFAULT_ERROR_STYLE),
        (unproven, "unproven", DEFAULT_ERROR_STYLE),
    ] {
        if count > 0 {
            parts.push(paint.paint(style, &format!("{} {word}", grouped(count))));
        }
    }
    format!("{}: {}", paint.paint(DEFAULT_EMPHASIS_STYLE, &all), parts.join(", "))
}

/// `: 12,340 valid, 5 invalid`.
fn verdicts(summary: &Summary, paint: Paint) -> String {
    match (summary.events, summary.invalid) {
        (0, 0) => String::new(),
        (1, 0) => format!(": {}", paint.paint(DEFAULT_NOTE_STYLE, "valid")),
        (_, 0) => format!(": {}", paint.paint(DEFAULT_NOTE_STYLE, "all valid")),
        (_, invalid) => {
            let invalid = paint.paint(DEFAULT_ERROR_STYLE, &format!("{} invalid", grouped(invalid)));
            format!(": {} valid, {invalid}", grouped(summary.valid))
        }
    }
}

/// `7 errors, 1 warning`, where there are any.
fn findings(summary: &Summary, paint: Paint) -> Option<String> {
    let errors =
        (summary.errors > 0).then(|| paint.paint(DEFAULT_ERROR_STYLE, &counted(summary.errors, "error")));
    let warnings = (summary.warnings > 0)
        .then(|| paint.paint(DEFAULT_WARNING_STYLE, &counted(summary.warnings, "warning")));
    match (errors, warnings) {
        (Some(errors), Some(warnings)) => Some(format!("{errors}, {warnings}")),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(summary: &Summary) -> String {
        summary_line(summary, Paint { color: false })
    }

    #[test]
    fn a_run_with_findings_counts_everything() {
        let summary = Summary {
            events: 12_345,
            valid: 12_340,
            invalid: 5,
            sources: 3,
            errors: 7,
            warnings: 1,
            seconds: 0.042,
            ..Summary::default()
        };
        assert_eq!(
            line(&summary),
            "12,345 events in 3 files: 12,340 valid, 5 invalid (7 errors, 1 warning) in 0.04 s"
        );
    }

    #[test]
    fn a_clean_run_says_so_in_few_words() {
        let clean = Summary { events: 2, valid: 2, sources: 1, ..Summary::default() };
        assert_eq!(line(&clean), "2 events: all valid in 0.00 s");
        let one = Summary { events: 1, valid: 1, sources: 1, warnings: 2, ..Summary::default() };
        assert_eq!(line(&one), "1 event: valid (2 warnings) in 0.00 s");
        let empty = Summary { sources: 2, ..Summary::default() };
        assert_eq!(line(&empty), "no events in 2 files in 0.00 s");
    }

    #[test]
    fn a_checked_catalog_counts_only_findings() {
        assert_eq!(line(&Summary::default()), "no findings in 0.00 s");
        let findings = Summary { errors: 1, warnings: 2, ..Summary::default() };
        assert_eq!(line(&findings), "1 error, 2 warnings in 0.00 s");
        let waived = Summary { waived: 1, ..Summary::default() };
        assert_eq!(line(&waived), "no findings, 1 waived in 0.00 s");
    }

    #[test]
    fn an_incomplete_run_says_so_last() {
        let summary = Summary { events: 4, valid: 4, sources: 1, incomplete: true, ..Summary::default() };
        assert_eq!(line(&summary), "4 events: all valid in 0.00 s; some input could not be read");
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        assert_eq!(not_shown_line(&Summary::default()), None);
        let one = Summary { not_shown: 1, ..Summary::default() };
        let many = Summary { not_shown: 1_312, ..Summary::default() };
        assert_eq!(
            not_shown_line(&one).as_deref(),
            Some("and 1 more finding not shown: `--max-findings 0` shows all")
        );
        assert_eq!(
            not_shown_line(&many).as_deref(),
            Some("and 1,312 more findings not shown: `--max-findings 0` shows all")
        );
    }
}
