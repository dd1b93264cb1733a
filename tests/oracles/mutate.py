"""A seeded mutator of events.

    python mutate.py --catalog DIR --events N --seed S SAMPLES.ndjson > MUTATED.ndjson

In: a catalog and valid events. Out: mutated events, each with the kind of its mutation; the same seed gives the same bytes. It
edits values knowing where the schemas' bounds are (`edits.py`), then perhaps the text (`texts.py`), and it never asks whether
the result is valid: about half are meant to be. The command line prints on stderr how many there are of each kind and, as
python-jsonschema sees it, the share that is valid.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from catalog import Catalog, load
from edits import EDITS, Inapplicable, Place
from schema_facts import SchemaFacts, values
from strict_json import Json, read, tokens, write
from texts import TEXT_EDITS, shuffled
from verdict_python import PythonOracle

SEVERAL = "several"
"""The kind of a mutant with two or three value edits."""


@dataclass(frozen=True)
class Mutant:
    """A mutated event."""

    kind: str
    line: bytes


class Mutator:
    """Makes mutants of valid events of one catalog."""

    def __init__(self, catalog: Catalog, samples: list[bytes], seed: int) -> None:
        self._rng = Random(seed)
        self._events = [read(line) for line in samples]
        self._facts = SchemaFacts(catalog)
        self._donors: dict[str, list[Json]] = {}
        for event in self._events:
            for at, value in values(event):
                self._donors.setdefault(at, []).append(value)
        self._edits = {kind: weight for kind, (_, weight, _) in EDITS.items()}
        self._kinds = {**self._edits, **{kind: weight for kind, (weight, _) in TEXT_EDITS.items()}, SEVERAL: 25}

    def mutants(self, count: int) -> Iterator[Mutant]:
        """So many mutants."""
        made = 0
        while made < count:
            event = self._rng.choice(self._events)
            kind = self._choice(self._kinds)
            try:
                yield self._mutant(event, kind)
            except Inapplicable:
                continue
            made += 1

    def _mutant(self, event: Json, kind: str) -> Mutant:
        if kind in TEXT_EDITS:
            return Mutant(kind, TEXT_EDITS[kind][1](self._rng, event))
        edits = [self._choice(self._edits) for _ in range(self._rng.choice([2, 3]))] if kind == SEVERAL else [kind]
        changed = event
        for edit in edits:
            changed = self._edited(changed, edit)
        line = shuffled(self._rng, changed) if self._rng.random() < 0.2 else write(changed).encode()
        return Mutant(kind, line)

    def _choice(self, weights: dict[str, int]) -> str:
        return self._rng.choices([*weights], [*weights.values()])[0]

    def _edited(self, event: Json, kind: str) -> Json:
        on, _, edit = EDITS[kind]
        places = [(at, value) for at, value in values(event) if at and isinstance(value, on) or not at and on is dict]
        if not places:
            raise Inapplicable
        at, value = self._rng.choice(places)
        new = edit(self._rng, Place(value, self._facts.of(event)[at], self._donors.get(at, [])))
        return replaced(event, tokens(at), new)


def replaced(value: Json, path: list[str], new: Json) -> Json:
    """A copy of the value with a new one at the place that the keys and indices lead to."""
    if not path:
        return new
    first, *rest = path
    if isinstance(value, dict):
        return {key: replaced(member, rest, new) if key == first else member for key, member in value.items()}
    if isinstance(value, list):
        return [replaced(item, rest, new) if str(index) == first else item for index, item in enumerate(value)]
    raise LookupError(first)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Mutate valid events.")
    parser.add_argument("--catalog", type=Path, required=True, metavar="DIR")
    parser.add_argument("--events", type=int, required=True, metavar="N")
    parser.add_argument("--seed", type=int, required=True, metavar="S")
    parser.add_argument("samples", type=Path, metavar="SAMPLES.ndjson")
    arguments = parser.parse_args()
    samples = [line for line in arguments.samples.read_bytes().split(b"\n") if line]
    catalog = load(arguments.catalog)
    mutants = list(Mutator(catalog, samples, arguments.seed).mutants(arguments.events))
    for mutant in mutants:
        sys.stdout.buffer.write(mutant.line + b"\n")
    for kind, count in sorted(Counter(mutant.kind for mutant in mutants).items()):
        print(f"{kind:20} {count:6}", file=sys.stderr)
    valid = sum(
        verdict.verdict == "valid" for verdict in PythonOracle(catalog).verdicts(mutant.line for mutant in mutants)
    )
    print(f"valid: {valid / len(mutants):.0%}", file=sys.stderr)


if __name__ == "__main__":
    main()
