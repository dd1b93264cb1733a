"""What the two auditors are compared by."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing wrong: the event's line, from 1, the rule, and the place in the event."""

    line: int
    rule: str
    pointer: str | None


def in_output_order(finding: Finding) -> tuple[int, bool, str, str]:
    """A key for sorting: by line, then by pointer, none first, then by rule."""
    return (finding.line, finding.pointer is not None, finding.pointer or "", finding.rule)
