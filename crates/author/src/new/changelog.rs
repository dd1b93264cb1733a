//! The catalog's changelog: whether it names an event type, and a line for a new one.

/// The line, from 1, that names it, if one does.
pub(super) fn mentioned(changelog: &str, name: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    // A dot is a part of a name only where it goes on behind it.
    let goes_on = |rest: &str| {
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        rest.starts_with(part)
    };
    let names = |line: &str| {
        line.match_indices(name).any(|(at, _)| {
            !line[..at].ends_with(|c| part(c) || c == '.') && !goes_on(&line[at + name.len()..])
        })
    };
    changelog.lines().position(names).map(|line| line + 1)
}

/// The changelog with a line for the new event type among what isn't released yet.
pub(super) fn with_line(changelog: &str, name: &str) -> String {
    let line_end = if changelog.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<&str> = changelog.lines().collect();
    let bullet = format!("- `{name}` is new.");
    let is_release = |line: &&str| line.starts_with("## ");
    if changelog.trim().is_empty() {
        lines = vec!["# Changelog"];
    }
    let unreleased =
        lines.iter().position(|line| is_release(line) && line.to_lowercase().contains("unreleased"));
    let mut new: Vec<&str> = Vec::new();
    let grouped = lines.iter().any(|line| line.starts_with("### "));
    let at = if let Some(heading) = unreleased {
        let end = lines[heading + 1..].iter().position(&is_release).map(|at| heading + 1 + at);
        let end = end.unwrap_or(lines.len());
        let section = &lines[heading..end];
        let group = section.iter().position(|line| line.trim_end() == "### Added").map(|at| heading + at);
        let begin = group.unwrap_or(heading);
        let stop = (begin + 1..end).find(|at| lines[*at].starts_with('#')).unwrap_or(end);
        let last = (begin..stop).rev().find(|at| !lines[*at].trim().is_empty()).unwrap_or(begin);
        if grouped && group.is_none() {
            // Beneath the heading, before what stands there in other groups.
            new.extend(["", "### Added", "", &bullet]);
            heading + 1
        } else {
            if !lines[last].starts_with(['-', ' ']) {
                new.push("");
            }
            new.push(&bullet);
            last + 1
        }
    } else {
        let first = lines.iter().position(is_release);
        let in_brackets = first.is_some_and(|first| lines[first].starts_with("## ["));
        let at = first.unwrap_or(lines.len());
        if first.is_none() && lines.last().is_some_and(|line| !line.trim().is_empty()) {
            new.push("");
        }
        new.extend([if in_brackets { "## [Unreleased]" } else { "## Unreleased" }, ""]);
        if grouped {
            new.extend(["### Added", ""]);
        }
        new.push(&bullet);
        if first.is_some() {
            new.push("");
        }
        at
    };
    if lines.get(at).is_some_and(|next| !next.trim().is_empty())
        && new.last().is_some_and(|last| !last.is_empty())
    {
        new.push("");
    }
    lines.splice(at..at, new);
    let mut out = lines.join(line_end);
    out.push_str(line_end);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_it_stands_as_a_whole() {
        let text = "# Changes\n\n- `LampHung` and lamp.lit.\n- LampHungUp, lamp.hung_up.\n";
        assert_eq!(mentioned(text, "LampHung"), Some(3));
        assert_eq!(mentioned(text, "lamp.lit"), Some(3));
        assert_eq!(mentioned(text, "LampHungUp"), Some(4));
        for name in ["Lamp", "lamp", "lamp.hung", "Hung", "lit"] {
            assert_eq!(mentioned(text, name), None, "{name}");
        }
    }

    #[test]
    fn the_line_goes_where_the_changelog_has_what_is_not_released() {
        for (text, wanted) in [
            ("", "# Changelog\n\n## Unreleased\n\n- `X` is new.\n"),
            ("# C\n", "# C\n\n## Unreleased\n\n- `X` is new.\n"),
            ("# C\n\n## 1.0\n\n- a\n", "# C\n\n## Unreleased\n\n- `X` is new.\n\n## 1.0\n\n- a\n"),
            (
                "# C\n\n## [1.0]\n\n### Added\n\n- a\n",
                "# C\n\n## [Unreleased]\n\n### Added\n\n- `X` is new.\n\n## [1.0]\n\n### Added\n\n- a\n",
            ),
            (
                "# C\n\n## [Unreleased]\n\n## [1.0]\n\n### Added\n\n- a\n",
                "# C\n\n## [Unreleased]\n\n### Added\n\n- `X` is new.\n\n## [1.0]\n\n### Added\n\n- a\n",
            ),
            (
                "# C\n\n## [Unreleased]\n\n### Added\n\n- a,\n  b.\n\n### Fixed\n\n- c\n",
                "# C\n\n## [Unreleased]\n\n### Added\n\n- a,\n  b.\n- `X` is new.\n\n### Fixed\n\n- c\n",
            ),
            (
                "# C\n\n## [Unreleased]\n\n### Fixed\n\n- c\n",
                "# C\n\n## [Unreleased]\n\n### Added\n\n- `X` is new.\n\n### Fixed\n\n- c\n",
            ),
            (
                "# C\r\n\r\n## Unreleased\r\n\r\n- a",
                "# C\r\n\r\n## Unreleased\r\n\r\n- a\r\n- `X` is new.\r\n",
            ),
            ("# C\n\n## Unreleased\n\nWords.\n", "# C\n\n## Unreleased\n\nWords.\n\n- `X` is new.\n"),
        ] {
            assert_eq!(with_line(text, "X"), wanted, "{text}");
        }
    }
}
