"""JSON texts read strictly, with numbers kept as they were written.

In: one JSON text. Out: a value in which every number is a `Number`, its literal text, so that `1`, `1.0` and `1e400` stay
apart until someone chooses how to read them. It refuses what the engine's strict parse refuses: bytes that are not UTF-8,
a byte order mark, `NaN`, trailing data, a key twice in one object, half a surrogate pair. It never repairs anything.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeAlias, Union

sys.set_int_max_str_digits(0)  # JSON has no longest integer


@dataclass(frozen=True)
class Number:
    """A JSON number by its literal text."""

    text: str


Json: TypeAlias = Union[None, bool, Number, str, list["Json"], dict[str, "Json"]]
Plain: TypeAlias = Union[None, bool, int, float, str, list["Plain"], dict[str, "Plain"]]


class NotJson(ValueError):
    """The text is not strict JSON."""


def read(text: bytes | str) -> Json:
    """The value of a JSON text; `NotJson` if there is anything wrong with it."""
    try:
        value: Json = _DECODER.decode(text if isinstance(text, str) else text.decode("utf-8"))
        for string in _strings(value):
            string.encode("utf-8")  # half a surrogate pair has no UTF-8
    except RecursionError as error:
        raise NotJson("too deep") from error
    except ValueError as error:
        raise NotJson(str(error)) from error
    return value


def write(value: Json) -> str:
    """The shortest JSON text of a value, non-ASCII characters as they are."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{_string(key)}:{write(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    return _string(value) if isinstance(value, str) else json.dumps(value)


def plain(value: Json) -> Plain:
    """The value as Python's own `json` reads it: integers exact, all other numbers as doubles."""
    if isinstance(value, Number):
        return float(value.text) if any(sign in value.text for sign in ".eE") else int(value.text)
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def pointer(path: Iterable[str | int]) -> str:
    """The JSON Pointer (RFC 6901) of a path of keys and indices."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def tokens(at: str) -> list[str]:
    """The keys and indices of a JSON Pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in at.split("/")[1:]]


def resolve(value: Json, at: str) -> Json:
    """The value at a JSON Pointer; `LookupError` where there is none."""
    for key in tokens(at):
        if isinstance(value, list) and key.isdecimal():
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value[key]
        else:
            raise LookupError(at)
    return value


def _string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from _strings(member)


def _object(members: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(members)
    if len(result) != len(members):
        raise NotJson("a key twice")
    return result


def _refuse(name: str) -> NoReturn:
    raise NotJson(f"`{name}` is not a JSON number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=Number, parse_float=Number, parse_constant=_refuse, strict=True
)
