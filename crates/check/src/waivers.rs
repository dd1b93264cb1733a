//! Waivers: findings that a catalog's owner knows of and has decided to live with for a while.
//!
//! In goes `waivers.toml` of the catalog, out goes a judgement on each finding: waived or not. A waiver that expired waives
//! nothing and is an error by itself; one that nothing needs is a warning. They serve `lint` and `breaking` alike, which
//! say what day it is.

use std::sync::Arc;

pub use jiff::civil::Date;
use serde::Deserialize;
use tidings_catalog::Tree;
use tidings_finding::{Finding, Rule, Severity};
use tidings_json::LineIndex;
use toml::Spanned;

use crate::breaking::BREAKING;
use crate::lint::LINTS;

/// The name of the file in a catalog folder.
pub const WAIVERS: &str = "waivers.toml";

/// The rules about waivers, sorted by id.
pub static RULES: [&Rule; 3] = [&EXPIRED, &INVALID, &UNUSED];

static EXPIRED: Rule = Rule {
    id: "waiver/expired",
    severity: Severity::Error,
    summary: "a waiver's day is over",
    explanation: "A waiver says until when a finding is borne. After that day it waives nothing, and the finding is \
                  back beside this one. Mend what it was about and remove the waiver, or decide anew: give it another \
                  day and a reason that still holds.",
};

static INVALID: Rule = Rule {
    id: "waiver/invalid",
    severity: Severity::Error,
    summary: "a waiver can't be read",
    explanation: "`waivers.toml` is a list of `[[waiver]]` tables, each with `rule` (the id of a rule of lint or \
                  breaking), `place` (a file of the catalog, perhaps with `#` and a JSON Pointer into it, or the name \
                  of an event type), `reason` (for whoever reads it next) and `expires` (a day, such as 2027-01-31). \
                  All four must be there. A waiver that can't be read waives nothing.",
};

static UNUSED: Rule = Rule {
    id: "waiver/unused",
    severity: Severity::Warning,
    summary: "a waiver waives nothing",
    explanation: "No finding of its rule is at its place any more. Remove it: left standing, it would hide the next one \
                  there, which nobody has decided about.",
};

/// The waivers of a catalog.
#[derive(Clone, Debug, Default)]
pub struct Waivers {
    waivers: Vec<Waiver>,
    /// What is wrong with the file.
    invalid: Vec<Finding>,
}

#[derive(Clone, Debug)]
struct Waiver {
    rule: String,
    place: String,
    reason: String,
    expires: Date,
    /// Where it stands: its line and column.
    at: (u64, u64),
    number: usize,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    waiver: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: Spanned<String>,
    place: Spanned<String>,
    reason: Spanned<String>,
    expires: Spanned<toml::value::Datetime>,
}

impl Waivers {
    /// Reads the waivers of a catalog. What is wrong with them comes out as findings of the judgement.
    pub fn load(tree: &dyn Tree) -> Self {
        let mut waivers = Self::default();
        let text = match tree.read(WAIVERS) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return waivers,
            Err(error) => {
                waivers.invalid.push(finding(&INVALID, (1, 1), None, format!("it can't be read: {error}")));
                return waivers;
            }
        };
        let Ok(text) = String::from_utf8(text) else {
            waivers.invalid.push(finding(&INVALID, (1, 1), None, "it is not UTF-8".to_owned()));
            return waivers;
        };
        waivers.read(&text);
        waivers
    }

    fn read(&mut self, text: &str) {
        let lines = LineIndex::new(text.as_bytes());
        let place = |offset: usize| lines.place(text.as_bytes(), offset);
        let file: File = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                let at = error.span().map_or((1, 1), |span| place(span.start));
                let message = error.message().replace('\n', ", ");
                let mut invalid = finding(&INVALID, at, None, message);
                invalid.help = Some(FORM.to_owned());
                self.invalid.push(invalid);
                return;
            }
        };
        for (number, entry) in file.waiver.into_iter().enumerate() {
            let start = entry.span().start;
            let entry = entry.into_inner();
            let mut wrong = |offset: usize, key: &str, message: String| {
                let pointer = Some(format!("/waiver/{number}/{key}"));
                let mut invalid = finding(&INVALID, place(offset), pointer, message);
                invalid.help = Some(FORM.to_owned());
                self.invalid.push(invalid);
            };
            let mut good = true;
            if let Err(message) = known(entry.rule.get_ref()) {
                wrong(entry.rule.span().start, "rule", message);
                good = false;
            }
            for (key, value) in [("place", &entry.place), ("reason", &entry.reason)] {
                if value.get_ref().trim().is_empty() {
                    wrong(value.span().start, key, format!("the {key} is empty"));
                    good = false;
                }
            }
            let expires = day(entry.expires.get_ref());
            if expires.is_none() {
                wrong(
                    entry.expires.span().start,
                    "expires",
                    "`expires` must be a day, such as 2027-01-31".to_owned(),
                );
            }
            if let (true, Some(expires)) = (good, expires) {
                let (rule, place_text, reason) =
                    (entry.rule.into_inner(), entry.place.into_inner(), entry.reason.into_inner());
                self.waivers.push(Waiver {
                    rule,
                    place: place_text,
                    reason,
                    expires,
                    at: place(start),
                    number,
                });
            }
        }
    }

    /// Begins to judge findings. On the day that it names a waiver still holds.
    pub fn judge(&self, today: Date) -> Judgement<'_> {
        let holding = self.waivers.iter().map(|waiver| (waiver, waiver.expires >= today, false)).collect();
        Judgement { waivers: holding, invalid: &self.invalid, waived: 0 }
    }

    /// Takes out of the findings what is waived, and adds what is wrong with the waivers themselves. `ran` says whether
    /// a rule ran: a waiver of one that didn't isn't called unused. Gives how many were waived.
    pub fn apply(&self, findings: &mut Vec<Finding>, today: Date, ran: &dyn Fn(&str) -> bool) -> u64 {
        let mut judgement = self.judge(today);
        findings.retain(|finding| !judgement.waives(finding));
        let (waived, own) = judgement.finish(ran);
        findings.extend(own);
        waived
    }
}

/// What to write.
const FORM: &str = "a waiver is `[[waiver]]` and a line each of `rule = \"lint/…\"`, `place = \"schemas/….schema.json#/properties/…\"`, \
                    `reason = \"…\"` and `expires = 2027-01-31`";

/// Findings being judged, one by one.
#[derive(Debug)]
pub struct Judgement<'w> {
    /// Each with whether it holds today, and whether it was needed.
    waivers: Vec<(&'w Waiver, bool, bool)>,
    invalid: &'w [Finding],
    waived: u64,
}

impl Judgement<'_> {
    /// Whether a finding is waived. Its source must be a path inside the catalog.
    pub fn waives(&mut self, finding: &Finding) -> bool {
        let mut waived = false;
        for (waiver, holds, needed) in &mut self.waivers {
            if waiver.is_about(finding) {
                *needed = true;
                waived |= *holds;
            }
        }
        self.waived += u64::from(waived);
        waived
    }

    /// How many were waived, and what is wrong with the waivers. `ran` says whether a rule ran.
    pub fn finish(self, ran: &dyn Fn(&str) -> bool) -> (u64, Vec<Finding>) {
        let mut own = self.invalid.to_vec();
        for (waiver, holds, needed) in self.waivers {
            let Waiver { rule, place, reason, expires, at, number } = waiver;
            let pointer = Some(format!("/waiver/{number}"));
            if !holds {
                let message = format!("the waiver of `{rule}` at `{place}` expired on {expires}");
                let mut expired = finding(&EXPIRED, *at, pointer, message);
                expired.help = Some(if needed || !ran(rule) {
                    format!("mend what it was about, or decide anew; its reason was: {reason}")
                } else {
                    "nothing needs it any more: remove it".to_owned()
                });
                own.push(expired);
            } else if !needed && ran(rule) {
                let message = format!("nothing at `{place}` needs the waiver of `{rule}`");
                let mut unused = finding(&UNUSED, *at, pointer, message);
                unused.help = Some("remove it".to_owned());
                own.push(unused);
            }
        }
        (self.waived, own)
    }
}

impl Waiver {
    fn is_about(&self, finding: &Finding) -> bool {
        if finding.rule.id != self.rule {
            return false;
        }
        if finding.event_name.as_deref() == Some(self.place.as_str()) {
            return true;
        }
        let (path, pointer) = match self.place.split_once('#') {
            Some((path, pointer)) => (path, Some(pointer)),
            None => (self.place.as_str(), None),
        };
        let below = |at: &str, pointer: &str| {
            at.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        finding.source.as_deref() == Some(path)
            && pointer.is_none_or(|pointer| finding.pointer.as_deref().is_some_and(|at| below(at, pointer)))
    }
}

/// Whether there is such a rule that can be waived.
fn known(rule: &str) -> Result<(), String> {
    match rule.split_once('/') {
        // Nothing else can be trusted in a catalog that can't be read.
        Some(("lint", "invalid-catalog")) => Err(format!("`{rule}` can't be waived")),
        Some(("lint" | "breaking", _)) => {
            let lints = LINTS.iter().map(|lint| lint.rule.id);
            let ids: Vec<&str> = lints.chain(BREAKING.iter().map(|breaking| breaking.rule.id)).collect();
            if ids.contains(&rule) {
                return Ok(());
            }
            let near = tidings_engine::nearest(rule, ids.into_iter());
            let meant = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            Err(format!("there is no rule `{rule}`{meant}"))
        }
        _ => Err(format!("`{rule}` can't be waived: only rules of `lint/` and `breaking/` can")),
    }
}

/// The day of a TOML date without a time.
fn day(value: &toml::value::Datetime) -> Option<Date> {
    let toml::value::Datetime { date: Some(date), time: None, offset: None } = value else { return None };
    let number = |number: u8| i8::try_from(number).ok();
    Date::new(i16::try_from(date.year).ok()?, number(date.month)?, number(date.day)?).ok()
}

fn finding(rule: &'static Rule, at: (u64, u64), pointer: Option<String>, message: String) -> Finding {
    Finding {
        rule,
        source: Some(Arc::from(WAIVERS)),
        line: Some(at.0),
        column: Some(at.1),
        event_name: None,
        event_id: None,
        pointer,
        message,
        help: None,
        excerpt: None,
        witness: None,
        cause: None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use tidings_catalog::MemoryTree;

    use super::*;

    static RULE: &str = "lint/unbounded-string";

    fn found(path: &str, pointer: &str, event: Option<&str>) -> Finding {
        let lint = LINTS.iter().find(|lint| lint.rule.id == RULE).expect("a rule");
        let base = finding(&lint.rule, (1, 1), Some(pointer.to_owned()), "long".to_owned());
        Finding { source: Some(path.into()), event_name: event.map(Into::into), ..base }
    }

    fn entry(place: &str, expires: &str) -> String {
        format!(
            "[[waiver]]\nrule = \"{RULE}\"\nplace = \"{place}\"\nreason = \"known\"\nexpires = {expires}\n"
        )
    }

    /// What is left, and how many were waived.
    fn judged(text: &str, findings: &[Finding]) -> (Vec<String>, u64) {
        let waivers = Waivers::load(&MemoryTree::new().with(WAIVERS, text));
        let mut left = findings.to_vec();
        let waived = waivers.apply(&mut left, date(2027, 1, 31), &|_| true);
        let told = left.iter().map(|finding| {
            format!("{}:{}:{}", finding.rule.id, finding.line.unwrap_or(0), finding.column.unwrap_or(0))
        });
        (told.collect(), waived)
    }

    #[test]
    fn a_waiver_is_for_a_file_a_place_in_it_or_an_event_type() {
        let finding = found("a.json", "/properties/b", Some("LampLit"));
        for place in ["a.json", "a.json#/properties", "a.json#/properties/b", "LampLit"] {
            assert_eq!(
                judged(&entry(place, "2027-01-31"), std::slice::from_ref(&finding)),
                (vec![], 1),
                "{place}"
            );
        }
        for place in ["b.json", "a.json#/prop", "a.json#/properties/b/c", "LampOut"] {
            let (left, waived) = judged(&entry(place, "2027-01-31"), std::slice::from_ref(&finding));
            assert_eq!(
                (left.as_slice(), waived),
                (&["lint/unbounded-string:1:1".to_owned(), "waiver/unused:1:1".to_owned()][..], 0),
                "{place}"
            );
        }
    }

    #[test]
    fn an_expired_waiver_waives_nothing_and_is_an_error() {
        let finding = found("a.json", "", None);
        let (left, waived) = judged(&entry("a.json", "2027-01-30"), &[finding]);
        assert_eq!(
            (left, waived),
            (vec!["lint/unbounded-string:1:1".to_owned(), "waiver/expired:1:1".to_owned()], 0)
        );
        let (left, _) = judged(&entry("a.json", "2027-01-30"), &[]);
        assert_eq!(left, ["waiver/expired:1:1"]);
    }

    #[test]
    fn a_waiver_of_a_rule_that_did_not_run_is_not_unused() {
        let waivers = Waivers::load(&MemoryTree::new().with(WAIVERS, entry("a.json", "2027-02-01")));
        let mut findings = Vec::new();
        assert_eq!(waivers.apply(&mut findings, date(2027, 1, 31), &|rule| rule != RULE), 0);
        assert!(findings.is_empty());
    }

    #[test]
    fn what_is_no_waiver_is_told_with_its_place() {
        for (text, at) in [
            ("[[waiver]\n", "1:10"),
            ("\n[[waver]]\nrule = \"x\"", "2:3"),
            ("[[waiver]]\nrule = \"lint/unbounded-string\"\nplace = \"a\"\nreason = \"b\"\n", "1:1"),
            (&entry("a", "\"2027-01-31\""), "5:11"),
            (&entry("a", "2027-01-31T00:00:00Z"), "5:11"),
            (&entry(" ", "2027-01-31"), "3:9"),
            (&entry("a", "2027-01-31").replace("unbounded", "unbound"), "2:8"),
            (&entry("a", "2027-01-31").replace("lint/", "schema/"), "2:8"),
        ] {
            let (left, _) = judged(text, &[]);
            assert_eq!(left, [format!("waiver/invalid:{at}")], "{text}");
        }
    }

    #[test]
    fn waivers_of_breaking_are_left_to_it() {
        let text = entry("a.json", "2027-02-01").replace("lint/unbounded-string", "breaking/backward");
        let waivers = Waivers::load(&MemoryTree::new().with(WAIVERS, text));
        let mut findings = Vec::new();
        waivers.apply(&mut findings, date(2027, 1, 31), &|rule| rule.starts_with("lint/"));
        assert!(findings.is_empty());
    }
}
