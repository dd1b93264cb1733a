"""A catalog as the oracles need it: the event types, the discriminator and the schema documents by URI.

In: a catalog's folder. Out: a `Catalog`. It reads `catalog.toml` itself, so that no oracle depends on Tidings' loader, and it
checks nothing: a broken catalog fails where it is used.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

from strict_json import Json, NotJson, read, resolve, write

BASE_URI = "https://catalog.invalid/"
"""The base for documents without `$id`: their paths in the folder are resolved against it."""


@dataclass(frozen=True)
class Catalog:
    """What decides an event's schema."""

    folder: Path
    discriminator: str | None
    events: dict[str, str]
    """Event type → URI of its schema."""
    documents: dict[str, Any]
    """URI → schema document. The URI is the `$id` if there is one, else made of the path."""

    def schema_of(self, event: Json) -> str | None:
        """The URI of the event's schema; `None` if the catalog has no such event type."""
        if self.discriminator is None:
            return next(iter(self.events.values()))
        try:
            name = resolve(event, self.discriminator)
        except LookupError:
            return None
        return self.events.get(name) if isinstance(name, str) else None

    def to_json(self) -> str:
        """The same for the AJV oracle, which reads no TOML."""
        return json.dumps({"discriminator": self.discriminator, "events": self.events, "documents": self.documents})


def load(folder: Path) -> Catalog:
    """Reads a catalog's manifest and its schema documents."""
    manifest = tomllib.loads((folder / "catalog.toml").read_text("utf-8"))
    schemas = {name: event["schema"] for name, event in manifest["events"].items()}
    discriminator = manifest.get("roles", {}).get("event_name")
    if discriminator is None and len(schemas) != 1:
        raise ValueError(f"{folder}: without `roles.event_name` there is one event type, not {len(schemas)}")

    named = {urldefrag(schema).url for schema in schemas.values()}
    if "envelope" in manifest:
        named.add(urldefrag(manifest["envelope"]["schema"]).url)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.schema.json")}
    paths = sorted(named | {path for path in found if path.split("/")[0] not in ("examples", "near-misses")})

    by_path = {BASE_URI + path: json.loads((folder / path).read_text("utf-8")) for path in paths}
    uris = {uri: _id(schema) or uri for uri, schema in by_path.items()}
    documents = {
        uris[uri]: schema if _id(schema) else _with_known_references(schema, uri, uris)
        for uri, schema in by_path.items()
    }
    events = {name: _known(BASE_URI + schema, uris) for name, schema in schemas.items()}
    return Catalog(folder, discriminator, events, documents)


def written_events(folder: Path) -> list[tuple[str, bytes]]:
    """The examples and near misses: (file, one line of JSON text), as they were written but for line breaks."""
    lines: list[tuple[str, bytes]] = []
    for path in sorted([*folder.glob("examples/*"), *folder.glob("near-misses/*")]):
        name = path.relative_to(folder).as_posix()
        if path.suffix in (".ndjson", ".jsonl"):
            lines += [(name, line) for line in path.read_bytes().split(b"\n") if line.strip()]
        elif path.suffix == ".json" and name != "near-misses/expected.json":
            lines += [(name, line) for line in _lines(path.read_bytes())]
    return lines


def _lines(text: bytes) -> list[bytes]:
    """The event or the array of events in a `.json` file, a line each."""
    # A tab is, like a line break, white space between tokens and an error in a string.
    line = text.strip(b"\r\n").translate(bytes.maketrans(b"\r\n", b"\t\t"))
    try:
        value = read(line)
    except NotJson:
        return [line]
    return [write(event).encode() for event in value] if isinstance(value, list) else [line]


def _id(schema: Any) -> str | None:
    return urldefrag(schema["$id"]).url if isinstance(schema, dict) and "$id" in schema else None


def _known(uri: str, uris: dict[str, str]) -> str:
    """The URI with the document's own in place of the one made of its path."""
    document, fragment = urldefrag(uri)
    return uris.get(document, document) + (f"#{fragment}" if fragment else "")


def _with_known_references(schema: Any, base: str, uris: dict[str, str]) -> Any:
    """A document without `$id`, its references by path turned into references by the targets' `$id`s."""
    if isinstance(schema, list):
        return [_with_known_references(item, base, uris) for item in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _with_known_references(value, base, uris) for key, value in schema.items()}
    reference = changed.get("$ref")
    if isinstance(reference, str) and not reference.startswith("#"):
        changed["$ref"] = _known(urljoin(base, reference), uris)
    return changed
