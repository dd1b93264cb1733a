"""The mutator's edits: each turns one value of an event into another, by hand-picked ways in which validators go wrong.

An edit gets a `Place` and answers the new value, or raises `Inapplicable` where it has nothing to change. It knows the schemas
only through the place's `Facts`, and it takes every choice from the `Random` that it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from forms import forms_for
from schema_facts import Facts
from strict_json import Json, Number


@dataclass(frozen=True)
class Place:
    """One value of an event, and what is known about it."""

    value: Json
    facts: Facts
    donors: list[Json]
    """Values that other sampled events have at the same pointer."""


class Inapplicable(Exception):
    """The edit has nothing to change here."""


Edit = Callable[[Random, Place], Json]

EDITS: dict[str, tuple[type, int, Edit]] = {}
"""Kind → the type of value it works on, its weight, the edit."""


def edit(kind: str, on: type, weight: int) -> Callable[[Edit], Edit]:
    """Registers an edit."""

    def register(function: Edit) -> Edit:
        EDITS[kind] = (on, weight, function)
        return function

    return register


# Objects ------------------------------------------------------------------------------------------------------------------


@edit("member/drop", dict, 6)
def drop_member(rng: Random, place: Place) -> Json:
    """Leaves a member out."""
    assert isinstance(place.value, dict)
    if not place.value:
        raise Inapplicable
    gone = rng.choice(list(place.value))
    return {key: value for key, value in place.value.items() if key != gone}


@edit("member/rename", dict, 3)
def rename_member(rng: Random, place: Place) -> Json:
    """Gives a member a name that is nearly its own."""
    assert isinstance(place.value, dict)
    if not place.value:
        raise Inapplicable
    old = rng.choice(list(place.value))
    new = rng.choice(
        [
            old.upper(),
            old + " ",
            old + "\n",
            old.replace("_", "-"),
            old.replace("_", ""),
            old + "s",
            old[:-1],
            lookalike(rng, old),
        ]
    )
    return {new if key == old else key: value for key, value in place.value.items()}


@edit("member/extra", dict, 10)
def extra_member(rng: Random, place: Place) -> Json:
    """Adds a member that no schema names."""
    assert isinstance(place.value, dict)
    name = rng.choice(
        [
            "extra",
            "x-extra",
            "",
            "a/b~c",
            "__proto__",
            "constructor",
            "toString",
            "\u0000",
            "é",
            "e\u0301",
            "😀",
            "$ref",
        ]
    )
    members = list(place.value.items())
    members.insert(rng.randrange(len(members) + 1), (name, any_value(rng)))
    return dict(members)


# Any value ----------------------------------------------------------------------------------------------------------------


@edit("value/wrong-type", object, 5)
def wrong_type(rng: Random, place: Place) -> Json:
    """A value of another type, sometimes one that prints alike."""
    alike: Json = place.value.text if isinstance(place.value, Number) else [place.value]
    return rng.choice(
        [None, None, True, False, Number("0"), Number("1"), "", "null", "true", [], {}, alike, {"value": place.value}]
    )


@edit("value/other", object, 20)
def other_value(rng: Random, place: Place) -> Json:
    """What another event has at the same place."""
    if not place.donors:
        raise Inapplicable
    return rng.choice(place.donors)


# Strings ------------------------------------------------------------------------------------------------------------------


@edit("string/length", str, 14)
def string_length(rng: Random, place: Place) -> Json:
    """A string as long as a bound, one less or one more, in characters of one to four bytes, or combining."""
    assert isinstance(place.value, str)
    length = rng.choice(place.facts.lengths())
    filler = rng.choice([place.value[-1:] or "a", "a", "0", "é", "日", "😀", "e\u0301", "\u200d"])
    return ((place.value if rng.random() < 0.5 else "") + filler * length)[:length]


@edit("string/white-space", str, 6)
def white_space(rng: Random, place: Place) -> Json:
    """White space or a control character, mostly at an end."""
    assert isinstance(place.value, str)
    added = rng.choice(
        ["\n", "\n", "\n", "\r\n", "\r", " ", "\t", "\u0000", "\u00a0", "\u0085", "\u2028", "\ufeff", "\u200b", "\x1f"]
    )
    at = rng.choice([len(place.value)] * 3 + [0, rng.randrange(len(place.value) + 1)])
    return place.value[:at] + added + place.value[at:]


@edit("string/lookalike", str, 5)
def string_lookalike(rng: Random, place: Place) -> Json:
    """One character, or every one of its kind, replaced with one that looks like it."""
    assert isinstance(place.value, str)
    return lookalike(rng, place.value)


@edit("string/character", str, 6)
def character(rng: Random, place: Place) -> Json:
    """One character inserted, replaced, left out, doubled or in the other case."""
    assert isinstance(place.value, str)
    if not place.value:
        return rng.choice("aA0_-+@. ")
    at = rng.randrange(len(place.value))
    before, here, after = place.value[:at], place.value[at], place.value[at + 1 :]
    new = rng.choice("aZ09_-+@.:/\\\"'<%~")
    return before + rng.choice([new, here + new, "", here + here, here.swapcase()]) + after


@edit("string/case", str, 3)
def case(rng: Random, place: Place) -> Json:
    """All of it in another case."""
    assert isinstance(place.value, str)
    return rng.choice([place.value.upper(), place.value.lower(), place.value.swapcase(), place.value.capitalize()])


@edit("string/listed", str, 5)
def listed(rng: Random, place: Place) -> Json:
    """One of the schema's own values, or nearly."""
    assert isinstance(place.value, str)
    values = [value for value in place.facts.values() if isinstance(value, str)]
    if not values:
        raise Inapplicable
    value = rng.choice(values)
    return rng.choice(
        [value, value, value, value.upper(), value.title(), value + " ", " " + value, value + "s", value[:-1]]
    )


@edit("string/form", str, 16)
def form(rng: Random, place: Place) -> Json:
    """Another spelling of a date, ULID, address, number or whatever the string is or has to be."""
    assert isinstance(place.value, str)
    forms = forms_for(place.facts.all("format"), place.value)
    if not forms:
        raise Inapplicable
    return rng.choice(forms)


# Numbers ------------------------------------------------------------------------------------------------------------------

NUMBERS = (
    "0 -0 -1 1 2 1.0 1.5 -1.0 0.0 1e0 1E3 1e+3 10e-1 15e-1 1e400 -1e400 1e-400 9007199254740991 9007199254740993 "
    "18446744073709551616 -9223372036854775809 1.00000000000000000001 0.99999999999999999999 1.10 19.99 0.07"
).split() + ["1" + "0" * 30]


@edit("number/form", Number, 9)
def number(rng: Random, place: Place) -> Json:
    """A number at a limit of the schema, of doubles or of integers, or the same number written otherwise."""
    assert isinstance(place.value, Number)
    own = place.value.text
    same = own + "0" if "." in own else own + ".0"
    near = [str(bound + step) for bound in place.facts.numbers() for step in (-1, 0, 1)]
    texts = [*NUMBERS, *near * 2, *([same, own + "e0", own + "E-0"] * 2 if "e" not in own.lower() else [])]
    return Number(rng.choice(texts))


# Arrays -------------------------------------------------------------------------------------------------------------------


@edit("array/items", list, 9)
def items(rng: Random, place: Place) -> Json:
    """Fewer, repeated, foreign or reordered items."""
    assert isinstance(place.value, list)
    value = place.value
    twin: list[Json] = [value[0], reversed_keys(value[0])] if value else []
    choices: list[Json] = [
        [],
        value[:1],
        value[::-1],
        value + value[:1],
        twin,
        [*value, any_value(rng)],
        [*value, None],
        [Number("1"), Number("1.0")],
        [Number("1"), True],
        [{"a": Number("1"), "b": Number("2")}, {"b": Number("2.0"), "a": Number("1")}],
        [[Number("0")], [Number("-0")]],
    ]
    return rng.choice(choices)


@edit("array/length", list, 5)
def array_length(rng: Random, place: Place) -> Json:
    """As many different items as a bound, one less or one more."""
    assert isinstance(place.value, list)
    length = rng.choice([bound for bound in place.facts.lengths() if bound <= 300])
    own = place.value[:length]
    first = place.value[0] if place.value else "item"
    new = [f"{first}_{index}" if isinstance(first, str) else first for index in range(length - len(own))]
    return [*own, *new]


# Pieces -------------------------------------------------------------------------------------------------------------------

LOOKALIKES = {
    "K": "\u212a", "k": "\u212a", "s": "\u017f", "S": "\u017f", "A": "\u0410", "a": "\u0430", "e": "\u0435", "o": "\u03bf", "i": "\u0131",
    "I": "\u0130", "-": "\u2010", "_": "\uff3f", ".": "\uff0e", ":": "\uff1a", "@": "\uff20", "+": "\uff0b", "T": "\u03a4", "Z": "\u0396",
}  # fmt: skip


def lookalike(rng: Random, text: str) -> str:
    """The text with one of its characters, wherever it stands, replaced with one that looks like it."""
    candidates = sorted({sign for sign in text if sign in LOOKALIKES or sign.isascii() and sign.isdigit()})
    if not candidates:
        return text + "\u0301"
    old = rng.choice(candidates)
    new = chr(ord(old) + rng.choice([0xFF10, 0x0660, 0x0966]) - ord("0")) if old.isdigit() else LOOKALIKES[old]
    return text.replace(old, new) if rng.random() < 0.3 else text.replace(old, new, 1)


def any_value(rng: Random) -> Json:
    """Some value, sometimes nested."""
    values: list[Json] = [
        True,
        Number("1"),
        Number("1e400"),
        "text",
        "",
        "\u0000",
        [],
        {},
        [[[Number("0")]]],
        {"a": [{"b": {"c": "deep"}}]},
        {"event_name": "Nested", "": {"__proto__": {}}},
    ]
    return rng.choice(values)


def reversed_keys(value: Json) -> Json:
    """The same value, the members of an object in the opposite order."""
    return dict(reversed(value.items())) if isinstance(value, dict) else value
