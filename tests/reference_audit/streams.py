"""Random streams, made from valid ones.

In: a catalog and a seed. Out: an NDJSON stream of some hundred events. The same seed gives the same bytes.

A stream is edited here and there (`stream_edits.py`), and then handled badly as a whole: events dropped, shuffled, late
or delivered all over again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

from base_stream import valid_stream
from manifest import Manifest
from stream_edits import EDITS, Inapplicable, Stream, restyled

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))
from strict_json import write  # noqa: E402


def random_stream(manifest: Manifest, tidings: Path, seed: int) -> bytes:
    """A stream that may be anything from valid to hopeless."""
    rng = Random(seed)
    stream = Stream(manifest, rng, [*valid_stream(manifest, tidings, rng.randrange(60, 260), seed)])
    for _ in range(rng.choice([0, 3, 10, 30, 60])):
        _edit(stream)
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        rng.choices([handling for _, handling in HANDLINGS], [weight for weight, _ in HANDLINGS])[0](stream)
    return b"".join((item if isinstance(item, bytes) else write(item).encode()) + b"\n" for item in stream.items)


def drop(stream: Stream) -> None:
    """Loses events."""
    share = stream.rng.choice([0.01, 0.05, 0.3])
    stream.items = [item for item in stream.items if stream.rng.random() >= share]


def window(stream: Stream) -> None:
    """Shuffles events within windows."""
    size = stream.rng.choice([2, 5, 20])
    for start in range(0, len(stream.items), size):
        part = stream.items[start : start + size]
        stream.rng.shuffle(part)
        stream.items[start : start + size] = part


def shuffle(stream: Stream) -> None:
    """Shuffles all events."""
    stream.rng.shuffle(stream.items)


def late(stream: Stream) -> None:
    """Takes a run of events out and delivers it later."""
    start = stream.rng.randrange(len(stream.items))
    end = min(len(stream.items), start + stream.rng.randrange(1, 40))
    run = stream.items[start:end]
    del stream.items[start:end]
    at = stream.rng.randint(start, len(stream.items))
    stream.items[at:at] = run


def restart(stream: Stream) -> None:
    """Delivers it again from some event on, once or twice, written the same or otherwise."""
    start = stream.rng.choice([0, 0, stream.rng.randrange(len(stream.items))])
    again = stream.items[start:]
    for _ in range(stream.rng.choice([1, 2])):
        otherwise = stream.rng.random() < 0.5
        stream.items += [
            restyled(item, stream.rng) if otherwise and not isinstance(item, bytes) else item for item in again
        ]


HANDLINGS: list[tuple[int, Callable[[Stream], None]]] = [(3, drop), (4, window), (1, shuffle), (3, late), (2, restart)]
"""(weight, handling)."""


def _edit(stream: Stream) -> None:
    names, weights = list(EDITS), [weight for weight, _ in EDITS.values()]
    for _ in range(20):
        try:
            EDITS[stream.rng.choices(names, weights)[0]][1](stream)
            return
        except Inapplicable:
            continue
