"""The classes of difference that are allowed between Tidings and an oracle: at most ten, each a looseness of the oracle's own.

A class says which findings it explains, and shows itself: it has demonstrations, each a schema and a value about which the
oracle is wrong. `demonstrations.py` runs them, so a class whose oracle is repaired, or which Tidings shares, fails the test run.
A difference is explained when each error that one side has and the other lacks is explained by a class.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from schema_facts import Facts, kebab, values
from strict_json import Json, Number, read, resolve, tokens
from verdict import Verdict

COMPOSITE = frozenset({"any-of", "one-of", "not", "contains"})
"""Keywords whose failure has its cause in a subschema."""

EXCEPTION = "exception"
"""What an oracle says in place of a keyword, at the whole event, when it throws."""


@dataclass(frozen=True)
class Demonstration:
    """A schema and a value about which the oracle is wrong."""

    schema: dict[str, Any]
    value: str
    """As JSON text."""
    oracle_says: Literal["valid", "invalid"]

    @property
    def truth(self) -> Literal["valid", "invalid"]:
        """What Tidings says."""
        return "invalid" if self.oracle_says == "valid" else "valid"


@dataclass(frozen=True)
class Difference:
    """A class of difference."""

    id: str
    oracle: Literal["python", "ajv"]
    what: str
    keywords: frozenset[str]
    """The keywords whose errors it explains, in kebab-case."""
    at: Callable[[Json, Facts], bool]
    """Whether it explains them at this value."""
    demonstrations: tuple[Demonstration, ...]


def lost_in_double(value: Json, _facts: Facts) -> bool:
    """Whether a number is another one after it was read as a double."""
    if not isinstance(value, Number):
        return False
    double = float(value.text)
    return double in (float("inf"), float("-inf")) or Decimal(value.text) != Decimal(repr(double))


def _ends_with_line_break(value: Json, _facts: Facts) -> bool:
    return isinstance(value, str) and value.endswith("\n")


def _beyond_javascript(value: Json, facts: Facts) -> bool:
    return lost_in_double(value, facts) or isinstance(value, Number) and abs(float(value.text)) >= 1e21


def _formatted(value: Json, facts: Facts, *formats: str) -> str:
    """The value if it is a string that may have to have one of these formats, else an empty one."""
    return value if isinstance(value, str) and any(name in formats for name in facts.all("format")) else ""


def _has_at_sign(value: Json, facts: Facts) -> bool:
    return "@" in _formatted(value, facts, "email", "idn-email")


def _year_zero_or_leap_second(value: Json, facts: Facts) -> bool:
    text = _formatted(value, facts, "date", "date-time", "time")
    return text.startswith("0000-") or ":60" in text


def _loose_date_time(value: Json, facts: Facts) -> bool:
    return bool(re.search(r"\s|[+-]\d\d(\d\d)?$", _formatted(value, facts, "date-time", "time")))


def _unusual_address(value: Json, facts: Facts) -> bool:
    """Quoted, at an address literal or a single label, or with a part that is too long."""
    local, _, domain = _formatted(value, facts, "email").rpartition("@")
    too_long = len(local) > 64 or any(len(label) > 63 for label in domain.split("."))
    return bool(local) and (too_long or local.startswith('"') or domain.startswith("[") or "." not in domain)


def _unusual_uri(value: Json, facts: Facts) -> bool:
    """A scheme alone, or with something that is no authority where one has to be."""
    found = re.fullmatch(
        r"[A-Za-z][A-Za-z0-9+.-]*:(?://([^/?#]*))?(.*)", _formatted(value, facts, "uri", "uri-reference")
    )
    if not found:
        return False
    authority, rest = found.groups()
    return not rest if authority is None else not re.fullmatch(r"([^@]*@)?[^@:]*(:\d*)?", authority)


def _has_to_string(value: Json, _facts: Facts) -> bool:
    return isinstance(value, dict) and "toString" in value


NUMERIC = frozenset(
    {
        "type",
        "minimum",
        "maximum",
        "exclusive-minimum",
        "exclusive-maximum",
        "multiple-of",
        "const",
        "enum",
        "unique-items",
    }
)

DOUBLES = (
    Demonstration({"type": "integer"}, "1.00000000000000000001", "valid"),
    Demonstration({"type": "number", "exclusiveMaximum": 1}, "0.99999999999999999999", "invalid"),
    Demonstration({"type": "integer"}, "1e400", "invalid"),
)

CLASSES: tuple[Difference, ...] = (
    Difference(
        id="python-line-break",
        oracle="python",
        what="Python's `$` matches before a last line break, in patterns and in the expressions of its format checks",
        keywords=frozenset({"pattern", "format"}),
        at=_ends_with_line_break,
        demonstrations=(
            Demonstration({"type": "string", "pattern": "^[a-z]+$"}, r'"a\n"', "valid"),
            Demonstration({"type": "string", "format": "date-time"}, r'"2025-11-05T14:00:00Z\n"', "valid"),
            Demonstration({"type": "string", "format": "uri"}, r'"https://a.example/\n"', "valid"),
        ),
    ),
    Difference(
        id="python-email",
        oracle="python",
        what="python-jsonschema takes for an e-mail address whatever has an `@`",
        keywords=frozenset({"format"}),
        at=_has_at_sign,
        demonstrations=(Demonstration({"type": "string", "format": "email"}, '"a b@c.example"', "valid"),),
    ),
    Difference(
        id="python-dates",
        oracle="python",
        what="Python's checks of dates know neither the year 0000 nor a leap second; RFC 3339 has both",
        keywords=frozenset({"format"}),
        at=_year_zero_or_leap_second,
        demonstrations=(
            Demonstration({"type": "string", "format": "date"}, '"0000-01-01"', "invalid"),
            Demonstration({"type": "string", "format": "date-time"}, '"0000-01-01T12:00:00Z"', "invalid"),
            Demonstration({"type": "string", "format": "date-time"}, '"2025-12-31T15:59:60-08:00"', "invalid"),
        ),
    ),
    Difference(
        id="python-doubles",
        oracle="python",
        what="Python reads a number with a fraction or an exponent as a double, and one too large as infinity",
        keywords=NUMERIC | {EXCEPTION},
        at=lost_in_double,
        demonstrations=(*DOUBLES, Demonstration({"type": "number", "multipleOf": 0.5}, "1e400", "invalid")),
    ),
    Difference(
        id="ajv-doubles",
        oracle="ajv",
        what="JavaScript reads every number as a double, one too large as infinity; AJV's `multipleOf` fails from 10^21 on",
        keywords=NUMERIC,
        at=_beyond_javascript,
        demonstrations=(
            *DOUBLES,
            Demonstration({"type": "number", "maximum": 9007199254740992}, "9007199254740993", "valid"),
            Demonstration({"type": "number", "multipleOf": 100}, "1e30", "invalid"),
        ),
    ),
    Difference(
        id="ajv-email",
        oracle="ajv",
        what="ajv-formats knows no quoted local part, no address literal, no domain of one label and no longest part (RFC 5321)",
        keywords=frozenset({"format"}),
        at=_unusual_address,
        demonstrations=(
            Demonstration({"type": "string", "format": "email"}, r'"\"a b\"@c.example"', "invalid"),
            Demonstration({"type": "string", "format": "email"}, '"a@[127.0.0.1]"', "invalid"),
            Demonstration({"type": "string", "format": "email"}, '"a@localhost"', "invalid"),
            Demonstration({"type": "string", "format": "email"}, f'"{"a" * 65}@c.example"', "valid"),
            Demonstration({"type": "string", "format": "email"}, f'"a@{"b" * 64}.example"', "valid"),
        ),
    ),
    Difference(
        id="ajv-date-time",
        oracle="ajv",
        what="ajv-formats takes white space for the `T`, and offsets without a colon or without minutes",
        keywords=frozenset({"format"}),
        at=_loose_date_time,
        demonstrations=(
            Demonstration({"type": "string", "format": "date-time"}, '"2025-11-05 14:00:00Z"', "valid"),
            Demonstration({"type": "string", "format": "date-time"}, '"2025-11-05T14:00:00+0000"', "valid"),
            Demonstration({"type": "string", "format": "date-time"}, '"2025-11-05T14:00:00+00"', "valid"),
        ),
    ),
    Difference(
        id="ajv-uri",
        oracle="ajv",
        what="ajv-formats takes a bad authority for a path, and refuses a scheme alone, whose path RFC 3986 lets be empty",
        keywords=frozenset({"format"}),
        at=_unusual_uri,
        demonstrations=(
            Demonstration({"type": "string", "format": "uri"}, '"https://a.example:port/"', "valid"),
            Demonstration({"type": "string", "format": "uri"}, '"https:"', "invalid"),
        ),
    ),
    Difference(
        id="ajv-to-string",
        oracle="ajv",
        what="AJV compares an object that has a member `toString` by calling it, and throws",
        keywords=frozenset({EXCEPTION}),
        at=_has_to_string,
        demonstrations=(
            Demonstration({"type": "array", "uniqueItems": True}, '[{"toString": 1}, {"toString": 2}]', "invalid"),
        ),
    ),
)


def explanations(oracle: str, line: bytes, facts: dict[str, Facts], tidings: Verdict, said: Verdict) -> set[str] | None:
    """The ids of the classes that explain why an oracle said something else than Tidings; `None` if anything is left over."""
    if {tidings.verdict, said.verdict} != {"valid", "invalid"}:
        return None
    event = read(line)
    classes = [difference for difference in CLASSES if difference.oracle == oracle]
    found: set[str] = set()
    for keyword, at in tidings.errors or said.errors:
        explaining = _explaining(classes, event, facts, kebab(keyword), at)
        if not explaining:
            return None
        found |= explaining
    return found


def _explaining(classes: list[Difference], event: Json, facts: dict[str, Facts], keyword: str, at: str) -> set[str]:
    value = resolve(event, at)
    if keyword in COMPOSITE or keyword == EXCEPTION:
        return {
            each.id
            for below, inner in values(value)
            for each in classes
            if each.at(inner, facts[at + below])
            and (keyword in each.keywords or keyword in COMPOSITE and each.keywords & facts[at + below].keywords())
        }
    found = {each.id for each in classes if keyword in each.keywords and each.at(value, facts[at])}
    # A pattern may have chosen the schema of a member, or refused its name.
    own = value if isinstance(value, dict) and keyword in ("property-names", "additional-properties") else {}
    keys = [*tokens(at), *own]
    return found | {
        each.id for each in classes if "pattern" in each.keywords and any(each.at(key, Facts()) for key in keys)
    }
