"""What can be done to a valid stream: each edit changes some events in one of the ways in which streams go wrong.

An edit gets the `Stream` and changes it, or raises `Inapplicable` where it has nothing to change. It knows the catalog
only through the manifest, and it takes every choice from the stream's `Random`.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import TypeAlias

from base_stream import put, renamed, time_of
from exact import Exact, Instant, ulid_milliseconds
from manifest import Manifest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))
from schema_facts import values  # noqa: E402
from strict_json import Json, Number, resolve, write  # noqa: E402


class Inapplicable(Exception):
    """The edit has nothing to change here."""


Edit: TypeAlias = Callable[["Stream"], None]

EDITS: dict[str, tuple[int, Edit]] = {}
"""Name → weight, edit."""


def edit(weight: int) -> Callable[[Edit], Edit]:
    """Registers an edit."""

    def register(function: Edit) -> Edit:
        EDITS[function.__name__] = (weight, function)
        return function

    return register


@dataclass
class Stream:
    """Events on their way to be a stream: values, or texts that nothing else is done to."""

    manifest: Manifest
    rng: Random
    items: list[Json | bytes]

    def some(self, wanted: Callable[[Json], object] = lambda _: True) -> int:
        """The index of a random event that is as wanted."""
        for _ in range(200):
            index = self.rng.randrange(len(self.items))
            item = self.items[index]
            if not isinstance(item, bytes) and wanted(item):
                return index
        raise Inapplicable

    def at(self, index: int) -> Json:
        """An event, to be read."""
        item = self.items[index]
        assert not isinstance(item, bytes)
        return item

    def changed(self, index: int) -> Json:
        """An event, to be changed in place."""
        self.items[index] = event = copy.deepcopy(self.at(index))
        return event

    def insert_after(self, index: int, item: Json | bytes) -> None:
        """Puts an event behind another, close or far."""
        far = self.rng.choice([1, 3, 30, len(self.items)])
        self.items.insert(self.rng.randint(index + 1, min(index + far, len(self.items))), item)

    def place(self, role: str) -> str:
        """The pointer of a role."""
        if role not in self.manifest.roles:
            raise Inapplicable
        return self.manifest.roles[role]

    def has(self, role: str) -> Callable[[Json], object]:
        """Whether events have something in a role."""
        self.place(role)
        return lambda event: self.manifest.role(role, event)

    def alive(self, event: Json) -> bool:
        """Whether an event is about an aggregate."""
        declared = self.manifest.lifecycle(event)
        return declared is not None and self.manifest.id_at(declared["id"], event) is not None

    def family(self, event: Json) -> Callable[[Json], object]:
        """Whether other events are about the same type of aggregate."""
        return lambda other: self.alive(other) and self.manifest.type_of(other) == self.manifest.type_of(event)

    def own_id(self, event: Json) -> Json:
        """The id of the aggregate that the event is about."""
        declared = self.manifest.lifecycle(event)
        assert declared is not None
        return resolve(event, declared["id"])

    def set_own_id(self, event: Json, value: Json) -> None:
        """Changes it, also where the envelope repeats it."""
        declared = self.manifest.lifecycle(event)
        assert declared is not None
        put(event, declared["id"], value)
        if "aggregate_id" in self.manifest.roles:
            put(event, self.manifest.roles["aggregate_id"], value)

    def set_id(self, event: Json, place: str, value: Json) -> None:
        """Changes any id."""
        if self.alive(event) and (self.manifest.lifecycle(event) or {})["id"] == place:
            self.set_own_id(event, value)
        else:
            put(event, place, value)

    def rename(self, event: Json, role: str) -> None:
        """Gives what plays a role another value of its form, if there is one."""
        if role in self.manifest.roles and self.manifest.role(role, event):
            put(event, self.manifest.roles[role], renamed(self.manifest, event, self.manifest.roles[role], self.rng))

    def set_time(self, event: Json, at: Instant) -> None:
        """Changes when it happened, in any form that the place allows."""
        place = self.place("occurred_at")
        forms = [form for _ in range(8) for form in _forms(at, self.rng) if self.manifest.fits(event, place, form)]
        if forms:
            put(event, place, self.rng.choice(forms))


# Ids ------------------------------------------------------------------------------------------------------------------


@edit(4)
def swap_ids(stream: Stream) -> None:
    """Two events of a family change their aggregates."""
    one = stream.some(stream.alive)
    other = stream.some(stream.family(stream.at(one)))
    first, second = stream.own_id(stream.at(one)), stream.own_id(stream.at(other))
    stream.set_own_id(stream.changed(one), second)
    stream.set_own_id(stream.changed(other), first)


@edit(2)
def unknown_id(stream: Stream) -> None:
    """An event is about an aggregate that nobody knows."""
    event = stream.changed(stream.some(stream.alive))
    declared = stream.manifest.lifecycle(event)
    assert declared is not None
    stream.set_own_id(event, renamed(stream.manifest, event, declared["id"], stream.rng))


@edit(5)
def other_scope(stream: Stream) -> None:
    """An event comes to belong to another scope."""
    place = stream.place("scope")
    new = resolve(stream.at(stream.some(stream.has("scope"))), place)
    stream.set_id(stream.changed(stream.some(stream.has("scope"))), place, new)


@edit(8)
def other_reference(stream: Stream) -> None:
    """An event refers to another aggregate of the same type, or to one that nobody knows."""

    def fields(event: Json) -> list[tuple[str, str]]:
        if not stream.alive(event):
            return []
        declared = stream.manifest.lifecycle(event) or {}
        references = [(reference["field"], reference["to"]) for reference in declared.get("references", [])]
        return [(place, to) for place, to in references if stream.manifest.id_at(place, event)]

    event = stream.changed(stream.some(fields))
    place, to = stream.rng.choice(fields(event))
    if stream.rng.random() < 0.3:
        new = renamed(stream.manifest, event, place, stream.rng)
    else:
        new = stream.own_id(
            stream.at(stream.some(lambda other: stream.alive(other) and stream.manifest.type_of(other) == to))
        )
    stream.set_id(event, place, new)


@edit(5)
def other_member(stream: Stream) -> None:
    """Somebody else comes or goes."""
    event = stream.changed(stream.some(lambda event: _member_field(stream, event)))
    place = _member_field(stream, event) or ""
    if stream.rng.random() < 0.5:
        put(event, place, renamed(stream.manifest, event, place, stream.rng))
    else:
        other = stream.at(stream.some(lambda other: _member_field(stream, other)))
        put(event, place, resolve(other, _member_field(stream, other) or ""))


def _member_field(stream: Stream, event: Json) -> str | None:
    declared = stream.manifest.lifecycle(event) or {}
    name = stream.manifest.name(event)
    sets = [members["field"] for members in declared.get("members", []) if name in (members["add"], members["remove"])]
    return next((place for place in sets if stream.manifest.id_at(place, event)), None)


# Event ids and idempotency keys ---------------------------------------------------------------------------------------


@edit(5)
def repeat(stream: Stream) -> None:
    """An event is delivered again, written the same or otherwise."""
    index = stream.some()
    event = stream.at(index)
    stream.insert_after(index, event if stream.rng.random() < 0.4 else restyled(event, stream.rng))


@edit(2)
def other_style(stream: Stream) -> None:
    """An event is written otherwise."""
    index = stream.some()
    stream.items[index] = restyled(stream.at(index), stream.rng)


@edit(3)
def taken_event_id(stream: Stream) -> None:
    """An event has the id of another."""
    place = stream.place("event_id")
    new = resolve(stream.at(stream.some(stream.has("event_id"))), place)
    put(stream.changed(stream.some(stream.has("event_id"))), place, new)


@edit(3)
def alike(stream: Stream) -> None:
    """An event is delivered again, with a value that is the same or hardly another."""
    index = stream.some()
    first, second = stream.rng.choice(ALIKE)
    for offset, text in enumerate((first, second)):
        event = copy.deepcopy(stream.at(index))
        put(event, "/not_in_the_catalog", None)
        line = write(event).replace('"not_in_the_catalog":null', f'"not_in_the_catalog":{text}').encode()
        if offset == 0:
            later = line
        else:
            stream.items[index] = line
    stream.insert_after(index, later)


@edit(4)
def shared_key(stream: Stream) -> None:
    """Two events have one idempotency key: of one event type or of two, of one scope or of two."""
    place = stream.place("idempotency_key")
    one = stream.some()
    name = stream.manifest.name(stream.at(one))
    scope = stream.manifest.role("scope", stream.at(one))
    same = stream.rng.choice(["both", "name", "scope"])
    other = stream.some(
        lambda event: (
            (same == "scope" or stream.manifest.name(event) == name)
            and (same == "name" or stream.manifest.role("scope", event) == scope)
        )
    )
    key = f"key-of-two-{stream.rng.randrange(1000)}"
    put(stream.changed(one), place, key)
    put(stream.changed(other), place, key)


@edit(6)
def again(stream: Stream) -> None:
    """What an event says happens again, under another event id and perhaps with another idempotency key."""
    index = stream.some()
    event = copy.deepcopy(stream.at(index))
    stream.rename(event, "event_id")
    if stream.rng.random() < 0.7:
        stream.rename(event, "idempotency_key")
    stream.insert_after(index, event)


# Lifecycles -----------------------------------------------------------------------------------------------------------


@edit(12)
def graft(stream: Stream) -> None:
    """Something happens to an aggregate that happened to another."""
    index = stream.some(stream.alive)
    event = stream.at(index)
    new = copy.deepcopy(stream.at(stream.some(stream.family(event))))
    if "scope" in stream.manifest.roles:
        put(new, stream.manifest.roles["scope"], resolve(event, stream.manifest.roles["scope"]))
    stream.set_own_id(new, stream.own_id(event))
    stream.rename(new, "event_id")
    stream.rename(new, "idempotency_key")
    minutes, seconds = time_of(stream.manifest, event)
    stream.set_time(new, (minutes + stream.rng.choice([0, 0, 1, 60]), seconds))
    stream.insert_after(index, new)


@edit(4)
def same_identity(stream: Stream) -> None:
    """Another aggregate is created with the same fields, and so the same identity."""

    def creates(event: Json) -> bool:
        declared = stream.manifest.lifecycle(event) or {}
        name = stream.manifest.name(event)
        creating = any("creates" in it for it in declared.get("transitions", []) if it["event"] == name)
        return creating and bool(declared.get("identity")) and stream.alive(event)

    index = stream.some(creates)
    event = copy.deepcopy(stream.at(index))
    declared = stream.manifest.lifecycle(event)
    assert declared is not None
    stream.set_own_id(event, renamed(stream.manifest, event, declared["id"], stream.rng))
    stream.rename(event, "event_id")
    stream.rename(event, "idempotency_key")
    stream.insert_after(index, event)


@edit(3)
def other_name(stream: Stream) -> None:
    """An event has the name of another of its family; the payload stays."""
    place = stream.place("event_name")
    index = stream.some(stream.alive)
    other = stream.at(stream.some(stream.family(stream.at(index))))
    put(stream.changed(index), place, resolve(other, place))


# Times ----------------------------------------------------------------------------------------------------------------


@edit(6)
def other_time(stream: Stream) -> None:
    """An event happened earlier or later."""
    event = stream.changed(stream.some(stream.has("occurred_at")))
    minutes, seconds = time_of(stream.manifest, event)
    minutes += stream.rng.choice([0, 0, 0, -1, 1, -5, 5, -120, 120, -100_000, 100_000])
    seconds += Fraction(stream.rng.choice([0, 1, -1, 1001, -1001, 10**6, -(10**6), 10**9, -(10**9)]), 10**9)
    stream.set_time(event, _within(minutes, seconds))


@edit(5)
def nearly_same_time(stream: Stream) -> None:
    """An event happened when another of its aggregate did, or a nanosecond off, or a picosecond."""
    one = stream.some(lambda event: stream.alive(event) and stream.manifest.role("occurred_at", event))
    wanted = (stream.manifest.type_of(stream.at(one)), _own(stream, stream.at(one)))
    other = stream.some(
        lambda event: stream.alive(event) and (stream.manifest.type_of(event), _own(stream, event)) == wanted
    )
    minutes, seconds = time_of(stream.manifest, stream.at(other))
    off = stream.rng.choice([Fraction(0), Fraction(1, 10**9), Fraction(1, 10**3), Fraction(1, 10**12)])
    stream.set_time(stream.changed(one), _within(minutes, seconds + stream.rng.choice([off, -off])))


@edit(4)
def ulid_bound(stream: Stream) -> None:
    """An event happened as far from its ULID's time as is allowed, or just further."""
    place = stream.place("event_id")
    index = stream.some(stream.has("event_id"))
    if not stream.manifest.has_ulid(stream.at(index)):
        raise Inapplicable
    text = resolve(stream.at(index), place)
    bound = stream.rng.choice([300_000, 300_000, 1_500, 0]) * stream.rng.choice([1, -1])
    off = Fraction(stream.rng.choice([0, 0, 1, -1, 1000, -1000, 999, -999, 1001, -1001]), 1000)
    stream.set_time(stream.changed(index), _within(0, (ulid_milliseconds(str(text)) + bound + off) / 1000))


@edit(1)
def leap_second(stream: Stream) -> None:
    """Two events of an aggregate happened about a leap second."""
    one = stream.some(stream.alive)
    wanted = (stream.manifest.type_of(stream.at(one)), _own(stream, stream.at(one)))
    other = stream.some(
        lambda event: stream.alive(event) and (stream.manifest.type_of(event), _own(stream, event)) == wanted
    )
    place = stream.place("occurred_at")
    for index in (one, other):
        text = stream.rng.choice(LEAP)
        if not stream.manifest.fits(stream.at(index), place, text):
            raise Inapplicable
        put(stream.changed(index), place, text)


def _own(stream: Stream, event: Json) -> Exact | None:
    declared = stream.manifest.lifecycle(event)
    assert declared is not None
    return stream.manifest.id_at(declared["id"], event)


# Single events --------------------------------------------------------------------------------------------------------


@edit(3)
def unknown_field(stream: Stream) -> None:
    """An event has a field that the catalog doesn't know."""
    some: list[Json] = [Number("1"), ["y"], "x", None, True]
    put(stream.changed(stream.some()), "/not_in_the_catalog", stream.rng.choice(some))


@edit(2)
def newer_version(stream: Stream) -> None:
    """An event is of a revision that the catalog doesn't know yet, which is a warning and no error."""
    place = stream.place("version")
    put(stream.changed(stream.some()), place, Number("99"))


@edit(3)
def invalid(stream: Stream) -> None:
    """An event isn't valid, or isn't even JSON."""
    index = stream.some()
    event = stream.at(index)
    text = write(event)
    places = [place for place, _ in values(event) if place]
    broken: Json = copy.deepcopy(event)
    put(broken, stream.rng.choice(places), stream.rng.choice([None, "", [], {}, Number("-1.5"), "no such thing"]))
    stream.items[index] = stream.rng.choice(
        [
            write(broken).encode(),
            write(broken).encode(),
            text[: stream.rng.randrange(1, len(text))].encode(),
            f"{text}{text}".encode(),
            text.replace("{", '{"twice":1,"twice":1,', 1).encode(),
            b"\xef\xbb\xbf" + text.encode(),
            b"[]",
        ]
    )


@edit(2)
def two_at_once(stream: Stream) -> None:
    """Two events stand in each other's place."""
    one, other = stream.some(), stream.some()
    stream.items[one], stream.items[other] = stream.items[other], stream.items[one]


# Forms ----------------------------------------------------------------------------------------------------------------

ALIKE = [
    ("1", "1.0"),
    ("100", "1e2"),
    ("0", "-0.0"),
    ("1.5e-3", "0.00150"),
    ("1e400", "10e399"),
    ("1e400", "1e401"),
    ("1e-400", "0"),
    ("9007199254740993", "9007199254740992"),
    ("9007199254740993", "9007199254740993.0"),
    ("0.1", "0.10000000000000000000000000001"),
    ("1", "true"),
    ("0", "false"),
    ("0", "null"),
    ('"1"', "1"),
    ('"é"', '"\\u00e9"'),
    ('"é"', '"e\u0301"'),
    ('"😀"', '"\\ud83d\\ude00"'),
    ('"/"', '"\\/"'),
    ('"a"', '"A"'),
    ("[1,2]", "[1.0,2e0]"),
    ("[1,2]", "[2,1]"),
    ("[1]", "[1,1]"),
    ('{"a":1,"b":[]}', '{"b":[],"a":1}'),
    ('{"a":1}', '{"a":1,"b":null}'),
    ("{}", "[]"),
    ('""', "null"),
]
"""Pairs of texts: one value twice, or two that are easily taken for one."""

LEAP = [
    "2016-12-31T23:59:59.9Z",
    "2016-12-31T23:59:60Z",
    "2016-12-31T23:59:60.5Z",
    "2017-01-01T00:59:60.25+01:00",
    "2017-01-01T00:00:00Z",
    "2017-01-01T00:00:00.3Z",
    "2016-12-31t18:00:01-06:00",
]


def restyled(event: Json, rng: Random) -> bytes:
    """The same value as another text: keys in another order, numbers and strings written otherwise, white space."""
    space = rng.choice(["", "", " ", "\t"])

    def text(value: Json) -> str:
        if isinstance(value, Number):
            return rng.choice(_numbers(value.text))
        if isinstance(value, dict):
            members = [f"{string(key)}{space}:{space}{text(member)}" for key, member in value.items()]
            rng.shuffle(members)
            return "{" + space + f"{space},{space}".join(members) + space + "}"
        if isinstance(value, list):
            return "[" + space + f",{space}".join(text(item) for item in value) + "]"
        return string(value) if isinstance(value, str) else write(value)

    def string(value: str) -> str:
        return '"' + "".join(character(each) for each in value) + '"'

    def character(each: str) -> str:
        if rng.random() < 0.9:
            return write(each)[1:-1]
        units = each.encode("utf-16-be")
        return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))

    return text(event).encode()


def _numbers(text: str) -> list[str]:
    """The same number, written in several ways."""
    if any(sign in text for sign in "eE"):
        return [text]
    if "." in text:
        return [text, text, f"{text}0", f"{text}e0", f"{text}00E+0"]
    return [text, text, f"{text}.0", f"{text}e0", f"{text}0e-1", f"{text}.000E+00"]


def _within(minutes: int, seconds: Fraction) -> Instant:
    """An instant whose seconds are less than a minute."""
    carry = seconds // 60
    return (minutes + int(carry), seconds - carry * 60)


def _forms(at: Instant, rng: Random) -> list[str]:
    """A time in some of its forms; one that has more digits than a form is cut there."""
    minutes, seconds = at
    offset = rng.choice([0, 60, -60, 330, -720, 840])
    forms = []
    for shift, zone in (
        (0, "Z"),
        (0, "Z"),
        (offset, f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"),
    ):
        local = datetime(1970, 1, 1) + timedelta(minutes=minutes + shift)
        digits = rng.choice([0, 1, 3, 3, 6, 9, 9, 12])
        whole, part = divmod(int(seconds * 10**digits), 10**digits)
        fraction = f".{part:0{digits}}" if digits else ""
        forms.append(f"{local:%Y-%m-%dT%H:%M}:{whole:02}{fraction}{zone}")
    return forms
