"""Values and times compared exactly, never through doubles.

In: a JSON value as `strict_json` reads it, or a time's text. Out: something that Python compares and hashes as the
design says: objects unordered, arrays ordered, numbers by their decimal value, strings by code points; times as
instants.
"""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))
from strict_json import Json, Number  # noqa: E402

Exact: TypeAlias = tuple[object, ...]
"""A value of which equals are the same JSON value."""

Instant: TypeAlias = tuple[int, Fraction]
"""Whole minutes since 1970-01-01T00:00Z, and seconds, less than 61: a leap second comes before the next minute."""

NUMBER = re.compile(r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?")
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d(?:\.\d+)?)(?:[Zz]|([+-])(\d\d):(\d\d))")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def exact(value: Json) -> Exact:
    """The value, so that `1` and `1.0` are one and `1` and `true` are two."""
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, Number):
        return ("number", *decimal(value.text))
    if isinstance(value, str):
        return ("string", value)
    if isinstance(value, list):
        return ("array", tuple(exact(item) for item in value))
    return ("object", frozenset((key, exact(member)) for key, member in value.items()))


def decimal(text: str) -> tuple[str, str, int]:
    """A number as sign, digits without zeros at either end, and exponent; no number is too big for it."""
    match = NUMBER.fullmatch(text)
    assert match is not None, text
    sign, whole, fraction, exponent = match[1], match[2], match[3] or "", int(match[4] or 0)
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return ("", "", 0)
    significant = digits.rstrip("0")
    return (sign, significant, exponent - len(fraction) + len(digits) - len(significant))


def instant(text: str) -> Instant:
    """An RFC 3339 time; `ValueError` if it is none."""
    match = TIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
    minutes = (days(year, month, day) * 24 + hour) * 60 + minute
    if match[7]:
        offset = int(match[8]) * 60 + int(match[9])
        minutes += offset if match[7] == "-" else -offset
    return (minutes, Fraction(match[6]))


def days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date; Python's own `date` has no year 0."""
    lengths = [31, 29 if leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    before = sum(366 if leap(passed) else 365 for passed in range(1970, year))
    after = sum(366 if leap(passed) else 365 for passed in range(year, 1970))
    return before - after + sum(lengths[: month - 1]) + day - 1


def leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def milliseconds(at: Instant) -> int:
    """Whole milliseconds since 1970, rounded down."""
    minutes, seconds = at
    return minutes * 60_000 + int(seconds * 1000)


def ulid_milliseconds(ulid: str) -> int:
    """The time in a ULID: its first ten characters."""
    total = 0
    for character in ulid[:10]:
        total = total * 32 + CROCKFORD.index(character)
    return total
