"""Edits of an event's text: other spellings of the same JSON value, and texts that are not strict JSON.

In: an event. Out: the bytes of one line. Every choice comes from the `Random` that is given.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from strict_json import Json, write

TextEdit = Callable[[Random, Json], bytes]


def shuffled(rng: Random, event: Json) -> bytes:
    """The same value, its members in another order, at every depth."""
    return write(_shuffle(rng, event)).encode()


def escaped(rng: Random, event: Json) -> bytes:
    """The same value with characters of its strings, keys too, written as escapes."""
    share = rng.choice([0.02, 0.2, 1.0])
    return _spell(event, lambda text: _escape(rng, text, share), lambda: "").encode()


def spaced(rng: Random, event: Json) -> bytes:
    """The same value with white space between its tokens."""
    spaces = rng.choice([[" "], ["", " "], ["\t"], ["", "  ", "\r", "\t \t"]])
    return _spell(event, write, lambda: rng.choice(spaces)).encode()


def python_spaced(_rng: Random, event: Json) -> bytes:
    """The same value as Python's `json.dumps` writes it by default: `", "` and `": "`."""
    if isinstance(event, dict):
        return (
            b"{"
            + b", ".join(write(key).encode() + b": " + python_spaced(_rng, member) for key, member in event.items())
            + b"}"
        )
    if isinstance(event, list):
        return b"[" + b", ".join(python_spaced(_rng, item) for item in event) + b"]"
    return write(event).encode()


def repeated_key(rng: Random, event: Json) -> bytes:
    """A member twice in one object, the second time perhaps spelled with escapes."""
    if not isinstance(event, dict) or not event:
        return b"{}"
    key = rng.choice(list(event))
    again = _escape(rng, key, rng.choice([0.0, 0.5])) + ":" + rng.choice([write(event[key]), "null"])
    text = write(event)
    return (f"{{{again},{text[1:]}" if rng.random() < 0.5 else f"{text[:-1]},{again}}}").encode()


def broken(rng: Random, event: Json) -> bytes:
    """Text that is not strict JSON."""
    line = write(event).encode()
    at = rng.randrange(1, len(line))  # not 0: an empty line is no event
    return rng.choice(
        [
            line[:at],
            line + b"}",
            line + b" " + line,
            line + b",",
            b"\xef\xbb\xbf" + line,
            b"\x00" + line,
            line.replace(b'"', b"'"),
            line[:-1] + b",}",
            line[:-1] + b',"x":NaN}',
            line[:-1] + b',"x":-Infinity}',
            line[:-1] + b',"x":01}',
            line[:-1] + b',"x":+1}',
            line[:-1] + b',"x":1.}',
            line[:-1] + b',"x":.5}',
            line[:-1] + b',"x":0x1}',
            line[:-1] + b',"x":"\t"}',
            line[:-1] + b',"x":"\x00"}',
            line[:-1] + b',"x":"\\x41"}',
            line[:-1] + b',"x":"\\ud800"}',
            line[:-1] + b',"x":"\\udc00\\ud800"}',
            line[:-1] + b',"x":"\\u12"}',
            line[:-1] + b',"x":"\xff"}',
            line[:-1] + b',"x":"\xc0\xaf"}',
            line[:-1] + b',"x":"\xed\xa0\x80"}',
            line[:-1] + b",x:1}",
            line[:-1] + b"/**/}",
            line + b"\xc2\xa0",
            line[:-1] + b',"x":True}',
            line[:-1] + b',"x":1 2}',
            line[:-1] + b"]",
        ]
    )


TEXT_EDITS: dict[str, tuple[int, TextEdit]] = {
    "text/shuffled": (10, shuffled),
    "text/escaped": (10, escaped),
    "text/spaced": (5, spaced),
    "text/python-spaced": (3, python_spaced),
    "text/repeated-key": (2, repeated_key),
    "text/broken": (4, broken),
}
"""Kind → its weight, the edit."""


def _shuffle(rng: Random, value: Json) -> Json:
    if isinstance(value, dict):
        members = list(value.items())
        rng.shuffle(members)
        return {key: _shuffle(rng, member) for key, member in members}
    return [_shuffle(rng, item) for item in value] if isinstance(value, list) else value


def _spell(value: Json, string: Callable[[str], str], space: Callable[[], str]) -> str:
    if isinstance(value, dict):
        members = [
            f"{space()}{string(key)}{space()}:{space()}{_spell(member, string, space)}{space()}"
            for key, member in value.items()
        ]
        return f"{space()}{{{space()}{','.join(members)}}}{space()}"
    if isinstance(value, list):
        return f"[{space()}{','.join(space() + _spell(item, string, space) for item in value)}{space()}]"
    return string(value) if isinstance(value, str) else write(value)


SHORT = {"/": "\\/", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", '"': '\\"', "\\": "\\\\"}


def _escape(rng: Random, text: str, share: float) -> str:
    return '"' + "".join(_escape_one(rng, sign) if rng.random() < share else write(sign)[1:-1] for sign in text) + '"'


def _escape_one(rng: Random, sign: str) -> str:
    if sign in SHORT and rng.random() < 0.5:
        return SHORT[sign]
    units = sign.encode("utf-16-be")
    digits = [units[at : at + 2].hex() for at in range(0, len(units), 2)]
    return "".join("\\u" + (unit.upper() if rng.random() < 0.5 else unit) for unit in digits)
