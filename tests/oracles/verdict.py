"""The verdict on one line of NDJSON, the same from every side that is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

Word = Literal["valid", "invalid", "unknown-event", "not-json"]


@dataclass(frozen=True)
class Verdict:
    """What one side says about one line."""

    verdict: Word
    errors: tuple[tuple[str, str], ...] = ()
    """(keyword, place in the event as a JSON Pointer), for an invalid event."""

    def to_plain(self) -> dict[str, object]:
        """As the oracles print it."""
        return {"verdict": self.verdict, "errors": [list(error) for error in self.errors]}

    @staticmethod
    def from_plain(value: dict[str, object]) -> Verdict:
        """As the oracles print it, read back."""
        errors = cast("list[list[str]]", value["errors"])
        return Verdict(cast(Word, value["verdict"]), tuple((keyword, at) for keyword, at in errors))
