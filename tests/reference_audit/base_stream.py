"""Valid streams to begin with.

In: a catalog, the binary, how many events and a seed. Out: events in an order in which they are valid. For even seeds
they come from `tidings sample`, if it makes any. Else they are the catalog's examples several times over, each time
with all ids renamed, so that the copies have scopes of their own, mixed by time.
"""

from __future__ import annotations

import copy
import string
import sys
from pathlib import Path
from random import Random

import binary
from exact import Exact, Instant, exact, instant
from manifest import Manifest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))
from catalog import written_events  # noqa: E402
from strict_json import Json, Number, read, resolve, tokens  # noqa: E402

ALIKE = ("1234567", "89", "ab", "cdef", "ghijklmnopqrstuvwxyz", "ABCDEFGHJKMNPQRSTVWXYZ")
"""Characters that may stand for each other in ids of any usual form."""


def valid_stream(manifest: Manifest, tidings: Path, count: int, seed: int) -> list[Json]:
    """About so many events."""
    sampled = binary.sample(tidings, manifest.catalog.folder, count, seed) if seed % 2 == 0 else []
    return [read(text) for text in sampled] or _from_examples(manifest, count, seed)


def put(event: Json, place: str, value: Json) -> None:
    """Changes the value at a pointer, in place; nothing if the object that it belongs in isn't there."""
    *path, last = tokens(place)
    for key in path:
        event = event.get(key) if isinstance(event, dict) else None
    if isinstance(event, dict):
        event[last] = value


def renamed(manifest: Manifest, event: Json, place: str, rng: Random) -> Json:
    """Another id of the same form."""
    old = resolve(event, place)
    if isinstance(old, Number):
        return Number(str(rng.randrange(1, 900_000_000)))
    assert isinstance(old, str)
    for _ in range(100):
        characters = list(old)
        for index in range(max(0, len(old) - 8), len(old)):
            alike = next((kind for kind in ALIKE if old[index] in kind), old[index])
            characters[index] = rng.choice(alike)
        new = "".join(characters)
        if new != old and manifest.fits(event, place, new):
            return new
    return old + rng.choice(string.ascii_lowercase)


def time_of(manifest: Manifest, event: Json) -> Instant:
    """When a valid event happened."""
    at = manifest.role("occurred_at", event)
    assert at is not None
    return instant(str(at[1]))


def _from_examples(manifest: Manifest, count: int, seed: int) -> list[Json]:
    rng = Random(seed)
    files = written_events(manifest.catalog.folder)
    story = [read(text) for file, text in files if file.startswith("examples/")]
    events: list[tuple[Instant, str, Json]] = []
    taken: set[Exact] = set()
    for _ in range(max(1, count // len(story))):
        later = rng.randrange(600)
        for event in _renamed_story(manifest, story, rng, taken):
            event_id = manifest.role("event_id", event)
            minutes, seconds = time_of(manifest, event)
            events.append(((minutes + later, seconds), str(event_id), event))
    # The copies are mixed, each with its own delay, so no aggregate sees its events in another order.
    events.sort(key=lambda timed: timed[:2])
    return [event for _, _, event in events]


def _renamed_story(manifest: Manifest, story: list[Json], rng: Random, taken: set[Exact]) -> list[Json]:
    """The story with every id renamed, the same one always to the same, and none to one that is taken."""
    names: dict[Exact, Json] = {}
    copies = []
    for event in story:
        places = [*manifest.id_places(event), *(manifest.lifecycle(event) or {}).get("identity", [])]
        places += [
            manifest.roles[role] for role in ("event_id", "aggregate_id", "idempotency_key") if role in manifest.roles
        ]
        new = copy.deepcopy(event)
        for place in dict.fromkeys(places):
            old = manifest.at(place, event)
            if old is not None:
                if old not in names:
                    names[old] = _untaken(manifest, event, place, rng, taken)
                put(new, place, names[old])
        copies.append(new)
    return copies


def _untaken(manifest: Manifest, event: Json, place: str, rng: Random, taken: set[Exact]) -> Json:
    """A new id; after a thousand that are taken, one that may be."""
    for _ in range(1000):
        new = renamed(manifest, event, place, rng)
        if exact(new) not in taken:
            break
    taken.add(exact(new))
    return new
