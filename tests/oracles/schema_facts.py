"""What a catalog's schemas say about each place in an event, gathered for the mutator and the difference classes.

In: a catalog and an event. Out: for each JSON Pointer of a value in the event, the (sub)schemas that may be applied to it. Every
branch of `anyOf`, `oneOf`, `if`, `then` and `else` is taken, so a fact is a hint where to cut, never a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote, urldefrag, urljoin

from catalog import Catalog
from strict_json import Json, pointer, tokens

IN_PLACE = ("allOf", "anyOf", "oneOf", "if", "then", "else", "not")


@dataclass
class Facts:
    """The schemas that may be applied to one value."""

    schemas: list[dict[str, Any]] = field(default_factory=list)

    def all(self, keyword: str) -> list[Any]:
        """Every value that the keyword has here."""
        return [schema[keyword] for schema in self.schemas if keyword in schema]

    def keywords(self) -> set[str]:
        """Every keyword that the schemas have here, in kebab-case."""
        return {kebab(keyword) for schema in self.schemas for keyword in schema}

    def lengths(self) -> list[int]:
        """The lengths at which something changes, of strings or arrays: from the schemas and their patterns."""
        bounds = {0, 1}
        for keyword in ("minLength", "maxLength", "minItems", "maxItems"):
            bounds.update(self.all(keyword))
        for pattern in self.all("pattern"):
            bounds.update(
                int(number) for pair in re.findall(r"\{(\d+)(?:,(\d+))?\}", pattern) for number in pair if number
            )
        return sorted({length for bound in bounds for length in (bound - 1, bound, bound + 1) if 0 <= length <= 2000})

    def values(self) -> list[Json]:
        """The values of `enum`, `const` and `examples`, numbers left out."""
        listed = self.all("const") + sum(self.all("enum") + self.all("examples"), [])
        return [value for value in listed if isinstance(value, str)]

    def numbers(self) -> list[int | float]:
        """The numbers at which something changes."""
        keywords = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
        return sorted({number for keyword in keywords for number in self.all(keyword)})


class SchemaFacts:
    """The schema documents of one catalog, ready to be looked up."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def of(self, event: Json) -> dict[str, Facts]:
        """Pointer → facts, for every value of the event; nothing if it is of no known event type."""
        places: dict[str, Facts] = {place: Facts() for place, _ in values(event)}
        uri = self._catalog.schema_of(event)
        if uri is not None:
            self._apply({"$ref": uri}, uri, event, [], places)
        return places

    def _apply(self, schema: Any, base: str, value: Json, at: list[str | int], places: dict[str, Facts]) -> None:
        if not isinstance(schema, dict):
            return
        if "$ref" in schema:
            target = urljoin(base, schema["$ref"])
            found = self._lookup(target)
            if found is not None:
                self._apply(found, urldefrag(target).url, value, at, places)
            return
        base = urljoin(base, schema.get("$id", ""))
        places[pointer(at)].schemas.append(schema)
        for keyword in IN_PLACE:
            part = schema.get(keyword, [])
            for branch in part if isinstance(part, list) else [part]:
                self._apply(branch, base, value, at, places)
        if isinstance(value, dict):
            for key, member in value.items():
                for applied in _members(schema, key):
                    self._apply(applied, base, member, [*at, key], places)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                items = schema.get("items")
                applied = items[index] if isinstance(items, list) and index < len(items) else items
                self._apply(applied, base, item, [*at, index], places)

    def _lookup(self, uri: str) -> Any:
        document, fragment = urldefrag(uri)
        found = self._catalog.documents.get(document)
        for key in tokens(unquote(fragment)):
            found = found.get(key) if isinstance(found, dict) else None
        return found


def values(value: Json, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Json]]:
    """Every value in a value, itself first: (pointer, value)."""
    yield pointer(at), value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from values(member, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from values(item, (*at, index))


def kebab(keyword: str) -> str:
    """`minLength` → `min-length`, as in rule ids."""
    return re.sub("[A-Z]", lambda capital: "-" + capital[0].lower(), keyword)


def _members(schema: dict[str, Any], key: str) -> list[Any]:
    named = [schema["properties"][key]] if key in schema.get("properties", {}) else []
    matched = [part for pattern, part in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
    others = [] if named or matched else [cast(Any, schema.get("additionalProperties"))]
    return named + matched + others
